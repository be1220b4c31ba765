import type { Content } from '../content/content.ts';
import { held } from '../content/content.ts';
import type { LiveListing } from '../live/playlist.ts';
import { durationOf } from '../live/playlist.ts';
import type { LiveSettings, Span } from '../live/settings.ts';
import type { TextCut } from '../live/textCuts.ts';
import { indexesAt, textCuts, textViewAt } from '../live/textCuts.ts';
import type { Course, View } from '../live/timeline.ts';
import { isIn, ranBefore, startOf, viewAt } from '../live/timeline.ts';
import { clock } from './multivariant.ts';
import type { Cue } from './stream.ts';
import { FIRST_TICKS, FRAGMENT_S, times } from './stream.ts';
import { cuesOf, fileText, isEmpty, touches } from './subtitles.ts';

const LANGUAGES = ['en', 'de'] as const;

export type TextLanguage = (typeof LANGUAGES)[number];
export type TextFolder = `text-${TextLanguage}/`;

export const TEXT_FOLDERS = LANGUAGES.map((language): TextFolder => `text-${language}/`);

/** The time of the first picture in fMP4, in ticks of 90 kHz: two frames behind 0. */
const BOX_FIRST_TICKS = 28_800;

/** The language of a folder of subtitles; undefined for others. */
export function languageOf(folder: string): TextLanguage | undefined {
  return LANGUAGES.find((language) => folder === `text-${language}/`);
}

/** The multivariant playlist above `media/` and the subtitles. */
export function textLines(): string[] {
  const renditions = LANGUAGES.map(
    (language) =>
      `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="text",NAME="${language}",LANGUAGE="${language}",URI="text-${language}/index.m3u8"`,
  );
  const variant =
    '#EXT-X-STREAM-INF:BANDWIDTH=1300000,CODECS="avc1.64001e,mp4a.40.2",RESOLUTION=640x360,SUBTITLES="text"';
  return ['#EXTM3U', ...renditions, variant, 'media/index.m3u8'];
}

/** What of the media's playlist goes for that of subtitles. */
export function textListing(
  settings: LiveSettings,
  course: Course,
  view: View,
  position: number,
): Pick<LiveListing, 'settings' | 'view' | 'durationAt'> & { isText: true } {
  if (settings.textS !== undefined) return cutListing(settings, course, textViewOf(settings, course, position));
  const { textFrom = 0, textAhead = 0 } = settings;
  const first = Math.max(view.first, textFrom);
  const mediaSequence = view.mediaSequence + textAhead + first - view.first;
  const plain = { ...settings, mp4: false, aes: false, parts: false, gap: [] };
  return { settings: plain, view: { ...view, first, mediaSequence }, isText: true };
}

function cutListing(settings: LiveSettings, course: Course, view: View): ReturnType<typeof textListing> {
  const { textS = 0, targetS = 2 } = settings;
  const cuts = textCuts(settings, course);
  const discontinuity = indexesAt(cuts, course.discontinuity);
  const own = { targetS: Math.max(targetS, Math.ceil(textS)), discontinuity, skip: false };
  const stretch = durationOf(settings) / FRAGMENT_S;
  const durationAt = (index: number): number => {
    const { startS, endS } = cuts[index] as TextCut;
    return Number(((endS - startS) * stretch).toFixed(6));
  };
  const plain = { mp4: false, aes: false, parts: false, gap: [], dates: false };
  return { settings: { ...settings, ...plain, ...own }, view, durationAt, isText: true };
}

/** What the playlists of subtitles list when so many parts of the media are there. */
export function textViewOf(settings: LiveSettings, course: Course, position: number): View {
  const view = viewAt(course, position);
  return settings.textS === undefined ? view : textViewAt(settings, course, position, view);
}

/** The file `index`. */
export function textFile(settings: LiveSettings, course: Course, language: TextLanguage, index: number): Content {
  const cues = cuesOf(language, course.fragments, course.discontinuity);
  const firstTicks = settings.mp4 === true ? BOX_FIRST_TICKS : FIRST_TICKS;
  if (settings.textS !== undefined) return held(Buffer.from(cutText(settings, course, cues, index, firstTicks)));
  return held(Buffer.from(fileText(index, cues, startOf(course, index), firstTicks)));
}

/**
 * The file `index` of those that are cut at places of their own. Even ones name the media's time at their beginning, odd ones
 * that of the last discontinuity; the local time is 0 in neither.
 */
function cutText(
  settings: LiveSettings,
  course: Course,
  cues: readonly Cue[],
  index: number,
  firstTicks: number,
): string {
  const cut = textCuts(settings, course)[index] as TextCut;
  const fragment = Math.floor(cut.startS / FRAGMENT_S + 1e-6);
  const breakS = startOf(course, fragment) * FRAGMENT_S;
  const [fromS, localS] = index % 2 === 0 ? [cut.startS, 60] : [breakS, 36_000];
  const ranS = ranBefore(course, settings.clockRan, fragment) * FRAGMENT_S;
  const ticks = (firstTicks + Math.round((ranS + fromS - breakS) * 90_000)) % 2 ** 33;
  const blocks = cues
    .filter((cue) => isShownIn(cue, cut))
    .map(({ id, startS, endS, settings: more = '', text }) => {
      const [start, end] = [startS, endS].map((seconds) => clock(seconds - fromS + localS));
      return [...(id === undefined ? [] : [id]), `${start!} --> ${end!} ${more}`.trimEnd(), text].join('\n');
    });
  return [`WEBVTT\nX-TIMESTAMP-MAP=LOCAL:${clock(localS)},MPEGTS:${ticks}`, ...blocks, ''].join('\n\n');
}

function isShownIn(cue: Cue, { startS, endS }: TextCut): boolean {
  return cue.startS < endS && cue.endS > startS;
}

/** What the subtitles of a recording from the fragment `from` to the fragment `to` say, of which those files were `listed`. */
export function textCues(
  settings: LiveSettings,
  course: Course,
  language: TextLanguage,
  [from, to]: Span,
  listed: readonly Span[] = [[settings.textFrom ?? 0, Infinity]],
): Cue[] {
  const cues = cuesOf(language, course.fragments, course.discontinuity);
  const shown = (cue: Cue) => shownIn(cue, from * FRAGMENT_S, (to + 1) * FRAGMENT_S);
  if (settings.textS !== undefined) {
    const cuts = textCuts(settings, course).filter((_, index) => isIn(listed, index));
    return cues.filter((cue) => cuts.some((cut) => isShownIn(cue, cut))).flatMap(shown);
  }
  const lost = [...(course.lost ?? []), ...(settings.textLost ?? [])];
  const had = times(course.fragments, (index) => index).filter(
    (index) => isIn(listed, index) && !isIn(lost, index) && !isEmpty(index),
  );
  return cues.filter((cue) => had.some((index) => touches(cue, index))).flatMap(shown);
}

/** The cue in a recording of that part of the broadcast; nothing where it is not shown there. */
function shownIn(cue: Cue, fromS: number, toS: number): Cue[] {
  const [startS, endS] = [Math.max(cue.startS, fromS) - fromS, Math.min(cue.endS, toS) - fromS];
  return endS > startS ? [{ ...cue, startS, endS }] : [];
}
