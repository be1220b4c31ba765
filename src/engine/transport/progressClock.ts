/** What counts as progress, and for how long there may be none. */
export interface ProgressLimits {
  minimumBytesPerSecond: number;
  noProgressMs: number;
}

/** Silence before bytes that is longer than this is silence, however much comes then. */
const maxGapMs = 1000;

/**
 * How long a resource has made no progress, over all its tries. Progress is new ground, bytes beyond the furthest so
 * far, at the minimum rate or more: it sets the time back to 0. While known ground is delivered again at that rate
 * (a try that had to start over), the time stands still. All else counts: silence, waits of our own, a trickle.
 *
 * Pure: times are passed in, in milliseconds of one monotonic clock. Read it a few times a second while bytes flow: only
 * then is a burst told from a steady body.
 */
export class ProgressClock {
  readonly #limits: ProgressLimits;
  #idleMs = 0;
  #readMs: number;
  #stops = 0;
  /** Place in the resource, and the furthest so far. */
  #position = 0;
  #furthest: number | undefined;
  /** Bytes of new ground since it was last enough, and time that bytes on known ground took. */
  #newBytes = 0;
  #busyMs = 0;
  #lastByteMs = 0;

  constructor(limits: ProgressLimits, nowMs: number) {
    this.#limits = limits;
    this.#readMs = nowMs;
  }

  /** An answer's body begins, at that place in the resource. */
  begin(position: number, nowMs: number): void {
    this.#lastByteMs = nowMs;
    this.#position = position;
    this.#furthest ??= position;
  }

  /** Bytes of the body came. */
  advance(bytes: number, nowMs: number): void {
    const gapMs = nowMs - this.#lastByteMs;
    if (gapMs <= maxGapMs && bytes * 1000 >= this.#limits.minimumBytesPerSecond * gapMs) this.#busyMs += gapMs;
    this.#lastByteMs = nowMs;
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
    this.#busyMs = 0;
    this.#lastByteMs = nowMs;
  }

  /** So much of the time since the last reading passed with this process asleep or busy. */
  excuse(ms: number): void {
    this.#readMs += ms;
    this.#lastByteMs += ms;
  }

  /** Milliseconds without progress. */
  idleMs(nowMs: number): number {
    const passedMs = Math.max(0, nowMs - this.#readMs);
    this.#readMs = Math.max(this.#readMs, nowMs);
    if (this.#stops > 0) return this.#idleMs;
    this.#idleMs = Math.max(0, this.#idleMs + passedMs - this.#busyMs);
    this.#busyMs = 0;
    if (this.#newBytes > 0 && this.#newBytes * 1000 >= this.#limits.minimumBytesPerSecond * this.#idleMs) {
      // What passed after the last byte is idle already.
      this.#idleMs = Math.max(0, Math.min(passedMs, nowMs - this.#lastByteMs));
      this.#newBytes = 0;
    }
    return this.#idleMs;
  }

  /** Whether there has been no progress for longer than allowed. */
  isOver(nowMs: number): boolean {
    return this.idleMs(nowMs) >= this.#limits.noProgressMs;
  }
}
