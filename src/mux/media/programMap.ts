import type { ByteFile, ByteRange } from './byteFile.ts';

const PACKET_BYTES = 188;
/** The tables stand at the start of every fragment (RFC 8216, section 3.2). */
const SEARCHED_BYTES = 1024 * PACKET_BYTES;

/** An elementary stream that carries video or audio which nothing here can copy. */
export interface UnknownStream {
  type: 'video' | 'audio';
  name: string;
}

/** Stream types of ISO/IEC 13818-1, table 2-34, that cannot be copied; those that can, and data, are not here. */
const UNKNOWN: Readonly<Record<number, UnknownStream>> = {
  0x01: { type: 'video', name: 'MPEG-1 video' },
  0x02: { type: 'video', name: 'MPEG-2 video' },
  0x10: { type: 'video', name: 'MPEG-4 part 2 video' },
  0x11: { type: 'audio', name: 'AAC in LATM' },
  0x1c: { type: 'audio', name: 'MPEG-4 raw audio' },
  0x21: { type: 'video', name: 'JPEG 2000' },
  0x33: { type: 'video', name: 'VVC' },
  0x42: { type: 'video', name: 'AVS' },
  0xcf: { type: 'audio', name: 'AAC in SAMPLE-AES' },
  0xdb: { type: 'video', name: 'H.264 in SAMPLE-AES' },
  0xc1: { type: 'audio', name: 'AC-3 in SAMPLE-AES' },
  0xc2: { type: 'audio', name: 'E-AC-3 in SAMPLE-AES' },
  0xea: { type: 'video', name: 'VC-1' },
};

/** What the first program map of a transport stream announces and no track could hold. */
export function unknownStreams(file: ByteFile, { start, end }: ByteRange): UnknownStream[] {
  const bytes = file.read(start, Math.min(SEARCHED_BYTES, end - start));
  let mapPid: number | undefined;
  for (let at = 0; at + PACKET_BYTES <= bytes.length; at += PACKET_BYTES) {
    const packet = bytes.subarray(at, at + PACKET_BYTES);
    const pid = packet.readUInt16BE(1) & 0x1fff;
    if (pid !== 0 && pid !== mapPid) continue;
    const section = sectionOf(packet);
    if (section === undefined) continue;
    if (pid === 0) mapPid = mapPidOf(section);
    else return streamTypes(section).flatMap((type) => UNKNOWN[type] ?? []);
  }
  return [];
}

/** The table that starts in a packet, as far as it stands in it, without its CRC. */
function sectionOf(packet: Buffer): Buffer | undefined {
  const isStart = (packet.readUInt8(1) & 0x40) !== 0;
  const hasField = (packet.readUInt8(3) & 0x20) !== 0;
  const payload = packet.subarray(hasField ? 5 + packet.readUInt8(4) : 4);
  const section = payload.subarray(1 + (payload[0] ?? 0));
  if (!isStart || section.length < 12) return undefined;
  const length = section.readUInt16BE(1) & 0x0fff;
  return section.subarray(0, Math.max(0, 3 + length - 4));
}

/** ISO/IEC 13818-1, section 2.4.4.3. */
function mapPidOf(section: Buffer): number | undefined {
  for (let at = 8; at + 4 <= section.length; at += 4) {
    if (section.readUInt16BE(at) !== 0) return section.readUInt16BE(at + 2) & 0x1fff;
  }
  return undefined;
}

/** ISO/IEC 13818-1, section 2.4.4.8. */
function streamTypes(section: Buffer): number[] {
  const types: number[] = [];
  let at = 12 + (section.readUInt16BE(10) & 0x0fff);
  while (at + 5 <= section.length) {
    types.push(section.readUInt8(at));
    at += 5 + (section.readUInt16BE(at + 3) & 0x0fff);
  }
  return types;
}
