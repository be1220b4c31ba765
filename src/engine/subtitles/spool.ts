import type { OutputFile } from '../output/outputFile.ts';
import type { Slot } from '../output/slot.ts';
import { openPieces } from './pieces.ts';
import type { SegmentRecord } from './placing.ts';

/** A segment as it was recorded. */
export interface SpooledSegment {
  record: SegmentRecord;
  bytes: Buffer;
  /** The init segment in force, in the clear. */
  init: Buffer | undefined;
}

/** Lengths of what follows: the record in JSON, a new init segment, the segment. */
const headBytes = 12;

/**
 * The segments of live subtitles until they are joined, in a temporary file: which main stream they go with is known only
 * when that is recorded, and a recording of days must not fill the memory. Throws DiskErrors.
 */
export class SegmentSpool {
  readonly #output: OutputFile;
  #init: Buffer | undefined;

  private constructor(output: OutputFile) {
    this.#output = output;
  }

  /** Makes the file, beside `target`, of which it is to become a part. */
  static async open(target: string, stream: string): Promise<SegmentSpool> {
    return new SegmentSpool(await openPieces(`${target}.segments`, stream, 1));
  }

  append(record: SegmentRecord, bytes: Buffer, init: Buffer | undefined): void {
    const text = Buffer.from(JSON.stringify(record));
    const newInit = init !== this.#init && init ? init : Buffer.alloc(0);
    this.#init = init;
    const head = Buffer.alloc(headBytes);
    for (const [at, { length }] of [text, newInit, bytes].entries()) head.writeUInt32LE(length, at * 4);
    this.#slot.write(Buffer.concat([head, text, newInit, bytes]));
  }

  /** All of them, in the order in which they came. */
  *segments(): Generator<SpooledSegment> {
    let init: Buffer | undefined;
    let at = 0;
    const take = (length: number): Buffer => {
      const taken = Buffer.concat([...this.#output.part.read(at, length)].map((block) => Buffer.from(block)));
      at += length;
      return taken;
    };
    while (at < this.#slot.bytes) {
      const head = take(headBytes);
      const text = take(head.readUInt32LE(0));
      const newInit = take(head.readUInt32LE(4));
      if (newInit.length > 0) init = newInit;
      yield { record: JSON.parse(text.toString()) as SegmentRecord, bytes: take(head.readUInt32LE(8)), init };
    }
  }

  /** Removes the file. */
  discard(): void {
    this.#output.discard();
  }

  get #slot(): Slot {
    return this.#output.slots[0] as Slot;
  }
}
