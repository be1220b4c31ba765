import { Turns, type Waiting } from './rate.ts';

/** What a body is stopped by until its next turn. */
export interface Throttled {
  hold(): void;
  release(): void;
}

/**
 * Bounds the bytes of bodies that all connections of a download bring in a second. Playlists, keys and init segments
 * count, and wait only for each other: what they take, the fragments after them have less.
 */
export class RateLimit {
  readonly #fragments: Lane;
  readonly #urgent: Lane;

  constructor(bytesPerSecond: number) {
    this.#fragments = new Lane(bytesPerSecond, () => undefined);
    this.#urgent = new Lane(bytesPerSecond, (bytes) => this.#fragments.spend(bytes));
  }

  /** What one read should bring at most, so that the rate is smooth. */
  get readBytes(): number {
    return this.#fragments.turnBytes;
  }

  /** Resolves when a request may be sent. Rejects with the signal's reason. */
  async admit(isUrgent: boolean, signal: AbortSignal): Promise<Passage> {
    signal.throwIfAborted();
    const passage = new Passage(isUrgent ? this.#urgent : this.#fragments);
    await passage.begin(signal);
    return passage;
  }
}

/** Those who wait for each other. */
class Lane {
  readonly #turns: Turns;
  /** Told what passes. */
  readonly #onPass: (bytes: number) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(bytesPerSecond: number, onPass: (bytes: number) => void) {
    this.#turns = new Turns(bytesPerSecond, performance.now());
    this.#onPass = onPass;
  }

  get turnBytes(): number {
    return this.#turns.bytes;
  }

  passed(bytes: number): void {
    this.#onPass(bytes);
  }

  spend(bytes: number): void {
    this.#turns.spend(bytes);
    if (bytes < 0) this.#give();
  }

  wait(who: Waiting, isReading: boolean): void {
    this.#turns.wait(who, isReading);
    this.#give();
  }

  leave(who: Waiting): void {
    this.#turns.leave(who);
    this.#give();
  }

  #give(): void {
    clearTimeout(this.#timer);
    const waitMs = this.#turns.give(performance.now());
    this.#timer = waitMs === undefined ? undefined : setTimeout(() => this.#give(), waitMs);
  }
}

/** What one exchange may read. */
export class Passage {
  readonly #lane: Lane;
  /** Bytes that are paid for. */
  #credit = 0;
  #throttled: Throttled | undefined;
  #isHeld = false;
  #isOver = false;
  #waiting: Waiting | undefined;

  constructor(lane: Lane) {
    this.#lane = lane;
  }

  /** Waits for the first turn. */
  async begin(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const who = {
        go: (bytes: number) => {
          signal.removeEventListener('abort', onAbort);
          this.#credit += bytes;
          resolve();
        },
      };
      const onAbort = () => {
        this.#lane.leave(who);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#lane.wait(who, false);
    });
  }

  /** Whom it stops and lets go on. */
  attach(throttled: Throttled): void {
    this.#throttled = throttled;
  }

  /** Bytes came; where they are not the last, the next wait for their turn if they have to. */
  spend(bytes: number, isLast: boolean): void {
    this.#lane.passed(bytes);
    this.#credit -= bytes;
    if (this.#isOver || isLast) this.#settle();
    else if (this.#credit <= 0) this.#pause();
  }

  /** Nothing more will come. Idempotent. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#waiting) this.#lane.leave(this.#waiting);
    this.#go();
    this.#settle();
  }

  #pause(): void {
    this.#settle();
    this.#waiting = {
      go: (bytes) => {
        this.#credit += bytes;
        this.#go();
      },
    };
    this.#lane.wait(this.#waiting, true);
    this.#holdIfWaiting();
  }

  /** Its turn may have come at once. */
  #holdIfWaiting(): void {
    if (!this.#waiting) return;
    this.#isHeld = true;
    this.#throttled?.hold();
  }

  #go(): void {
    this.#waiting = undefined;
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#throttled?.release();
  }

  /** Pays for what was read beyond the turn, or gives back what was not. */
  #settle(): void {
    const bytes = -this.#credit;
    this.#credit = 0;
    if (bytes !== 0) this.#lane.spend(bytes);
  }
}
