import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { join } from 'node:path';
import type { FragmentReceipt } from '../engine/receipt.ts';
import { writeAtomically } from './atomicFile.ts';
import { reserveName } from './fileName.ts';
import type { Lock } from './lock.ts';
import { formatRecord, type ActiveState, type JobProgress, type JobRecord, type JobState } from './record.ts';

/** How often a running job's progress goes to disk, for other windows and for after a crash. Milliseconds. */
const PROGRESS_INTERVAL_MS = 1000;

interface Hooks {
  /** After each change on disk. */
  onChange: () => Promise<void>;
  onEnd: () => void;
}

/**
 * A job that this process runs, or lets wait for its turn: the only writer of its folder until it ends. Changes reach the
 * disk in order.
 */
export class RunningJob {
  readonly folder: string;
  /** Aborts when another process took the job or its target over: the download must stop. */
  readonly lost: AbortSignal;
  #record: JobRecord;
  readonly #locks: readonly Lock[];
  readonly #hooks: Hooks;
  #receipts: WriteStream | undefined;
  #receiptsDone: Promise<void> = Promise.resolve();
  #writing: Promise<void> = Promise.resolve();
  #lastProgressAt = 0;
  #hasEnded = false;

  constructor(folder: string, record: JobRecord, locks: readonly Lock[], hooks: Hooks) {
    this.folder = folder;
    this.#record = record;
    this.#locks = locks;
    this.#hooks = hooks;
    this.lost = AbortSignal.any(locks.map((lock) => lock.lost));
  }

  get id(): string {
    return this.#record.id;
  }

  /** The newest record, which may not be on disk yet. */
  get record(): JobRecord {
    return this.#record;
  }

  /** The path of a new profile of this job, near the wished name; an empty file holds it. */
  async reserveProfile(wished: string): Promise<string> {
    const folder = join(this.folder, 'profiles');
    return join(folder, await reserveName(folder, wished));
  }

  /** Merges what `change` returns into the record and writes it. */
  async update(change: (record: JobRecord) => Partial<JobRecord>): Promise<void> {
    this.#record = { ...this.#record, ...change(this.#record) };
    const write = this.#writing.then(async () => {
      await writeAtomically(join(this.folder, 'job.json'), formatRecord(this.#record));
      await this.#hooks.onChange();
    });
    // The next write does not fail because this one did; the caller is told.
    this.#writing = write.catch(() => undefined);
    return write;
  }

  /** Has it run from now on, if it waited. */
  async begin(): Promise<void> {
    if (this.#record.state === 'running') return;
    await this.update(() => ({ state: 'running', startedAt: new Date().toISOString() }));
  }

  /** Keeps the progress at hand, and on disk every second. */
  async progress(progress: JobProgress): Promise<void> {
    this.#record = { ...this.#record, progress };
    if (this.#hasEnded || Date.now() - this.#lastProgressAt < PROGRESS_INTERVAL_MS) return;
    this.#lastProgressAt = Date.now();
    await this.update(() => ({ progress }));
  }

  /** Adds a line to `receipt.jsonl`, which begins anew with each run. A failure to write shows when the job ends. */
  addFragment(receipt: FragmentReceipt): void {
    this.#receipts ??= this.#openReceipts();
    this.#receipts.write(`${JSON.stringify(receipt)}\n`);
  }

  /**
   * Writes the final state and lets go of the locks, whatever happens.
   * @throws what kept `receipt.jsonl` or `job.json` from being written.
   */
  async end(state: Exclude<JobState, ActiveState>, rest: Partial<JobRecord> = {}): Promise<void> {
    this.#hasEnded = true;
    try {
      this.#receipts?.end();
      await this.#receiptsDone;
    } finally {
      await this.#finish(state, rest);
    }
  }

  async #finish(state: JobState, rest: Partial<JobRecord>): Promise<void> {
    try {
      await this.update(() => ({ ...rest, state, endedAt: new Date().toISOString() }));
    } finally {
      await Promise.all(this.#locks.map((lock) => lock.release()));
      this.#hooks.onEnd();
      await this.#hooks.onChange();
    }
  }

  #openReceipts(): WriteStream {
    const stream = createWriteStream(join(this.folder, 'receipt.jsonl'), { flags: 'w' });
    this.#receiptsDone = finished(stream);
    // Awaited in end(); until then a failure must not count as unhandled.
    this.#receiptsDone.catch(() => undefined);
    return stream;
  }
}
