import { damaged, unsupported } from './error.ts';
import type { HeldPackets } from './heldPackets.ts';

const fixedHeaderBytes = 9;

/** The bytes of the elementary stream in one transport packet; places as in HeldPackets. */
interface Segment {
  packet: number;
  at: number;
  bytes: number;
  /** Index of its PES packet. */
  pes: number;
  /** Bytes of the payload that belong to the PES header. */
  headerBytes: number;
}

/** A PES packet on its way in; `lengthAt` are the places of its PES_packet_length, high byte first. */
interface PesStart {
  header: number[];
  lengthAt: number[];
  /** Of the header; undefined until it is known. */
  left: number | undefined;
}

/** One or more PES packets of one PID that are decrypted together (ISO/IEC 13818-1 §2.4.3.6). */
export class PesUnit {
  readonly #held: HeldPackets;
  #segments: Segment[] = [];
  #starts: PesStart[] = [];
  /** Of the first packet. */
  #first: number | undefined;
  #payloadBytes = 0;

  constructor(held: HeldPackets) {
    this.#held = held;
  }

  /** Place of the first packet that is needed; `undefined` where nothing is. */
  get first(): number | undefined {
    return this.#first;
  }

  get payloadBytes(): number {
    return this.#payloadBytes;
  }

  /** Takes a packet's payload, from `at` to `end`; with `isStart` a PES packet begins there. */
  take(packet: number, at: number, end: number, isStart: boolean): void {
    this.#first ??= packet;
    if (isStart) this.#starts.push({ header: [], lengthAt: [], left: undefined });
    const start = this.#starts.at(-1);
    const body = start ? this.#readHeader(start, at, end) : at;
    if (body < end) {
      const pes = this.#starts.length - 1;
      this.#segments.push({ packet, at: body, bytes: end - body, pes, headerBytes: body - at });
      this.#payloadBytes += end - body;
    }
  }

  /** The elementary stream, as a copy. */
  gather(): Buffer {
    const { bytes, base } = this.#held;
    const stream = Buffer.allocUnsafe(this.payloadBytes);
    let to = 0;
    for (const { at, bytes: count } of this.#segments) to += bytes.copy(stream, to, at - base, at - base + count);
    return stream;
  }

  /** Puts the stream back into its packets; `removed` are places in the old one whose bytes are gone, ascending. */
  refill(stream: Buffer, removed: readonly number[]): void {
    if (removed.length > 0) this.#shrink(removed);
    const { bytes, base } = this.#held;
    let from = 0;
    for (const { at, bytes: count } of this.#segments) {
      from += stream.copy(bytes, at - base, from, from + count);
    }
  }

  /** Forgets the first `count` bytes of the stream and the packets that hold nothing else; PES packets go on. */
  drop(count: number): void {
    let left = count;
    let gone = 0;
    for (const segment of this.#segments) {
      if (left < segment.bytes) break;
      left -= segment.bytes;
      gone++;
    }
    this.#segments = this.#segments.slice(gone);
    this.#payloadBytes -= count;
    const [first] = this.#segments;
    if (first) {
      first.at += left;
      first.bytes -= left;
      first.headerBytes += left;
    }
    this.#first = first?.packet;
    this.#starts = this.#starts.slice(-1);
    for (const segment of this.#segments) segment.pes = 0;
  }

  #readHeader(start: PesStart, from: number, end: number): number {
    const { bytes, base } = this.#held;
    let at = from;
    for (; start.left === undefined && at < end; at++) {
      const index = start.header.push(bytes.readUInt8(at - base)) - 1;
      if (index === 4 || index === 5) start.lengthAt.push(at);
      if (index === fixedHeaderBytes - 1) start.left = headerRest(start.header);
    }
    const skipped = Math.min(start.left ?? 0, end - at);
    if (start.left !== undefined) start.left -= skipped;
    return at + skipped;
  }

  /** Each PES packet loses the bytes that were removed in it: its last packets carry less. */
  #shrink(removed: readonly number[]): void {
    const lost = new Map<number, number>();
    let place = 0;
    let end = 0;
    for (const { pes, bytes } of this.#segments) {
      end += bytes;
      const first = place;
      while (place < removed.length && (removed[place] ?? 0) < end) place++;
      if (place > first) lost.set(pes, (lost.get(pes) ?? 0) + place - first);
    }
    for (const [pes, count] of lost) this.#tellLength(pes, count);
    for (const segment of this.#segments.toReversed()) {
      const left = lost.get(segment.pes) ?? 0;
      // A packet of a payload must have one.
      const cut = Math.min(left, segment.bytes - (segment.headerBytes > 0 ? 0 : 1));
      if (cut === 0) continue;
      this.#cut(segment, cut);
      lost.set(segment.pes, left - cut);
    }
    if ([...lost.values()].some((left) => left > 0)) throw unsupported('its transport packets carry too little each');
    this.#payloadBytes -= removed.length;
  }

  #cut(segment: Segment, cut: number): void {
    const { bytes, base } = this.#held;
    const payload = segment.at - segment.headerBytes - base;
    bytes.copyWithin(payload + cut, payload, payload + segment.headerBytes);
    this.#held.stuff(segment.packet, cut);
    segment.at += cut;
    segment.bytes -= cut;
  }

  #tellLength(pes: number, lost: number): void {
    const [high, low] = this.#starts[pes]?.lengthAt ?? [];
    if (high === undefined || low === undefined) return;
    const { bytes, base } = this.#held;
    const length = bytes.readUInt8(high - base) * 256 + bytes.readUInt8(low - base);
    // 0 says nothing (video).
    if (length === 0) return;
    const left = Math.max(length - lost, 0);
    bytes[high - base] = left >> 8;
    bytes[low - base] = left & 0xff;
  }
}

/** The bytes of the header behind its fixed part. */
function headerRest(header: readonly number[]): number {
  const [zero, zeroToo, one] = header;
  const isPes = zero === 0 && zeroToo === 0 && one === 1 && ((header[6] ?? 0) & 0xc0) === 0x80;
  if (!isPes) throw damaged('no PES packet begins where one should');
  return header[8] ?? 0;
}
