import { isFragmentedMp4, isTransportStream, isWholePackets } from './media.ts';

/** Follows a fragment's bytes and knows at the end whether they are structurally whole. */
export interface StructureCheck {
  update(chunk: Buffer): void;
  /** What is wrong, in words; `undefined` when nothing is. */
  problem(): string | undefined;
}

/**
 * The check that fits a fragment by its first bytes: whole packets of a transport stream, whole boxes of an fMP4 file.
 * A Content-Length that is too small, or a body without one that ends early, shows nowhere else. Other formats have no
 * structure to check.
 */
export function structureCheckFor(head: Buffer): StructureCheck | undefined {
  if (isTransportStream(head)) return new PacketCheck();
  return isFragmentedMp4(head) ? new BoxCheck() : undefined;
}

class PacketCheck implements StructureCheck {
  #bytes = 0;

  update(chunk: Buffer): void {
    this.#bytes += chunk.length;
  }

  problem(): string | undefined {
    return isWholePackets(this.#bytes) ? undefined : `the body ends within a packet, after ${this.#bytes} bytes`;
  }
}

const shortHeaderBytes = 8;
const longHeaderBytes = 16;

/** Walks the top-level boxes (ISO/IEC 14496-12 §4.2): 32-bit size and type, 64-bit size after them where that is 1. */
class BoxCheck implements StructureCheck {
  #bytes = 0;
  /** Where the next box starts; infinite for a box that reaches to the end. */
  #next = 0;
  #header: Buffer = Buffer.alloc(0);

  update(chunk: Buffer): void {
    const end = this.#bytes + chunk.length;
    while (this.#next < end) {
      const from = Math.max(0, this.#next + this.#header.length - this.#bytes);
      const missing = this.#headerBytes() - this.#header.length;
      const part = chunk.subarray(from, from + missing);
      this.#header = Buffer.concat([this.#header, part]);
      if (part.length < missing) break;
      if (this.#header.length < this.#headerBytes()) continue;
      this.#next += this.#size();
      this.#header = Buffer.alloc(0);
    }
    this.#bytes = end;
  }

  problem(): string | undefined {
    if (this.#next === Infinity || (this.#next === this.#bytes && this.#header.length === 0)) return undefined;
    return `the body ends within a box, after ${this.#bytes} bytes`;
  }

  #headerBytes(): number {
    const isLong = this.#header.length >= shortHeaderBytes && this.#header.readUInt32BE(0) === 1;
    return isLong ? longHeaderBytes : shortHeaderBytes;
  }

  #size(): number {
    const size = this.#header.readUInt32BE(0);
    if (size === 0) return Infinity;
    const whole = size === 1 ? Number(this.#header.readBigUInt64BE(shortHeaderBytes)) : size;
    // A size smaller than its own header would never end.
    return Math.max(whole, this.#header.length);
  }
}
