/** Lets so many bytes per second through, evenly: at most a hundredth of a second's worth at once. */
export class Bucket {
  readonly #bytesPerMs: number;
  #bytes = 0;
  #filledMs: number;

  /** @param nowMs of the clock that `fill` is told. */
  constructor(bytesPerSecond: number, nowMs: number) {
    this.#bytesPerMs = bytesPerSecond / 1000;
    this.#filledMs = nowMs;
  }

  fill(nowMs: number): void {
    const filled = this.#bytes + (nowMs - this.#filledMs) * this.#bytesPerMs;
    this.#bytes = Math.min(filled, this.#bytesPerMs * Math.max(burstMs, nowMs - this.#filledMs));
    this.#filledMs = nowMs;
  }

  get bytes(): number {
    return Math.max(0, Math.floor(this.#bytes));
  }

  take(bytes: number): void {
    this.#bytes -= bytes;
  }
}

const burstMs = 10;
