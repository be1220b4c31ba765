import type { ByteFile, ByteRange } from './byteFile.ts';

const HEADER_BYTES = 10;
const CLOCK_HZ = 90_000;
const OWNER = 'com.apple.streaming.transportStreamTimestamp\0';

/** Packed audio without its ID3 tags, and the time that the first of them tells. */
export interface PackedAudio {
  ranges: ByteRange[];
  /** On the clock of the transport streams, in seconds; absent where no tag tells it. */
  startS?: number;
}

/**
 * Finds the audio between the ID3 tags that start each fragment (RFC 8216, section 3.4), from `start` to `end`. MP3 is
 * left as it is behind the first tag: its reader steps over tags, and its frames are not walked here.
 */
export function splitPackedAudio(file: ByteFile, start: number, end: number): PackedAudio {
  const ranges: ByteRange[] = [];
  let startS: number | undefined;
  let audioStart = start;
  for (let position = start; position < end;) {
    const header = file.read(position, HEADER_BYTES);
    if (isTag(header)) {
      if (position > audioStart) ranges.push({ start: audioStart, end: position });
      const size = HEADER_BYTES + tagSize(header);
      if (startS === undefined && ranges.length === 0) startS = timestampS(file.read(position, size));
      position += size;
      audioStart = position;
      continue;
    }
    const length = adtsLength(header);
    if (length === undefined) break;
    position += length;
  }
  if (audioStart < end) ranges.push({ start: audioStart, end });
  return { ranges, ...(startS === undefined ? {} : { startS }) };
}

function isTag(bytes: Buffer): boolean {
  return bytes.length === HEADER_BYTES && bytes.toString('latin1', 0, 3) === 'ID3';
}

/** ID3v2.4, section 6.2: four times seven bits. */
function tagSize(header: Buffer): number {
  return header.subarray(6).reduce((size, byte) => (size << 7) | byte, 0);
}

/** Length of an ADTS frame (ISO/IEC 13818-7, section 6.2), or `undefined` where none starts. */
function adtsLength(header: Buffer): number | undefined {
  if (header.length < 7 || (header.readUInt16BE(0) & 0xfff6) !== 0xfff0) return undefined;
  const length = (header.readUInt32BE(3) >>> 13) & 0x1fff;
  return length >= 7 ? length : undefined;
}

/** The 33-bit time of the private frame, in seconds. */
function timestampS(tag: Buffer): number | undefined {
  const at = tag.indexOf(OWNER, 0, 'latin1');
  const valueAt = at + OWNER.length;
  if (at === -1 || valueAt + 8 > tag.length) return undefined;
  return Number(tag.readBigUInt64BE(valueAt) & 0x1_ffff_ffffn) / CLOCK_HZ;
}
