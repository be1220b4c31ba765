import type { Limits } from '../request.ts';

export type Lateness = 'TIMEOUT' | 'STALLED';

const tickMs = 250;

/** One transfer under watch. Times are `performance.now()`. */
export class Watch {
  readonly onLate: (lateness: Lateness, message: string) => void;
  #sinceMs = performance.now();
  #lastByteMs: number | undefined;
  #windowMs = 0;
  #windowBytes = 0;
  #isPaused = false;

  constructor(onLate: (lateness: Lateness, message: string) => void) {
    this.onLate = onLate;
  }

  /** The head of the answer, or bytes of its body, arrived. */
  progress(bytes: number): void {
    const nowMs = performance.now();
    if (this.#lastByteMs === undefined) this.#windowMs = nowMs;
    this.#lastByteMs = nowMs;
    this.#windowBytes += bytes;
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

  check(nowMs: number, limits: Limits): void {
    if (this.#isPaused) return;
    if (this.#lastByteMs === undefined) {
      if (nowMs - this.#sinceMs > limits.firstByteMs)
        this.onLate('TIMEOUT', `no answer within ${seconds(limits.firstByteMs)}`);
      return;
    }
    if (nowMs - this.#lastByteMs > limits.stallMs) {
      this.onLate('STALLED', `no byte for ${seconds(limits.stallMs)}`);
      return;
    }
    if (nowMs - this.#windowMs < limits.rateWindowMs) return;
    const bytesPerSecond = (this.#windowBytes * 1000) / (nowMs - this.#windowMs);
    if (bytesPerSecond < limits.minimumBytesPerSecond) {
      this.onLate('STALLED', `${Math.round(bytesPerSecond)} bytes a second over ${seconds(limits.rateWindowMs)}`);
      return;
    }
    this.#windowMs = nowMs;
    this.#windowBytes = 0;
  }
}

/**
 * Ends transfers that never answer, stall or crawl. undici's own timers do not fire while the consumer is paused and
 * know no minimum rate. One timer for all, stopped while there is nothing to watch.
 */
export class Watchdog {
  readonly #limits: Limits;
  readonly #watches = new Set<Watch>();
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  add(watch: Watch): void {
    this.#watches.add(watch);
    this.#timer ??= setInterval(() => this.#tick(), tickMs);
  }

  remove(watch: Watch): void {
    this.#watches.delete(watch);
    if (this.#watches.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    const nowMs = performance.now();
    for (const watch of [...this.#watches]) watch.check(nowMs, this.#limits);
  }
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
