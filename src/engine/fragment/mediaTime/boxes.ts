/** A box inside another one (ISO/IEC 14496-12 §4.2); offsets into the bytes that it was read from. */
export interface Box {
  type: string;
  /** Where its payload starts. */
  body: number;
  end: number;
}

/** The boxes from `start` up to `end`, as far as they are well-formed. */
export function* boxesIn(bytes: Buffer, start: number, end: number): Generator<Box> {
  let at = start;
  while (end - at >= 8) {
    const short = bytes.readUInt32BE(at);
    const isLong = short === 1;
    if (isLong && end - at < 16) return;
    const size = isLong ? Number(bytes.readBigUInt64BE(at + 8)) : short === 0 ? end - at : short;
    const body = at + (isLong ? 16 : 8);
    if (at + size < body || at + size > end) return;
    yield { type: bytes.toString('latin1', at + 4, at + 8), body, end: at + size };
    at += size;
  }
}

/** The boxes of one type directly inside `parent`. */
export function childrenOf(bytes: Buffer, parent: Pick<Box, 'body' | 'end'>, type: string): Box[] {
  const children: Box[] = [];
  for (const box of boxesIn(bytes, parent.body, parent.end)) if (box.type === type) children.push(box);
  return children;
}

/** Reads the fields of a box one after the other; `isOver` once it was asked for more than the box holds. */
export class FieldReader {
  isOver = false;
  readonly #bytes: Buffer;
  readonly #end: number;
  #at: number;

  constructor(bytes: Buffer, box: Pick<Box, 'body' | 'end'>) {
    this.#bytes = bytes;
    this.#at = box.body;
    this.#end = box.end;
  }

  get left(): number {
    return this.#end - this.#at;
  }

  /** An unsigned field of 32 bits; 0 behind the end. */
  u32(): number {
    const at = this.#at;
    this.skip(4);
    return this.isOver ? 0 : this.#bytes.readUInt32BE(at);
  }

  skip(bytes: number): void {
    if (this.left < bytes) this.isOver = true;
    this.#at += bytes;
  }
}
