import { audioHeaderBytes, readAudioFrame, type AudioFrame } from '../mediaTime/audioFrame.ts';
import { blockBytes, type ChainedBlocks } from './chainedBlocks.ts';
import { damaged } from './error.ts';

/** Formats whose frames are encrypted; E-AC-3 like AC-3. */
export type ProtectedFormat = Exclude<AudioFrame['format'], 'MPEG audio'>;

const leaderBytes = 16;
const adtsHeaderBytes = 7;
const adtsCrcBytes = 2;
/** Bytes between frames that belong to none: the rest of a frame that began before. No frame is longer. */
const mostLostBytes = 8192;

/**
 * Decrypts a frame that lies whole at `at`, or as much of it as `end` leaves (Apple, "MPEG-2 Stream Encryption Format for
 * HTTP Live Streaming" §2.3). It is clear after the next flush.
 */
export function decryptFrame(
  bytes: Buffer,
  at: number,
  end: number,
  format: ProtectedFormat,
  iv: Buffer,
  blocks: ChainedBlocks,
): void {
  const hasCrc = (bytes.readUInt8(at + 1) & 1) === 0;
  const header = format === 'ADTS' ? adtsHeaderBytes + (hasCrc ? adtsCrcBytes : 0) : 0;
  const start = at + header + leaderBytes;
  if (end - start < blockBytes) return;
  blocks.start(iv);
  blocks.add(bytes, start, (end - start) & -blockBytes);
}

/** Follows the frames of an elementary stream of audio, whose bytes come in pieces that end anywhere. */
export class FrameStream {
  readonly #format: ProtectedFormat;
  readonly #iv: Buffer;
  readonly #blocks: ChainedBlocks;
  readonly #hasTags: boolean;
  #lostBytes = 0;

  /** With `hasTags` ID3 tags may stand between the frames. */
  constructor(format: ProtectedFormat, iv: Buffer, blocks: ChainedBlocks, hasTags = false) {
    this.#format = format;
    this.#iv = iv;
    this.#blocks = blocks;
    this.#hasTags = hasTags;
  }

  /**
   * Decrypts the frames among `bytes` in place and returns where the first one starts that is not whole, or a tag; with
   * `isLast` an unfinished one too, as far as it goes. Throws SampleDecryptionError where there are no frames.
   */
  decrypt(bytes: Buffer, isLast: boolean): number {
    let at = 0;
    while (bytes.length - at >= audioHeaderBytes) {
      if (this.#hasTags && isTag(bytes, at)) break;
      const frame = this.#frameAt(bytes, at);
      const next = at + (frame?.bytes ?? 0);
      if (frame && !isLast && bytes.length < next + this.#neededBehind()) break;
      if (frame === undefined || !this.#isConfirmed(bytes, next)) {
        at++;
        this.#lose();
        continue;
      }
      const end = Math.min(next, bytes.length);
      decryptFrame(bytes, at, end, this.#format, this.#iv, this.#blocks);
      this.#lostBytes = 0;
      at = end;
    }
    this.#blocks.flush();
    return at;
  }

  /** After lost bytes, a frame must be followed by another one: encrypted bytes look like a header now and then. */
  #neededBehind(): number {
    return this.#lostBytes === 0 ? 0 : audioHeaderBytes;
  }

  #isConfirmed(bytes: Buffer, next: number): boolean {
    if (this.#lostBytes === 0 || bytes.length - next < audioHeaderBytes) return true;
    return this.#frameAt(bytes, next) !== undefined;
  }

  #frameAt(bytes: Buffer, at: number): AudioFrame | undefined {
    const frame = readAudioFrame(bytes.subarray(at, at + audioHeaderBytes));
    return frame?.format === this.#format ? frame : undefined;
  }

  #lose(): void {
    this.#lostBytes++;
    if (this.#lostBytes > mostLostBytes) throw damaged(`no frame of ${this.#format} follows in the audio`);
  }
}

function isTag(bytes: Buffer, at: number): boolean {
  return bytes[at] === 0x49 && bytes[at + 1] === 0x44 && bytes[at + 2] === 0x33;
}
