import { readFileSync } from 'node:fs';
import { structureCheckFor, type StructureCheck } from '../../../../src/engine/fragment/structure.ts';
import { findBoxes } from '../../../origin/content/boxes.ts';

/** Seconds that each clip of the lab lasts. */
export const clipS = 1.92;

export const transportClips = [
  '2160p-av',
  '360p-av',
  '2160p',
  '1080p',
  '720p',
  '360p',
  'audio-en',
  'audio-de',
] as const;
export const boxClips = ['360p-av', '720p-av'] as const;

export function readClip(file: string): Buffer {
  return readFileSync(new URL(`../../../origin/clip/${file}`, import.meta.url));
}

export function readBoxClip(name: (typeof boxClips)[number]): { init: Buffer; fragment: Buffer } {
  const bytes = readClip(`${name}.mp4`);
  const start = findBoxes(bytes, 'moof')[0]!.start;
  return { init: bytes.subarray(0, start), fragment: bytes.subarray(start) };
}

/** A measuring check that was given all the bytes at once. */
export function measured(bytes: Buffer, init?: Buffer): StructureCheck {
  const check = structureCheckFor(bytes.subarray(0, 189), { measure: true, init });
  if (check === undefined) throw new Error('No check fits these bytes.');
  check.update(bytes);
  return check;
}

export interface Pes {
  pid: number;
  streamId: number;
  /** Ticks of 90 kHz; wrapped to 33 bits here. */
  pts?: number;
  dts?: number;
  payload: Buffer;
  /** Says its own length, as PES packets of audio do. */
  hasLength?: boolean;
}

/** The transport packets of PES packets, one after the other. */
export function transportOf(packets: readonly Pes[]): Buffer {
  return Buffer.concat(packets.map((pes) => packetsOf(pes.pid, pesOf(pes))));
}

/** Transport packets of one PID, the last one filled up by its adaptation field. */
export function packetsOf(pid: number, unit: Buffer): Buffer {
  const packets: Buffer[] = [];
  for (let at = 0; at < unit.length; at += 184) {
    const part = unit.subarray(at, at + 184);
    const packet = Buffer.alloc(188, 0xff);
    packet.set([0x47, (at === 0 ? 0x40 : 0) | (pid >> 8), pid & 0xff, part.length === 184 ? 0x10 : 0x30]);
    if (part.length < 184) packet[4] = 183 - part.length;
    if (part.length < 183) packet[5] = 0;
    part.copy(packet, 188 - part.length);
    packets.push(packet);
  }
  return Buffer.concat(packets);
}

function pesOf({ streamId, pts, dts, payload, hasLength = false }: Pes): Buffer {
  const stamps: Buffer[] = [];
  if (pts !== undefined) stamps.push(stampOf(dts === undefined ? 2 : 3, pts));
  if (dts !== undefined) stamps.push(stampOf(1, dts));
  const fields = Buffer.concat(stamps);
  const header = Buffer.from([0, 0, 1, streamId, 0, 0, 0x80, [0, 0x80, 0xc0][stamps.length]!, fields.length]);
  if (hasLength) header.writeUInt16BE(3 + fields.length + payload.length, 4);
  return Buffer.concat([header, fields, payload]);
}

function stampOf(prefix: number, ticks: number): Buffer {
  const value = BigInt(ticks) & 0x1ffffffffn;
  const bits =
    (BigInt(prefix) << 36n) |
    ((value >> 30n) << 33n) |
    (1n << 32n) |
    (((value >> 15n) & 0x7fffn) << 17n) |
    (1n << 16n) |
    ((value & 0x7fffn) << 1n) |
    1n;
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(bits);
  return bytes.subarray(3);
}

/** AAC at 48 kHz, 1024 samples in each frame. */
export function adtsFrame(payloadBytes: number): Buffer {
  const bytes = 7 + payloadBytes;
  const frame = Buffer.alloc(bytes, 0x21);
  frame.set([0xff, 0xf1, 0x4c, 0x40 | (bytes >> 11), (bytes >> 3) & 0xff, ((bytes & 7) << 5) | 0x1f, 0xfc]);
  return frame;
}

/** MPEG-1 layer III, 128 kbit/s at 44.1 kHz: 417 bytes, 1152 samples. */
export function mp3Frame(): Buffer {
  const frame = Buffer.alloc(417);
  frame.set([0xff, 0xfb, 0x90, 0x00]);
  return frame;
}

/** AC-3, 192 kbit/s at 48 kHz: 768 bytes, 1536 samples. */
export function ac3Frame(): Buffer {
  const frame = Buffer.alloc(768);
  frame.set([0x0b, 0x77, 0, 0, 20, 8 << 3, 0]);
  return frame;
}

/** E-AC-3 at 48 kHz, 6 blocks of 256 samples, 384 bytes; a dependent substream adds no time. */
export function eac3Frame(isDependent = false): Buffer {
  const frame = Buffer.alloc(384);
  frame.set([0x0b, 0x77, isDependent ? 0x40 : 0, 191, 0x30, 16 << 3, 0]);
  return frame;
}

/** An ID3 tag with so many bytes behind its header. */
export function id3Tag(bodyBytes: number): Buffer {
  const tag = Buffer.alloc(10 + bodyBytes, 0xff);
  tag.set([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, bodyBytes >> 7, bodyBytes & 0x7f]);
  return tag;
}

export function repeat(count: number, frame: Buffer): Buffer {
  return Buffer.concat(Array.from({ length: count }, () => frame));
}

/** A box of that type around its payload. */
export function box(type: string, ...payload: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + payload.reduce((sum, { length }) => sum + length, 0));
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, ...payload]);
}

/** Fields of 32 bits. */
export function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, place) => bytes.writeUInt32BE(value, place * 4));
  return bytes;
}
