import { TransferError } from '../errors.ts';
import type { Body } from './body.ts';
import type { Limits } from '../request.ts';
import { ProgressClock } from './progressClock.ts';
import { isRefusal } from './retry.ts';
import { wait } from './wait.ts';

/** A timer that is so much too late says that this process slept. */
const sleepMs = 1000;

export interface FailedHow {
  /** It had asked for the rest of an interrupted body. */
  isContinuing: boolean;
  /** The body came whole, and was refused for what it holds. */
  isWhole: boolean;
}

/** What is known of one resource on its way, over all its tries. */
export class Course {
  readonly clock: ProgressClock;
  readonly limits: Limits;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Where it is asked for. */
  url: string;
  tries = 1;
  /** Tries whose bytes were refused for what they are. */
  refusals = 0;
  /** Body bytes over the network. */
  received = 0;
  /** How often it was asked for beside a try that had fallen behind. */
  hedges = 0;
  /** How long the rate has kept its requests waiting. */
  admissionMs = 0;
  #body: Body | undefined;

  constructor(url: string, limits: Limits, signal: AbortSignal) {
    this.url = url;
    this.limits = limits;
    this.signal = signal;
    this.clock = new ProgressClock(limits, performance.now());
  }

  /** The body that began last. */
  get body(): Body | undefined {
    return this.#body;
  }

  /** The body to go on with, where the last try left one that can be gone on with. */
  get interrupted(): Body | undefined {
    return this.#body?.ifRange === undefined ? undefined : this.#body;
  }

  /** A body begins from its beginning. */
  begin(body: Body): void {
    this.#body?.close();
    this.#body = body;
  }

  /** A try failed. */
  failed(error: TransferError, { isContinuing, isWhole }: FailedHow): void {
    // An origin that cannot go on where it stopped may still give all of it.
    if (isWhole || (isRefusal(error) && !(isContinuing && error.reason === 'RANGE'))) this.refusals++;
  }

  /** Does what takes time that is not the origin's to answer for. */
  async excused<T>(work: () => Promise<T>): Promise<T> {
    this.clock.stop(performance.now());
    try {
      return await work();
    } finally {
      this.clock.go(performance.now());
    }
  }

  /** Waits before the next try, which counts as time without progress. */
  async delay(ms: number, signal: AbortSignal): Promise<void> {
    const endMs = performance.now() + ms;
    await wait(ms, signal);
    const lateMs = performance.now() - endMs;
    if (lateMs > sleepMs) this.clock.excuse(lateMs);
  }

  /** The last failure as it is told: with what it came to, and after how many tries. */
  ended(error: TransferError, why = ''): TransferError {
    if (this.tries === 1 && why === '') return error;
    const { resource, reason, status, retryAfterMs, hint, url, fragment } = error;
    const message = `${error.message}${why}${this.tries === 1 ? '' : ` (${this.tries} tries)`}`;
    return new TransferError(resource, reason, message, { status, retryAfterMs, hint, url, fragment, cause: error });
  }
}
