import { wait } from './wait.ts';

/** Those who waited start within this share of their wait, but within `maxSpreadMs`, after its end. */
const spreadShare = 0.1;
const maxSpreadMs = 500;

/**
 * The back-off that all requests to the origins of a download share: an origin that says "later" to one request means
 * every one of them.
 */
export class SharedBackOff {
  #sinceMs = 0;
  #untilMs = 0;

  /** Holds every request for at least `ms` from now. */
  hold(ms: number): void {
    const nowMs = performance.now();
    if (nowMs >= this.#untilMs) this.#sinceMs = nowMs;
    this.#untilMs = Math.max(this.#untilMs, nowMs + ms);
  }

  /** Whether a hold is in force. */
  get isHeld(): boolean {
    return this.#leftMs() > 0;
  }

  /** Resolves when no hold is in force; for all who waited a little apart, so that the origin is not hit at once. */
  async passed(signal: AbortSignal): Promise<void> {
    for (let leftMs = this.#leftMs(); leftMs > 0; leftMs = this.#leftMs()) {
      const spreadMs = Math.min(maxSpreadMs, (this.#untilMs - this.#sinceMs) * spreadShare);
      await wait(leftMs + Math.random() * spreadMs, signal);
    }
  }

  #leftMs(): number {
    return Math.ceil(this.#untilMs - performance.now());
  }
}
