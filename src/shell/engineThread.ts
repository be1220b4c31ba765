import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { nameFunctions } from './functionNames.ts';
import { Interruption, type ErrorReport } from '../engine/errors.ts';
import type { DownloadEvent } from '../engine/events.ts';
import type { Inspection } from '../engine/inspect.ts';
import type { Receipt } from '../engine/receipt.ts';
import type { ProfileEnd, WorkerCommand, WorkerInput, WorkerMessage } from '../worker.ts';

/** How a download ended, whichever way. */
export interface EngineEnd extends ProfileEnd {
  receipt: Receipt;
}

/** What may end a download before its end. */
export interface EndSignals {
  /** Cancels: the receipt then says `cancelled`. */
  signal: AbortSignal;
  /** Ends the recording of a live stream well: what is there is the file. */
  stop?: AbortSignal;
}

type DownloadInput = Extract<WorkerInput, { type: 'download' }>;
type InspectInput = Extract<WorkerInput, { type: 'inspect' }>;
type FetchInput = Extract<WorkerInput, { type: 'fetchText' }>;

/** A playlist's text as it came, and the URL that its own URIs are relative to. */
export type FetchedText = Pick<Extract<WorkerMessage, { type: 'fetched' }>, 'bytes' | 'url'>;

/** The thread died without saying how the download ended. */
export class EngineCrashError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'EngineCrashError';
  }
}

/** The engine's answer when it has no receipt or plan to give. */
export class EngineReportError extends Error {
  readonly report: ErrorReport;

  constructor(report: ErrorReport) {
    super(report.message);
    this.name = 'EngineReportError';
    this.report = report;
  }
}

/** How long the engine may take to stop, or to exit when it is done, before its thread is terminated. Milliseconds. */
const PATIENCE_MS = 5000;

/** Runs downloads and inspections in threads of their own. */
export class EngineThreads {
  /** Path of the bundled worker. */
  readonly script: string;
  readonly #log: (line: string) => void;
  #running = 0;
  #begun = 0;

  /**
   * @param log takes what the engine's thread prints, line by line.
   */
  constructor(script: string, log: (line: string) => void) {
    this.script = script;
    this.#log = log;
  }

  /** How many threads run, and how many have begun so far: what ran beside a download shows in them. */
  get counts(): Readonly<{ running: number; begun: number }> {
    return { running: this.#running, begun: this.#begun };
  }

  /**
   * Downloads in a new thread; resolves once the thread is gone, so nothing writes any more.
   * @throws EngineCrashError when the thread dies without a receipt, or does not stop in time; EngineReportError when
   * the engine itself failed.
   */
  async download(
    input: DownloadInput,
    onEvent: (event: DownloadEvent) => void,
    signals: EndSignals,
  ): Promise<EngineEnd> {
    let end: EngineEnd | undefined;
    let failure: ErrorReport | undefined;
    await this.#run(input, signals, PATIENCE_MS, (message) => {
      if (message.type === 'event') onEvent(message.event);
      else if (message.type === 'ended') end = message;
      else if (message.type === 'failed') failure = message.error;
      return message.type !== 'event';
    });
    if (failure !== undefined) throw new EngineReportError(failure);
    if (end === undefined) throw new EngineCrashError('The engine stopped without a word.');
    return end;
  }

  /**
   * Reads a playlist in a short-lived thread.
   * @throws EngineReportError when it cannot be read; an AbortError when `signal` aborts first.
   */
  async inspect(playlist: Omit<InspectInput, 'type'>, signal: AbortSignal): Promise<Inspection> {
    return (await this.#ask({ type: 'inspect', ...playlist }, 'inspected', signal)).inspection;
  }

  /**
   * Fetches a playlist's text in a short-lived thread.
   * @throws EngineReportError when it cannot be had or is no playlist at all; an AbortError when `signal` aborts first.
   */
  async fetchText(playlist: Omit<FetchInput, 'type'>, signal: AbortSignal): Promise<FetchedText> {
    const { bytes, url } = await this.#ask({ type: 'fetchText', ...playlist }, 'fetched', signal);
    return { bytes, url };
  }

  /** Runs a thread that gives one answer. */
  async #ask<Type extends 'inspected' | 'fetched'>(
    input: InspectInput | FetchInput,
    type: Type,
    signal: AbortSignal,
  ): Promise<Extract<WorkerMessage, { type: Type }>> {
    let answer: WorkerMessage | undefined;
    try {
      // It writes nothing, so its thread can go at any moment.
      await this.#run(input, { signal }, 0, (message) => {
        answer = message;
        return true;
      });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
    if (answer?.type === 'failed') throw new EngineReportError(answer.error);
    if (answer?.type !== type) throw new EngineCrashError('The engine stopped without a word.');
    return answer as Extract<WorkerMessage, { type: Type }>;
  }

  /**
   * Runs a thread to its exit. `onMessage` answers whether a message was the last one; after it, and after a
   * cancellation, the thread has `patienceMs` to exit by itself.
   */
  async #run(
    input: WorkerInput,
    { signal, stop }: EndSignals,
    patienceMs: number,
    onMessage: (message: WorkerMessage) => boolean,
  ): Promise<void> {
    signal.throwIfAborted();
    const isNative = input.type === 'download' && input.profile?.kind === 'native';
    const naming = isNative ? nameFunctions() : undefined;
    const worker = new Worker(this.script, {
      workerData: input,
      name: 'hotframe-engine',
      stdout: true,
      stderr: true,
      // Flags of the host (--inspect, loaders) are not meant for the engine.
      execArgv: [],
    });
    this.#begun++;
    this.#running++;
    worker.once('online', () => naming?.begun());
    this.#logLines(worker.stdout);
    this.#logLines(worker.stderr);
    let patience: NodeJS.Timeout | undefined;
    const terminateSoon = (): void => {
      patience ??= setTimeout(() => {
        if (patienceMs > 0) this.#log('the engine did not stop in time and is terminated');
        worker.terminate().catch((error: unknown) => this.#log(String(error)));
      }, patienceMs);
    };
    const cancel = (): void => {
      worker.postMessage({ type: 'cancel', keep: signal.reason instanceof Interruption } satisfies WorkerCommand);
      terminateSoon();
    };
    // What is on its way still comes in, however long that takes.
    const stopSoon = (): void => worker.postMessage({ type: 'stop' } satisfies WorkerCommand);
    signal.addEventListener('abort', cancel, { once: true });
    stop?.addEventListener('abort', stopSoon, { once: true });
    try {
      await new Promise<void>((resolve, reject) => {
        let hasEnded = false;
        worker.on('message', (message: WorkerMessage) => {
          if (!onMessage(message)) return;
          hasEnded = true;
          terminateSoon();
        });
        worker.on('messageerror', (error) =>
          reject(new EngineCrashError('The engine sent what cannot be read.', error)),
        );
        worker.on('error', (error) => reject(toCrash(error)));
        worker.on('exit', (code) => {
          if (hasEnded) resolve();
          else reject(new EngineCrashError(`The engine's thread ended with code ${code} before the download did.`));
        });
      });
    } finally {
      signal.removeEventListener('abort', cancel);
      stop?.removeEventListener('abort', stopSoon);
      clearTimeout(patience);
      await worker.terminate();
      this.#running--;
      naming?.ended();
    }
  }

  #logLines(stream: Readable): void {
    createInterface({ input: stream }).on('line', this.#log);
  }
}

function toCrash(error: unknown): EngineCrashError {
  const reason = error instanceof Error ? error.message : String(error);
  return new EngineCrashError(`The engine's thread crashed: ${reason}`, error);
}
