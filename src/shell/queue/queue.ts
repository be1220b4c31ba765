import { moveBefore, moveInOrder, type Move } from './order.ts';

/** A download's place: it waits for its turn, or has it. */
export interface Place {
  /** 1 for who is next; nothing for who has a turn, or has left. */
  readonly number: number | undefined;
  /** Resolves at its turn; rejects with the signal's reason when that aborts first, which gives the place up. */
  turn: (signal: AbortSignal) => Promise<void>;
  /** Gives its turn, or its place, to others. Does nothing the second time. */
  leave: () => void;
}

/**
 * Who of a window's downloads runs and who waits: so many have a turn at once as the limit allows, the others wait in an
 * order that can be changed. It knows nothing of downloads but their places.
 */
export class DownloadQueue {
  readonly #limit: () => number;
  readonly #onChange: () => void;
  #waiting: readonly OwnPlace[] = [];
  readonly #running = new Set<OwnPlace>();

  /**
   * @param limit how many may run at once, asked anew each time.
   * @param onChange told when somebody's number in the queue has changed.
   */
  constructor(limit: () => number, onChange: () => void = () => undefined) {
    this.#limit = limit;
    this.#onChange = onChange;
  }

  /**
   * Takes a place: a turn if there is one, else the last one of those who wait.
   * @param isUrgent has its turn at once, beyond the limit.
   */
  enter(isUrgent = false): Place {
    const place = new OwnPlace(
      (own) => this.#numberOf(own),
      (own) => this.#remove(own),
    );
    if (isUrgent || this.#hasRoom()) this.#run(place);
    else this.#change([...this.#waiting, place]);
    return place;
  }

  /** Moves those of the places that wait. */
  move(places: readonly Place[], move: Move): void {
    this.#change(moveInOrder(this.#waiting, this.#own(places), move));
  }

  /** Puts those of the places that wait in front of another one; last without one. */
  moveBefore(places: readonly Place[], target: Place | undefined): void {
    const [before] = target === undefined ? [] : this.#own([target]);
    this.#change(moveBefore(this.#waiting, this.#own(places), before));
  }

  /** Gives a place its turn now, beyond the limit; the next one who waits has to wait the longer. */
  pass(place: Place): void {
    const [own] = this.#own([place]);
    if (own === undefined) return;
    this.#run(own);
    this.#change(this.#waiting.filter((waiting) => waiting !== own));
  }

  /** Gives turns to who can have one; for when the limit has changed. */
  refill(): void {
    const next = [...this.#waiting];
    while (this.#hasRoom() && next.length > 0) {
      const place = next.shift();
      if (place !== undefined) this.#run(place);
    }
    if (next.length !== this.#waiting.length) this.#change(next);
  }

  #hasRoom(): boolean {
    return this.#running.size < this.#limit();
  }

  #run(place: OwnPlace): void {
    this.#running.add(place);
    place.begin();
  }

  #remove(place: OwnPlace): void {
    this.#running.delete(place);
    const rest = this.#waiting.filter((waiting) => waiting !== place);
    if (rest.length !== this.#waiting.length) this.#change(rest);
    this.refill();
  }

  #numberOf(place: OwnPlace): number | undefined {
    const index = this.#waiting.indexOf(place);
    return index < 0 ? undefined : index + 1;
  }

  #own(places: readonly Place[]): OwnPlace[] {
    return this.#waiting.filter((waiting) => places.includes(waiting));
  }

  #change(waiting: readonly OwnPlace[]): void {
    this.#waiting = waiting;
    this.#onChange();
  }
}

class OwnPlace implements Place {
  readonly #number: (own: OwnPlace) => number | undefined;
  readonly #remove: (own: OwnPlace) => void;
  readonly #begun = Promise.withResolvers<undefined>();

  constructor(number: (own: OwnPlace) => number | undefined, remove: (own: OwnPlace) => void) {
    this.#number = number;
    this.#remove = remove;
  }

  get number(): number | undefined {
    return this.#number(this);
  }

  begin(): void {
    this.#begun.resolve(undefined);
  }

  leave(): void {
    this.#remove(this);
  }

  async turn(signal: AbortSignal): Promise<void> {
    const stop = (): void => {
      this.leave();
      this.#begun.reject(signal.reason);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    try {
      await this.#begun.promise;
    } finally {
      signal.removeEventListener('abort', stop);
    }
    signal.throwIfAborted();
  }
}
