import { MuxError } from '../errors.ts';

/** Makes of a packet what a transport stream carries. */
export type Elementary = (packet: Uint8Array, isKey: boolean) => Buffer;

const START_CODE = Buffer.from([0, 0, 0, 1]);

/** What access unit delimiters of both codecs look like, and which type of NAL unit they are. */
const DELIMITERS = {
  avc: { unit: Buffer.from([0, 0, 0, 1, 0x09, 0xf0]), type: 9 },
  hevc: { unit: Buffer.from([0, 0, 0, 1, 0x46, 0x01, 0x50]), type: 35 },
};

/**
 * Pictures in the byte stream format (ITU-T H.264, annex B): with a delimiter in front of each, as ISO/IEC 13818-1 wants
 * it, and the parameter sets in front of key frames where they stood in the init segment.
 * @param description `avcC` or `hvcC`; absent where packets are in that format already.
 */
export function pictures(codec: 'avc' | 'hevc', description: Uint8Array | undefined): Elementary {
  const { unit: delimiter, type: delimiterType } = DELIMITERS[codec];
  const typeOf = (header: number) => (codec === 'avc' ? header & 0x1f : (header >> 1) & 0x3f);
  if (description === undefined) {
    return (packet) => {
      const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.length);
      const isLong = bytes.readUInt8(2) === 0;
      return typeOf(bytes.readUInt8(isLong ? 4 : 3)) === delimiterType ? bytes : Buffer.concat([delimiter, bytes]);
    };
  }
  const { lengthBytes, sets } = codec === 'avc' ? readAvcC(description) : readHvcC(description);
  const parameterSets = sets.flatMap((set) => [START_CODE, set]);
  return (packet, isKey) => {
    const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.length);
    const units: Buffer[] = [];
    for (let position = 0; position + lengthBytes < bytes.length;) {
      const length = bytes.readUIntBE(position, lengthBytes);
      const unit = bytes.subarray(position + lengthBytes, position + lengthBytes + length);
      if (unit.length > 0 && typeOf(unit.readUInt8(0)) !== delimiterType) units.push(START_CODE, unit);
      position += lengthBytes + length;
    }
    return Buffer.concat([delimiter, ...(isKey ? parameterSets : []), ...units]);
  };
}

/** ISO/IEC 14496-15, section 5.3.3.1. */
function readAvcC(description: Uint8Array): { lengthBytes: number; sets: Buffer[] } {
  const bytes = Buffer.from(description);
  const sets: Buffer[] = [];
  let position = 5;
  for (const mask of [0x1f, 0xff]) {
    const count = bytes.readUInt8(position) & mask;
    position += 1;
    for (let index = 0; index < count; index += 1) position = takeSet(bytes, position, sets);
  }
  return { lengthBytes: (bytes.readUInt8(4) & 3) + 1, sets };
}

/** ISO/IEC 14496-15, section 8.3.3.1. */
function readHvcC(description: Uint8Array): { lengthBytes: number; sets: Buffer[] } {
  const bytes = Buffer.from(description);
  const sets: Buffer[] = [];
  let position = 23;
  for (let arrays = bytes.readUInt8(22); arrays > 0; arrays -= 1) {
    const count = bytes.readUInt16BE(position + 1);
    position += 3;
    for (let index = 0; index < count; index += 1) position = takeSet(bytes, position, sets);
  }
  return { lengthBytes: (bytes.readUInt8(21) & 3) + 1, sets };
}

function takeSet(bytes: Buffer, position: number, sets: Buffer[]): number {
  const end = position + 2 + bytes.readUInt16BE(position);
  sets.push(bytes.subarray(position + 2, end));
  return end;
}

/**
 * AAC frames with their ADTS headers (ISO/IEC 14496-3, section 1.A.2.2).
 * @param description AudioSpecificConfig; absent where packets have headers already.
 */
export function aacFrames(description: Uint8Array | undefined): Elementary {
  if (description === undefined) return (packet) => Buffer.from(packet.buffer, packet.byteOffset, packet.length);
  const config = Buffer.from(description).readUInt16BE(0);
  const [objectType, rate, channels] = [config >> 11, (config >> 7) & 15, (config >> 3) & 15];
  // HE-AAC is told as its AAC-LC core: players find the rest in the frames.
  const core = objectType === 5 || objectType === 29 ? 2 : objectType;
  if (core > 4 || rate > 12 || channels > 7) {
    throw new MuxError('MUX_CODEC', `AAC of object type ${objectType} cannot be put into a .ts file.`, {
      hint: 'A name that ends in .mp4 or .mkv can hold it.',
    });
  }
  return (packet) => {
    const length = packet.length + 7;
    const header = Buffer.from([
      0xff,
      0xf1,
      ((core - 1) << 6) | (rate << 2) | (channels >> 2),
      ((channels & 3) << 6) | (length >> 11),
      (length >> 3) & 0xff,
      ((length & 7) << 5) | 0x1f,
      0xfc,
    ]);
    return Buffer.concat([header, packet]);
  };
}
