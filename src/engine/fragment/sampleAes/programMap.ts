import { damaged, unsupported } from './error.ts';

/** How the elementary stream of one PID is encrypted. */
export type StreamProtection = 'H.264' | 'ADTS' | 'AC-3';

interface ProtectedType {
  clearType: number;
  protection: StreamProtection;
}

/** Stream types of protected streams (Apple, "MPEG-2 Stream Encryption Format for HTTP Live Streaming" §3). */
const protectedTypes: ReadonlyMap<number, ProtectedType> = new Map([
  [0xdb, { clearType: 0x1b, protection: 'H.264' }],
  [0xcf, { clearType: 0x0f, protection: 'ADTS' }],
  [0xc1, { clearType: 0x81, protection: 'AC-3' }],
  [0xc2, { clearType: 0x87, protection: 'AC-3' }],
]);

const registrationTag = 0x05;
const privateIndicatorTag = 0x0f;
/** What the descriptors of a protected stream begin with: the audio's setup, and the names of the protected formats. */
const protectionNames: ReadonlySet<string> = new Set(['apad', 'zavc', 'aacd', 'ac3d', 'ec3d']);

const sectionHeaderBytes = 3;
const crcBytes = 4;
const programEntryBytes = 4;
const streamEntryBytes = 5;
const stuffing = 0xff;

/** The sections that begin in a payload with `pointer_field` in front, `bytes` up to the packet's end. */
function* sectionsIn(bytes: Buffer): Generator<{ start: number; end: number; table: number }> {
  let start = 1 + (bytes[0] ?? 0);
  while (bytes.length - start >= sectionHeaderBytes && bytes[start] !== stuffing) {
    const end = start + sectionHeaderBytes + (bytes.readUInt16BE(start + 1) & 0xfff);
    yield { start, end, table: bytes.readUInt8(start) };
    start = end;
  }
}

/** The PIDs of programme maps in a packet's payload of the association table (ISO/IEC 13818-1 §2.4.4.3). */
export function readAssociation(payload: Buffer): number[] {
  const pids: number[] = [];
  for (const { start, end, table } of sectionsIn(payload)) {
    if (table !== 0) continue;
    if (end > payload.length) throw unsupported('its programme association does not fit one transport packet');
    for (let at = start + 8; at + programEntryBytes <= end - crcBytes; at += programEntryBytes) {
      if (payload.readUInt16BE(at) !== 0) pids.push(payload.readUInt16BE(at + 2) & 0x1fff);
    }
  }
  return pids;
}

/**
 * Turns the programme map in a packet's payload into that of the clear stream, in place: stream types, descriptors and CRC
 * (ISO/IEC 13818-1 §2.4.4.8). Returns the PIDs of its streams, with their protection where they have one.
 */
export function clearProgramMap(payload: Buffer): Map<number, StreamProtection | undefined> {
  const streams = new Map<number, StreamProtection | undefined>();
  const clear: Buffer[] = [];
  let after = 1 + (payload[0] ?? 0);
  for (const { start, end, table } of sectionsIn(payload)) {
    if (table === 2 && end > payload.length) throw unsupported('its programme map does not fit one transport packet');
    after = Math.min(end, payload.length);
    const section = payload.subarray(start, after);
    clear.push(table === 2 ? clearSection(section, streams) : Buffer.from(section));
  }
  let at = 1 + (payload[0] ?? 0);
  for (const section of clear) at += section.copy(payload, at);
  if (at < after) payload.fill(stuffing, at, after);
  return streams;
}

function clearSection(section: Buffer, streams: Map<number, StreamProtection | undefined>): Buffer {
  const end = section.length - crcBytes;
  const first = 12 + (section.length < 16 ? 0 : section.readUInt16BE(10) & 0xfff);
  if (first > end) throw damaged('its programme map is shorter than it says');
  const parts = [section.subarray(0, first)];
  for (let at = first; at < end;) {
    if (end - at < streamEntryBytes) throw damaged('its programme map ends within a stream');
    const next = at + streamEntryBytes + (section.readUInt16BE(at + 3) & 0xfff);
    if (next > end) throw damaged('its programme map ends within the descriptors of a stream');
    const type = protectedTypes.get(section.readUInt8(at));
    streams.set(section.readUInt16BE(at + 1) & 0x1fff, type?.protection);
    parts.push(type ? clearEntry(section.subarray(at, next), type.clearType) : section.subarray(at, next));
    at = next;
  }
  const clear = Buffer.concat([...parts, Buffer.alloc(crcBytes)]);
  clear.writeUInt16BE((clear.readUInt16BE(1) & 0xf000) | (clear.length - sectionHeaderBytes), 1);
  clear.writeUInt32BE(sectionCrc(clear.subarray(0, clear.length - crcBytes)), clear.length - crcBytes);
  return clear;
}

function clearEntry(entry: Buffer, clearType: number): Buffer {
  const header = Buffer.from(entry.subarray(0, streamEntryBytes));
  const descriptors: Buffer[] = [];
  for (let at = streamEntryBytes; at + 2 <= entry.length;) {
    const next = at + 2 + entry.readUInt8(at + 1);
    if (next > entry.length) throw damaged('its programme map ends within a descriptor');
    const descriptor = entry.subarray(at, next);
    if (!isOfProtection(descriptor)) descriptors.push(descriptor);
    at = next;
  }
  const length = descriptors.reduce((sum, { length }) => sum + length, 0);
  header[0] = clearType;
  header.writeUInt16BE((header.readUInt16BE(3) & 0xf000) | length, 3);
  return Buffer.concat([header, ...descriptors]);
}

function isOfProtection(descriptor: Buffer): boolean {
  const isNamed = descriptor[0] === registrationTag || descriptor[0] === privateIndicatorTag;
  return isNamed && protectionNames.has(descriptor.toString('latin1', 2, 6));
}

const polynomial = 0x04c11db7;

/** CRC-32 of a section without its last field (ISO/IEC 13818-1 annex A). */
export function sectionCrc(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc < 0 ? polynomial : 0);
  }
  return crc >>> 0;
}
