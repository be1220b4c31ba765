import type { ErrorReport, ExitCode } from '../engine/errors.ts';
import { isAbortError } from '../engine/errors.ts';
import type { DownloadEvent } from '../engine/events.ts';
import type { Receipt } from '../engine/receipt.ts';
import type { JobRecord, JobState } from '../jobs/record.ts';
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

/** A download that runs in this window, tied to its job on disk. */
export class Download {
  readonly job: RunningJob;
  readonly #onChange: () => void;
  readonly #abort = new AbortController();
  readonly #end = Promise.withResolvers<DownloadResult>();
  #isInterrupted = false;
  #isFinishing = false;

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

  /** Whether all fragments are there and the file is being checked and renamed. */
  get isFinishing(): boolean {
    return this.#isFinishing;
  }

  /** Resolves when the job is over and on disk, however it ended; rejects when its record cannot be written. */
  get ended(): Promise<DownloadResult> {
    return this.#end.promise;
  }

  /** Ends it as cancelled. */
  cancel(): void {
    this.#abort.abort();
  }

  /** Ends it as interrupted: the window closes. */
  interrupt(): void {
    this.#isInterrupted = true;
    this.#abort.abort();
  }

  /** Runs the engine and writes down how it ended. Called once. */
  run(engine: (signal: AbortSignal) => Promise<EngineEnd>): void {
    const signal = AbortSignal.any([this.#abort.signal, this.job.lost]);
    const finish = async (): Promise<DownloadResult> => {
      const { state, ...rest } = await engine(signal).then(
        ({ receipt }) => this.#describeEnd(receipt),
        (error: unknown) => this.#describeFailure(error),
      );
      await this.job.end(state, rest);
      const { id, record } = this;
      return { id, folder: this.job.folder, record, exitCode: exitCodeOf(state, record.error?.code) };
    };
    finish().then(this.#end.resolve, this.#end.reject);
  }

  /** Takes in what the engine tells. */
  async take(event: DownloadEvent): Promise<void> {
    switch (event.type) {
      case 'planned': {
        const { variant, fragments } = event;
        const progress = { fragments: 0, fragmentsTotal: fragments, bytes: 0, bytesPerSecond: 0 };
        await this.job.update(() => ({
          progress,
          ...(variant === undefined ? {} : { variant: pickVariant(variant) }),
        }));
        break;
      }
      case 'fragment':
        this.job.addFragment(event.receipt);
        return;
      case 'resumed':
      case 'renewed':
      case 'retry':
        return;
      case 'progress': {
        const { fragments, fragmentsTotal, bytes, bytesPerSecond, remainingS } = event;
        const left = remainingS === undefined ? {} : { remainingS };
        await this.job.progress({ fragments, fragmentsTotal, bytes, bytesPerSecond, ...left });
        break;
      }
      case 'finishing':
        this.#isFinishing = true;
        break;
    }
    this.#onChange();
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
    return this.#isInterrupted || this.job.lost.aborted;
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
