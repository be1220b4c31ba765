import type { Content } from './content.ts';
import { made } from './content.ts';

/** Bytes of an MPEG-TS packet (ISO/IEC 13818-1 §2.4.3.2). */
export const PACKET_BYTES = 188;

const NULL_PID = 0x1fff;
const STAMP_MODULUS = 2 ** 33;

/** Where a 33-bit time stands in a clip, and its value there. */
interface Stamp {
  offset: number;
  kind: 'pes' | 'pcr';
  value: number;
}

/** Where a continuity counter stands in a clip, and how far one repetition of the clip moves it. */
interface Counter {
  offset: number;
  value: number;
  stride: number;
}

/** An MPEG-TS clip that can be repeated with running times and counters. */
export interface TransportClip {
  bytes: Buffer;
  /** Ticks of 90 kHz. */
  durationTicks: number;
  stamps: readonly Stamp[];
  counters: readonly Counter[];
}

export function pidOf(bytes: Buffer, offset: number): number {
  return bytes.readUInt16BE(offset + 1) & 0x1fff;
}

/** Reads the 33-bit PTS or DTS at `offset` (ISO/IEC 13818-1 §2.4.3.7). */
export function readPesStamp(bytes: Buffer, offset: number): number {
  const high = (bytes.readUInt8(offset) >> 1) & 0x07;
  const middle = bytes.readUInt16BE(offset + 1) >> 1;
  const low = bytes.readUInt16BE(offset + 3) >> 1;
  return high * 2 ** 30 + middle * 2 ** 15 + low;
}

/** Reads the 33-bit base of the PCR at `offset` (ISO/IEC 13818-1 §2.4.3.5). */
export function readPcrBase(bytes: Buffer, offset: number): number {
  return bytes.readUInt32BE(offset) * 2 + (bytes.readUInt8(offset + 4) >> 7);
}

/** The offsets of PTS and DTS in the packet at `offset`, empty where no PES packet with times starts there. */
export function pesStampOffsets(bytes: Buffer, offset: number): number[] {
  const startsUnit = (bytes.readUInt8(offset + 1) & 0x40) !== 0;
  const control = bytes.readUInt8(offset + 3) & 0x30;
  if (!startsUnit || (control & 0x10) === 0) return [];
  const payload = offset + 4 + (control === 0x30 ? 1 + bytes.readUInt8(offset + 4) : 0);
  if (payload + 19 > offset + PACKET_BYTES || bytes.readUIntBE(payload, 3) !== 1) return [];
  const flags = bytes.readUInt8(payload + 7) >> 6;
  if (flags === 3) return [payload + 9, payload + 14];
  return flags === 2 ? [payload + 9] : [];
}

/** The offset of the PCR in the packet at `offset`. */
export function pcrOffset(bytes: Buffer, offset: number): number | undefined {
  const hasAdaptation = (bytes.readUInt8(offset + 3) & 0x20) !== 0;
  if (!hasAdaptation || bytes.readUInt8(offset + 4) === 0) return undefined;
  return (bytes.readUInt8(offset + 5) & 0x10) !== 0 ? offset + 6 : undefined;
}

/** Finds what has to change when the clip is repeated. Throws when the bytes are no whole packets. */
export function readTransportClip(bytes: Buffer, durationTicks: number): TransportClip {
  const stamps: Stamp[] = [];
  const counters: Counter[] = [];
  const payloads = new Map<number, number>();
  const offsets = packetOffsets(bytes);
  for (const offset of offsets) {
    const pid = pidOf(bytes, offset);
    if ((bytes.readUInt8(offset + 3) & 0x10) !== 0) payloads.set(pid, (payloads.get(pid) ?? 0) + 1);
    const pcr = pcrOffset(bytes, offset);
    if (pcr !== undefined) stamps.push({ offset: pcr, kind: 'pcr', value: readPcrBase(bytes, pcr) });
    for (const pes of pesStampOffsets(bytes, offset)) {
      stamps.push({ offset: pes, kind: 'pes', value: readPesStamp(bytes, pes) });
    }
  }
  for (const offset of offsets) {
    const pid = pidOf(bytes, offset);
    if (pid === NULL_PID) continue;
    counters.push({ offset: offset + 3, value: bytes.readUInt8(offset + 3), stride: payloads.get(pid) ?? 0 });
  }
  return { bytes, durationTicks, stamps, counters };
}

/** Offsets of all packets. Throws when the bytes are no whole packets. */
export function packetOffsets(bytes: Buffer): number[] {
  if (bytes.length % PACKET_BYTES !== 0) throw new Error(`${bytes.length} bytes are no whole number of TS packets.`);
  const offsets: number[] = [];
  for (let offset = 0; offset < bytes.length; offset += PACKET_BYTES) {
    if (bytes[offset] !== 0x47) throw new Error(`There is no TS packet at byte ${offset}.`);
    offsets.push(offset);
  }
  return offsets;
}

export interface TransportFragment {
  clip: TransportClip;
  /** How often the clip has run before, from 0: moves the times and the counters. */
  turn: number;
  /** Text in the first null packet, at most 184 bytes. */
  marker: string;
  /** Rounded to whole packets; never less than the clip and its marker. */
  sizeBytes: number;
}

/** The clip at its turn, a null packet that holds the marker, and null packets up to the size. */
export function transportFragment({ clip, turn, marker, sizeBytes }: TransportFragment): Content {
  const least = clip.bytes.length + PACKET_BYTES;
  const size = Math.max(Math.round(sizeBytes / PACKET_BYTES) * PACKET_BYTES, least);
  return made(size, function* () {
    yield repeatClip(clip, turn, nullPacket(marker));
    for (let rest = size - least; rest > 0; rest -= padding.length) yield padding.subarray(0, rest);
  });
}

/** The clip with the times and counters of its `turn`, `tail` behind it. */
function repeatClip(clip: TransportClip, turn: number, tail: Buffer): Buffer {
  const bytes = Buffer.concat([clip.bytes, tail]);
  const shift = (turn * clip.durationTicks) % STAMP_MODULUS;
  for (const { offset, kind, value } of clip.stamps) {
    const moved = (value + shift) % STAMP_MODULUS;
    if (kind === 'pes') writePesStamp(bytes, offset, moved);
    else writePcrBase(bytes, offset, moved);
  }
  for (const { offset, value, stride } of clip.counters) {
    bytes[offset] = (value & 0xf0) | ((value + turn * stride) & 0x0f);
  }
  return bytes;
}

function writePesStamp(bytes: Buffer, offset: number, value: number): void {
  const prefix = bytes.readUInt8(offset) & 0xf0;
  bytes.writeUInt8(prefix | (Math.floor(value / 2 ** 30) << 1) | 1, offset);
  bytes.writeUInt16BE((((value / 2 ** 15) & 0x7fff) << 1) | 1, offset + 1);
  bytes.writeUInt16BE(((value & 0x7fff) << 1) | 1, offset + 3);
}

function writePcrBase(bytes: Buffer, offset: number, value: number): void {
  bytes.writeUInt32BE(Math.floor(value / 2), offset);
  bytes.writeUInt8(((value % 2) << 7) | (bytes.readUInt8(offset + 4) & 0x7f), offset + 4);
}

/** A null packet (PID 0x1FFF) that holds a text; decoders skip it. */
function nullPacket(text: string): Buffer {
  const packet = Buffer.alloc(PACKET_BYTES, 0xff);
  packet.set([0x47, 0x1f, 0xff, 0x10]);
  packet.write(text, 4);
  return packet;
}

// One buffer for all fragments, small enough to stay in the processor's cache while it is sent again and again.
const padding = Buffer.concat(Array.from({ length: 2048 }, () => nullPacket('')));
