import type { Limits } from '../request.ts';
import type { ProgressClock } from './progressClock.ts';
import { Roll } from './roll.ts';

export type Lateness = 'TIMEOUT' | 'STALLED';

const tickMs = 250;
/** A tick that comes so much later than it should says that this process slept or was busy. */
const sleepMs = 1000;

/** One exchange under watch. Times are `performance.now()`. */
export class Watch {
  readonly #limits: Limits;
  /** Of the resource, over all its tries, where it is one's progress. */
  clock: ProgressClock | undefined;
  readonly #onLate: (lateness: Lateness, what: string) => void;
  #sinceMs = performance.now();
  #lastByteMs: number | undefined;
  #windowMs = 0;
  #windowBytes = 0;
  #isPaused = false;

  constructor(limits: Limits, clock: ProgressClock | undefined, onLate: (lateness: Lateness, what: string) => void) {
    this.#limits = limits;
    this.clock = clock;
    this.#onLate = onLate;
  }

  /** The head of the answer, or bytes of its body, arrived. */
  progress(bytes: number): void {
    const nowMs = performance.now();
    if (this.#lastByteMs === undefined) this.#windowMs = nowMs;
    this.#lastByteMs = nowMs;
    this.#windowBytes += bytes;
    this.clock?.advance(bytes, nowMs);
  }

  /** While we do not read, silence is ours and not the origin's. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    const nowMs = performance.now();
    this.#lastByteMs = nowMs;
    this.#windowMs = nowMs;
    this.#windowBytes = 0;
  }

  /** So much of the time passed with this process asleep or busy. */
  excuse(ms: number): void {
    this.clock?.excuse(ms);
    this.#sinceMs += ms;
    this.#windowMs += ms;
    if (this.#lastByteMs !== undefined) this.#lastByteMs += ms;
  }

  check(nowMs: number): void {
    if (this.#isPaused) return;
    const limits = this.#limits;
    const isOver = this.clock?.isOver(nowMs) ?? false;
    const lastByteMs = this.#lastByteMs;
    if (lastByteMs === undefined) {
      const silentMs = nowMs - this.#sinceMs;
      if (isOver || silentMs > limits.firstByteMs) this.#onLate('TIMEOUT', `no answer within ${seconds(silentMs)}`);
      return;
    }
    const silentMs = nowMs - lastByteMs;
    const windowMs = nowMs - this.#windowMs;
    const bytesPerSecond = (this.#windowBytes * 1000) / windowMs;
    const isCrawling = bytesPerSecond < limits.minimumBytesPerSecond;
    if (silentMs > limits.stallMs || (isOver && !isCrawling)) {
      this.#onLate('STALLED', `no byte for ${seconds(silentMs)}`);
    } else if (isCrawling && (isOver || windowMs >= limits.rateWindowMs)) {
      this.#onLate('STALLED', `${Math.round(bytesPerSecond)} bytes a second over ${seconds(windowMs)}`);
    } else if (windowMs >= limits.rateWindowMs) {
      this.#windowMs = nowMs;
      this.#windowBytes = 0;
    }
  }
}

/**
 * Ends exchanges that never answer, stall or crawl. undici's own timers do not fire while the consumer is paused and
 * know no minimum rate. One timer for all, stopped while there is nothing to watch.
 */
export class Watchdog {
  readonly #watches = new Roll<Watch>();
  #timer: NodeJS.Timeout | undefined;
  #tickedMs = 0;

  add(watch: Watch): void {
    this.#watches.add(watch);
    if (this.#timer) return;
    this.#tickedMs = performance.now();
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  remove(watch: Watch): void {
    if (!this.#watches.remove(watch) || this.#watches.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    const nowMs = performance.now();
    const lateMs = nowMs - this.#tickedMs - tickMs;
    this.#tickedMs = nowMs;
    for (const watch of this.#watches) {
      // Bytes that came meanwhile are still unread.
      if (lateMs > sleepMs) watch.excuse(lateMs);
      else watch.check(nowMs);
    }
  }
}

/** For people: `1.5 s`. */
export function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
