import { readFile as readFileWithCallback } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { makeFolder } from './folder.ts';
import { writeAtomically } from './atomicFile.ts';
import { JobBusyError, JobOverError, TargetBusyError } from './errors.ts';
import { reserveName } from './fileName.ts';
import { keptOf } from './kept.ts';
import { jobKey, LockedError, LockFolder, LOCK_TIMES, targetKey, type Lock, type LockTimes } from './lock.ts';
import {
  createJobId,
  formatRecord,
  isActive,
  isJobId,
  isResumable,
  JOB_SCHEMA,
  parseRecord,
  RecordError,
} from './record.ts';
import type { ActiveState, BrokenJob, JobProfile, JobRecord, JobRequest } from './record.ts';
import { RunningJob } from './runningJob.ts';

/** A folder in the store, as the tree shows it. */
export type JobEntry =
  { kind: 'job'; folder: string; record: JobRecord } | { kind: 'broken'; folder: string; job: BrokenJob };

/**
 * Jobs on disk: `<folder>/<id>/` holds `job.json`, `receipt.jsonl` and `profiles/`. Several processes share a store;
 * each job is written by the holder of its lock only, and atomically.
 */
export class JobStore {
  readonly folder: string;
  readonly #locks: LockFolder;
  /** Parsed records by id, valid while `job.json` keeps its stamp: a listing of many jobs reads only what changed. */
  readonly #cache = new Map<string, { stamp: string; entry: JobEntry }>();
  readonly #running = new Map<string, RunningJob>();

  /** @param folder where jobs are kept; locks go to `locks` beside it. */
  constructor(folder: string, times: LockTimes = LOCK_TIMES) {
    this.folder = folder;
    this.#locks = new LockFolder(join(dirname(folder), 'locks'), times);
  }

  /**
   * Creates a job, with the locks of the job and of its target held until it ends.
   * @param state `queued` for one that waits for its turn.
   * @throws TargetBusyError when another download writes the same file, or waits to.
   */
  async create(request: JobRequest, title: string, state: ActiveState = 'running'): Promise<RunningJob> {
    const target = await this.#lockTarget(request.output);
    try {
      return await this.#createJob(request, title, state, target);
    } catch (error) {
      await target.release();
      throw error;
    }
  }

  async #createJob(request: JobRequest, title: string, state: ActiveState, target: Lock): Promise<RunningJob> {
    const now = new Date();
    const id = await this.#createFolder(now);
    const folder = join(this.folder, id);
    const own = await this.#lockJob(id);
    const record: JobRecord = {
      schema: JOB_SCHEMA,
      id,
      title,
      createdAt: now.toISOString(),
      ...(state === 'running' ? { startedAt: now.toISOString() } : {}),
      state,
      request,
      profiles: [],
    };
    try {
      return await this.#run(record, [target, own]);
    } catch (error) {
      await own.release();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /**
   * Lets a job that failed, was paused or was interrupted run again, or wait to, the same job: with the locks held as by
   * `create`, without how it ended and without its list of fragments. `change` is merged into its record.
   * @throws JobBusyError when it runs; JobOverError when it cannot go on; TargetBusyError when another download writes
   * its file; RecordError when `job.json` is broken.
   */
  async reopen(
    id: string,
    change: Partial<Pick<JobRecord, 'request'>> = {},
    state: ActiveState = 'running',
  ): Promise<RunningJob> {
    if (this.#running.has(id)) throw new JobBusyError(id);
    const own = await this.#lockJob(id);
    const locks = [own];
    try {
      const path = join(this.folder, id, 'job.json');
      const record = settle(parseRecord(await readFile(path, 'utf8')));
      if (!isResumable(record)) throw new JobOverError(id, record.state);
      locks.push(await this.#lockTarget(record.request.output));
      await rm(join(this.folder, id, 'receipt.jsonl'), { force: true });
      const kept = keptOf(record);
      if (kept !== undefined) record.kept = kept;
      delete record.endedAt;
      delete record.error;
      delete record.receipt;
      const started = state === 'running' ? { startedAt: new Date().toISOString() } : {};
      return await this.#run({ ...record, ...change, ...started, state }, locks);
    } catch (error) {
      await Promise.all(locks.map((lock) => lock.release()));
      throw error;
    }
  }

  async #run(record: JobRecord, locks: readonly Lock[]): Promise<RunningJob> {
    const { id } = record;
    const job = new RunningJob(join(this.folder, id), record, locks, {
      onChange: () => this.ring(),
      onEnd: () => this.#running.delete(id),
    });
    await job.update(() => ({}));
    this.#running.set(id, job);
    return job;
  }

  /** A job that runs in this process, or waits there. */
  running(id: string): RunningJob | undefined {
    return this.#running.get(id);
  }

  /**
   * All jobs, newest first; a job whose owner is gone reads as `interrupted`. Never rejects because of one job. What did not change on disk
   * since the last listing is the very same entry.
   */
  async list(): Promise<JobEntry[]> {
    const names = await readdir(this.folder).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    const ids = names.filter(isJobId).sort().reverse();
    const present = new Set(ids);
    for (const id of this.#cache.keys()) if (!present.has(id)) this.#cache.delete(id);
    const entries = await Promise.all(ids.map((id) => this.read(id)));
    return entries.filter((entry) => entry !== undefined);
  }

  /** One job, or nothing when there is none of that id. */
  async read(id: string): Promise<JobEntry | undefined> {
    const folder = join(this.folder, id);
    const entry = await this.#readFile(id, folder);
    if (entry?.kind !== 'job' || !isActive(entry.record)) return entry;
    if (this.#running.has(id) || (await this.#locks.isHeld(jobKey(id)))) return entry;
    // It may have ended between the two looks.
    const latest = await this.#readFile(id, folder);
    if (latest?.kind !== 'job' || !isActive(latest.record)) return latest;
    return { ...latest, record: { ...latest.record, state: 'interrupted' } };
  }

  /**
   * Changes a job that is not running elsewhere. What `change` returns is merged into the record.
   * @throws JobBusyError when another process runs or changes it; RecordError when `job.json` is broken.
   */
  async update(id: string, change: (record: JobRecord) => Partial<JobRecord>): Promise<void> {
    const own = this.#running.get(id);
    if (own !== undefined) return own.update(change);
    await this.#withLock(id, async () => {
      const path = join(this.folder, id, 'job.json');
      const settled = settle(parseRecord(await readFile(path, 'utf8')));
      await writeAtomically(path, formatRecord({ ...settled, ...change(settled) }));
    });
    await this.ring();
  }

  /**
   * Puts a profile into the job's folder and lists it in its record; a failure leaves neither.
   * @param profile `file` is the wished name; it is made safe and unique.
   */
  async addProfile(id: string, profile: JobProfile, data: Uint8Array): Promise<JobProfile> {
    const folder = join(this.folder, id, 'profiles');
    const file = await reserveName(folder, profile.file);
    const path = join(folder, file);
    const stored = { ...profile, file };
    try {
      await writeAtomically(path, data);
      await this.update(id, (record) => ({ profiles: [...record.profiles, stored] }));
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    return stored;
  }

  /**
   * Takes a profile out of its job's record and removes its file.
   * @throws as `update`.
   */
  async removeProfile(id: string, file: string): Promise<void> {
    await this.update(id, ({ profiles }) => ({ profiles: profiles.filter((profile) => profile.file !== file) }));
    await rm(join(this.folder, id, 'profiles', file), { force: true });
  }

  /**
   * Removes a job's folder, broken or not; the media file is not touched.
   * @throws JobBusyError when it runs, here or elsewhere.
   */
  async remove(id: string): Promise<void> {
    if (this.#running.has(id)) throw new JobBusyError(id);
    await this.#withLock(id, async () => {
      // Renamed first: a removal that is cut short leaves no half job in the tree.
      const doomed = join(this.folder, `deleted-${id}`);
      await rename(join(this.folder, id), doomed);
      await rm(doomed, { recursive: true, force: true });
    });
    this.#cache.delete(id);
    await this.ring();
  }

  /** Tells every process that watches the store that something changed. */
  async ring(): Promise<void> {
    await makeFolder(this.folder);
    await writeFile(join(this.folder, BELL), '');
  }

  async #createFolder(now: Date): Promise<string> {
    await makeFolder(this.folder);
    for (;;) {
      const id = createJobId(now);
      try {
        await mkdir(join(this.folder, id));
        return id;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  }

  async #withLock(id: string, work: () => Promise<void>): Promise<void> {
    const lock = await this.#lockJob(id);
    try {
      await work();
    } finally {
      await lock.release();
    }
  }

  async #lockJob(id: string): Promise<Lock> {
    return this.#locks.acquire(jobKey(id), 10).catch((error: unknown) => {
      throw error instanceof LockedError ? new JobBusyError(id, error) : error;
    });
  }

  async #lockTarget(output: string): Promise<Lock> {
    return this.#locks.acquire(await targetKey(output)).catch((error: unknown) => {
      throw error instanceof LockedError ? new TargetBusyError(output, error) : error;
    });
  }

  async #readFile(id: string, folder: string): Promise<JobEntry | undefined> {
    const path = join(folder, 'job.json');
    try {
      const status = await stat(path);
      const stamp = `${status.mtimeMs} ${status.size} ${status.ino}`;
      const cached = this.#cache.get(id);
      if (cached?.stamp === stamp) return cached.entry;
      const entry: JobEntry = { kind: 'job', folder, record: parseRecord(await readQuickly(path, 'utf8')) };
      this.#cache.set(id, { stamp, entry });
      return entry;
    } catch (error) {
      if (error instanceof RecordError) return broken(id, folder, error.reason, error.message);
      // A folder without job.json is a job being created, or one being deleted, this very moment.
      if (isMissing(error)) return undefined;
      return broken(id, folder, 'unreadable', (error as Error).message);
    }
  }
}

/** Takes half the time of the one that makes promises, which counts where there are a thousand jobs. */
const readQuickly = promisify(readFileWithCallback);

/** The file whose change tells other windows to look. */
const BELL = 'changed';

/** The record of the job that a profile belongs to, or nothing when the file lies in no job's `profiles/` folder. */
export async function readJobOfProfile(profilePath: string): Promise<JobRecord | undefined> {
  const profiles = dirname(profilePath);
  const folder = dirname(profiles);
  if (basename(profiles) !== 'profiles' || !isJobId(basename(folder))) return undefined;
  try {
    return parseRecord(await readFile(join(folder, 'job.json'), 'utf8'));
  } catch (error) {
    // The graph can be shown without its job.
    if (error instanceof RecordError || isMissing(error)) return undefined;
    throw error;
  }
}

/** The record of a job whose lock is held by the reader: nobody runs it any more. */
function settle(record: JobRecord): JobRecord {
  return isActive(record) ? { ...record, state: 'interrupted' } : record;
}

function broken(id: string, folder: string, reason: BrokenJob['reason'], detail: string): JobEntry {
  return { kind: 'broken', folder, job: { id, folder, reason, detail } };
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
