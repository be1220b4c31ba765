/** Bytes that are made when they are asked for. */
export interface Content {
  /** Bytes. */
  size: number;
  /** The bytes from `start` up to but without `end`, in pieces that must not be written to. */
  slice(start: number, end: number): Iterable<Buffer>;
}

/** All bytes of `content`, in pieces. */
export function all(content: Content): Iterable<Buffer> {
  return content.slice(0, content.size);
}

/** Content that is held already. */
export function held(bytes: Buffer): Content {
  return { size: bytes.length, slice: (start, end) => [bytes.subarray(start, end)] };
}

/** Content of a known size whose pieces are made anew for each reader. */
export function made(size: number, make: () => Iterable<Buffer>): Content {
  return { size, slice: (start, end) => cut(make(), start, end) };
}

/** Several contents one after the other; only those that a slice touches are made. */
export function joined(contents: readonly Content[]): Content {
  return {
    size: contents.reduce((sum, content) => sum + content.size, 0),
    *slice(start, end) {
      let offset = 0;
      for (const content of contents) {
        const from = Math.max(start - offset, 0);
        const to = Math.min(end - offset, content.size);
        if (from < to) yield* content.slice(from, to);
        offset += content.size;
        if (offset >= end) return;
      }
    },
  };
}

function* cut(pieces: Iterable<Buffer>, start: number, end: number): Iterable<Buffer> {
  let offset = 0;
  for (const piece of pieces) {
    const from = Math.max(start - offset, 0);
    const to = Math.min(end - offset, piece.length);
    if (from < to) yield piece.subarray(from, to);
    offset += piece.length;
    if (offset >= end) return;
  }
}
