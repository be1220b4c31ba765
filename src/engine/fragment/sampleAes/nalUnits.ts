import { blockBytes, type ChainedBlocks } from './chainedBlocks.ts';
import { SampleDecryptionError } from './error.ts';

const startCode = Buffer.from([0, 0, 1]);
const escape = Buffer.from([0, 0, 3]);
const clearBytes = 32;
/** One block of ten is encrypted. */
const patternBytes = 10 * blockBytes;
/** A NAL unit that is no longer has no encrypted block. */
const unprotectedBytes = 48;

/** Types of NAL units that are encrypted: slices of a picture (ISO/IEC 14496-10 table 7-1). */
function isSlice(type: number): boolean {
  return type === 1 || type === 5;
}

/**
 * Decrypts an H.264 byte stream of `length` bytes in place (Apple, "MPEG-2 Stream Encryption Format for HTTP Live
 * Streaming" §2.2) and returns its new length. The encryptor escapes start codes in an encrypted NAL unit once more, over
 * the escapes that it had; those bytes go, and their places in the old bytes are added to `removed`, ascending.
 * Throws SampleDecryptionError when a slice comes out that no encoder can have written.
 */
export function decryptNalUnits(
  bytes: Buffer,
  length: number,
  iv: Buffer,
  blocks: ChainedBlocks,
  removed: number[],
): number {
  const decrypted: number[] = [];
  const stream = bytes.subarray(0, length);
  const escapes = new Escapes(stream);
  let from = 0;
  let to = 0;
  for (let code = stream.indexOf(startCode); code >= 0;) {
    const start = code + startCode.length;
    code = stream.indexOf(startCode, start);
    const end = withoutZeros(stream, start, code < 0 ? length : code);
    if (end - start <= unprotectedBytes || !isSlice(stream.readUInt8(start) & 0x1f)) continue;
    to = move(stream, from, start, to);
    const unit = to;
    to = escapes.remove(start, end, to, removed);
    from = end;
    blocks.start(iv);
    for (let at = unit + clearBytes; to - at > blockBytes; at += patternBytes) {
      blocks.add(bytes, at, blockBytes);
      decrypted.push(at);
    }
  }
  to = move(stream, from, length, to);
  blocks.flush();
  for (const at of decrypted) checkBlock(bytes, at, to);
  return to;
}

/** Zeros before a start code belong to no NAL unit (ISO/IEC 14496-10 annex B). */
function withoutZeros(bytes: Buffer, start: number, end: number): number {
  let last = end;
  while (last > start && bytes[last - 1] === 0) last--;
  return last;
}

function move(bytes: Buffer, start: number, end: number, to: number): number {
  if (to !== start) bytes.copyWithin(to, start, end);
  return to + end - start;
}

/** Finds the bytes that prevent start codes (ISO/IEC 14496-10 §7.4.1), each once however many NAL units are asked about. */
class Escapes {
  readonly #stream: Buffer;
  #next = -1;

  constructor(stream: Buffer) {
    this.#stream = stream;
  }

  /** Place of the first two zeros with such a byte behind them from `from` on, which never goes back; infinite without. */
  next(from: number): number {
    if (this.#next < from) {
      const found = this.#stream.indexOf(escape, from);
      this.#next = found < 0 ? Infinity : found;
    }
    return this.#next;
  }

  /** Moves `start` to `end` down to `to` without them and returns where it ends. */
  remove(start: number, end: number, to: number, removed: number[]): number {
    let from = start;
    let place = to;
    for (let at = this.next(from); at + 2 < end; at = this.next(from)) {
      place = move(this.#stream, from, at + 2, place);
      removed.push(at + 2);
      from = at + 3;
    }
    return move(this.#stream, from, end, place);
  }
}

/** A slice holds no 00 00 with 00, 01 or 02 behind it; what another key gives does, sooner or later. */
function checkBlock(bytes: Buffer, at: number, end: number): void {
  const last = Math.min(at + blockBytes + 2, end);
  let zeros = 0;
  for (let place = at - 2; place < last; place++) {
    const byte = bytes[place] ?? 0;
    if (zeros >= 2 && byte < 3) {
      throw new SampleDecryptionError('key', 'the key of the playlist does not decrypt it: a slice holds a start code');
    }
    zeros = byte === 0 ? zeros + 1 : 0;
  }
}
