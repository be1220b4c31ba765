import { Roll } from './roll.ts';

/** Who wants to hear of a signal's abort. */
class Audience {
  readonly #signal: AbortSignal;
  readonly #listeners = new Roll<() => void>();
  readonly #tell = () => {
    for (const listener of this.#listeners) listener();
  };

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(listener: () => void): void {
    if (this.#listeners.size === 0) this.#signal.addEventListener('abort', this.#tell, { once: true });
    this.#listeners.add(listener);
  }

  /** With nobody left, the signal is let go: Node keeps one that has a listener. */
  remove(listener: () => void): void {
    if (this.#listeners.remove(listener) && this.#listeners.size === 0) {
      this.#signal.removeEventListener('abort', this.#tell);
    }
  }
}

const audiences = new WeakMap<AbortSignal, Audience>();

/**
 * Calls `listener` once when a signal aborts that has not yet; returns what forgets it.
 *
 * One event listener for all of a signal: Node links those of an event target to each other, with the same effect as that
 * of a Set (see Roll).
 */
export function whenAborted(signal: AbortSignal, listener: () => void): () => void {
  const audience = audiences.get(signal) ?? new Audience(signal);
  audiences.set(signal, audience);
  audience.add(listener);
  return () => audience.remove(listener);
}
