import { isResumable, type JobRecord } from './record.ts';
import type { JobEntry } from './store.ts';

/** What an unfinished job left beside its targets. */
export interface Kept {
  /** Absolute paths of the files that it was going to write. */
  targets: string[];
  /** Size of what is left; 0 when nothing is. */
  bytes: number;
}

/**
 * What a job left for a resume; nothing when it is no job that can go on, or when a later one has taken its target over.
 * @param entries all jobs of the store.
 */
export function keptBy(record: JobRecord, entries: readonly JobEntry[]): Kept | undefined {
  if (!isResumable(record)) return undefined;
  const rivals = jobsTo(record.request.output, entries).filter(({ id }) => id !== record.id);
  if (rivals.some((rival) => lastStart(rival) >= lastStart(record))) return undefined;
  return { targets: targetsOf(record), bytes: keptBytes(record) };
}

/** Every file that jobs were going to write together with this output, it included. */
export function targetsWith(output: string, entries: readonly JobEntry[]): string[] {
  return [...new Set([output, ...jobsTo(output, entries).flatMap(targetsOf)])];
}

/** A job whose process was killed has no receipt, and had written about as much as it last told. */
function keptBytes({ state, receipt, progress }: JobRecord): number {
  return state === 'interrupted' && receipt === undefined ? (progress?.bytes ?? 0) : (receipt?.kept?.bytes ?? 0);
}

function targetsOf({ outputs, request }: JobRecord): string[] {
  return [...new Set([request.output, ...(outputs ?? [])])];
}

/** ISO 8601. */
function lastStart({ startedAt, createdAt }: JobRecord): string {
  return startedAt ?? createdAt;
}

function jobsTo(output: string, entries: readonly JobEntry[]): JobRecord[] {
  return entries.flatMap((entry) =>
    entry.kind === 'job' && entry.record.request.output === output ? [entry.record] : [],
  );
}
