import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Bytes `start` to `end` (exclusive) of a file. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * A file that is read in place, synchronously: muxing has a thread of its own, where waiting costs nobody anything and
 * a promise for each read would.
 */
export class ByteFile implements Disposable {
  readonly path: string;
  readonly size: number;
  readonly #descriptor: number;
  #furthest = 0;

  constructor(path: string) {
    this.path = path;
    this.#descriptor = openSync(path, 'r');
    this.size = fstatSync(this.#descriptor).size;
  }

  /** End of the furthest byte that was handed out to the muxer: how far the work is. */
  get furthest(): number {
    return this.#furthest;
  }

  /** Fewer bytes than asked for only at the end of the file. */
  read(start: number, length: number): Buffer {
    const bytes = Buffer.alloc(Math.max(0, Math.min(length, this.size - start)));
    let filled = 0;
    while (filled < bytes.length) {
      const count = readSync(this.#descriptor, bytes, filled, bytes.length - filled, start + filled);
      if (count === 0) return bytes.subarray(0, filled);
      filled += count;
    }
    return bytes;
  }

  /** Reads and remembers how far reading came. */
  consume(start: number, length: number): Buffer {
    const bytes = this.read(start, length);
    this.#furthest = Math.max(this.#furthest, start + bytes.length);
    return bytes;
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }
}

/** Ranges of a file read as if they stood behind each other. */
export class Splice {
  readonly size: number;
  readonly #file: ByteFile;
  readonly #pieces: readonly (ByteRange & { at: number })[];

  constructor(file: ByteFile, ranges: readonly ByteRange[]) {
    this.#file = file;
    let at = 0;
    this.#pieces = ranges.map((range) => {
      const piece = { ...range, at };
      at += range.end - range.start;
      return piece;
    });
    this.size = at;
  }

  /** Bytes `start` to `end` (exclusive) of the whole. */
  read(start: number, end: number): Uint8Array {
    const read: Buffer[] = [];
    let position = start;
    for (const piece of this.#pieces.slice(this.#pieceAt(start))) {
      if (position >= end) break;
      const from = piece.start + (position - piece.at);
      const bytes = this.#file.consume(from, Math.min(piece.end - from, end - position));
      read.push(bytes);
      position += bytes.length;
    }
    const [first] = read;
    return read.length === 1 && first !== undefined ? first : Buffer.concat(read);
  }

  #pieceAt(position: number): number {
    let low = 0;
    let high = this.#pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#pieces[middle]?.at ?? Infinity) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
