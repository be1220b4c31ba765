import type { JoinPoint } from '../live/join.ts';
import type { Fragment, MediaPlaylist } from '../playlist/model.ts';
import { DateClock } from './dateClock.ts';
import type { MainLine } from './mainLine.ts';
import { areNumberedAlike, originOf, SegmentPlacer, type SegmentRecord } from './placing.ts';

/** A segment and where it is in the recording, as far as is known. */
export interface ListedSegment {
  fragment: Fragment;
  record: SegmentRecord;
  /** In seconds of the main time line; the end is below 0 where it is none of the recording. */
  startS: number;
  endS: number;
}

/** Placing may be wrong by so many target durations, and at least so many seconds. */
const slackTargets = 2;
const leastSlackS = 2;
const usualTargetS = 6;
/** Durations that are rounded add up to no more, in seconds. */
const roundingS = 0.25;

/** What the playlist of live subtitles has listed, placed on the time line of the main stream. */
export class SegmentListing {
  /** How wrong the places of segments may be, in seconds. */
  readonly slackS: number;
  readonly #line: MainLine;
  readonly #dates = new DateClock();
  #originS: number | undefined;
  #placer: SegmentPlacer | undefined;
  /** Where the segments are is told by dates or numbers, not guessed. */
  #isPlaceSure: boolean;
  #segments = 0;
  #runS = 0;
  #endS = -Infinity;
  #lastSequence = -1;
  #discontinuitySequence = -1;
  #isBroken = true;

  /** @param main the main stream as it was read first, which is joined at `from`. @param first that of the subtitles. */
  constructor(line: MainLine, main: MediaPlaylist, from: JoinPoint, first: MediaPlaylist) {
    this.#line = line;
    const targets = [main, first].map(({ targetDurationS }) => targetDurationS ?? usualTargetS);
    this.slackS = Math.max(leastSlackS, slackTargets * Math.max(...targets));
    this.#isPlaceSure = areNumberedAlike(main, first);
    this.#originS = originOf(main, from, first);
  }

  /** Where the first segment begins on the main stream's time line, as far as is known. Seconds. */
  get originS(): number {
    return this.#originS ?? 0;
  }

  /** Where the last segment that is listed ends, on the main time line; `-Infinity` before there is one. */
  get endS(): number {
    return this.#endS;
  }

  /** Media sequence number of the last segment that is listed; -1 before there is one. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  /** The highest discontinuity sequence of what is listed. */
  get discontinuitySequence(): number {
    return this.#discontinuitySequence;
  }

  /** The target duration of both playlists. Seconds. */
  get targetS(): number {
    return this.slackS / slackTargets;
  }

  /** How long a segment usually is. Seconds. */
  get usualS(): number {
    return this.#segments === 0 ? this.targetS : this.#runS / this.#segments;
  }

  /** All is listed that belongs to a recording which ends where the main stream does now. */
  get isComplete(): boolean {
    // Text that lags seems to be further than it is: its last cues must not be missed.
    return this.#endS >= this.#line.endS + (this.#isPlaceSure ? -roundingS : this.slackS);
  }

  /** Places what is listed next; those far before the recording are left out. */
  add(listed: readonly Fragment[]): ListedSegment[] {
    const lengthS = listed.reduce((sum, { durationS }) => sum + durationS, 0);
    // Late subtitles end where the recording does, as both are at the live edge.
    this.#originS ??= this.#line.endS - lengthS;
    this.#placer ??= new SegmentPlacer(this.#line, this.#originS, this.slackS);
    const segments: ListedSegment[] = [];
    for (const fragment of listed) {
      const record = this.#recordOf(fragment);
      const { startS, isDated } = this.#placer.place(record);
      this.#isPlaceSure ||= isDated;
      this.#endS = startS + record.durationS;
      this.#lastSequence = fragment.sequence;
      this.#discontinuitySequence = Math.max(this.#discontinuitySequence, fragment.discontinuitySequence);
      // Far before the recording nothing can be on screen in it, however wrong the place is.
      if (this.#endS > -this.slackS) segments.push({ fragment, record, startS, endS: this.#endS });
    }
    return segments;
  }

  /** What comes next was never listed. Gives back where it is, in seconds of the main time line. */
  skip(durationS: number): number {
    const startS = this.originS + this.#runS;
    this.#runS += durationS;
    this.#isBroken = true;
    return startS;
  }

  #recordOf(fragment: Fragment): SegmentRecord {
    const { sequence, durationS, discontinuitySequence, discontinuity } = fragment;
    const dateMs = this.#dates.take(fragment, this.#isBroken);
    const record = { sequence, durationS, runS: this.#runS, discontinuitySequence, isDiscontinuity: discontinuity };
    this.#runS += durationS;
    this.#segments++;
    this.#isBroken = false;
    return { ...record, ...(dateMs === undefined ? {} : { dateMs }) };
  }
}
