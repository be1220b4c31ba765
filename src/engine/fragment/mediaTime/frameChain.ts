import { audioHeaderBytes, readAudioFrame, type AudioFrame } from './audioFrame.ts';

const id3v2HeaderBytes = 10;
const id3v1Bytes = 128;
const id3 = 'I'.charCodeAt(0);

/**
 * Walks audio frames one after the other, ID3 tags between them allowed, from pieces of any size. Bytes that begin with
 * no frame that it knows are `foreign`: nothing is said about them.
 */
export class FrameChain {
  /** Of the frames that are here to their end. */
  durationS = 0;
  /** Where, in bytes from the start, something else stands than the frame or tag that should follow. */
  brokenAt: number | undefined;
  isForeign = false;

  readonly #header = Buffer.alloc(id3v2HeaderBytes);
  #headerBytes = 0;
  #format: AudioFrame['format'] | undefined;
  /** Of the frame or tag under way. */
  #left = 0;
  #frameS: number | undefined;
  #bytes = 0;

  /** Whether one frame at least has begun. */
  get hasFrames(): boolean {
    return this.#format !== undefined;
  }

  /** Still walking: every byte so far belongs to a frame or a tag. */
  get isIntact(): boolean {
    return this.brokenAt === undefined && !this.isForeign;
  }

  /** What the bytes so far end within; `undefined` at the end of a frame or tag. */
  get unfinished(): 'frame' | 'tag' | undefined {
    if (this.#left > 0) return this.#frameS === undefined ? 'tag' : 'frame';
    if (this.#headerBytes === 0) return undefined;
    return this.#header[0] === id3 ? 'tag' : 'frame';
  }

  /** Takes the bytes from `start` up to but without `end`. */
  update(bytes: Buffer, start = 0, end = bytes.length): void {
    let at = start;
    while (at < end && this.isIntact) {
      if (this.#left > 0) {
        const part = Math.min(this.#left, end - at);
        this.#left -= part;
        at += part;
        if (this.#left === 0) this.#close();
        continue;
      }
      const missing = this.#neededBytes(bytes[at]) - this.#headerBytes;
      const part = Math.min(missing, end - at);
      bytes.copy(this.#header, this.#headerBytes, at, at + part);
      this.#headerBytes += part;
      at += part;
      if (part === missing) this.#open(this.#bytes + at - start);
    }
    this.#bytes += end - start;
  }

  #neededBytes(next: number | undefined): number {
    const first = this.#headerBytes === 0 ? next : this.#header[0];
    return first === id3 ? id3v2HeaderBytes : audioHeaderBytes;
  }

  #open(headerEnd: number): void {
    const headerBytes = this.#headerBytes;
    this.#headerBytes = 0;
    const tagBytes = readTagBytes(this.#header);
    const frame = tagBytes === undefined ? readAudioFrame(this.#header) : undefined;
    const bytes = tagBytes ?? frame?.bytes;
    if (bytes === undefined || (frame && frame.format !== (this.#format ?? frame.format))) {
      if (this.#format === undefined) this.isForeign = true;
      else this.brokenAt = headerEnd - headerBytes;
      return;
    }
    this.#format ??= frame?.format;
    this.#frameS = frame?.durationS;
    this.#left = bytes - headerBytes;
    if (this.#left === 0) this.#close();
  }

  #close(): void {
    this.durationS += this.#frameS ?? 0;
  }
}

/** The bytes of the ID3 tag that begins with `header`: version 2 (ID3v2.4 §3.1) in front, version 1 behind a song. */
function readTagBytes(header: Buffer): number | undefined {
  const name = header.toString('latin1', 0, 3);
  if (name === 'TAG') return id3v1Bytes;
  if (name !== 'ID3') return undefined;
  const bodyBytes = header.subarray(6, id3v2HeaderBytes).reduce((sum, byte) => sum * 0x80 + (byte & 0x7f), 0);
  const hasFooter = (header.readUInt8(5) & 0x10) !== 0;
  return id3v2HeaderBytes + bodyBytes + (hasFooter ? id3v2HeaderBytes : 0);
}
