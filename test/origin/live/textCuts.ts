import { FRAGMENT_S } from '../streams/stream.ts';
import { PARTS } from './clock.ts';
import type { LiveSettings } from './settings.ts';
import type { Course, View } from './timeline.ts';

/** What of the broadcast one file of subtitles holds, in seconds from its beginning. */
export interface TextCut {
  startS: number;
  endS: number;
}

/** What subtitles that are cut at places of their own follow from. */
export type TextSettings = Pick<LiveSettings, 'textS' | 'textCutS' | 'textLeadS' | 'textAhead'>;

/** A hair, by which sums of decimal fractions may differ. */
const HAIR_S = 1e-6;

/**
 * The files of subtitles of `textS` seconds: the first ends at `textCutS`, and all end where the media's times or numbers
 * start again. Pure.
 */
export function textCuts({ textS = FRAGMENT_S, textCutS = textS }: TextSettings, course: Course): TextCut[] {
  const lastS = course.fragments * FRAGMENT_S;
  const forced = [...(course.discontinuity ?? []), ...(course.reset ?? [])].map((index) => index * FRAGMENT_S);
  const own = Array.from({ length: Math.ceil(lastS / textS) }, (_, place) => textCutS + place * textS);
  const ends = [...own, ...forced, lastS]
    .filter((atS) => atS > HAIR_S && atS <= lastS)
    .sort((one, other) => one - other);
  const distinct = ends.filter((atS, place) => place === 0 || atS - ends[place - 1]! > HAIR_S);
  return distinct.map((endS, place) => ({ startS: distinct[place - 1] ?? 0, endS }));
}

/** What their playlist lists when so many parts of the media are there: `textLeadS` more than the media's does. Pure. */
export function textViewAt(settings: TextSettings, course: Course, position: number, { hasEnded, isOut }: View): View {
  const cuts = textCuts(settings, course);
  const edgeS = Math.floor(position / PARTS) * FRAGMENT_S + (settings.textLeadS ?? 0);
  const end = hasEnded ? cuts.length : cuts.filter(({ endS }) => endS <= edgeS + HAIR_S).length;
  const endS = cuts[end - 1]?.endS ?? 0;
  const windowS = (course.window ?? course.fragments) * FRAGMENT_S;
  const resets = indexesAt(cuts, course.reset).filter((index) => index < end);
  const first = Math.max(
    0,
    cuts.findIndex(({ startS }) => startS >= endS - windowS - HAIR_S),
    ...resets,
  );
  const base = Math.max(0, ...resets.filter((index) => index <= first));
  const breaks = indexesAt(cuts, course.discontinuity);
  return {
    first: Math.min(first, end),
    end,
    parts: 0,
    hasHint: false,
    mediaSequence: Math.min(first, end) - base + (settings.textAhead ?? 0),
    discontinuitySequence: breaks.filter((index) => index >= base && index < first).length,
    hasEnded,
    isOut,
  };
}

/** Which files begin with these fragments. */
export function indexesAt(cuts: readonly TextCut[], fragments: readonly number[] = []): number[] {
  return fragments.map((at) => cuts.findIndex(({ startS }) => Math.abs(startS - at * FRAGMENT_S) <= HAIR_S));
}

/** The file with that Media Sequence Number in the numbering that holds at `end`. */
export function textIndexOf(settings: TextSettings, course: Course, sequence: number, end: number): number {
  const resets = indexesAt(textCuts(settings, course), course.reset).filter((index) => index < end);
  return sequence - (settings.textAhead ?? 0) + Math.max(0, ...resets);
}
