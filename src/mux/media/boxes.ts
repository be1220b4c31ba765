import { MuxError } from '../errors.ts';
import type { ByteFile } from './byteFile.ts';

/** A box of an ISO base media file (ISO/IEC 14496-12, section 4.2): its place in the file, header included. */
export interface Box {
  type: string;
  start: number;
  end: number;
  /** Where its content starts. */
  content: number;
}

/** The box that starts at `position`, or `undefined` where no whole header is. `end` bounds a box that reaches to the end. */
export function readBox(bytes: Buffer, position: number, end: number, start = position): Box | undefined {
  if (position + 8 > bytes.length) return undefined;
  const size = bytes.readUInt32BE(position);
  const type = bytes.toString('latin1', position + 4, position + 8);
  if (size === 0) return { type, start, end, content: start + 8 };
  if (size !== 1) return { type, start, end: start + size, content: start + 8 };
  if (position + 16 > bytes.length) return undefined;
  return { type, start, end: start + Number(bytes.readBigUInt64BE(position + 8)), content: start + 16 };
}

/** The outermost boxes of a file, in order. Throws MuxError where something else stands. */
export function* topLevelBoxes(file: ByteFile): Generator<Box> {
  for (let position = 0; position < file.size;) {
    const box = readBox(file.read(position, 16), 0, file.size, position);
    if (box === undefined || box.end < box.content || box.end > file.size) {
      throw new MuxError('MUX_FORMAT', `At byte ${position} is no whole box of an MP4 file.`, {
        hint: 'A fragment may be broken: try the download again.',
      });
    }
    yield box;
    position = box.end;
  }
}
