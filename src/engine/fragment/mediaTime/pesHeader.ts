/** Times of PES packets, in ticks of 90 kHz, count up to this and start again. */
export const timeModulus = 2 ** 33;

/** What begins a PES packet (ISO/IEC 13818-1 §2.4.3.6). */
export interface PesHeader {
  kind: 'video' | 'audio' | 'private';
  /** When it is decoded, in ticks: its DTS, or its PTS where that is the same. */
  time: number | undefined;
  /** Ticks from its decoding to its presentation: some number of frames where there are B-frames, else 0. */
  delay: number;
  /** Bytes of the whole PES packet, 0 where it doesn't say. */
  packetBytes: number;
  /** Offset of its payload; behind the end where the header goes on in the next transport packet. */
  payload: number;
}

const prefixBytes = 6;
const fixedBytes = 9;
const stampBytes = 5;

/** The header at `start`; `undefined` where none is, or one of a stream that holds neither sound nor picture. */
export function readPesHeader(bytes: Buffer, start: number, end: number): PesHeader | undefined {
  if (end - start < fixedBytes || bytes.readUIntBE(start, 3) !== 1) return undefined;
  const kind = kindOf(bytes.readUInt8(start + 3));
  if (kind === undefined || bytes.readUInt8(start + 6) >> 6 !== 2) return undefined;
  const lengthBytes = bytes.readUInt16BE(start + 4);
  return {
    kind,
    ...readTimes(bytes, start, end),
    packetBytes: lengthBytes === 0 ? 0 : prefixBytes + lengthBytes,
    payload: start + fixedBytes + bytes.readUInt8(start + 8),
  };
}

/** By stream_id (ISO/IEC 13818-1 table 2-22); AC-3, metadata and subtitles are private. */
function kindOf(streamId: number): PesHeader['kind'] | undefined {
  if (streamId >= 0xe0 && streamId <= 0xef) return 'video';
  if (streamId >= 0xc0 && streamId <= 0xdf) return 'audio';
  return streamId === 0xbd || streamId === 0xfd ? 'private' : undefined;
}

function readTimes(bytes: Buffer, start: number, end: number): Pick<PesHeader, 'time' | 'delay'> {
  const flags = bytes.readUInt8(start + 7) >> 6;
  const first = start + fixedBytes;
  const hasBoth = flags === 3;
  if (flags < 2 || first + stampBytes * (hasBoth ? 2 : 1) > end) return { time: undefined, delay: 0 };
  const shown = readStamp(bytes, first);
  if (!hasBoth) return { time: shown, delay: 0 };
  const decoded = readStamp(bytes, first + stampBytes);
  return { time: decoded, delay: (shown - decoded + timeModulus) % timeModulus };
}

function readStamp(bytes: Buffer, at: number): number {
  const high = (bytes.readUInt8(at) >> 1) & 0x7;
  const middle = bytes.readUInt16BE(at + 1) >> 1;
  const low = bytes.readUInt16BE(at + 3) >> 1;
  return high * 2 ** 30 + middle * 2 ** 15 + low;
}
