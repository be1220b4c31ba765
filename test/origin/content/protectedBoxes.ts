import type { Box } from './boxes.ts';
import { findBoxes, readBoxes } from './boxes.ts';
import { encryptBlocks, PATTERN_BYTES } from './cipher.ts';

const BLOCK_BYTES = 16;
/** Of each NAL unit so many bytes stay clear: its length and its header. */
const CLEAR_BYTES = 64;
const PROTECTED_NAMES: Readonly<Record<string, string>> = { avc1: 'encv', mp4a: 'enca' };
const PARENTS = ['moov', 'trak', 'mdia', 'minf', 'stbl'];

/** An init segment in `cbcs` (ISO/IEC 23001-7): the sample entries are protected, with a constant IV. */
export function protectInit(init: Buffer, iv: Buffer): Buffer {
  return Buffer.concat(readBoxes(init).map((box) => protectBox(init, box, iv)));
}

function protectBox(bytes: Buffer, box: Box, iv: Buffer): Buffer {
  const name = PROTECTED_NAMES[box.type];
  if (name !== undefined) {
    const protection = protectionBox(box.type, iv);
    return boxOf(name, [bytes.subarray(box.body, box.end), protection]);
  }
  const isTable = box.type === 'stsd';
  if (!isTable && !PARENTS.includes(box.type)) return bytes.subarray(box.start, box.end);
  const first = box.body + (isTable ? 8 : 0);
  const children = readBoxes(bytes, first, box.end).map((child) => protectBox(bytes, child, iv));
  return boxOf(box.type, [bytes.subarray(box.body, first), ...children]);
}

/** `sinf`: of a picture one block of ten is encrypted, of sound every whole one. */
function protectionBox(format: string, iv: Buffer): Buffer {
  const pattern = format === 'avc1' ? 0x19 : 0;
  const track = [Buffer.from([1, 0, 0, 0, 0, pattern, 1, 0]), Buffer.alloc(16), Buffer.from([iv.length]), iv];
  return boxOf('sinf', [
    boxOf('frma', [Buffer.from(format)]),
    boxOf('schm', [Buffer.alloc(4), Buffer.from('cbcs'), Buffer.from([0, 1, 0, 0])]),
    boxOf('schi', [boxOf('tenc', track)]),
  ]);
}

function boxOf(type: string, parts: readonly Buffer[]): Buffer {
  const size = parts.reduce((sum, part) => sum + part.length, 8);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(size);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, ...parts]);
}

/**
 * A fragment of one `moof` with pictures in its first `traf` and sound in its second, encrypted, and the same decrypted in
 * place: with a `free` box where the encrypted one says which bytes of the pictures are clear.
 */
export function protectFragment(fragment: Buffer, key: Buffer, iv: Buffer): { clear: Buffer; encrypted: Buffer } {
  const runs = findBoxes(fragment, 'moof/traf/trun').map((run) => samplesOf(fragment, run));
  const [pictures = [], sounds = []] = runs;
  const ranges = pictures.map((sample) => slicesOf(fragment, sample));
  const clear = withInformation(fragment, 'free', ranges);
  const encrypted = withInformation(fragment, 'senc', ranges);
  const shift = clear.length - fragment.length;
  for (const [start, end] of ranges.flat()) {
    const blocks: Buffer[] = [];
    for (let at = start + CLEAR_BYTES; end - at >= BLOCK_BYTES; at += PATTERN_BYTES) {
      blocks.push(encrypted.subarray(at + shift, at + shift + BLOCK_BYTES));
    }
    encryptBlocks(blocks, key, iv);
  }
  for (const [start, end] of sounds) {
    const whole = end - ((end - start) % BLOCK_BYTES);
    encryptBlocks([encrypted.subarray(start + shift, whole + shift)], key, iv);
  }
  return { clear, encrypted };
}

type Range = readonly [start: number, end: number];

/** Where the samples of a `trun` lie, from the start of the `moof`, which is that of the fragment. */
function samplesOf(bytes: Buffer, run: Box): Range[] {
  const flags = bytes.readUInt32BE(run.body) & 0xffffff;
  if ((flags & 0x201) !== 0x201) throw new Error('A run of samples says nothing of their place or size.');
  let at = bytes.readInt32BE(run.body + 8);
  const first = run.body + 12 + ((flags & 0x4) === 0 ? 0 : 4);
  const before = (flags & 0x100) === 0 ? 0 : 4;
  const stride = before + 4 + ((flags & 0x400) === 0 ? 0 : 4) + ((flags & 0x800) === 0 ? 0 : 4);
  return Array.from({ length: bytes.readUInt32BE(run.body + 4) }, (_, place): Range => {
    const start = at;
    at += bytes.readUInt32BE(first + place * stride + before);
    return [start, at];
  });
}

/** The NAL units of a sample, each with its length before it. */
function slicesOf(bytes: Buffer, [start, end]: Range): Range[] {
  const units: Range[] = [];
  for (let at = start; at < end;) {
    const next = at + 4 + bytes.readUInt32BE(at);
    units.push([at, next]);
    at = next;
  }
  return units;
}

/** The fragment with a box at the end of its first `traf`: pairs of clear and protected bytes for each NAL unit. */
function withInformation(fragment: Buffer, type: 'senc' | 'free', samples: readonly (readonly Range[])[]): Buffer {
  const head = Buffer.from([0, 0, 0, 2, 0, 0, 0, 0]);
  head.writeUInt32BE(samples.length, 4);
  const information = boxOf(type, [head, ...samples.map(entryOf)]);
  const [moof] = findBoxes(fragment, 'moof');
  const [traf] = findBoxes(fragment, 'moof/traf');
  const bytes = Buffer.concat([fragment.subarray(0, traf!.end), information, fragment.subarray(traf!.end)]);
  bytes.writeUInt32BE(moof!.end - moof!.start + information.length, moof!.start);
  bytes.writeUInt32BE(traf!.end - traf!.start + information.length, traf!.start);
  for (const run of findBoxes(bytes, 'moof/traf/trun')) {
    bytes.writeInt32BE(bytes.readInt32BE(run.body + 8) + information.length, run.body + 8);
  }
  return bytes;
}

function entryOf(units: readonly Range[]): Buffer {
  const entry = Buffer.alloc(2 + units.length * 6);
  entry.writeUInt16BE(units.length);
  units.forEach(([start, end], place) => {
    const clear = Math.min(end - start, CLEAR_BYTES);
    entry.writeUInt16BE(clear, 2 + place * 6);
    entry.writeUInt32BE(end - start - clear, 4 + place * 6);
  });
  return entry;
}
