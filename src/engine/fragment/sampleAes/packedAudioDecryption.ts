import type { Decryption } from '../decrypt.ts';
import { audioHeaderBytes, readAudioFrame } from '../mediaTime/audioFrame.ts';
import { FrameStream } from './audioFrames.ts';
import { ChainedBlocks } from './chainedBlocks.ts';
import { clearTag, tagBytesAt } from './id3Tag.ts';

const tagHeaderBytes = 10;
/** Larger tags hold pictures, and pass as they come. */
const mostTagBytes = 64 * 1024;

/**
 * Decrypts packed audio (RFC 8216bis §3.1.4), AAC in ADTS, AC-3 or E-AC-3, with ID3 tags between frames. Audio of other
 * formats is never encrypted and passes as it is. Holds a frame or a tag that is not whole.
 */
export class PackedAudioDecryption implements Decryption {
  readonly #iv: Buffer;
  readonly #blocks: ChainedBlocks;
  #frames: FrameStream | undefined;
  /** Nothing from here on is encrypted. */
  #isForeign = false;
  #held: Buffer = Buffer.alloc(0);
  /** Of a tag that is passed on. */
  #skip = 0;

  constructor(key: Buffer, iv: Buffer) {
    this.#iv = iv;
    this.#blocks = new ChainedBlocks(key);
  }

  update(chunk: Buffer): Buffer {
    return this.#decrypt(chunk, false);
  }

  end(): Buffer {
    return this.#decrypt(Buffer.alloc(0), true);
  }

  #decrypt(chunk: Buffer, isLast: boolean): Buffer {
    const bytes = Buffer.concat([this.#held, chunk]);
    let at = 0;
    while (at < bytes.length) {
      const done = this.#pass(bytes.subarray(at), isLast);
      if (done === 0) break;
      at += done;
    }
    const end = isLast ? bytes.length : at;
    this.#held = bytes.subarray(end);
    return bytes.subarray(0, end);
  }

  /** Decrypts from the front of `bytes` and returns how many are clear; 0 when more must come. */
  #pass(bytes: Buffer, isLast: boolean): number {
    if (this.#isForeign) return bytes.length;
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, bytes.length);
      this.#skip -= skipped;
      return skipped;
    }
    if (bytes.length < tagHeaderBytes) return 0;
    const tagBytes = tagBytesAt(bytes, 0);
    return tagBytes === undefined ? this.#passFrames(bytes, isLast) : this.#passTag(bytes, tagBytes);
  }

  #passTag(bytes: Buffer, tagBytes: number): number {
    if (tagBytes > mostTagBytes) {
      this.#skip = tagBytes;
      return this.#pass(bytes, false);
    }
    if (tagBytes > bytes.length) return 0;
    clearTag(bytes.subarray(0, tagBytes));
    return tagBytes;
  }

  /** The frames up to the next tag, which no frame's header looks like. */
  #passFrames(bytes: Buffer, isLast: boolean): number {
    if (this.#frames === undefined) {
      const format = readAudioFrame(bytes.subarray(0, audioHeaderBytes))?.format;
      if (format === undefined || format === 'MPEG audio') {
        this.#isForeign = true;
        return bytes.length;
      }
      this.#frames = new FrameStream(format, this.#iv, this.#blocks, true);
    }
    return this.#frames.decrypt(bytes, isLast);
  }
}
