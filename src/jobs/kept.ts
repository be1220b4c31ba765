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
  const { startedAt } = record;
  if (!isResumable(record) || startedAt === undefined) return undefined;
  const rivals = jobsTo(record.request.output, entries).filter(({ id }) => id !== record.id);
  // One that never ran has taken nothing over.
  if (rivals.some((rival) => (rival.startedAt ?? '') >= startedAt)) return undefined;
  return { targets: targetsOf(record), bytes: keptOf(record)?.bytes ?? 0 };
}

/** The job that has something left beside this output, and how many bytes. */
export function findKept(
  output: string,
  entries: readonly JobEntry[],
): { record: JobRecord; bytes: number } | undefined {
  const found = jobsTo(output, entries).map((record) => ({ record, bytes: keptBy(record, entries)?.bytes ?? 0 }));
  return found.find(({ bytes }) => bytes > 0);
}

/** Whether a recording stopped on its way to this output; what it left, the next recording saves. */
export function hasInterruptedRecording(output: string, entries: readonly JobEntry[]): boolean {
  return jobsTo(output, entries).some((record) => record.isLive === true && keptBy(record, entries) !== undefined);
}

/** Every file that jobs were going to write together with this output, it included. */
export function targetsWith(output: string, entries: readonly JobEntry[]): string[] {
  return [...new Set([output, ...jobsTo(output, entries).flatMap(targetsOf)])];
}

/**
 * What a job left, by its own account; nothing for one that cannot go on. One whose process or engine died has no
 * receipt, and had kept about as much as it last told; one that got no plan, for want of the playlist, left what was
 * there before.
 */
export function keptOf(record: JobRecord): JobRecord['kept'] {
  if (!isResumable(record)) return undefined;
  const { receipt, progress, kept } = record;
  if (receipt !== undefined) return receipt.fragments.total > 0 ? receipt.kept : kept;
  return progress === undefined ? kept : { fragments: progress.fragments, bytes: progress.bytes };
}

/** Absolute paths of the files that a job writes, as far as they are known. */
export function targetsOf({ outputs, request }: JobRecord): string[] {
  return [...new Set([request.output, ...(outputs ?? [])])];
}

function jobsTo(output: string, entries: readonly JobEntry[]): JobRecord[] {
  return entries.flatMap((entry) =>
    entry.kind === 'job' && entry.record.request.output === output ? [entry.record] : [],
  );
}
