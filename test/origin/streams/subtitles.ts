import { held } from '../content/content.ts';
import { audioTrack, clock, composed, vod } from './multivariant.ts';
import { SMALL, transportParts, transportTrack } from './plain.ts';
import type { Cue, Part, Shape, Stream, Track } from './stream.ts';
import { fileName, FIRST_TICKS, FRAGMENT_S, times, TYPES } from './stream.ts';

const FRAGMENT_TICKS = FRAGMENT_S * 90_000;
/** Where the local clock of every second file stands at the beginning of its fragment. */
const LOCAL_START_S = 60;
const VARIANT = 'BANDWIDTH=1300000,CODECS="avc1.64001e,mp4a.40.2",RESOLUTION=640x360';

/**
 * Video with audio, and WebVTT in two languages. A cue stands in each file whose time it touches; every fourth file of
 * five is empty. Each file has an X-TIMESTAMP-MAP: on one common clock, or on one of its own.
 */
export function subtitles(shape: Shape): Stream {
  const best = video('subtitles', shape);
  const count = best.parts.length;
  const cues = { en: cuesOf('en', count), de: cuesOf('de', count) };
  const tracks = { en: cueTrack('en', cues.en, count), de: cueTrack('de', cues.de, count) };
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:6',
    '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="text",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,URI="subtitles-en/index.m3u8"',
    '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="text",NAME="Deutsch",LANGUAGE="de",AUTOSELECT=YES,URI="subtitles-de/index.m3u8"',
    `#EXT-X-STREAM-INF:${VARIANT},SUBTITLES="text"`,
    '360p/index.m3u8',
  ];
  return composed(lines, { best, variants: { '360p': best }, audio: {}, subtitles: tracks, cues });
}

/** English in the variant itself, as the default, and German beside it. */
export function alternates(shape: Shape): Stream {
  const best = video('alternates', shape);
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:6',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="Deutsch",LANGUAGE="de",AUTOSELECT=YES,URI="audio-de/index.m3u8"',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES',
    `#EXT-X-STREAM-INF:${VARIANT},AUDIO="aac"`,
    '360p/index.m3u8',
  ];
  return composed(lines, { best, variants: { '360p': best }, audio: { de: audioTrack('de', shape) }, subtitles: {} });
}

function video(label: string, shape: Shape): Track {
  return transportTrack(transportParts(label, '360p-av', SMALL, shape), { folder: '360p/', head: vod() });
}

const LINES = {
  en: ['Good evening.', '♪', '♪', 'It goes on &amp; on,\n<i>and over two lines.</i>', '- Who?\n- Nobody.'],
  de: ['Guten Abend.', '♪', '♪', 'Es geht weiter &amp; weiter,\n<i>und über zwei Zeilen.</i>', '– Wer?\n– Niemand.'],
};

/** Whether a file is one without cues. */
export function isEmpty(file: number): boolean {
  return file % 5 === 3;
}

/** Whether a cue stands in that file. */
export function touches({ startS, endS }: Cue, file: number): boolean {
  return startS < (file + 1) * FRAGMENT_S && endS > file * FRAGMENT_S;
}

function isTouchingEmpty(cue: Cue, file: number): boolean {
  return isEmpty(file) && touches(cue, file);
}

/**
 * The cues of so many files: two of the same times now and then, and the same text twice in a row; never both at once. None
 * is shown over the beginning of one of the files `breaks`, and none beside a file without cues.
 */
export function cuesOf(language: 'en' | 'de', files: number, breaks: readonly number[] = []): Cue[] {
  const texts = LINES[language];
  const all = times(files * 2, (place): Cue => {
    const isLater = place % 4 === 3 || place % (2 * texts.length) === 7;
    const startS = round(Math.floor(place / 2) * 1.72 + 0.3 + (isLater ? 0.7 : 0));
    const settings = place % 5 === 4 ? { settings: 'line:0 align:start' } : {};
    const id = place % 3 === 0 ? { id: `${language}-${place}` } : {};
    return { ...id, startS, endS: round(startS + 1.2), ...settings, text: texts[place % texts.length]! };
  });
  const lastS = files * FRAGMENT_S;
  const kept = all.filter(
    (cue) =>
      cue.endS <= lastS &&
      !breaks.some((file) => touches(cue, file - 1) && touches(cue, file)) &&
      ![0, 1].some((more) => isTouchingEmpty(cue, Math.floor(cue.startS / FRAGMENT_S) + more)),
  );
  return kept.sort((one, other) => one.startS - other.startS);
}

function cueTrack(language: string, cues: readonly Cue[], files: number): Track {
  const parts = times(files, (index): Part => {
    const media = held(Buffer.from(fileText(index, cues)));
    return { index, path: fileName(index, 'vtt'), tags: [], media, sent: media };
  });
  return { folder: `subtitles-${language}/`, contentType: TYPES.vtt, head: vod(), parts, others: new Map() };
}

/**
 * Even files are on the clock of the video, which begins at `firstTicks` and starts again at the file `start`, odd ones on their own; the third has CRLF,
 * the fifth a byte order mark.
 */
export function fileText(index: number, cues: readonly Cue[], start = 0, firstTicks = FIRST_TICKS): string {
  const isOwn = index % 2 === 1;
  const [ticks, localS] = isOwn ? [firstTicks + (index - start) * FRAGMENT_TICKS, LOCAL_START_S] : [firstTicks, 0];
  const shiftS = isOwn ? LOCAL_START_S - index * FRAGMENT_S : -start * FRAGMENT_S;
  const blocks = [`WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:${Math.round(ticks)},LOCAL:${clock(localS)}`];
  if (index === 0) blocks.push('NOTE\nOf the lab.', 'STYLE\n::cue { color: white }');
  for (const cue of isEmpty(index) ? [] : cues.filter((one) => touches(one, index))) {
    const { id, startS, endS, settings = '', text } = cue;
    // Hours may be left out.
    const [start, end] = [startS, endS].map((seconds) => clock(seconds + shiftS).slice(isOwn ? 3 : 0));
    const line = `${start!} --> ${end!} ${settings}`.trimEnd();
    blocks.push([...(id === undefined ? [] : [id]), line, text].join('\n'));
  }
  const file = blocks.join('\n\n') + '\n\n';
  if (index === 2) return file.replaceAll('\n', '\r\n');
  return index === 4 ? '\uFEFF' + file : file;
}

/** To milliseconds. */
function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
