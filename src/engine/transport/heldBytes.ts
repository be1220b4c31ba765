/** Bytes of a body from a place on, copied as they came, to compare another answer with. */
export class HeldBytes {
  #chunks: Buffer[] = [];
  /** Place of the first and behind the last one. */
  #start: number;
  #end: number;

  constructor(start: number) {
    this.#start = start;
    this.#end = start;
  }

  get start(): number {
    return this.#start;
  }

  get end(): number {
    return this.#end;
  }

  /** How many there are. */
  get bytes(): number {
    return this.#end - this.#start;
  }

  /** Takes the next ones; `chunk` may change after the call. */
  push(chunk: Buffer): void {
    const copy = Buffer.allocUnsafeSlow(chunk.length);
    chunk.copy(copy);
    this.#chunks.push(copy);
    this.#end += copy.length;
  }

  /** Takes away what is there of `bytes`, which stand at `place`, and says whether all of it was the same. */
  takeSame(bytes: Buffer, place: number): boolean {
    let rest = bytes.subarray(Math.max(0, this.#start - place));
    for (let chunk = this.#chunks[0]; chunk && rest.length > 0; chunk = this.#chunks[0]) {
      const length = Math.min(chunk.length, rest.length);
      if (!chunk.subarray(0, length).equals(rest.subarray(0, length))) return false;
      rest = rest.subarray(length);
      this.#start += length;
      if (length === chunk.length) this.#chunks.shift();
      else this.#chunks[0] = chunk.subarray(length);
    }
    return true;
  }

  /** All of them, one behind the other. */
  pieces(): readonly Buffer[] {
    return this.#chunks;
  }
}
