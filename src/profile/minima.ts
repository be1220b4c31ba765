const STEP_BITS = 5;
const STEP = 2 ** STEP_BITS;

/** Where numbers are small: a pyramid of minima over an array, each level a 32nd of the one below. */
export class Minima {
  readonly #levels: Uint32Array[];

  constructor(values: Uint32Array) {
    this.#levels = [values];
    for (let below = values; below.length > STEP;) {
      const level = new Uint32Array(Math.ceil(below.length / STEP));
      for (let at = 0; at < level.length; at += 1) level[at] = smallest(below, at * STEP, (at + 1) * STEP);
      this.#levels.push(level);
      below = level;
    }
  }

  get length(): number {
    return this.#levels[0]?.length ?? 0;
  }

  /** Index of the first value at or after `from` that is at most `limit`; the length if there is none. */
  next(from: number, limit: number): number {
    let level = 0;
    let at = from;
    for (;;) {
      const values = this.#levels[level];
      if (values === undefined || at >= values.length) return this.length;
      if ((values[at] ?? 0) <= limit) {
        if (level === 0) return at;
        level -= 1;
        at *= STEP;
        continue;
      }
      at += 1;
      while (at % STEP === 0 && level < this.#levels.length - 1) {
        at >>>= STEP_BITS;
        level += 1;
      }
    }
  }

  /** Index of the last value at or before `from` that is at most `limit`; −1 if there is none. */
  previous(from: number, limit: number): number {
    let level = 0;
    let at = from;
    while (at >= 0) {
      const values = this.#levels[level];
      if (values !== undefined && (values[at] ?? 0) <= limit) {
        if (level === 0) return at;
        level -= 1;
        at = Math.min(at * STEP + STEP - 1, (this.#levels[level]?.length ?? 0) - 1);
        continue;
      }
      if (at === 0) return -1;
      at -= 1;
      while (at % STEP === STEP - 1 && level < this.#levels.length - 1) {
        at >>>= STEP_BITS;
        level += 1;
      }
    }
    return -1;
  }

  /** The smallest value from `from` to before `to`; Infinity for none. */
  between(from: number, to: number): number {
    let least = Infinity;
    let [start, end] = [from, to];
    for (const values of this.#levels) {
      if (end - start <= 2 * STEP || values === this.#levels.at(-1))
        return Math.min(least, smallest(values, start, end));
      const [first, last] = [Math.ceil(start / STEP), Math.floor(end / STEP)];
      least = Math.min(least, smallest(values, start, first * STEP), smallest(values, last * STEP, end));
      [start, end] = [first, last];
    }
    return least;
  }
}

function smallest(values: Uint32Array, from: number, to: number): number {
  let least = Infinity;
  const end = Math.min(to, values.length);
  for (let at = from; at < end; at += 1) {
    const value = values[at] ?? 0;
    if (value < least) least = value;
  }
  return least;
}
