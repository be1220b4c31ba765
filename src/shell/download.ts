import type { ErrorReport, ExitCode } from '../engine/errors.ts';
import { Interruption, isAbortError } from '../engine/errors.ts';
import type { DownloadEvent, RecordingEvent } from '../engine/events.ts';
import type { Receipt } from '../engine/receipt.ts';
import { isPausable, type ActiveState, type JobProgress, type JobRecord, type JobState } from '../jobs/record.ts';
import type { RunningJob } from '../jobs/runningJob.ts';
import { EngineReportError, type EndSignals, type EngineEnd } from './engineThread.ts';
import { exitCodeOf } from './exitCode.ts';
import type { Place } from './queue/queue.ts';
import { afterEvent, newRecording, type RecordingState } from './recordingState.ts';

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
type Ending = Partial<JobRecord> & { state: Exclude<JobState, ActiveState> };

/** What a running or waiting download is at, beyond what its record says. */
export interface LiveState {
  /** Its place among those who wait for their turn, from 1; nothing once it has a turn. */
  queueNumber: number | undefined;
  /** `starting` until the plan is made; `finishing`: all fragments are there, the file is checked and renamed. */
  phase: 'starting' | 'fetching' | 'finishing';
  /** Until when the origin asked to wait, in milliseconds since 1970; nothing when it didn't, or that time is over. */
  waitUntilMs: number | undefined;
  /** How many fragments an earlier try left, until a new one is there. */
  resumedFragments: number | undefined;
  /** An earlier try left something that no longer fits the playlist. */
  hasPlaylistChanged: boolean;
  /** What the recording of a live stream is at; nothing for another download, and until the plan is made. */
  recording: RecordingState | undefined;
  /** Files that became of what an interrupted recording left. */
  salvaged: readonly SalvagedFile[];
  /** How much of the finished file is made of the streams, 0 to 1; nothing until that begins. */
  muxedShare: number | undefined;
}

/** What an interrupted recording left, saved under a name of its own. */
export type SalvagedFile = Pick<Extract<DownloadEvent, { type: 'salvaged' }>, 'path' | 'bytes'>;

/** The reason of an abort by a person who wants it to go on later. */
class Pause extends Interruption {}

/** How often a wait is told anew, so that it counts down. Milliseconds. */
const COUNTDOWN_MS = 1000;

/** A download that runs in this window, or waits there for its turn, tied to its job on disk. */
export class Download {
  readonly job: RunningJob;
  /** Its place in the queue. */
  readonly place: Place;
  readonly #onChange: () => void;
  readonly #abort = new AbortController();
  readonly #stop = new AbortController();
  readonly #end = Promise.withResolvers<DownloadResult>();
  #live: Omit<LiveState, 'queueNumber'> = {
    phase: 'starting',
    waitUntilMs: undefined,
    resumedFragments: undefined,
    hasPlaylistChanged: false,
    recording: undefined,
    salvaged: [],
    muxedShare: undefined,
  };
  #resumed = { fragments: 0, bytes: 0 };
  #countdown: NodeJS.Timeout | undefined;

  constructor(job: RunningJob, place: Place, onChange: () => void) {
    this.job = job;
    this.place = place;
    this.#onChange = onChange;
  }

  get id(): string {
    return this.job.id;
  }

  get record(): JobRecord {
    return this.job.record;
  }

  get live(): LiveState {
    return { ...this.#live, queueNumber: this.place.number };
  }

  /** Resolves when the job is over and on disk, however it ended; rejects when its record cannot be written. */
  get ended(): Promise<DownloadResult> {
    return this.#end.promise;
  }

  /**
   * Ends it because a person has had enough of it. A download is cancelled: nothing of it stays. A recording is stopped,
   * or interrupted when it is being stopped already: what it has cannot be had again.
   */
  cancel(): void {
    const isWorthKeeping = this.#live.recording !== undefined && (this.record.progress?.fragments ?? 0) > 0;
    if (!isWorthKeeping) this.#abort.abort();
    else if (!this.stop()) this.interrupt();
  }

  /** Ends a recording well: what is there is the file. Answers whether it did; a recording is stopped once. */
  stop(): boolean {
    const { recording } = this.#live;
    if (recording === undefined || recording.isStopping) return false;
    this.#change({ recording: { ...recording, isStopping: true } });
    this.#stop.abort();
    this.#onChange();
    return true;
  }

  /**
   * Stops it for a while: what is whole stays for a resume.
   * @returns whether it can be stopped for a while.
   */
  pause(): boolean {
    if (!isPausable(this.record)) return false;
    this.#abort.abort(new Pause());
    return true;
  }

  /** Ends it as interrupted, because the window closes: what is whole stays for a resume. */
  interrupt(): void {
    this.#abort.abort(new Interruption());
  }

  /** Runs the engine and writes down how it ended. Called once. */
  run(engine: (signals: EndSignals) => Promise<EngineEnd>): void {
    const { lost } = this.job;
    const loose = (): void => this.interrupt();
    lost.addEventListener('abort', loose, { once: true });
    if (lost.aborted) loose();
    const finish = async (): Promise<DownloadResult> => {
      const { state, ...rest } = await engine({ signal: this.#abort.signal, stop: this.#stop.signal }).then(
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
      case 'moved':
        return;
      case 'retry':
        if (!event.isAnnounced) return;
        this.#wait(event.delayMs);
        break;
      case 'hole':
      case 'reset':
      case 'outage':
      case 'recovered':
        this.#takeRecording(event);
        break;
      case 'salvaged':
        await this.#takeSalvaged(event);
        break;
      case 'progress':
        await this.#takeProgress(event);
        break;
      case 'finishing':
        this.#endWait();
        this.#change({ phase: 'finishing' });
        break;
      case 'muxing':
        this.#change({ muxedShare: event.share });
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

  #takeRecording(event: RecordingEvent): void {
    const { recording } = this.#live;
    if (recording !== undefined) this.#change({ recording: afterEvent(recording, event, Date.now()) });
  }

  async #takeSalvaged({ path, bytes }: SalvagedFile): Promise<void> {
    this.#change({ salvaged: [...this.#live.salvaged, { path, bytes }] });
    await this.job.update(() => ({ kept: { fragments: 0, bytes: 0 } }));
  }

  async #takePlan(event: Extract<DownloadEvent, { type: 'planned' }>): Promise<void> {
    const { variant, fragments, outputs, isLive = false } = event;
    this.#change({ phase: 'fetching', recording: isLive ? newRecording : undefined });
    // A recording may take hours and little of the network: others need not wait for its end.
    if (isLive) this.place.leave();
    const progress = { ...this.#resumed, fragmentsTotal: fragments, bytesPerSecond: 0 };
    const chosen = variant === undefined ? {} : { variant: pickVariant(variant) };
    await this.job.update(() => ({ progress, outputs, isLive, ...chosen }));
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

  #change(change: Partial<Omit<LiveState, 'queueNumber'>>): void {
    this.#live = { ...this.#live, ...change };
  }

  #describeEnd(full: Receipt): Ending {
    const receipt = { ...full };
    delete receipt.perFragment;
    return {
      state: receipt.state === 'cancelled' ? this.#stoppedState() : receipt.state,
      receipt,
      ...(receipt.variant === undefined ? {} : { variant: receipt.variant }),
      ...(receipt.error === undefined ? {} : { error: receipt.error }),
    };
  }

  #describeFailure(error: unknown): Ending {
    // An engine that had to be terminated was stopped all the same.
    if (this.#abort.signal.aborted || isAbortError(error)) return { state: this.#stoppedState() };
    return { state: 'failed', error: toReport(error) };
  }

  #stoppedState(): Extract<JobState, 'paused' | 'interrupted' | 'cancelled'> {
    const reason: unknown = this.#abort.signal.reason;
    if (reason instanceof Pause) return 'paused';
    return reason instanceof Interruption ? 'interrupted' : 'cancelled';
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
