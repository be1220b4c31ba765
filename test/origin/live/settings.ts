/** The first and the last of a run of fragments, by their index. */
export type Span = readonly [from: number, to: number];

/** How a live stream runs: what a test gives in the query. Fragments are named by their index, from 0. */
export interface LiveSettings {
  /** Real milliseconds for each fragment; without it only `POST /_lab/live` moves the stream on. */
  fragmentMs?: number;
  /** Fragments that are there when the session asks for the first time; default the window's, or 1. */
  startAt?: number;
  /** Fragments that `live-window` lists at most (6). */
  window?: number;
  /** Fragments behind the window that can still be fetched; all where absent. */
  kept?: number;
  /** TARGETDURATION (2). */
  targetS?: number;
  /** EXTINF; default 1.92 as the media, less where the target is below 2. */
  durationS?: number;
  /** The Media Sequence Number of the fragment 0 (0). */
  firstSequence?: number;
  /** Each so manieth reading is one of two fragments ago. */
  stale?: number;
  /** While the newest fragment is one of these, playlists answer 503. */
  outage?: readonly Span[];
  /** Fragments that are never listed: the playlist stands still meanwhile, then its window starts behind them. */
  lost?: readonly Span[];
  /** At these the Media Sequence Number starts again at 0, in a window of its own. */
  reset?: readonly number[];
  /** Before these stands EXT-X-DISCONTINUITY, and the media's times start again. */
  discontinuity?: readonly number[];
  /** These are listed with EXT-X-GAP, and cannot be had. */
  gap?: readonly number[];
  /** CAN-BLOCK-RELOAD: `_HLS_msn` and `_HLS_part` are honoured. */
  blocking?: boolean;
  /** CAN-SKIP-UNTIL: `_HLS_skip=YES` is answered by a delta update. */
  skip?: boolean;
  /** Four partial segments for each fragment, and a preload hint. */
  parts?: boolean;
  /** The parts are byte ranges of their fragment, whose address answers for them while it grows. */
  partRanges?: boolean;
  /** Of these the second part is listed with GAP=YES and cannot be had; the fragment can. */
  gapPart?: readonly number[];
  /** A multivariant playlist of `video/` and `audio-en/`, numbered alike. */
  audio?: boolean;
  /** A multivariant playlist of `media/`, and of WebVTT in `text-en/` and `text-de/`. */
  subtitles?: boolean;
  /** The first file of subtitles that is listed; the playlists are empty before it (0). */
  textFrom?: number;
  /** These files of subtitles cannot be had, though they are listed. */
  textLost?: readonly Span[];
  /** While the newest fragment is one of these, the playlists of subtitles answer 503. */
  textOutage?: readonly Span[];
  /** What the Media Sequence Numbers of subtitles are ahead of the media's (0). */
  textAhead?: number;
  /** Seconds of each file of subtitles, which are then cut at places of their own (textCuts.ts); as the media where absent. */
  textS?: number;
  /** Where the first of these files ends, in seconds from the beginning of the broadcast (`textS`). */
  textCutS?: number;
  /** Their playlists list so many seconds more than the media's, less where it is negative (0). */
  textLeadS?: number;
  /**
   * So many fragments the media's clock has run already at the beginning, then at each discontinuity (0). With subtitles
   * `textS` says how these tell it.
   */
  clockRan?: readonly number[];
  /** fMP4 with an EXT-X-MAP instead of MPEG-TS. */
  mp4?: boolean;
  /** AES-128; the IV is the Media Sequence Number. */
  aes?: boolean;
  /** EXT-X-PROGRAM-DATE-TIME before each fragment. */
  dates?: boolean;
  /** Before each so manieth fragment stands an EXT-X-DATERANGE, with a DURATION once the fragment behind it is there. */
  ranges?: number;
  /** CAN-SKIP-DATERANGES: `_HLS_skip=v2` leaves out those of skipped fragments, and names those that have left the window. */
  skipRanges?: boolean;
  /** A multivariant playlist of `video/` at either origin, as pathways A and B, steered like `steering`. */
  pathways?: boolean;
  /** After the last fragment comes nothing more, no EXT-X-ENDLIST either. */
  dies?: boolean;
  /** Fragments of tables and padding alone, as small as `fragmentBytes` wants them; MPEG-TS without audio of its own. */
  bare?: boolean;
}

type Form = 'number' | 'decimal' | 'signed' | 'numbers' | 'spans' | 'flag';

const FORMS: Readonly<Record<keyof LiveSettings, Form>> = {
  fragmentMs: 'number',
  startAt: 'number',
  window: 'number',
  kept: 'number',
  targetS: 'number',
  durationS: 'decimal',
  firstSequence: 'number',
  stale: 'number',
  outage: 'spans',
  lost: 'spans',
  reset: 'numbers',
  discontinuity: 'numbers',
  gap: 'numbers',
  blocking: 'flag',
  skip: 'flag',
  parts: 'flag',
  partRanges: 'flag',
  gapPart: 'numbers',
  audio: 'flag',
  subtitles: 'flag',
  textFrom: 'number',
  textLost: 'spans',
  textOutage: 'spans',
  textAhead: 'number',
  textS: 'decimal',
  textCutS: 'decimal',
  textLeadS: 'signed',
  clockRan: 'numbers',
  mp4: 'flag',
  aes: 'flag',
  dates: 'flag',
  ranges: 'number',
  skipRanges: 'flag',
  pathways: 'flag',
  dies: 'flag',
  bare: 'flag',
};
const NAMES = Object.keys(FORMS) as (keyof LiveSettings)[];

const PATTERNS: Readonly<Record<Form, RegExp>> = {
  number: /^\d{1,9}$/,
  decimal: /^\d{1,6}(?:\.\d{1,6})?$/,
  signed: /^-?\d{1,6}(?:\.\d{1,6})?$/,
  numbers: /^\d{1,9}(?:,\d{1,9})*$/,
  spans: /^\d{1,9}-\d{1,9}(?:,\d{1,9}-\d{1,9})*$/,
  flag: /^(?:|0|1|true|false)$/,
};

/**
 * Reads the settings of a query: `window=4&outage=3-5,9-12&reset=20&parts=1`. What it doesn't know it leaves alone.
 * Throws a RangeError that says what is wrong.
 */
export function parseLive(query: URLSearchParams): LiveSettings {
  const settings: Record<string, unknown> = {};
  for (const name of NAMES) {
    const text = query.get(name);
    if (text === null) continue;
    const form = FORMS[name];
    if (!PATTERNS[form].test(text)) throw new RangeError(`${name}=${text} is none of a live stream's.`);
    settings[name] = valueOf(form, text);
  }
  const live: LiveSettings = settings;
  if (live.ranges === 0) throw new RangeError('ranges=0 stand nowhere.');
  if (live.window === 0) throw new RangeError('window=0 lists nothing.');
  if (live.mp4 === true && live.audio === true) throw new RangeError('Audio is MPEG-TS here.');
  if (live.subtitles === true && live.audio === true) throw new RangeError('Subtitles come with audio in the media.');
  if (live.textS === 0) throw new RangeError('textS=0 cuts nothing.');
  if (live.textS === undefined && live.subtitles === true && live.clockRan !== undefined) {
    throw new RangeError('Subtitles tell a clock that has run with textS alone.');
  }
  if (live.textS !== undefined && [live.lost, live.textLost, live.textFrom].some((one) => one !== undefined)) {
    throw new RangeError('Subtitles of their own cuts are all listed: no lost, textLost or textFrom.');
  }
  const backwards = [live.outage, live.lost, live.textLost, live.textOutage]
    .flatMap((spans) => spans ?? [])
    .find(([from, to]) => to < from);
  if (backwards !== undefined) throw new RangeError(`${backwards.join('-')} ends before it begins.`);
  return live;
}

/** The spans of a parameter that stands beside the settings, such as `only=0-7,10-19`; undefined where it is absent. */
export function parseSpans(query: URLSearchParams, name: string): Span[] | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!PATTERNS.spans.test(text)) throw new RangeError(`${name}=${text} is no list of spans.`);
  return valueOf('spans', text) as Span[];
}

/** The spans as a query has them. */
export function formatSpans(spans: readonly Span[]): string {
  return spans.map((span) => span.join('-')).join();
}

/** The same fragments in the fewest spans, ascending. */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: [number, number][] = [];
  for (const [from, to] of spans.filter(([from, to]) => from <= to).sort(([one], [other]) => one - other)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

function valueOf(form: Form, text: string): unknown {
  switch (form) {
    case 'number':
    case 'decimal':
    case 'signed':
      return Number(text);
    case 'numbers':
      return text.split(',').map(Number);
    case 'spans':
      return text.split(',').map((span) => span.split('-').map(Number));
    case 'flag':
      return text !== '0' && text !== 'false';
  }
}

/** Writes settings so that `parseLive` reads them. */
export function formatLive(settings: LiveSettings): [name: string, value: string][] {
  return NAMES.filter((name) => settings[name] !== undefined).map((name) => [name, textOf(settings[name])]);
}

function textOf(value: LiveSettings[keyof LiveSettings]): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value !== 'object') return String(value);
  return value.map((one) => (typeof one === 'number' ? String(one) : one.join('-'))).join();
}
