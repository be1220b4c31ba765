/** What counts as progress, and for how long there may be none. */
export interface ProgressLimits {
  minimumBytesPerSecond: number;
  noProgressMs: number;
}

/**
 * How long a resource has made no progress, over all its tries. Progress is new ground, bytes beyond the furthest so
 * far, at the minimum rate or more: it sets the time back to 0. While known ground is delivered again at that rate
 * (a try that had to start over), the time stands still. All else counts: silence, waits of our own, a trickle.
 *
 * Pure: times are passed in, in milliseconds of one monotonic clock. Read it often while bytes flow, a few times a
 * second: the rate of known ground is that since the last reading.
 */
export class ProgressClock {
  readonly #limits: ProgressLimits;
  #idleMs = 0;
  #readMs: number;
  #lastByteMs = 0;
  #stops = 0;
  /** Place in the resource, and the furthest so far. */
  #position = 0;
  #furthest: number | undefined;
  #newBytes = 0;
  #bytesSinceReading = 0;

  constructor(limits: ProgressLimits, nowMs: number) {
    this.#limits = limits;
    this.#readMs = nowMs;
  }

  /** An answer's body begins, at that place in the resource. */
  begin(position: number, nowMs: number): void {
    this.idleMs(nowMs);
    this.#position = position;
    this.#furthest ??= position;
  }

  /** Bytes of the body came. */
  advance(bytes: number, nowMs: number): void {
    this.#lastByteMs = nowMs;
    this.#bytesSinceReading += bytes;
    this.#position += bytes;
    const furthest = this.#furthest ?? 0;
    if (this.#position <= furthest) return;
    this.#newBytes += this.#position - furthest;
    this.#furthest = this.#position;
  }

  /** Time from here is not the origin's to answer for: it announced the wait, or we don't read. Nests. */
  stop(nowMs: number): void {
    this.idleMs(nowMs);
    this.#stops++;
  }

  go(nowMs: number): void {
    this.idleMs(nowMs);
    this.#stops--;
  }

  /** So much of the time since the last reading passed with this process asleep or busy. */
  excuse(ms: number): void {
    this.#readMs += ms;
  }

  /** Milliseconds without progress. */
  idleMs(nowMs: number): number {
    const passedMs = Math.max(0, nowMs - this.#readMs);
    this.#readMs = Math.max(this.#readMs, nowMs);
    if (this.#stops > 0) return this.#idleMs;
    const bytesPerMs = this.#limits.minimumBytesPerSecond / 1000;
    const isNewGround = this.#newBytes > 0 && this.#newBytes >= bytesPerMs * (this.#idleMs + passedMs);
    const isKnownGround = this.#bytesSinceReading > 0 && this.#bytesSinceReading >= bytesPerMs * passedMs;
    this.#bytesSinceReading = 0;
    // Of the time since the last reading, that after the last byte.
    const silentMs = Math.min(passedMs, nowMs - this.#lastByteMs);
    if (isNewGround) {
      this.#idleMs = silentMs;
      this.#newBytes = 0;
    } else {
      this.#idleMs += isKnownGround ? silentMs : passedMs;
    }
    return this.#idleMs;
  }

  /** Whether there has been no progress for longer than allowed. */
  isOver(nowMs: number): boolean {
    return this.idleMs(nowMs) >= this.#limits.noProgressMs;
  }
}
