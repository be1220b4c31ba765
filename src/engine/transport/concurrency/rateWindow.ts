import type { Reading } from './reading.ts';

/** The window is looked at in parts of so long: how much they differ says how far its rate can be trusted. */
const partMs = 50;

/** What the transfers brought since a reading. */
export class RateWindow {
  readonly #begin: Reading;
  #last: Reading;
  #partBegin: Reading;
  /** Of the parts so far: how many, the sum of their rates and of the squares of those. */
  #parts = 0;
  #sum = 0;
  #squares = 0;

  constructor(begin: Reading) {
    this.#begin = begin;
    this.#last = begin;
    this.#partBegin = begin;
  }

  add(reading: Reading): void {
    this.#last = reading;
    const part = rateOf(this.#partBegin, reading);
    if (reading.ms - this.#partBegin.ms < partMs) return;
    this.#partBegin = reading;
    this.#parts++;
    this.#sum += part;
    this.#squares += part * part;
  }

  get elapsedMs(): number {
    return this.#last.ms - this.#begin.ms;
  }

  /** Transfers that ended well in it. */
  get completed(): number {
    return this.#last.completed - this.#begin.completed;
  }

  get bytesPerMs(): number {
    return rateOf(this.#begin, this.#last);
  }

  /** Share of the time in which this thread was busy; 0 where that is not known. */
  get busyShare(): number {
    const busyMs = (this.#last.busyMs ?? 0) - (this.#begin.busyMs ?? 0);
    return this.elapsedMs > 0 ? busyMs / this.elapsedMs : 0;
  }

  /** Standard error of the rate; that of a window of one part is not known: Infinity. */
  get error(): number {
    if (this.#parts < 2) return Infinity;
    const mean = this.#sum / this.#parts;
    const variance = Math.max(0, this.#squares - this.#parts * mean * mean) / (this.#parts - 1);
    return Math.sqrt(variance / this.#parts);
  }
}

function rateOf(from: Reading, to: Reading): number {
  return to.ms > from.ms ? (to.receivedBytes - from.receivedBytes) / (to.ms - from.ms) : 0;
}
