import { childrenOf, FieldReader, type Box } from './boxes.ts';
import type { MovieTrack } from './movie.ts';

/** What one `traf` says about its samples; a sum is `undefined` where nobody says what it adds up. */
export interface TrackRun {
  track: number;
  samples: number;
  /** In the track's timescale. */
  ticks: number | undefined;
  bytes: number | undefined;
}

/** Far more than any fragment has; keeps hostile bytes from filling the memory. */
const mostRuns = 256;

/**
 * The runs of a `moof`'s payload (ISO/IEC 14496-12 §8.8); `undefined` when a field lies behind its box, or there are more
 * than 256 of them.
 */
export function readMovieFragment(moof: Buffer, tracks: ReadonlyMap<number, MovieTrack>): TrackRun[] | undefined {
  const runs: TrackRun[] = [];
  const trafs = childrenOf(moof, { body: 0, end: moof.length }, 'traf');
  if (trafs.length > mostRuns) return undefined;
  for (const traf of trafs) {
    const run = readTrackFragment(moof, traf, tracks);
    if (run === undefined) return undefined;
    runs.push(run);
  }
  return runs;
}

interface Defaults {
  ticks: number | undefined;
  bytes: number | undefined;
}

function readTrackFragment(moof: Buffer, traf: Box, tracks: ReadonlyMap<number, MovieTrack>): TrackRun | undefined {
  const [header] = childrenOf(moof, traf, 'tfhd');
  if (!header) return undefined;
  const fields = new FieldReader(moof, header);
  const flags = fields.u32();
  const track = fields.u32();
  const movieTrack = tracks.get(track);
  fields.skip((flags & 0x1 ? 8 : 0) + (flags & 0x2 ? 4 : 0));
  const defaults: Defaults = {
    ticks: flags & 0x8 ? fields.u32() : movieTrack?.sampleTicks,
    bytes: flags & 0x10 ? fields.u32() : movieTrack?.sampleBytes,
  };
  const sum: TrackRun = { track, samples: 0, ticks: 0, bytes: 0 };
  for (const trun of childrenOf(moof, traf, 'trun')) {
    if (!addRun(sum, new FieldReader(moof, trun), defaults)) return undefined;
  }
  return fields.isOver ? undefined : sum;
}

/** Adds one `trun`; false when its samples lie behind its end. */
function addRun(sum: TrackRun, fields: FieldReader, defaults: Defaults): boolean {
  const flags = fields.u32();
  const samples = fields.u32();
  fields.skip((flags & 0x1 ? 4 : 0) + (flags & 0x4 ? 4 : 0));
  const [hasTicks, hasBytes] = [(flags & 0x100) !== 0, (flags & 0x200) !== 0];
  const restBytes = (flags & 0x400 ? 4 : 0) + (flags & 0x800 ? 4 : 0);
  const entryBytes = (hasTicks ? 4 : 0) + (hasBytes ? 4 : 0) + restBytes;
  // Also keeps a count of four thousand millions from being walked.
  if (fields.isOver || samples * entryBytes > fields.left) return false;
  let ticks = 0;
  let bytes = 0;
  for (let sample = 0; entryBytes > 0 && sample < samples; sample++) {
    if (hasTicks) ticks += fields.u32();
    if (hasBytes) bytes += fields.u32();
    fields.skip(restBytes);
  }
  sum.samples += samples;
  sum.ticks = plus(sum.ticks, hasTicks ? ticks : times(defaults.ticks, samples));
  sum.bytes = plus(sum.bytes, hasBytes ? bytes : times(defaults.bytes, samples));
  return true;
}

function plus(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? undefined : left + right;
}

function times(value: number | undefined, count: number): number | undefined {
  return count === 0 ? 0 : value === undefined ? undefined : value * count;
}
