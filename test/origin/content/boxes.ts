import type { Content } from './content.ts';
import { held, made } from './content.ts';

/** A box of ISO/IEC 14496-12 §4.2; offsets in bytes from the start of the buffer that it was read from. */
export interface Box {
  type: string;
  start: number;
  /** Where its payload starts. */
  body: number;
  end: number;
}

/** A fragmented MP4 of one or more `moof`s that can be repeated with running times. */
export interface BoxClip {
  init: Content;
  fragment: Buffer;
  /** `baseMediaDecodeTime`s (64 bits) in the fragment, and how far one repetition moves each. */
  times: readonly { offset: number; value: bigint; stride: bigint }[];
  /** Offsets of the sequence numbers in the fragment's `mfhd`s. */
  sequences: readonly number[];
}

/** The boxes between `start` and `end`. Throws when they do not fill that range. */
export function readBoxes(bytes: Buffer, start = 0, end = bytes.length): Box[] {
  const boxes: Box[] = [];
  let offset = start;
  while (offset < end) {
    const size = bytes.readUInt32BE(offset);
    if (size < 8 || offset + size > end) throw new Error(`The box at byte ${offset} has the size ${size}.`);
    boxes.push({
      type: bytes.toString('latin1', offset + 4, offset + 8),
      start: offset,
      body: offset + 8,
      end: offset + size,
    });
    offset += size;
  }
  return boxes;
}

/** The boxes at a path such as `moof/traf/tfdt`. */
export function findBoxes(bytes: Buffer, path: string): Box[] {
  let found: Box[] = [];
  path.split('/').forEach((type, depth) => {
    const inside = depth === 0 ? readBoxes(bytes) : found.flatMap((box) => readBoxes(bytes, box.body, box.end));
    found = inside.filter((box) => box.type === type);
  });
  return found;
}

/** Splits a fragmented MP4 at its first `moof` and finds what has to change when the fragment is repeated. */
export function readBoxClip(bytes: Buffer, durationS: number): BoxClip {
  const first = findBoxes(bytes, 'moof')[0];
  if (first === undefined) throw new Error('There is no moof.');
  const init = bytes.subarray(0, first.start);
  const fragment = bytes.subarray(first.start);
  const timescales = readTimescales(init);
  const times = findBoxes(fragment, 'moof/traf').map((traf) => {
    const tfdt = child(fragment, traf, 'tfdt');
    if (fragment[tfdt.body] !== 1) throw new Error('A tfdt has no 64-bit time.');
    const track = fragment.readUInt32BE(child(fragment, traf, 'tfhd').body + 4);
    const stride = BigInt(Math.round(durationS * (timescales.get(track) ?? 0)));
    const offset = tfdt.body + 4;
    return { offset, value: fragment.readBigUInt64BE(offset), stride };
  });
  const sequences = findBoxes(fragment, 'moof/mfhd').map((mfhd) => mfhd.body + 4);
  return { init: held(init), fragment, times, sequences };
}

/** Ticks per second of each track, by its ID. */
export function readTimescales(init: Buffer): Map<number, number> {
  const timescales = new Map<number, number>();
  for (const trak of findBoxes(init, 'moov/trak')) {
    const tkhd = child(init, trak, 'tkhd');
    const mdhd = child(init, child(init, trak, 'mdia'), 'mdhd');
    const track = init.readUInt32BE(tkhd.body + (init[tkhd.body] === 1 ? 20 : 12));
    timescales.set(track, init.readUInt32BE(mdhd.body + (init[mdhd.body] === 1 ? 20 : 12)));
  }
  return timescales;
}

function child(bytes: Buffer, parent: Box, type: string): Box {
  const box = readBoxes(bytes, parent.body, parent.end).find((candidate) => candidate.type === type);
  if (box === undefined) throw new Error(`There is no ${type} in the ${parent.type} at byte ${parent.start}.`);
  return box;
}

export interface BoxFragment {
  clip: BoxClip;
  /** How often the clip has run before, from 0: moves the times. */
  turn: number;
  /** The sequence number of the first `moof`. */
  sequence: number;
  /** Text in the `free` box behind the fragment. */
  marker: string;
  /** Never less than the clip and its marker. */
  sizeBytes: number;
}

/** The fragment at its turn, and a `free` box that holds the marker and fills it up to the size. */
export function boxFragment({ clip, turn, sequence, marker, sizeBytes }: BoxFragment): Content {
  const text = Buffer.from(marker);
  const least = clip.fragment.length + 8 + text.length;
  const size = Math.max(sizeBytes, least);
  return made(size, function* () {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(size - clip.fragment.length);
    head.write('free', 4, 'latin1');
    const bytes = Buffer.concat([clip.fragment, head, text]);
    for (const { offset, value, stride } of clip.times) {
      bytes.writeBigUInt64BE(value + BigInt(turn) * stride, offset);
    }
    clip.sequences.forEach((offset, place) => bytes.writeUInt32BE(sequence + place, offset));
    yield bytes;
    for (let rest = size - least; rest > 0; rest -= zeros.length) yield zeros.subarray(0, rest);
  });
}

const zeros = Buffer.alloc(384 * 1024);
