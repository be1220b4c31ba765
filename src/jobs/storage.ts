import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isActive, isResumable } from './record.ts';
import type { JobEntry } from './store.ts';

/** What a job takes on disk, in bytes; its downloaded files are not part of it. */
export interface JobStorage {
  id: string;
  title: string;
  /** ISO 8601. */
  createdAt: string;
  /** A running job, or one that waits to run, is left alone, one that can go on keeps its record, and one that cannot be read is for a person. */
  state: 'over' | 'resumable' | 'running' | 'unreadable';
  profiles: { file: string; name: string; bytes: number }[];
  /** Everything else in its folder. */
  restBytes: number;
}

/** Something that can be deleted: a profile of a job, or without `file` the whole job. */
export interface Removal {
  id: string;
  title: string;
  /** ISO 8601, of the job. */
  createdAt: string;
  profile?: { file: string; name: string };
  bytes: number;
}

/** Measures jobs. What another window has deleted by then counts nothing. */
export async function measureJobs(entries: readonly JobEntry[]): Promise<JobStorage[]> {
  return Promise.all(entries.map(measureJob));
}

/** Bytes of all jobs. */
export function totalBytes(jobs: readonly JobStorage[]): number {
  return jobs.reduce((sum, job) => sum + bytesOf(job), 0);
}

/**
 * Everything that may be deleted to make room, in the order in which it is: profiles first, of the oldest jobs first, for
 * they are large and the record does not need them; then whole jobs, without the profiles, that are over.
 */
export function removable(jobs: readonly JobStorage[]): Removal[] {
  const byAge = jobs
    .filter(({ state }) => state === 'over' || state === 'resumable')
    .toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
  const profiles = byAge.flatMap(({ id, title, createdAt, profiles: own }) =>
    own.map(({ file, name, bytes }) => ({ id, title, createdAt, profile: { file, name }, bytes })),
  );
  const whole = byAge
    .filter(({ state }) => state === 'over')
    .map(({ id, title, createdAt, restBytes }) => ({ id, title, createdAt, bytes: restBytes }));
  return [...profiles, ...whole];
}

/** The first of what may be deleted, so many that what is left takes no more than the quota; none below it. */
export function planRemovals(jobs: readonly JobStorage[], quotaBytes: number): Removal[] {
  let excess = totalBytes(jobs) - quotaBytes;
  const plan: Removal[] = [];
  for (const removal of removable(jobs)) {
    if (excess <= 0) break;
    plan.push(removal);
    excess -= removal.bytes;
  }
  return plan;
}

async function measureJob(entry: JobEntry): Promise<JobStorage> {
  const listed = entry.kind === 'job' ? entry.record.profiles : [];
  const folder = join(entry.folder, 'profiles');
  const sizes = await sizesIn(folder);
  const profiles = listed.map(({ file, name }) => ({ file, name, bytes: sizes.get(file) ?? 0 }));
  const ofFolders = sumOf(sizes.values()) + sumOf((await sizesIn(entry.folder)).values());
  const restBytes = ofFolders - profiles.reduce((sum, { bytes }) => sum + bytes, 0);
  if (entry.kind === 'broken') {
    const { id } = entry.job;
    return { id, title: id, createdAt: '', state: 'unreadable', profiles, restBytes };
  }
  const { id, title, createdAt } = entry.record;
  return { id, title, createdAt, state: stateOf(entry.record), profiles, restBytes };
}

function stateOf(record: Extract<JobEntry, { kind: 'job' }>['record']): JobStorage['state'] {
  if (isActive(record)) return 'running';
  return isResumable(record) ? 'resumable' : 'over';
}

function bytesOf({ profiles, restBytes }: JobStorage): number {
  return restBytes + profiles.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Sizes of the files in a folder, by name. */
async function sizesIn(folder: string): Promise<Map<string, number>> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(nothingIfMissing([]));
  const files = entries.filter((entry) => entry.isFile());
  const sizes = files.map(async ({ name }): Promise<[string, number]> => {
    const status = await stat(join(folder, name)).catch(nothingIfMissing(undefined));
    return [name, status?.size ?? 0];
  });
  return new Map(await Promise.all(sizes));
}

function nothingIfMissing<T>(nothing: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return nothing;
    throw error;
  };
}

function sumOf(values: Iterable<number>): number {
  return [...values].reduce((sum, value) => sum + value, 0);
}
