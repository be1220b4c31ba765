import type { ErrorReport, ExitCode } from '../engine/errors.ts';
import { Interruption, isAbortError } from '../engine/errors.ts';
import type { DownloadEvent } from '../engine/events.ts';
import type { Receipt } from '../engine/receipt.ts';
import type { JobProgress, JobRecord, JobState } from '../jobs/record.ts';
import type { RunningJob } from '../jobs/runningJob.ts';
import { EngineReportError, type EngineEnd } from './engineThread.ts';
import { exitCodeOf } from './exitCode.ts';

/** How a download ended, for scripts and tests. */
export interface DownloadResult {
  /** The job's id. */
  id: string;
  /** The job's folder. */
  folder: string;
  record: JobRecord;
  exitCode: ExitCode;
}

/** What is written down at the end. */
type Ending = Partial<JobRecord> & { state: Exclude<JobState, 'running'> };

/** What a running download is at, beyond what its record says. */
export interface LiveState {
  /** `starting` until the plan is made; `finishing`: all fragments are there, the file is checked and renamed. */
  phase: 'starting' | 'fetching' | 'finishing';
  /** Until when the origin asked to wait, in milliseconds since 1970; nothing when it didn't, or that time is over. */
  waitUntilMs: number | undefined;
  /** How many fragments an earlier try left, until a new one is there. */
  resumedFragments: number | undefined;
  /** An earlier try left something that no longer fits the playlist. */
  hasPlaylistChanged: boolean;
}

/** How often a wait is told anew, so that it counts down. Milliseconds. */
const COUNTDOWN_MS = 1000;

/** A download that runs in this window, tied to its job on disk. */
export class Download {
  readonly job: RunningJob;
  readonly #onChange: () => void;
  readonly #abort = new AbortController();
  readonly #end = Promise.withResolvers<DownloadResult>();
  #live: LiveState = {
    phase: 'starting',
    waitUntilMs: undefined,
    resumedFragments: undefined,
    hasPlaylistChanged: false,
  };
  #resumed = { fragments: 0, bytes: 0 };
  #countdown: NodeJS.Timeout | undefined;

  constructor(job: RunningJob, onChange: () => void) {
    this.job = job;
    this.#onChange = onChange;
  }

  get id(): string {
    return this.job.id;
  }

  get record(): JobRecord {
    return this.job.record;
  }

  get live(): LiveState {
    return this.#live;
  }

  /** Resolves when the job is over and on disk, however it ended; rejects when its record cannot be written. */
  get ended(): Promise<DownloadResult> {
    return this.#end.promise;
  }

  /** Ends it as cancelled: nothing of it stays. */
  cancel(): void {
    this.#abort.abort();
  }

  /** Ends it as interrupted, because the window closes: what is whole stays for a resume. */
  interrupt(): void {
    this.#abort.abort(new Interruption());
  }

  /** Runs the engine and writes down how it ended. Called once. */
  run(engine: (signal: AbortSignal) => Promise<EngineEnd>): void {
    const { lost } = this.job;
    const loose = (): void => this.interrupt();
    lost.addEventListener('abort', loose, { once: true });
    if (lost.aborted) loose();
    const finish = async (): Promise<DownloadResult> => {
      const { state, ...rest } = await engine(this.#abort.signal).then(
        ({ receipt }) => this.#describeEnd(receipt),
        (error: unknown) => this.#describeFailure(error),
      );
      lost.removeEventListener('abort', loose);
      this.#endWait();
      await this.job.end(state, rest);
      const { id, record } = this;
      return { id, folder: this.job.folder, record, exitCode: exitCodeOf(state, record.error?.code) };
    };
    finish().then(this.#end.resolve, this.#end.reject);
  }

  /** Takes in what the engine tells. */
  async take(event: DownloadEvent): Promise<void> {
    switch (event.type) {
      case 'resumed':
        this.#takeResumed(event);
        break;
      case 'planned':
        await this.#takePlan(event);
        break;
      case 'fragment':
        this.job.addFragment(event.receipt);
        return;
      case 'renewed':
        return;
      case 'retry':
        if (!event.isAnnounced) return;
        this.#wait(event.delayMs);
        break;
      case 'progress':
        await this.#takeProgress(event);
        break;
      case 'finishing':
        this.#endWait();
        this.#change({ phase: 'finishing' });
        break;
    }
    this.#onChange();
  }

  #takeResumed({ fragments, bytes, isChanged }: Extract<DownloadEvent, { type: 'resumed' }>): void {
    if (isChanged) {
      this.#change({ hasPlaylistChanged: true });
      return;
    }
    this.#resumed = { fragments, bytes };
    if (fragments > 0) this.#change({ resumedFragments: fragments });
  }

  async #takePlan({ variant, fragments, outputs }: Extract<DownloadEvent, { type: 'planned' }>): Promise<void> {
    this.#change({ phase: 'fetching' });
    const progress = { ...this.#resumed, fragmentsTotal: fragments, bytesPerSecond: 0 };
    const chosen = variant === undefined ? {} : { variant: pickVariant(variant) };
    await this.job.update(() => ({ progress, outputs, ...chosen }));
  }

  async #takeProgress(event: Extract<DownloadEvent, { type: 'progress' }>): Promise<void> {
    const { fragments, fragmentsTotal, bytes, bytesPerSecond, remainingS } = event;
    if (fragments > this.#resumed.fragments) this.#change({ resumedFragments: undefined });
    const left = remainingS === undefined ? {} : { remainingS };
    const progress: JobProgress = { fragments, fragmentsTotal, bytes, bytesPerSecond, ...left };
    await this.job.progress(progress);
  }

  /** The origin asked for a wait; of several, the one that ends last counts. */
  #wait(delayMs: number): void {
    const untilMs = Math.max(Date.now() + delayMs, this.#live.waitUntilMs ?? 0);
    this.#change({ waitUntilMs: untilMs });
    this.#countdown ??= setInterval(() => {
      if (Date.now() >= (this.#live.waitUntilMs ?? 0)) this.#endWait();
      this.#onChange();
    }, COUNTDOWN_MS);
  }

  #endWait(): void {
    clearInterval(this.#countdown);
    this.#countdown = undefined;
    this.#change({ waitUntilMs: undefined });
  }

  #change(change: Partial<LiveState>): void {
    this.#live = { ...this.#live, ...change };
  }

  #describeEnd(full: Receipt): Ending {
    const receipt = { ...full };
    delete receipt.perFragment;
    return {
      state: receipt.state === 'cancelled' && this.#wasInterrupted() ? 'interrupted' : receipt.state,
      receipt,
      ...(receipt.variant === undefined ? {} : { variant: receipt.variant }),
      ...(receipt.error === undefined ? {} : { error: receipt.error }),
    };
  }

  #describeFailure(error: unknown): Ending {
    if (this.#wasInterrupted()) return { state: 'interrupted' };
    // An engine that had to be terminated was cancelled all the same.
    if (this.#abort.signal.aborted || isAbortError(error)) return { state: 'cancelled' };
    return { state: 'failed', error: toReport(error) };
  }

  #wasInterrupted(): boolean {
    return this.#abort.signal.reason instanceof Interruption;
  }
}

function pickVariant(variant: NonNullable<JobRecord['variant']>): NonNullable<JobRecord['variant']> {
  const { bandwidth, width, height, codecs } = variant;
  return {
    ...(bandwidth === undefined ? {} : { bandwidth }),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(codecs === undefined ? {} : { codecs }),
  };
}

function toReport(error: unknown): ErrorReport {
  if (error instanceof EngineReportError) return error.report;
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'HLS_INTERNAL', message, hint: 'Please report it with the log.' };
}
