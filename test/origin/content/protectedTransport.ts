import { encryptBlocks, PATTERN_BYTES } from './cipher.ts';
import { packetOffsets, PACKET_BYTES, pidOf } from './transport.ts';

/** How a stream type is told when it is encrypted, and where its bytes are. */
interface Protection {
  type: number;
  descriptors: Buffer;
  /** Never shorter than the stream. */
  encrypt: (stream: Buffer, key: Buffer, iv: Buffer) => Buffer;
}

const AVC_TYPE = 0x1b;
const AAC_TYPE = 0x0f;
/** The AudioSpecificConfig of AAC-LC, 48 kHz, one channel. */
const AAC_SETUP = Buffer.from('1188', 'hex');

/** By clear stream type (Apple, "MPEG-2 Stream Encryption Format for HTTP Live Streaming" §2.3, §3). */
const PROTECTIONS: ReadonlyMap<number, Protection> = new Map([
  [AVC_TYPE, { type: 0xdb, descriptors: descriptor(0x0f, Buffer.from('zavc')), encrypt: encryptSlices }],
  [
    AAC_TYPE,
    {
      type: 0xcf,
      descriptors: Buffer.concat([
        descriptor(0x0f, Buffer.from('aacd')),
        descriptor(0x05, Buffer.concat([Buffer.from('apadzaac'), Buffer.from([0, 0, 1, AAC_SETUP.length]), AAC_SETUP])),
      ]),
      encrypt: encryptFrames,
    },
  ],
]);

function descriptor(tag: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, body.length]), body]);
}

/**
 * A transport stream with its H.264 and AAC encrypted as METHOD=SAMPLE-AES has it, in as many packets: one that decrypts in
 * place has the clear one again, byte for byte. Throws where a slice with its emulation prevention finds no room.
 */
export function protectTransport(clear: Buffer, key: Buffer, iv: Buffer): Buffer {
  const bytes = Buffer.from(clear);
  const offsets = packetOffsets(bytes);
  const mapPid = readMapPid(bytes, offsets);
  const protections = new Map<number, Protection>();
  for (const offset of offsets.filter((at) => pidOf(bytes, at) === mapPid)) protectMap(bytes, offset, protections);
  for (const [pid, { encrypt }] of protections) {
    const packets = offsets.filter((at) => pidOf(bytes, at) === pid && (bytes.readUInt8(at + 3) & 0x10) !== 0);
    for (const places of unitsOf(bytes, packets)) {
      const stream = Buffer.concat(places.map(([start, end]) => bytes.subarray(start, end)));
      const encrypted = encrypt(stream, key, iv);
      makeRoom(bytes, places, encrypted.length - stream.length);
      let done = 0;
      for (const [start, end] of places) done += encrypted.copy(bytes, start, done, done + end - start);
    }
  }
  return bytes;
}

/** Lets the last packet of a unit carry more: its adaptation field gives up stuffing. */
function makeRoom(bytes: Buffer, places: Place[], more: number): void {
  if (more === 0) return;
  const [start, end] = places.pop()!;
  const offset = end - PACKET_BYTES;
  const payload = payloadOf(bytes, offset);
  const flags = payload - offset > 5 ? bytes.readUInt8(offset + 5) : 0;
  // Nothing but a clock stands in the clips' adaptation fields.
  const stuffing = payload - offset - 6 - ((flags & 0x10) === 0 ? 0 : 6);
  const isStuffing = stuffing >= more && (flags & 0x0f) === 0;
  if (!isStuffing) throw new Error('A slice finds no room for its emulation prevention.');
  bytes.copyWithin(payload - more, payload, start);
  bytes.writeUInt8(bytes.readUInt8(offset + 4) - more, offset + 4);
  places.push([start - more, end]);
}

function payloadOf(bytes: Buffer, offset: number): number {
  const hasAdaptation = (bytes.readUInt8(offset + 3) & 0x20) !== 0;
  return offset + 4 + (hasAdaptation ? 1 + bytes.readUInt8(offset + 4) : 0);
}

function readMapPid(bytes: Buffer, offsets: readonly number[]): number {
  const table = offsets.find((at) => pidOf(bytes, at) === 0);
  if (table === undefined) throw new Error('There is no programme association.');
  const payload = payloadOf(bytes, table);
  return bytes.readUInt16BE(payload + 1 + bytes.readUInt8(payload) + 10) & 0x1fff;
}

/** Writes the map of the encrypted streams in place of the clear one (ISO/IEC 13818-1 §2.4.4.8). */
function protectMap(bytes: Buffer, offset: number, protections: Map<number, Protection>): void {
  const payload = payloadOf(bytes, offset);
  const start = payload + 1 + bytes.readUInt8(payload);
  const end = start + 3 + (bytes.readUInt16BE(start + 1) & 0xfff) - 4;
  const first = start + 12 + (bytes.readUInt16BE(start + 10) & 0xfff);
  const parts = [bytes.subarray(start, first)];
  for (let at = first; at < end;) {
    const next = at + 5 + (bytes.readUInt16BE(at + 3) & 0xfff);
    const protection = PROTECTIONS.get(bytes.readUInt8(at));
    const entry = Buffer.concat([bytes.subarray(at, next), protection?.descriptors ?? Buffer.alloc(0)]);
    if (protection !== undefined) {
      entry[0] = protection.type;
      protections.set(entry.readUInt16BE(1) & 0x1fff, protection);
    }
    entry.writeUInt16BE((entry.readUInt16BE(3) & 0xf000) | (entry.length - 5), 3);
    parts.push(entry);
    at = next;
  }
  const section = Buffer.concat([...parts, Buffer.alloc(4)]);
  section.writeUInt16BE((section.readUInt16BE(1) & 0xf000) | (section.length - 3), 1);
  section.writeUInt32BE(sectionCrc(section.subarray(0, -4)), section.length - 4);
  if (start + section.length > offset + PACKET_BYTES) throw new Error('The programme map has no room.');
  section.copy(bytes, start);
}

/** CRC-32 of ISO/IEC 13818-1 annex A. */
function sectionCrc(bytes: Buffer): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
  }
  return crc >>> 0;
}

type Place = readonly [start: number, end: number];

/** Where the elementary stream of each PES packet stands, in one range for each transport packet. */
function unitsOf(bytes: Buffer, packets: readonly number[]): Place[][] {
  const units: Place[][] = [];
  for (const offset of packets) {
    let start = payloadOf(bytes, offset);
    if ((bytes.readUInt8(offset + 1) & 0x40) !== 0) {
      units.push([]);
      start += 9 + bytes.readUInt8(start + 8);
    }
    units.at(-1)?.push([start, offset + PACKET_BYTES]);
  }
  return units;
}

const LEAST_SLICE_BYTES = 48;
const CLEAR_SLICE_BYTES = 32;
const BLOCK_BYTES = 16;

/** Of each slice behind its first 32 bytes one block of ten (§2.2, listing 2-1). */
function encryptSlices(stream: Buffer, key: Buffer, iv: Buffer): Buffer {
  const written: Buffer[] = [];
  let done = 0;
  for (const unit of nalUnits(stream)) {
    const type = unit.readUInt8(0) & 0x1f;
    if ((type !== 1 && type !== 5) || unit.length <= LEAST_SLICE_BYTES) continue;
    const blocks: Buffer[] = [];
    for (let at = CLEAR_SLICE_BYTES; unit.length - at > BLOCK_BYTES; at += PATTERN_BYTES) {
      blocks.push(unit.subarray(at, at + BLOCK_BYTES));
    }
    encryptBlocks(blocks, key, iv);
    const start = unit.byteOffset - stream.byteOffset;
    written.push(stream.subarray(done, start), preventStartCodes(unit));
    done = start + unit.length;
  }
  return Buffer.concat([...written, stream.subarray(done)]);
}

/** Puts a 3 behind two zeros wherever a byte of at most 3 follows (ISO/IEC 14496-10 §7.4.1). */
function preventStartCodes(unit: Buffer): Buffer {
  const written: number[] = [];
  let zeros = 0;
  for (const byte of unit) {
    if (zeros === 2 && byte <= 3) {
      written.push(3);
      zeros = 0;
    }
    written.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return Buffer.from(written);
}

/** The NAL units of a byte stream (ISO/IEC 14496-10 annex B), without start codes. */
function nalUnits(stream: Buffer): Buffer[] {
  const code = Buffer.from([0, 0, 1]);
  const starts: number[] = [];
  for (let at = stream.indexOf(code); at >= 0; at = stream.indexOf(code, at + code.length))
    starts.push(at + code.length);
  return starts.map((start, place) => {
    let end = (starts[place + 1] ?? stream.length + code.length) - code.length;
    while (end > start && stream[end - 1] === 0) end--;
    return stream.subarray(start, end);
  });
}

const ADTS_BYTES = 7;
const CLEAR_FRAME_BYTES = 16;

/** Of each ADTS frame everything behind its header and 16 bytes, in whole blocks (§2.3, listing 2-2). */
function encryptFrames(stream: Buffer, key: Buffer, iv: Buffer): Buffer {
  for (let at = 0; at < stream.length;) {
    const frame = stream.subarray(at, at + ((stream.readUInt32BE(at + 2) >> 5) & 0x1fff));
    if (frame.length < ADTS_BYTES) throw new Error(`There is no ADTS frame at byte ${at}.`);
    const hasCrc = (frame.readUInt8(1) & 1) === 0;
    const body = frame.subarray(ADTS_BYTES + (hasCrc ? 2 : 0) + CLEAR_FRAME_BYTES);
    encryptBlocks([body.subarray(0, body.length - (body.length % BLOCK_BYTES))], key, iv);
    at += frame.length;
  }
  return stream;
}
