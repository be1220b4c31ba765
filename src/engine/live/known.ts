import type { InitSegment } from '../playlist/model.ts';
import { endMs, rangeText, withoutQuery, type Entry } from './entry.ts';
import type { Suspect } from './suspect.ts';
import type { Tip } from './tip.ts';

/** What the readings so far have taught. Never changed: each reading makes a new one. */
export interface Known {
  /**
   * The fragments of the last good reading and some before it, in rising sequence; those that are part of the recording
   * with its `index` and `discontinuitySequence`. Never empty.
   */
  entries: readonly Entry[];
  /** The newest of those that went before a reset of the numbers. */
  former: readonly Entry[];
  /** The init segments that the newest fragments use, the latest last. */
  maps: readonly InitSegment[];
  /** How many of `entries` the last good reading listed. */
  windowLength: number;
  /** What to add to a reading's discontinuity sequence to continue that of the recording. */
  discontinuityOffset: number;
  nextIndex: number;
  /** When the last good reading came, on the clock of `now`. */
  freshAtMs: number;
  /** The fragment that comes next, where parts of it were told; it has the next index. */
  tip?: Tip;
  /** Readings in a row that lie behind what is known. */
  suspect?: Suspect;
}

/** How many fragments are remembered that the playlist no longer lists. */
const memoryLength = 256;

/** The entries worth remembering, of those that are in order. */
export function remember(entries: readonly Entry[], windowLength: number): readonly Entry[] {
  return entries.slice(-(windowLength + memoryLength));
}

/** The newest fragment. */
export function lastOf(entries: readonly Entry[]): Entry {
  const last = entries.at(-1);
  if (last === undefined) throw new RangeError('no fragments are known');
  return last;
}

/** How long the fragments of the last good reading are together. */
export function windowDurationS({ entries, windowLength }: Known): number {
  return entries.slice(-windowLength).reduce((sum, { fragment }) => sum + fragment.durationS, 0);
}

/** The usual duration of a fragment, in seconds; more than 0. */
export function usualDurationS(known: Known): number {
  return windowDurationS(known) / known.windowLength || 1;
}

/** When what is known ends, in milliseconds since 1970; unknown where the playlist is not dated. */
export function knownEndMs({ entries }: Known): number | undefined {
  return endMs(lastOf(entries));
}

/** One object for one init segment over all readings; across a discontinuity only where the whole address is the same. */
export function shareMap(maps: readonly InitSegment[], map: InitSegment, isBreak: boolean): InitSegment {
  const nameOf = (url: string) => (isBreak ? url : withoutQuery(url));
  const same = maps.findLast(
    ({ url, byteRange, keys }) =>
      nameOf(url) === nameOf(map.url) &&
      rangeText(byteRange) === rangeText(map.byteRange) &&
      keys.length === map.keys.length,
  );
  return same ?? map;
}
