import { fstatSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import { type Box, readBox } from './media/boxes.ts';

const BLOCK_BYTES = 1024 * 1024;

/** Boxes on the way from `moov` to the chunk offsets (ISO/IEC 14496-12, section 8.7.5). */
const CONTAINERS = new Set(['trak', 'mdia', 'minf', 'stbl']);

/**
 * Moves the `moov` box of an MP4 file from its end to before its media, in place: a player can start with the first
 * bytes. The media is moved in blocks, so memory does not grow with it.
 * @param descriptor of a file `ftyp … mdat moov`, open for reading and writing.
 * @returns the size of the file, in bytes.
 */
export function moveIndexToFront(descriptor: number): number {
  const size = fstatSync(descriptor).size;
  const boxes = [...listBoxes(descriptor, size)];
  const index = boxes.find(({ type }) => type === 'moov');
  const behind = boxes[0]?.type === 'ftyp' ? boxes[0].end : 0;
  if (index?.end !== size) throw new Error('The index of the MP4 file does not stand at its end.');
  const moved = shiftOffsets(readAll(descriptor, index.start, size - index.start));
  moveUp(descriptor, behind, index.start, moved.length);
  writeAll(descriptor, moved, behind);
  const total = index.start + moved.length;
  ftruncateSync(descriptor, total);
  return total;
}

function* listBoxes(descriptor: number, size: number): Generator<Box> {
  for (let position = 0; position < size;) {
    const box = readBox(readAll(descriptor, position, Math.min(16, size - position)), 0, size, position);
    if (box === undefined || box.end <= position) throw new Error(`No box of an MP4 file at byte ${position}.`);
    yield box;
    position = box.end;
  }
}

/** The index with every chunk offset raised by its own size, which offsets of 64 bits may raise in turn. */
function shiftOffsets(index: Buffer): Buffer {
  let length = index.length;
  for (;;) {
    const shifted = rewrite(index, length);
    if (shifted.length === length) return shifted;
    length = shifted.length;
  }
}

function rewrite(box: Buffer, shift: number): Buffer {
  const { type, content } = boxAt(box, 0);
  if (type === 'stco' || type === 'co64') return rewriteOffsets(box, type, shift);
  if (type !== 'moov' && !CONTAINERS.has(type)) return box;
  const children: Buffer[] = [];
  for (let position = content; position < box.length;) {
    const child = boxAt(box, position);
    children.push(rewrite(box.subarray(position, child.end), shift));
    position = child.end;
  }
  return boxOf(type, children);
}

function boxAt(bytes: Buffer, position: number): Box {
  const box = readBox(bytes, position, bytes.length);
  if (box === undefined || box.end > bytes.length) throw new Error('The index of the MP4 file is broken.');
  return box;
}

function rewriteOffsets(box: Buffer, type: 'stco' | 'co64', shift: number): Buffer {
  const count = box.readUInt32BE(12);
  const read = (entry: number) =>
    type === 'stco' ? box.readUInt32BE(16 + 4 * entry) : Number(box.readBigUInt64BE(16 + 8 * entry));
  let furthest = 0;
  for (let entry = 0; entry < count; entry += 1) furthest = Math.max(furthest, read(entry));
  const isLarge = type === 'co64' || furthest + shift > 0xffff_ffff;
  const content = Buffer.alloc(8 + count * (isLarge ? 8 : 4));
  content.writeUInt32BE(count, 4);
  for (let entry = 0; entry < count; entry += 1) {
    if (isLarge) content.writeBigUInt64BE(BigInt(read(entry) + shift), 8 + 8 * entry);
    else content.writeUInt32BE(read(entry) + shift, 8 + 4 * entry);
  }
  return boxOf(isLarge ? 'co64' : 'stco', [content]);
}

function boxOf(type: string, contents: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(contents.reduce((total, { length }) => total + length, 8));
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, ...contents]);
}

/** Moves bytes `start` to `end` up by `shift`, from the end on, so that nothing is overwritten before it is read. */
function moveUp(descriptor: number, start: number, end: number, shift: number): void {
  const block = Buffer.alloc(BLOCK_BYTES);
  for (let last = end; last > start;) {
    const first = Math.max(start, last - BLOCK_BYTES);
    const bytes = block.subarray(0, last - first);
    readInto(descriptor, bytes, first);
    writeAll(descriptor, bytes, first + shift);
    last = first;
  }
}

function readAll(descriptor: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  readInto(descriptor, bytes, position);
  return bytes;
}

function readInto(descriptor: number, bytes: Buffer, position: number): void {
  for (let filled = 0; filled < bytes.length;) {
    const count = readSync(descriptor, bytes, filled, bytes.length - filled, position + filled);
    if (count === 0) throw new Error(`The file ends before byte ${position + bytes.length}.`);
    filled += count;
  }
}

/** Writes all of the bytes at a place in the file, synchronously. */
export function writeAll(descriptor: number, bytes: Uint8Array, position: number): void {
  for (let written = 0; written < bytes.length;) {
    written += writeSync(descriptor, bytes, written, bytes.length - written, position + written);
  }
}
