/** Credit lasts so long: what is not used by then is lost, so that it never makes a burst. */
const creditS = 0.05;
/** A turn brings so much of a second's bytes, within bounds. */
const turnS = 0.025;
const leastTurnBytes = 2 * 1024;
const mostTurnBytes = 64 * 1024;

/**
 * A token bucket: fills at a rate up to its capacity, and may be overdrawn. Pure: times are passed in, in milliseconds of
 * one monotonic clock.
 */
export class TokenBucket {
  readonly #bytesPerMs: number;
  readonly #capacity: number;
  #level: number;
  #ms: number;

  constructor(bytesPerSecond: number, capacityBytes: number, level: number, nowMs: number) {
    this.#bytesPerMs = bytesPerSecond / 1000;
    this.#capacity = capacityBytes;
    this.#level = level;
    this.#ms = nowMs;
  }

  /** Bytes that may pass now; negative when more have passed than might. */
  level(nowMs: number): number {
    const passedMs = Math.max(0, nowMs - this.#ms);
    this.#ms += passedMs;
    this.#level = Math.min(this.#capacity, this.#level + passedMs * this.#bytesPerMs);
    return this.#level;
  }

  /** Takes out bytes, or puts back where they are negative. */
  take(bytes: number): void {
    this.#level = Math.min(this.#capacity, this.#level - bytes);
  }

  /** Milliseconds until something may pass; 0 when it may now. */
  waitMs(nowMs: number): number {
    const level = this.level(nowMs);
    return level > 0 ? 0 : Math.max(1, -level / this.#bytesPerMs);
  }
}

/** One who waits for a turn. */
export interface Waiting {
  /** May pass so many bytes. */
  go(bytes: number): void;
}

/**
 * Whose turn it is to read, so that all together read at a rate. A turn is paid when it is given: it brings as many
 * bytes as a fraction of a second may, and who reads more than that has the others wait. Who is reading goes before who
 * has not begun: as few connections as it takes are open at once.
 *
 * Pure: times are passed in, in milliseconds of one monotonic clock.
 */
export class Turns {
  /** Bytes of one turn. */
  readonly bytes: number;
  readonly #bucket: TokenBucket;
  readonly #reading = new Set<Waiting>();
  readonly #starting = new Set<Waiting>();

  constructor(bytesPerSecond: number, nowMs: number) {
    this.bytes = Math.min(mostTurnBytes, Math.max(leastTurnBytes, Math.round(bytesPerSecond * turnS)));
    const capacity = Math.max(this.bytes, bytesPerSecond * creditS);
    this.#bucket = new TokenBucket(bytesPerSecond, capacity, this.bytes, nowMs);
  }

  /** Bytes passed that no turn paid for; a negative number are bytes of a turn that did not pass. */
  spend(bytes: number): void {
    this.#bucket.take(bytes);
  }

  wait(who: Waiting, isReading: boolean): void {
    (isReading ? this.#reading : this.#starting).add(who);
  }

  leave(who: Waiting): void {
    this.#reading.delete(who);
    this.#starting.delete(who);
  }

  /** Gives the turns that are due, in order. Returns the milliseconds until the next, `undefined` when nobody waits. */
  give(nowMs: number): number | undefined {
    for (;;) {
      const [next] = this.#reading.size > 0 ? this.#reading : this.#starting;
      if (!next) return undefined;
      const waitMs = this.#bucket.waitMs(nowMs);
      if (waitMs > 0) return waitMs;
      this.leave(next);
      this.#bucket.take(this.bytes);
      next.go(this.bytes);
    }
  }
}
