import type { Content } from '../content/content.ts';
import { held } from '../content/content.ts';
import type { LiveSettings, Span } from '../live/settings.ts';
import type { Course, View } from '../live/timeline.ts';
import { isIn, startOf } from '../live/timeline.ts';
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
export function textListing(settings: LiveSettings, view: View): { settings: LiveSettings; view: View; isText: true } {
  const { textFrom = 0, textAhead = 0 } = settings;
  const first = Math.max(view.first, textFrom);
  const mediaSequence = view.mediaSequence + textAhead + first - view.first;
  const plain = { ...settings, mp4: false, aes: false, parts: false, gap: [] };
  return { settings: plain, view: { ...view, first, mediaSequence }, isText: true };
}

/** The file `index`. */
export function textFile(settings: LiveSettings, course: Course, language: TextLanguage, index: number): Content {
  const cues = cuesOf(language, course.fragments, course.discontinuity);
  const firstTicks = settings.mp4 === true ? BOX_FIRST_TICKS : FIRST_TICKS;
  return held(Buffer.from(fileText(index, cues, startOf(course, index), firstTicks)));
}

/** What the subtitles of a recording from the fragment `from` to the fragment `to` say, of which those files were `listed`. */
export function textCues(
  settings: LiveSettings,
  course: Course,
  language: TextLanguage,
  [from, to]: Span,
  listed: readonly Span[] = [[settings.textFrom ?? 0, course.fragments - 1]],
): Cue[] {
  const lost = [...(course.lost ?? []), ...(settings.textLost ?? [])];
  const had = times(course.fragments, (index) => index).filter(
    (index) => isIn(listed, index) && !isIn(lost, index) && !isEmpty(index),
  );
  return cuesOf(language, course.fragments, course.discontinuity)
    .filter((cue) => had.some((index) => touches(cue, index)))
    .flatMap((cue) => shownIn(cue, from * FRAGMENT_S, (to + 1) * FRAGMENT_S));
}

/** The cue in a recording of that part of the broadcast; nothing where it is not shown there. */
function shownIn(cue: Cue, fromS: number, toS: number): Cue[] {
  const [startS, endS] = [Math.max(cue.startS, fromS) - fromS, Math.min(cue.endS, toS) - fromS];
  return endS > startS ? [{ ...cue, startS, endS }] : [];
}
