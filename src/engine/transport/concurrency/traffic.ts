import { StageTimes, type Stage } from '../stageTimes.ts';

/** What is told of a request and its answer as they go on; in this order. */
export interface TrafficEntry {
  /** There is a connection, on which it is sent. */
  sent(): void;
  /** The head of the answer came. */
  answered(): void;
  /** The body has so many bytes. */
  expects(bytes: number): void;
  received(bytes: number): void;
  /** Nobody reads it for now, because memory or disk cannot take more. */
  pause(): void;
  resume(): void;
  /** Nobody reads it for now, because a rate is set. */
  hold(): void;
  release(): void;
  /** It is over, for good or for ill. Idempotent. */
  end(isWhole: boolean): void;
}

/** How fast the time to the first byte follows what is measured. */
const firstByteShare = 0.25;

/**
 * The transfers of a download's fragments, counted while they run: what `auto` concurrency is chosen by. Where it is, a
 * try that is not the first waits until there is room among those that are on their way.
 */
export class Traffic {
  readonly stages = new StageTimes();
  receivedBytes = 0;
  /** Bytes that bodies on their way have yet to bring, as far as their lengths are known. */
  expectedBytes = 0;
  completed = 0;
  inFlight = 0;
  paused = 0;
  refused = 0;
  timedOut = 0;
  /** Smoothed; absent before the first answer. */
  firstByteMs: number | undefined;
  /** Told when a try was refused or timed out. */
  onTrouble: (() => void) | undefined;
  #limit: number | undefined;
  readonly #waiting = new Set<() => void>();

  /** Whether the number of transfers at once is chosen by how they go. */
  get isManaged(): boolean {
    return this.#limit !== undefined;
  }

  get limit(): number | undefined {
    return this.#limit;
  }

  /** How many may be on their way when one is tried again; `undefined`: any number. */
  set limit(width: number | undefined) {
    this.#limit = width;
    this.#wake();
  }

  begin(): TrafficEntry {
    const sentMs = performance.now();
    let [isPaused, isHeld, isOver] = [false, false, false];
    let phase: Stage = 'connecting';
    let stage: Stage = phase;
    let leftBytes = 0;
    const expect = (bytes: number) => {
      this.expectedBytes += bytes - leftBytes;
      leftBytes = bytes;
    };
    this.inFlight++;
    this.stages.enter(stage);
    const moveOn = (next: Stage = phase) => {
      phase = next;
      const now = isPaused ? 'order' : isHeld ? 'rate' : phase;
      if (isOver || now === stage) return;
      this.stages.move(stage, now);
      stage = now;
    };
    this.#wake();
    const setPaused = (isNow: boolean) => {
      if (isOver || isNow === isPaused) return;
      isPaused = isNow;
      this.paused += isNow ? 1 : -1;
      moveOn();
      if (isNow) this.#wake();
    };
    const setHeld = (isNow: boolean) => {
      isHeld = isNow;
      moveOn();
    };
    return {
      sent: () => moveOn('firstByte'),
      answered: () => {
        moveOn('body');
        this.#answered(performance.now() - sentMs);
      },
      expects: expect,
      received: (bytes) => {
        this.receivedBytes += bytes;
        expect(Math.max(0, leftBytes - bytes));
      },
      pause: () => setPaused(true),
      resume: () => setPaused(false),
      hold: () => setHeld(true),
      release: () => setHeld(false),
      end: (isWhole) => {
        if (isOver) return;
        setPaused(false);
        isOver = true;
        this.stages.leave(stage);
        expect(0);
        this.inFlight--;
        if (isWhole) this.completed++;
        this.#wake();
      },
    };
  }

  /** A try failed: the origin refused it for now, or was not heard of in time. */
  failed({ status, reason }: { status: number | undefined; reason: string }): void {
    if (status === 429 || status === 503) this.refused++;
    else if (reason === 'TIMEOUT' || reason === 'STALLED') this.timedOut++;
    else return;
    this.onTrouble?.();
  }

  /** Resolves when one more may be on its way. Rejects with the signal's reason. */
  async room(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#hasRoom()) {
      await new Promise<void>((resolve) => {
        const go = () => {
          signal.removeEventListener('abort', go);
          this.#waiting.delete(go);
          resolve();
        };
        signal.addEventListener('abort', go);
        this.#waiting.add(go);
      });
    }
    // The place that it was woken for is another's.
    if (signal.aborted) this.#wake();
    signal.throwIfAborted();
  }

  #answered(firstByteMs: number): void {
    this.firstByteMs = (this.firstByteMs ?? firstByteMs) * (1 - firstByteShare) + firstByteMs * firstByteShare;
  }

  /** Those that are paused wait for others: for the very one, perhaps, that asks for room. */
  #hasRoom(): boolean {
    return this.#limit === undefined || this.inFlight - this.paused < this.#limit;
  }

  /** One at a time: the next when that one has taken its place. */
  #wake(): void {
    if (!this.#hasRoom()) return;
    const [first] = this.#waiting;
    first?.();
  }
}
