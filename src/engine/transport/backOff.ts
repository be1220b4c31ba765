import { wait } from './wait.ts';

/**
 * The back-off that all requests to the origins of a download share: an origin that says "later" to one request means
 * every one of them.
 */
export class SharedBackOff {
  #untilMs = 0;

  /** Holds every request for at least `ms` from now. */
  hold(ms: number): void {
    this.#untilMs = Math.max(this.#untilMs, performance.now() + ms);
  }

  /** Resolves when no hold is in force. */
  async passed(signal: AbortSignal): Promise<void> {
    for (let leftMs = this.#leftMs(); leftMs > 0; leftMs = this.#leftMs()) await wait(leftMs, signal);
  }

  #leftMs(): number {
    return Math.ceil(this.#untilMs - performance.now());
  }
}
