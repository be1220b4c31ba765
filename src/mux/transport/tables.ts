/** A stream of the program, as its map tells it (ISO/IEC 13818-1, section 2.4.4.8). */
export interface ProgramStream {
  pid: number;
  streamType: number;
  /** Which private format it is, four letters. */
  registration?: string | undefined;
  /** ISO 639-2. */
  language?: string | undefined;
}

export const MAP_PID = 0x1000;
const PROGRAM = 1;

/** The section that says where the map is. */
export function associationTable(): Buffer {
  const body = Buffer.alloc(4);
  body.writeUInt16BE(PROGRAM, 0);
  body.writeUInt16BE(0xe000 | MAP_PID, 2);
  return section(0x00, body);
}

/** The section that says which streams there are. */
export function mapTable(streams: readonly ProgramStream[], clockPid: number): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(0xe000 | clockPid, 0);
  head.writeUInt16BE(0xf000, 2);
  const entries = streams.map(({ pid, streamType, registration, language }) => {
    const descriptors = Buffer.concat([
      registration === undefined ? Buffer.alloc(0) : descriptor(0x05, registration),
      // The zero says that nothing is known of its purpose.
      language === undefined ? Buffer.alloc(0) : descriptor(0x0a, `${language}\0`),
    ]);
    const entry = Buffer.alloc(5);
    entry.writeUInt8(streamType, 0);
    entry.writeUInt16BE(0xe000 | pid, 1);
    entry.writeUInt16BE(0xf000 | descriptors.length, 3);
    return Buffer.concat([entry, descriptors]);
  });
  return section(0x02, Buffer.concat([head, ...entries]));
}

function descriptor(tag: number, text: string): Buffer {
  return Buffer.concat([Buffer.from([tag, text.length]), Buffer.from(text, 'latin1')]);
}

function section(table: number, body: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(table, 0);
  header.writeUInt16BE(0xb000 | (5 + body.length + 4), 1);
  header.writeUInt16BE(PROGRAM, 3);
  header.writeUInt8(0xc1, 5);
  const content = Buffer.concat([header, body]);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(content));
  return Buffer.concat([content, check]);
}

/** The checksum of ISO/IEC 13818-1, annex A; zlib's is the reflected one. */
function crc32(bytes: Buffer): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000_0000 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1;
  }
  return crc >>> 0;
}
