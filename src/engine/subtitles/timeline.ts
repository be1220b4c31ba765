import type { SubtitleFile, TimestampMap } from './cue.ts';
import { ticksPerSecond } from './timestamps.ts';
import { mpegWrapTicks } from './webVtt.ts';

/** Where a segment stands on the time line of the playlist, whose beginning is 0. */
export interface Place {
  startTicks: number;
  endTicks: number;
  /** Time mapping begins anew here. */
  isDiscontinuity: boolean;
  /** The time that the main stream has at `startTicks`, on its own clock. */
  ptsTicks?: number;
  /** How far `startTicks` may be from the truth; two seconds where absent. */
  slackTicks?: number;
}

/** What puts a file's times on the time line: ticks to add. */
type Reading = (file: SubtitleFile, place: Place) => number;

const noMap: TimestampMap = { localTicks: 0, mpegTicks: 0 };

/** What the main stream's clock says holds though cues seem so far from their segment. */
const usualSlackTicks = 2 * ticksPerSecond;

/**
 * Maps the local times of segments to the time line. The mapping of RFC 8216bis §3.1.4 is followed, and its 33 bits are
 * unwrapped to where the segment should be. It leaves open which time the beginning of the time line has, and some
 * packagers write none or a wrong one; so how a stretch without discontinuity is to be read is decided once, by its first
 * segment with cues: of the readings, in their order, the first that has those cues shown during that segment.
 */
export class Timeline {
  /** The main stream's time at 0, were the stretch to reach back there. */
  #ptsAtZero: number | undefined;
  /** The first mapping of the stretch, and where its segment begins. */
  #anchor: { map: TimestampMap; startTicks: number } | undefined;
  #reading: Reading | undefined;
  /** Of the stretch before. */
  #earlier: Reading | undefined;
  #isFirst = true;

  /** `firstPtsTicks` is the time of the main stream where the time line begins, where it is known. */
  constructor(firstPtsTicks: number | undefined) {
    this.#ptsAtZero = firstPtsTicks;
  }

  /** The ticks to add to the local times of a segment; segments have to come in their order. */
  offsetOf(file: SubtitleFile, place: Place): number {
    // One at the very beginning separates nothing.
    if (place.isDiscontinuity && place.startTicks > 0) this.#begin();
    if (place.ptsTicks !== undefined) this.#ptsAtZero ??= place.ptsTicks - place.startTicks;
    if (file.map) this.#anchor ??= { map: file.map, startTicks: place.startTicks };
    if (file.cues.length === 0) return 0;
    this.#reading ??= this.#decide(file, place);
    return this.#reading(file, place);
  }

  #begin(): void {
    this.#earlier = this.#reading ?? this.#earlier;
    this.#reading = undefined;
    this.#anchor = undefined;
    this.#ptsAtZero = undefined;
    this.#isFirst = false;
  }

  #decide(file: SubtitleFile, place: Place): Reading {
    const readings = this.#readings(file, place);
    const isShown = (reading: Reading): boolean => distance(file, reading(file, place), place) === 0;
    const [preferred] = readings;
    if (preferred === undefined) return runningTime;
    const slackTicks = place.slackTicks ?? usualSlackTicks;
    if (this.#ptsAtZero !== undefined && distance(file, preferred(file, place), place) <= slackTicks) return preferred;
    return readings.find(isShown) ?? preferred;
  }

  #readings(file: SubtitleFile, place: Place): Reading[] {
    const earlier = this.#earlier ? [this.#earlier] : [];
    const byAnchor = this.#anchor && mapped(this.#anchor.map.mpegTicks - this.#anchor.startTicks);
    const begun = byAnchor ?? fromSegment;
    if (this.#ptsAtZero !== undefined) return [mapped(this.#ptsAtZero), ...earlier, runningTime, begun];
    const byCue = mapped(zeroOf(file.map ?? noMap) + firstStart(file) - place.startTicks);
    // A stream's first mapping gives its origin; a later stretch goes on where the playlist is.
    if (this.#isFirst) return [mapped(zeroOf(this.#anchor?.map ?? noMap)), begun, byCue];
    return [begun, ...earlier, runningTime, byCue];
  }
}

/** The stream's time where the time line begins is `originTicks`; the mapping of each file gives that of its cues. */
function mapped(originTicks: number): Reading {
  return (file, { startTicks, endTicks }) => {
    const offset = zeroOf(file.map ?? noMap) - originTicks;
    const away = (startTicks + endTicks) / 2 - middleStart(file) - offset;
    return offset + Math.round(away / mpegWrapTicks) * mpegWrapTicks;
  };
}

/** Local times are times of the playlist. */
const runningTime: Reading = () => 0;

/** Local times count from the beginning of each segment. */
const fromSegment: Reading = (file, { startTicks }) => startTicks - (file.map?.localTicks ?? 0);

/** The stream's time where the local time is 0. */
function zeroOf({ localTicks, mpegTicks }: TimestampMap): number {
  return mpegTicks - localTicks;
}

/** How far the cues as a whole are shown before or after their segment. */
function distance(file: SubtitleFile, offset: number, { startTicks, endTicks }: Place): number {
  const lastEnd = file.cues.reduce((latest, cue) => Math.max(latest, cue.endTicks), -Infinity);
  return Math.max(0, firstStart(file) + offset - endTicks, startTicks - (lastEnd + offset));
}

function firstStart({ cues }: SubtitleFile): number {
  return cues.reduce((earliest, cue) => Math.min(earliest, cue.startTicks), Infinity);
}

/** The median: one broken cue must not move all others. */
function middleStart({ cues }: SubtitleFile): number {
  const starts = Float64Array.from(cues, (cue) => cue.startTicks).sort();
  return starts[starts.length >> 1] ?? 0;
}
