import { packetBytes } from '../media.ts';

const headerBytes = 4;
const hasAdaptation = 0x20;
const nullPid = 0x1fff;
const stuffing = 0xff;

/** Transport packets that wait for being decrypted, in order. Places are counted from the start of the stream, in bytes. */
export class HeldPackets {
  #bytes = Buffer.allocUnsafeSlow(256 * 1024);
  /** Place of the first byte of `#bytes`. */
  #base = 0;
  /** Places of what is held. */
  #start = 0;
  #end = 0;

  get end(): number {
    return this.#end;
  }

  get heldBytes(): number {
    return this.#end - this.#start;
  }

  /** The memory, and what to subtract from a place to find it there; both hold until the next `append`. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  get base(): number {
    return this.#base;
  }

  append(chunk: Buffer): void {
    const held = this.heldBytes;
    if (this.#end - this.#base + chunk.length > this.#bytes.length) {
      const needed = held + chunk.length;
      const target = needed * 2 > this.#bytes.length ? Buffer.allocUnsafeSlow(needed * 2) : this.#bytes;
      this.#bytes.copy(target, 0, this.#start - this.#base, this.#end - this.#base);
      this.#bytes = target;
      this.#base = this.#start;
    }
    chunk.copy(this.#bytes, this.#end - this.#base);
    this.#end += chunk.length;
  }

  /** Gives out everything before `place`; valid until the next `append`. */
  release(place: number): Buffer {
    const released = this.#bytes.subarray(this.#start - this.#base, place - this.#base);
    this.#start = place;
    return released;
  }

  /** Makes a packet one that holds nothing for anybody. */
  annul(packet: number): void {
    this.#bytes.writeUInt16BE(nullPid, packet - this.#base + 1);
    this.#bytes[packet - this.#base + 3] = 0x10;
  }

  /** Takes `count` bytes from a packet's payload at its front: its adaptation field grows (ISO/IEC 13818-1 §2.4.3.5). */
  stuff(packet: number, count: number): void {
    if (count === 0) return;
    const at = packet - this.#base;
    const bytes = this.#bytes;
    const flags = bytes.readUInt8(at + 3);
    const used = (flags & hasAdaptation) === 0 ? 0 : 1 + bytes.readUInt8(at + headerBytes);
    bytes[at + 3] = flags | hasAdaptation;
    bytes[at + headerBytes] = used + count - 1;
    bytes.fill(stuffing, at + headerBytes + Math.max(used, 1), at + headerBytes + used + count);
    // A field that was absent, or of no bytes, has no flags yet.
    if (used < 2 && used + count >= 2) bytes[at + headerBytes + 1] = 0;
  }

  /** Whether two packets carry the same payload, from `from` on in each. */
  isSame(left: number, right: number, from: number): boolean {
    const bytes = this.#bytes;
    const [a, b] = [left - this.#base, right - this.#base];
    return bytes.compare(bytes, b + from, b + packetBytes, a + from, a + packetBytes) === 0;
  }
}
