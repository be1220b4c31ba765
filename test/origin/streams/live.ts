import { boxFragment } from '../content/boxes.ts';
import { encrypted, secret, sequenceIv } from '../content/cipher.ts';
import type { Content } from '../content/content.ts';
import { held, made } from '../content/content.ts';
import { transportFragment } from '../content/transport.ts';
import { LiveClock, PARTS } from '../live/clock.ts';
import type { LiveListing } from '../live/playlist.ts';
import { isGap, isGapPart, livePlaylist, liveName, skippedOf } from '../live/playlist.ts';
import type { LiveSettings, Span } from '../live/settings.ts';
import { parseLive, parseSpans } from '../live/settings.ts';
import { textIndexOf } from '../live/textCuts.ts';
import type { Course, View } from '../live/timeline.ts';
import { indexOf, isIn, ranBefore, sequenceOf, startOf, viewAt } from '../live/timeline.ts';
import { boxClip, transportClip } from './clips.ts';
import { boundsOf, partAt, partOf } from './liveParts.ts';
import type { TextFolder, TextLanguage } from './liveText.ts';
import { languageOf, textCues, textFile, textLines, textListing, textViewOf, TEXT_FOLDERS } from './liveText.ts';
import { FIRST_MANIFEST, HOST_CLONE, manifest, NEXT_MANIFEST } from './pathways.ts';
import { SMALL } from './plain.ts';
import type { Part, Reply, Resource, Shape, Stream, Track, Tracks, Visit } from './stream.ts';
import { OTHER_ORIGIN, times, TYPES, variedBytes } from './stream.ts';

const AUDIO_BYTES = 15_000;
const WINDOW = 6;
/** A stale reading is of so many fragments ago. */
const STALE_FRAGMENTS = 2;
/** A blocking reload may wait for that many fragments (RFC 8216bis §6.2.5.2). */
const MOST_AHEAD = 2;

/** Playlists that report how far others are. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  'video/': ['../audio-en/index.m3u8'],
  'audio-en/': ['../video/index.m3u8'],
};
const FOLDERS = ['', 'video/', 'audio-en/', 'media/', ...TEXT_FOLDERS] as const;

/** One media playlist of a live stream. */
interface Channel {
  /** '' or a name with a slash behind it. */
  folder: '' | 'video/' | 'audio-en/' | 'media/' | TextFolder;
  isEvent: boolean;
  shape: Shape;
}

/** A stream that is broadcast to each session from the time when it first asks: `live-window` and `live-event`. */
function broadcast(isEvent: boolean) {
  return (shape: Shape): Stream => {
    const channels = FOLDERS.map((folder): Channel => ({ folder, isEvent, shape }));
    return {
      resources: new Map([['index.m3u8', firstPlaylist(channels[0]!)]]),
      resourceAt(path) {
        const channel = channels.findLast(({ folder }) => path.startsWith(folder))!;
        return resourceAt(channel, path.slice(channel.folder.length));
      },
      tracksOf: (query) => tracksOf(query, channels),
      variants: {},
      audio: {},
      subtitles: {},
    };
  };
}

/** A window that slides over the broadcast. */
export const liveWindow = broadcast(false);
/** A playlist that only grows. */
export const liveEvent = broadcast(true);

/** The media playlist, or with `audio=1` or `subtitles=1` the multivariant one above several. */
function firstPlaylist(channel: Channel): Resource {
  return playlist((visit) => {
    const { audio, pathways, subtitles } = parseLive(visit.query);
    if (pathways === true) return { body: pathwaysPlaylist(channel) };
    if (subtitles === true) return { body: textLines().join('\n') + '\n' };
    if (audio !== true) return read(channel, visit);
    const lines = [
      '#EXTM3U',
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,URI="audio-en/index.m3u8"',
      '#EXT-X-STREAM-INF:BANDWIDTH=1200000,CODECS="avc1.64001e,mp4a.40.2",RESOLUTION=640x360,AUDIO="aac"',
      'video/index.m3u8',
    ];
    return { body: lines.join('\n') + '\n' };
  });
}

function pathwaysPlaylist({ isEvent }: Channel): string {
  const what = 'BANDWIDTH=1200000,CODECS="avc1.64001e,mp4a.40.2",RESOLUTION=640x360';
  return [
    '#EXTM3U',
    `#EXT-X-CONTENT-STEERING:SERVER-URI="${FIRST_MANIFEST}",PATHWAY-ID="A"`,
    `#EXT-X-STREAM-INF:${what},PATHWAY-ID="A"`,
    'video/index.m3u8',
    `#EXT-X-STREAM-INF:${what},PATHWAY-ID="B"`,
    `${OTHER_ORIGIN}/live-${isEvent ? 'event' : 'window'}/video/index.m3u8`,
    '',
  ].join('\n');
}

function playlist(body: (visit: Visit) => Reply | Promise<Reply>): Resource {
  return { kind: 'playlist', contentType: TYPES.playlist, body };
}

function resourceAt(channel: Channel, path: string): Resource | undefined {
  if (path === 'index.m3u8') return playlist((visit) => read(channel, visit));
  if (path === FIRST_MANIFEST) return manifest(0, [HOST_CLONE]);
  if (path === NEXT_MANIFEST) return manifest(1, [HOST_CLONE]);
  if (path === 'key-0.bin') return { kind: 'key', contentType: TYPES.key, body: held(secret('key 0')) };
  if (path === 'init.mp4') return { kind: 'map', contentType: TYPES.mp4, body: boxClip('360p-av').init };
  const language = languageOf(channel.folder);
  if (language !== undefined) return textAt(channel, language, path);
  const name = /^f(\d{6})(?:\.([0-3]))?\.(ts|m4s)$/.exec(path);
  if (name === null) return undefined;
  const index = Number(name[1]);
  const part = name[2] === undefined ? undefined : Number(name[2]);
  const contentType = name[3] === 'ts' ? TYPES.transport : TYPES.mp4;
  const body = (visit: Visit): Promise<Reply> => fetchAt(channel, visit, index, part);
  return { kind: 'fragment', contentType, body, fragmentAt: () => index };
}

function textAt(channel: Channel, language: TextLanguage, path: string): Resource | undefined {
  const name = /^f(\d{6})\.vtt$/.exec(path);
  if (name === null) return undefined;
  const index = Number(name[1]);
  const body = (visit: Visit): Reply => {
    const { settings, course, clock } = broadcastOf(channel, visit);
    const { first, end } = textViewOf(settings, course, clock.position);
    const isThere = index < end;
    const isGone = settings.kept !== undefined && index < first - settings.kept;
    const isLost = isIn([...(course.lost ?? []), ...(settings.textLost ?? [])], index);
    if (!isThere || isGone || isLost) return { status: 404, reason: 'It is not there.' };
    return { body: textFile(settings, course, language, index) };
  };
  return { kind: 'fragment', contentType: TYPES.vtt, body, fragmentAt: () => index };
}

interface Broadcast {
  settings: LiveSettings;
  course: Course;
  clock: LiveClock;
}

function broadcastOf({ isEvent, shape }: Pick<Channel, 'isEvent' | 'shape'>, visit: Visit): Broadcast {
  const { settings, course, startAt } = courseOf(visit.query, isEvent, shape, visit.clocks.settingsOf(visit.session));
  const clock = visit.clocks.of(visit.session, () => new LiveClock(startAt * PARTS, settings.fragmentMs));
  return { settings, course, clock };
}

function courseOf(query: URLSearchParams, isEvent: boolean, shape: Shape, begun: LiveSettings = {}) {
  const settings = { ...parseLive(query), ...begun };
  if (isEvent && (settings.lost !== undefined || settings.reset !== undefined || settings.window !== undefined)) {
    throw new RangeError('live-event only grows: it has no window, and loses and resets nothing.');
  }
  const { window = WINDOW, firstSequence, lost, outage, reset, discontinuity, dies } = settings;
  const given = { firstSequence, lost, outage, reset, discontinuity, dies };
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const fragments = shape.fragments ?? SMALL.fragments;
  const course: Course = { fragments, ...set, ...(isEvent ? {} : { window }) };
  const startAt = Math.min(settings.startAt ?? (isEvent ? 1 : window), fragments);
  return { settings, course, startAt };
}

/** A reading of a media playlist: waits where that is asked for, and may be refused. */
async function read(channel: Channel, visit: Visit): Promise<Reply> {
  const { settings, course, clock } = broadcastOf(channel, visit);
  const isText = languageOf(channel.folder) !== undefined;
  const refusal = await block(visit, { settings, course, clock }, isText);
  if (refusal !== undefined) return { status: 400, reason: refusal };
  const isStale = settings.stale !== undefined && settings.stale > 0 && visit.turn % settings.stale === 0;
  const now = clock.position;
  const newest = viewAt(course, now);
  const isTextOut = isText && isIn(settings.textOutage ?? [], newest.end - 1);
  if (newest.isOut || isTextOut) return { status: 503, reason: 'The packager is away.' };
  const seen = isStale ? Math.max(now - STALE_FRAGMENTS * PARTS, PARTS) : now;
  const view = viewAt(course, seen);
  const wantsSkip = /^(?:YES|v2)$/.exec(visit.query.get('_HLS_skip') ?? '')?.[0];
  const listing: LiveListing = {
    view,
    settings,
    isEvent: channel.isEvent,
    wantsSkip,
    others: OTHERS[channel.folder] ?? [],
    boundsOf: (index: number, part: number) => {
      const sentBytes = sentAt(channel, settings, course, index).size;
      return boundsOf(mediaAt(channel, settings, course, index), part, sentBytes);
    },
    ...(isText ? textListing(settings, course, view, seen) : {}),
  };
  const skipped = skippedOf(listing);
  const { first, end, mediaSequence } = listing.view;
  const parts = listing.settings.parts === true ? view.parts : 0;
  return {
    body: livePlaylist(listing),
    listed: { first: Math.min(first, end), last: end - 1, mediaSequence, parts, skipped },
  };
}

/** Waits for what `_HLS_msn` and `_HLS_part` ask for; says why that makes no sense (RFC 8216bis §6.2.5.2). */
async function block(
  { query, over }: Visit,
  { settings, course, clock }: Broadcast,
  isText: boolean,
): Promise<string | undefined> {
  const [sequence, part] = [query.get('_HLS_msn'), query.get('_HLS_part')];
  if (settings.blocking !== true || (sequence === null && part === null)) return undefined;
  if (sequence === null) return '_HLS_part needs an _HLS_msn.';
  if (!/^\d{1,15}$/.test(sequence) || !/^\d{0,15}$/.test(part ?? '')) return 'That is no number.';
  if (isText && settings.textS !== undefined) {
    await untilText(Number(sequence), { settings, course, clock }, over);
    return undefined;
  }
  const { end } = viewAt(course, clock.position);
  const index = indexOf(course, Number(sequence), end);
  if (index > end - 1 + MOST_AHEAD) return `${sequence} is too far ahead.`;
  const wanted = part === null || settings.parts !== true ? (index + 1) * PARTS : index * PARTS + Number(part) + 1;
  const isThere = (view: View): boolean => view.hasEnded || view.isOut || view.end * PARTS + view.parts >= wanted;
  while (!isThere(viewAt(course, clock.position)) && clock.position < course.fragments * PARTS && !over.aborted) {
    await clock.reach(clock.position + 1, over);
  }
  return undefined;
}

/** Waits for a file of subtitles that are cut at places of their own. */
async function untilText(sequence: number, { settings, course, clock }: Broadcast, over: AbortSignal): Promise<void> {
  const index = textIndexOf(settings, course, sequence, textViewOf(settings, course, clock.position).end);
  const isThere = ({ end, hasEnded, isOut }: View): boolean => hasEnded || isOut || end > index;
  while (!isThere(textViewOf(settings, course, clock.position)) && !over.aborted) {
    await clock.reach(clock.position + 1, over);
  }
}

/** A fragment, or a part of one: waits for a part that a hint may have named, or that a range reaches into. */
async function fetchAt(channel: Channel, visit: Visit, index: number, named?: number): Promise<Reply> {
  const { settings, course, clock } = broadcastOf(channel, visit);
  const media = mediaAt(channel, settings, course, index);
  const sent = sentAt(channel, settings, course, index);
  const part = settings.partRanges === true ? partAt(media, visit.range, sent.size) : named;
  const position = index * PARTS + (part === undefined ? PARTS : part + 1);
  const isOpenRange = settings.partRanges === true && visit.range !== undefined;
  if ((part !== undefined || isOpenRange) && position <= clock.position + PARTS)
    await clock.reach(position, visit.over);
  const isThere = position <= Math.min(clock.position, course.fragments * PARTS) && !isGap(settings, index);
  const { first } = viewAt(course, clock.position);
  const isGone = settings.kept !== undefined && index < first - settings.kept;
  const isLost = isIn(course.lost ?? [], index) || (part !== undefined && isGapPart(settings, index, part));
  const isWrong = named !== undefined && (settings.parts !== true || settings.partRanges === true);
  if (!isThere || isGone || isLost || isWrong) {
    return { status: 404, reason: isGone ? 'It has left the window.' : 'It is not there.' };
  }
  return { body: named === undefined ? sent : sentAs(settings, course, index, partOf(media, named)) };
}

/** The bytes of the fragment in the clear. */
function mediaAt({ folder, isEvent, shape }: Channel, settings: LiveSettings, course: Course, index: number): Content {
  const turn = index - startOf(course, index) + ranBefore(course, settings.clockRan, index);
  const isAudio = folder === 'audio-en/';
  const marker = `hotframe lab live-${isEvent ? 'event' : 'window'} ${folder}fragment ${index}`;
  const sizeBytes = variedBytes(isAudio ? AUDIO_BYTES : (shape.fragmentBytes ?? SMALL.fragmentBytes), index);
  if (settings.mp4 === true) {
    return boxFragment({ clip: boxClip('360p-av'), turn, sequence: index + 1, marker, sizeBytes });
  }
  if (settings.bare === true) return transportFragment({ clip: transportClip('head'), turn, marker, sizeBytes });
  const clip = transportClip(isAudio ? 'audio-en' : folder === 'video/' ? '360p' : '360p-av');
  return transportFragment({ clip, turn, marker, sizeBytes });
}

function sentAt(channel: Channel, settings: LiveSettings, course: Course, index: number): Content {
  return sentAs(settings, course, index, mediaAt(channel, settings, course, index));
}

/** A fragment or a part that is a resource of its own, as it is sent. */
function sentAs(settings: LiveSettings, course: Course, index: number, media: Content): Content {
  if (settings.aes !== true) return media;
  return encrypted(media, secret('key 0'), sequenceIv(sequenceOf(course, index)));
}

/** What a recording holds: from the fragment `from` (the first that was listed) to `to` (the last), of these `only`, without those lost and without gaps. */
function tracksOf(query: URLSearchParams, channels: readonly Channel[]): Tracks {
  const [whole, video, audio, media] = channels.slice(0, 4).map((channel) => trackOf(query, channel));
  const settings = parseLive(query);
  if (settings.subtitles === true)
    return { best: media!, variants: { media: media! }, ...textsOf(query, channels[0]!) };
  if (settings.pathways === true) return { best: video!, variants: { video: video! }, audio: {}, subtitles: {} };
  if (settings.audio !== true) return { best: whole!, variants: {}, audio: {}, subtitles: {} };
  return { best: video!, variants: { video: video! }, audio: { en: audio! }, subtitles: {} };
}

/** The first parts of a fragment. */
function begunAt(channel: Channel, settings: LiveSettings, course: Course, index: number, count: number): Part {
  const media = mediaAt(channel, settings, course, index);
  const { end } = boundsOf(media, count - 1);
  return { index, path: liveName(settings, index), tags: [], media: made(end, () => media.slice(0, end)) };
}

/** What the subtitles beside a recording say. */
function textsOf(query: URLSearchParams, channel: Channel): Pick<Tracks, 'audio' | 'subtitles' | 'cues'> {
  const { settings, course } = courseOf(query, channel.isEvent, channel.shape);
  const cues = (language: TextLanguage) =>
    textCues(settings, course, language, spanOf(query, channel), parseSpans(query, 'text'));
  return { audio: {}, subtitles: {}, cues: { en: cues('en'), de: cues('de') } };
}

/** The first and the last fragment of a recording. */
function spanOf(query: URLSearchParams, channel: Channel): Span {
  const { course, startAt } = courseOf(query, channel.isEvent, channel.shape);
  const from = numberIn(query, 'from', Math.max(startAt - (course.window ?? startAt), 0));
  const to = numberIn(query, 'to', course.fragments - 1);
  if (from >= 0 && from <= to && to < course.fragments) return [from, to];
  throw new RangeError(`There is nothing from ${from} to ${to}.`);
}

function numberIn(query: URLSearchParams, name: string, usual: number): number {
  return Number(query.get(name) ?? usual);
}

function trackOf(query: URLSearchParams, channel: Channel): Track {
  const { settings, course } = courseOf(query, channel.isEvent, channel.shape);
  const [from, to] = spanOf(query, channel);
  const only = parseSpans(query, 'only') ?? [[from, to]];
  const indexes = times(to - from + 1, (place) => from + place).filter(
    (index) => isIn(only, index) && !isIn(course.lost ?? [], index) && !isGap(settings, index),
  );
  const parts = indexes.map((index): Part => {
    const media = mediaAt(channel, settings, course, index);
    const init = settings.mp4 === true ? { init: boxClip('360p-av').init } : {};
    return { index, path: liveName(settings, index), tags: [], media, ...init };
  });
  const begun = numberIn(query, 'begun', 0);
  if (begun > 0) parts.push(begunAt(channel, settings, course, to + 1, begun));
  return { folder: channel.folder, contentType: TYPES.transport, head: [], parts, others: new Map() };
}
