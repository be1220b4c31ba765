import type { Flow } from '../transport/receiver.ts';

/** Who holds bytes in memory. */
export interface Holder {
  readonly flow: Flow | undefined;
  /** The oldest unfinished of its output: nothing goes on before it, so it is never paused. */
  isHead(): boolean;
}

/**
 * Bounds the bytes that wait in memory for their place in the file, over all fragments of a download. A holder that
 * passes the limit is paused, and goes on when memory is given back or when it becomes the oldest. What is already on
 * its way may exceed the limit by one socket read per connection.
 */
export class ReorderMemory {
  readonly #limitBytes: number;
  readonly #paused = new Set<Holder>();
  #heldBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Bytes that wait now. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  hold(holder: Holder, bytes: number): void {
    this.#heldBytes += bytes;
    if (this.#heldBytes <= this.#limitBytes || holder.isHead() || this.#paused.has(holder)) return;
    this.#paused.add(holder);
    holder.flow?.pause();
  }

  release(bytes: number): void {
    this.#heldBytes -= bytes;
    this.wake();
  }

  /** Lets holders go on: all while there is room, the oldest of each output always. */
  wake(): void {
    for (const holder of this.#paused) {
      if (this.#heldBytes > this.#limitBytes && !holder.isHead()) continue;
      this.#paused.delete(holder);
      holder.flow?.resume();
    }
  }

  /** The holder's transfer has ended; its flow must not be touched any more. */
  forget(holder: Holder): void {
    this.#paused.delete(holder);
  }
}
