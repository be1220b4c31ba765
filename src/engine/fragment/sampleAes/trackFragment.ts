import { FieldReader } from '../mediaTime/boxes.ts';
import { readBoxes, type PlacedBox } from './boxTree.ts';
import type { Range } from './commonEncryption.ts';
import { damaged } from './error.ts';
import type { ProtectedTrack } from './movieInit.ts';

/** One `traf` of a movie fragment (ISO/IEC 14496-12 §8.8.6). */
export interface TrackFragment {
  boxes: PlacedBox[];
  track: ProtectedTrack;
  /** From 1. */
  descriptionIndex: number;
  /** What offsets in it count from. */
  base: number;
  /** The samples of each `trun`. */
  runs: Range[][];
  /** Behind its last sample. */
  end: number;
}

/** Keeps hostile counts from filling the memory: samples that all fragments together may still have. */
export interface SampleBudget {
  samples: number;
}

/**
 * Reads a `traf`; `undefined` for a track that the init segment does not have. `next` is where its samples begin if
 * nothing says so. An absolute base (`base-data-offset`) is taken for the start of the `moof`, since a segment does not know
 * where in a longer file it lies.
 */
export function readTrackFragment(
  bytes: Buffer,
  traf: PlacedBox,
  tracks: ReadonlyMap<number, ProtectedTrack>,
  place: { moof: number; next: number },
  budget: SampleBudget,
): TrackFragment | undefined {
  const boxes = readBoxes(bytes, traf.body, traf.end);
  const header = boxes.find(({ type }) => type === 'tfhd');
  if (!header) throw damaged('a track fragment has no header');
  const fields = new FieldReader(bytes, header);
  const flags = fields.u32();
  const track = tracks.get(fields.u32());
  if (!track) return undefined;
  fields.skip(flags & 0x1 ? 8 : 0);
  const descriptionIndex = flags & 0x2 ? fields.u32() : track.descriptionIndex;
  fields.skip(flags & 0x8 ? 4 : 0);
  const sampleBytes = flags & 0x10 ? fields.u32() : track.sampleBytes;
  if (fields.isOver) throw damaged('the header of a track fragment is cut');
  const base = flags & 0x20001 ? place.moof : place.next;
  let end = base;
  const runs: Range[][] = [];
  for (const trun of boxes.filter(({ type }) => type === 'trun')) {
    const run = readRun(bytes, trun, { base, next: end, sampleBytes }, budget);
    const last = run.at(-1);
    if (last) end = last.at + last.bytes;
    runs.push(run);
  }
  return { boxes, track, descriptionIndex, base, runs, end };
}

function readRun(
  bytes: Buffer,
  trun: PlacedBox,
  { base, next, sampleBytes }: { base: number; next: number; sampleBytes: number | undefined },
  budget: SampleBudget,
): Range[] {
  const fields = new FieldReader(bytes, trun);
  const flags = fields.u32();
  const count = fields.u32();
  // A signed field.
  let at = flags & 0x1 ? base + (fields.u32() | 0) : next;
  fields.skip(flags & 0x4 ? 4 : 0);
  const hasBytes = (flags & 0x200) !== 0;
  const before = flags & 0x100 ? 4 : 0;
  const behind = (flags & 0x400 ? 4 : 0) + (flags & 0x800 ? 4 : 0);
  budget.samples -= count;
  const isCut = fields.isOver || count * (before + behind + (hasBytes ? 4 : 0)) > fields.left;
  if (isCut || budget.samples < 0) throw damaged('a run of samples is cut');
  const run: Range[] = [];
  for (let sample = 0; sample < count; sample++) {
    fields.skip(before);
    const size = hasBytes ? fields.u32() : sampleBytes;
    fields.skip(behind);
    if (size === undefined) throw damaged('nothing says how long the samples are');
    run.push({ at, bytes: size });
    at += size;
  }
  return run;
}
