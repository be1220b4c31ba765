import { boxesIn, type Box } from '../mediaTime/boxes.ts';
import { damaged } from './error.ts';

/** A box with the place of its header. */
export interface PlacedBox extends Box {
  start: number;
}

/** Far more than any segment has in one place; keeps hostile bytes from filling the memory. */
const mostBoxes = 65_536;

/** All boxes from `start` up to `end`. Throws SampleDecryptionError where they do not fill that range. */
export function readBoxes(bytes: Buffer, start: number, end: number): PlacedBox[] {
  const { boxes, end: last } = readBoxesUntil(bytes, start, end);
  if (last !== end) throw damaged(`the box at byte ${last} has no possible size`);
  return boxes;
}

/** The boxes from `start` on, up to `end` or to bytes that are none. */
export function readBoxesUntil(bytes: Buffer, start: number, end: number): { boxes: PlacedBox[]; end: number } {
  const boxes: PlacedBox[] = [];
  let at = start;
  for (const box of boxesIn(bytes, start, end)) {
    boxes.push({ ...box, start: at });
    at = box.end;
    if (boxes.length > mostBoxes) throw damaged(`it has more than ${mostBoxes} boxes in one place`);
  }
  return { boxes, end: at };
}

/** Turns a box into one that everybody passes over, of the same size (ISO/IEC 14496-12 §8.1.2). */
export function freeBox(bytes: Buffer, { start }: PlacedBox): void {
  bytes.write('free', start + 4, 'latin1');
}
