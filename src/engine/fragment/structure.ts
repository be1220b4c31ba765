import { isFragmentedMp4, isPackedAudio, isTransportStream, packetBytes, syncByte } from './media.ts';
import { FrameChain } from './mediaTime/frameChain.ts';
import { MovieTime } from './mediaTime/movieTime.ts';
import { TransportTime } from './mediaTime/transportTime.ts';

/** Follows a fragment's bytes in the clear and knows at the end whether they are structurally whole. */
export interface StructureCheck {
  /** Takes the next bytes; `chunk` is valid only during the call. */
  update(chunk: Buffer): void;
  /** What is wrong, in words; `undefined` when nothing is. */
  problem(): string | undefined;
  /**
   * Seconds of media in the bytes so far: of the track that comes closest to `expectedS`, or of the longest one.
   * `undefined` where they can't be known or measuring was not asked for, 0 where there is no media at all.
   */
  durationS(expectedS?: number): number | undefined;
}

export interface StructureOptions {
  /** Media time is measured too, which reads more than the outermost structure. */
  measure?: boolean;
  /** The init segment in the clear, for the timescales of fMP4. */
  init?: Buffer | undefined;
}

/**
 * The check that fits a fragment by its first bytes: whole packets of a transport stream, whole boxes of an fMP4 file,
 * whole frames of packed audio. A Content-Length that is too small, or a body without one that ends early, shows nowhere
 * else. Other formats have no structure to check.
 */
export function structureCheckFor(head: Buffer, options: StructureOptions = {}): StructureCheck | undefined {
  const { measure = false, init } = options;
  if (isTransportStream(head)) return new PacketCheck(measure ? new TransportTime() : undefined);
  if (isFragmentedMp4(head)) return new BoxCheck(measure ? new MovieTime(init) : undefined);
  return isPackedAudio(head) ? new FrameCheck() : undefined;
}

class PacketCheck implements StructureCheck {
  readonly #time: TransportTime | undefined;
  #bytes = 0;
  #lostAt: number | undefined;

  constructor(time: TransportTime | undefined) {
    this.#time = time;
  }

  update(chunk: Buffer): void {
    const first = (packetBytes - (this.#bytes % packetBytes)) % packetBytes;
    for (let at = first; at < chunk.length && this.#lostAt === undefined; at += packetBytes) {
      if (chunk[at] !== syncByte) this.#lostAt = this.#bytes + at;
    }
    this.#time?.update(chunk);
    this.#bytes += chunk.length;
  }

  problem(): string | undefined {
    if (this.#lostAt !== undefined) return `no transport packet starts at byte ${this.#lostAt}`;
    if (this.#bytes % packetBytes === 0) return undefined;
    return `the body ends within a packet, after ${this.#bytes} bytes`;
  }

  durationS(expectedS?: number): number | undefined {
    return this.#time?.durationS(expectedS);
  }
}

const shortHeaderBytes = 8;
const longHeaderBytes = 16;

/** Walks the top-level boxes (ISO/IEC 14496-12 §4.2): 32-bit size and type, 64-bit size after them where that is 1. */
class BoxCheck implements StructureCheck {
  readonly #time: MovieTime | undefined;
  #bytes = 0;
  readonly #header = Buffer.alloc(longHeaderBytes);
  #headerBytes = 0;
  #type = '';
  /** Of the payload under way; infinite for a box that reaches to the end. */
  #left = 0;
  /** The payload so far, where it is wanted. */
  #kept: Buffer | undefined;
  #impossibleAt: number | undefined;

  constructor(time: MovieTime | undefined) {
    this.#time = time;
  }

  update(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && this.#impossibleAt === undefined) {
      at += this.#left > 0 ? this.#takePayload(chunk, at) : this.#takeHeader(chunk, at);
    }
    this.#bytes += chunk.length;
  }

  problem(): string | undefined {
    if (this.#impossibleAt !== undefined) return `the box at byte ${this.#impossibleAt} has no possible size`;
    if (this.#headerBytes === 0 && (this.#left === 0 || this.#left === Infinity)) return this.#time?.problem();
    return `the body ends within a box, after ${this.#bytes} bytes`;
  }

  durationS(expectedS?: number): number | undefined {
    return this.#time?.durationS(expectedS);
  }

  #takeHeader(chunk: Buffer, start: number): number {
    const missing = this.#neededBytes() - this.#headerBytes;
    const taken = chunk.copy(this.#header, this.#headerBytes, start, Math.min(start + missing, chunk.length));
    this.#headerBytes += taken;
    if (taken === missing && this.#headerBytes === this.#neededBytes()) this.#open(this.#bytes + start + taken);
    return taken;
  }

  #takePayload(chunk: Buffer, start: number): number {
    const taken = Math.min(this.#left, chunk.length - start);
    this.#kept?.set(chunk.subarray(start, start + taken), this.#kept.length - this.#left);
    if (this.#type === 'mdat') this.#time?.takeData(taken);
    this.#left -= taken;
    if (this.#left === 0) this.#close();
    return taken;
  }

  #neededBytes(): number {
    const isLong = this.#headerBytes >= shortHeaderBytes && this.#header.readUInt32BE(0) === 1;
    return isLong ? longHeaderBytes : shortHeaderBytes;
  }

  #open(payloadAt: number): void {
    const size = this.#size();
    if (size < this.#headerBytes) {
      this.#impossibleAt = payloadAt - this.#headerBytes;
      return;
    }
    this.#type = this.#header.toString('latin1', 4, shortHeaderBytes);
    this.#left = size - this.#headerBytes;
    this.#headerBytes = 0;
    if (this.#time?.wants(this.#type, this.#left) === true) this.#kept = Buffer.allocUnsafe(this.#left);
    if (this.#left === 0) this.#close();
  }

  #close(): void {
    if (this.#kept) this.#time?.take(this.#type, this.#kept);
    this.#kept = undefined;
  }

  #size(): number {
    const size = this.#header.readUInt32BE(0);
    if (size === 0) return Infinity;
    return size === 1 ? Number(this.#header.readBigUInt64BE(shortHeaderBytes)) : size;
  }
}

/** Walks the frames of packed audio; frames of unknown formats are not checked. */
class FrameCheck implements StructureCheck {
  readonly #chain = new FrameChain();
  #bytes = 0;

  update(chunk: Buffer): void {
    this.#chain.update(chunk);
    this.#bytes += chunk.length;
  }

  problem(): string | undefined {
    const { isForeign, brokenAt, unfinished } = this.#chain;
    if (isForeign) return undefined;
    if (brokenAt !== undefined) return `no audio frame starts at byte ${brokenAt}`;
    if (unfinished === undefined) return undefined;
    const what = unfinished === 'tag' ? 'its ID3 tag' : 'an audio frame';
    return `the body ends within ${what}, after ${this.#bytes} bytes`;
  }

  durationS(): number | undefined {
    return this.#chain.isIntact ? this.#chain.durationS : undefined;
  }
}
