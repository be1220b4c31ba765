/** Of every time in a transport stream. */
export const CLOCK_HZ = 90_000;

/** Pictures that are looked at to see how far decoding order is from the order of showing. H.264 allows 16. */
const EXAMINED = 33;

/** A packet with the time at which it has to be decoded. Ticks. */
export interface Timed<T> {
  payload: T;
  pts: number;
  dts: number;
}

/**
 * Gives pictures their decoding times: with `depth` pictures in flight, the nth one is decoded when the one `depth` before
 * it in the order of showing is shown.
 */
export class DecodeClock<T> {
  #depth: number | undefined;
  #step = 0;
  #held: { payload: T; pts: number }[] = [];
  /** Presentation times that are not yet a decoding time, ascending. */
  readonly #inFlight: number[] = [];
  #lastDts = -Infinity;

  /** The pictures whose times are known now. `pts` in ticks, in the order of decoding. */
  add(payload: T, pts: number): Timed<T>[] {
    if (this.#depth !== undefined) return [this.#time(payload, pts)];
    this.#held.push({ payload, pts });
    return this.#held.length < EXAMINED ? [] : this.end();
  }

  /** The pictures that are still held. */
  end(): Timed<T>[] {
    const held = this.#held;
    this.#held = [];
    if (this.#depth === undefined && held.length > 0) this.#start(held.map(({ pts }) => pts));
    return held.map(({ payload, pts }) => this.#time(payload, pts));
  }

  #start(times: readonly number[]): void {
    const shown = [...times].sort((one, other) => one - other);
    const places = new Map(shown.map((pts, place) => [pts, place]));
    // A picture that is decoded later than it would be shown without delay wants that much delay.
    this.#depth = Math.max(...times.map((pts, index) => index - (places.get(pts) ?? index)));
    const [first = 0, second = first] = shown;
    this.#step = second - first;
    // Before the first picture is shown, time is counted back from it.
    for (let ahead = this.#depth; ahead > 0; ahead -= 1) this.#inFlight.push(first - ahead * this.#step);
  }

  #time(payload: T, pts: number): Timed<T> {
    const place = this.#inFlight.findLastIndex((other) => other <= pts) + 1;
    this.#inFlight.splice(place, 0, pts);
    const due = Math.min(this.#inFlight.shift() ?? pts, pts);
    // A stream that reorders further than its start did still has to move on.
    const dts = Math.max(due, this.#lastDts + 1);
    this.#lastDts = dts;
    return { payload, pts: Math.max(pts, dts), dts };
  }
}
