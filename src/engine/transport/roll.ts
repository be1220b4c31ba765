/**
 * A few things that come and go all the time, in no order. A Set would do, but V8 links each of its tables to the next
 * one: what stood in one as it was replaced stays, with all that it refers to, until the next major garbage collection.
 */
export class Roll<T> implements Iterable<T> {
  readonly #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  add(item: T): void {
    this.#items.push(item);
  }

  /** False when it is not there. */
  remove(item: T): boolean {
    const index = this.#items.indexOf(item);
    if (index === -1) return false;
    const last = this.#items.pop() as T;
    if (index < this.#items.length) this.#items[index] = last;
    return true;
  }

  /** Those that are there now, whatever comes and goes meanwhile. */
  [Symbol.iterator](): Iterator<T> {
    return this.#items.slice().values();
  }
}
