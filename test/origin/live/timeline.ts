import { PARTS } from './clock.ts';
import type { LiveSettings, Span } from './settings.ts';

/** What of its settings a stream's course follows from. */
export interface Course extends Pick<
  LiveSettings,
  'firstSequence' | 'lost' | 'outage' | 'reset' | 'discontinuity' | 'dies'
> {
  /** Of the whole broadcast. */
  fragments: number;
  /** What it lists at most; all where absent. */
  window?: number | undefined;
}

/** What a live playlist lists at one time: fragments by their index, from `first` up to but without `end`. */
export interface View {
  first: number;
  end: number;
  /** Partial segments of the fragment `end` that are there. */
  parts: number;
  /** Whether a preload hint for the next part makes sense. */
  hasHint: boolean;
  mediaSequence: number;
  discontinuitySequence: number;
  hasEnded: boolean;
  /** The playlist cannot be had at this time. */
  isOut: boolean;
}

/** What is listed when so many parts are there. Pure. */
export function viewAt(course: Course, position: number): View {
  const { fragments, lost = [], reset = [], discontinuity = [], dies = false } = course;
  const published = Math.min(Math.floor(position / PARTS), fragments);
  const frozen = lost.find(([from, to]) => published > from && published <= to + 1);
  const end = frozen?.[0] ?? published;
  const first = Math.max(
    0,
    end - (course.window ?? end),
    ...lost.filter(([, to]) => to < end).map(([, to]) => to + 1),
    ...reset.filter((at) => at < end),
  );
  const base = Math.max(0, ...reset.filter((at) => at <= first));
  const isLate = published === fragments || frozen !== undefined || begins(course, end);
  return {
    first,
    end,
    parts: isLate ? 0 : position % PARTS,
    hasHint: !isLate,
    mediaSequence: sequenceOf(course, first),
    discontinuitySequence: discontinuity.filter((at) => at >= base && at < first).length,
    hasEnded: published === fragments && !dies,
    isOut: published < fragments && isIn(course.outage ?? [], published - 1),
  };
}

/** Whether with the fragment another window begins, so that no playlist lists it beside the one before. */
function begins({ lost = [], reset = [] }: Course, index: number): boolean {
  return reset.includes(index) || lost.some(([from]) => from === index);
}

/** The Media Sequence Number of the fragment. */
export function sequenceOf({ reset = [], firstSequence = 0 }: Course, index: number): number {
  const start = reset.filter((at) => at <= index);
  return start.length === 0 ? firstSequence + index : index - Math.max(...start);
}

/** The fragment with that Media Sequence Number in the numbering that holds at `end`; not below 0. */
export function indexOf(course: Course, sequence: number, end: number): number {
  const start = (course.reset ?? []).filter((at) => at < end);
  const index = start.length === 0 ? sequence - (course.firstSequence ?? 0) : sequence + Math.max(...start);
  return Math.max(index, 0);
}

/** Where the media's times last started again at or before the fragment. */
export function startOf({ discontinuity = [] }: Pick<Course, 'discontinuity'>, index: number): number {
  return Math.max(0, ...discontinuity.filter((at) => at <= index));
}

/** So many fragments the media's clock has run at the one where its times last started again at or before `index`. */
export function ranBefore(
  { discontinuity = [] }: Pick<Course, 'discontinuity'>,
  clockRan: readonly number[] = [],
  index: number,
): number {
  return clockRan[discontinuity.filter((at) => at <= index).length] ?? 0;
}

export function isIn(spans: readonly Span[], index: number): boolean {
  return spans.some(([from, to]) => index >= from && index <= to);
}
