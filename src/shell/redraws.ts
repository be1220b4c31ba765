/** How often a line of a tree that changes all the time is drawn again. Milliseconds. */
const REDRAW_MS = 500;

/** Has lines of a tree drawn again, all that changed lately at once. */
export class Redraws {
  readonly #redraw: (key: string) => void;
  readonly #changed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  /** @param redraw the line of that key, which may be gone meanwhile. */
  constructor(redraw: (key: string) => void) {
    this.#redraw = redraw;
  }

  /** Has a line drawn again soon. */
  add(key: string): void {
    this.#changed.add(key);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      for (const changed of this.#changed) this.#redraw(changed);
      this.#changed.clear();
    }, REDRAW_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
