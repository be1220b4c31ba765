import type { Decisions } from './categories.ts';
import type { CallTree, Frame } from './model.ts';

/** Distinct frames as typed arrays, which travel between processes as they are. */
interface PackedFrames {
  /** All distinct names and files, one after the other, as UTF-8. */
  texts: Uint8Array;
  /** Text → its length in UTF-16 units. */
  lengths: Uint32Array;
  /** Frame → index of its name. */
  name: Uint32Array;
  /** Frame → index of its file + 1, or 0 for none. */
  file: Uint32Array;
  /** 0 for none. */
  line: Uint32Array;
  /** 0 for none. */
  column: Uint32Array;
}

/** A thread's merged stacks and what they were spent on, without an object for each frame or node. */
export interface PackedThread {
  frames: PackedFrames;
  frame: Uint32Array;
  parent: Int32Array;
  self: Float64Array;
  decisions: Decisions;
}

/** Packs a thread for another process; its arrays are the tree's own. */
export function packThread({ frames, frame, parent, self }: CallTree, decisions: Decisions): PackedThread {
  return { frames: packFrames(frames), frame, parent, self, decisions };
}

/** The tree of a packed thread. */
export function unpackTree({ frames, frame, parent, self }: PackedThread): CallTree {
  return { frames: unpackFrames(frames), frame, parent, self };
}

function packFrames(frames: readonly Frame[]): PackedFrames {
  const texts: string[] = [];
  const indexOf = new Map<string, number>();
  const textAt = (text: string): number => {
    const known = indexOf.get(text);
    if (known !== undefined) return known;
    // An unpaired surrogate becomes one character of the same length, so that all that follow stay in their places.
    const index = texts.push(text.toWellFormed()) - 1;
    indexOf.set(text, index);
    return index;
  };
  const name = Uint32Array.from(frames, (frame) => textAt(frame.name));
  const file = Uint32Array.from(frames, (frame) => (frame.file === undefined ? 0 : textAt(frame.file) + 1));
  return {
    texts: new TextEncoder().encode(texts.join('')),
    lengths: Uint32Array.from(texts, ({ length }) => length),
    name,
    file,
    line: Uint32Array.from(frames, ({ line = 0 }) => line),
    column: Uint32Array.from(frames, ({ column = 0 }) => column),
  };
}

function unpackFrames({ texts, lengths, name, file, line, column }: PackedFrames): Frame[] {
  // A mark at the very beginning is part of the first text.
  const all = new TextDecoder('utf-8', { ignoreBOM: true }).decode(texts);
  let at = 0;
  const list = Array.from(lengths, (length) => all.slice(at, (at += length)));
  return Array.from(name, (own, index): Frame => {
    const frame: Frame = { name: list[own] ?? '' };
    const place = list[(file[index] ?? 0) - 1];
    const [inLine, inColumn] = [line[index] ?? 0, column[index] ?? 0];
    if (place !== undefined) frame.file = place;
    if (inLine > 0) frame.line = inLine;
    if (inColumn > 0) frame.column = inColumn;
    return frame;
  });
}
