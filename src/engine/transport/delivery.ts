import { tooLarge, type Asked, type Portion } from './answer.ts';
import type { Body } from './body.ts';

/** Delivers what was asked for of an answer's body: drops what is before it, and what is behind it. */
export class Delivery {
  /** Body bytes on the wire, and those that the origin announced. */
  received = 0;
  readonly announced: number | undefined;
  readonly #asked: Pick<Asked, 'subject' | 'maxBytes'>;
  /** Bytes that are dropped yet, then those that are delivered at most (`Infinity`: to the end). */
  #skip: number;
  #take: number;

  constructor({ announcedBytes, skipBytes, takeBytes }: Portion, asked: Pick<Asked, 'subject' | 'maxBytes'>) {
    this.announced = announcedBytes;
    this.#skip = skipBytes;
    this.#take = takeBytes;
    this.#asked = asked;
  }

  /** All that was announced has come. */
  get isAtEnd(): boolean {
    return this.received === this.announced;
  }

  /** All that was asked for is delivered. */
  get isComplete(): boolean {
    return this.#take === 0 || (this.#take === Infinity && this.isAtEnd);
  }

  /** Bytes that were asked for and have not come, where it was said how many. */
  get missingBytes(): number {
    return this.#take === Infinity ? 0 : this.#take;
  }

  /** Takes the next bytes of the answer. Throws a TransferError for more than the resource may have, and what the receiver throws. */
  deliver(chunk: Buffer, body: Body): void {
    this.received += chunk.length;
    let part = chunk;
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, part.length);
      this.#skip -= skipped;
      part = part.subarray(skipped);
    }
    if (part.length > this.#take) part = part.subarray(0, this.#take);
    body.chunks++;
    if (part.length > 0) body.deliver(part);
    const { subject, maxBytes } = this.#asked;
    if (this.#take === Infinity && body.deliveredBytes > maxBytes) throw tooLarge(subject, maxBytes);
    this.#take -= part.length;
  }
}
