/** A field of a protocol-buffers message, not decoded yet: `start` and `end` are of its content. */
export interface Field {
  number: number;
  /** 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. */
  wire: number;
  start: number;
  end: number;
}

const VARINT_BYTES_MAX = 10;

/** Thrown for bytes that are no protocol-buffers message. */
export class ProtobufError extends Error {
  constructor(what: string, offset: number) {
    super(`${what} at byte ${offset}`);
    this.name = 'ProtobufError';
  }
}

/**
 * The fields of the message in `bytes` from `start` to `end`, in order. Nothing is copied or reserved: a length is a claim that must fit into
 * what is left.
 *
 * @throws {ProtobufError} when a field is cut off, of no known kind, or longer than the message
 */
export function* fields(bytes: Uint8Array, start: number, end: number): Generator<Field, void, undefined> {
  let at = start;
  while (at < end) {
    const tag = varintEnd(bytes, at, end);
    const key = unsigned(bytes, at, tag);
    if (typeof key !== 'number' || key >= 2 ** 32 || key < 8)
      throw new ProtobufError('a field has no valid number', at);
    const wire = key % 8;
    const field: Field = { number: (key - wire) / 8, wire, start: tag, end: tag };
    if (wire === 0) field.end = varintEnd(bytes, tag, end);
    else if (wire === 1) field.end = tag + 8;
    else if (wire === 5) field.end = tag + 4;
    else if (wire === 2) {
      field.start = varintEnd(bytes, tag, end);
      field.end = field.start + Number(unsigned(bytes, tag, field.start));
    } else throw new ProtobufError('a field has no valid type', at);
    if (field.end > end) throw new ProtobufError('a field is longer than what is left of its message', at);
    at = field.end;
    yield field;
  }
}

/** Where the varint that begins at `at` ends. */
export function varintEnd(bytes: Uint8Array, at: number, end: number): number {
  const limit = Math.min(end, at + VARINT_BYTES_MAX);
  for (let next = at; next < limit; next++) {
    if ((bytes[next] ?? 0) < 0x80) return next + 1;
  }
  throw new ProtobufError('a number is cut off or too long', at);
}

/** The varint from `start` to `end` as uint64: exact, a bigint beyond 2^53. */
export function unsigned(bytes: Uint8Array, start: number, end: number): number | bigint {
  const { high, low } = words(bytes, start, end);
  return high < 2 ** 21 ? high * 2 ** 32 + low : (BigInt(high) << 32n) | BigInt(low);
}

/** The varint from `start` to `end` as int64, rounded beyond 2^53. */
export function signed(bytes: Uint8Array, start: number, end: number): number {
  const { high, low } = words(bytes, start, end);
  return (high | 0) * 2 ** 32 + low;
}

function words(bytes: Uint8Array, start: number, end: number): { high: number; low: number } {
  let low = 0;
  let high = 0;
  for (let at = start, shift = 0; at < end; at++, shift += 7) {
    const part = (bytes[at] ?? 0) & 0x7f;
    if (shift < 32) low |= part << shift;
    if (shift === 28) high |= part >>> 4;
    else if (shift > 28) high |= part << (shift - 32);
  }
  return { high: high >>> 0, low: low >>> 0 };
}
