import type { Content } from '../content/content.ts';
import type { ClockBook } from '../live/clock.ts';

/** What a caller may change about a generated stream. */
export interface Shape {
  /** Fragments of each media playlist. */
  fragments?: number;
  /** Bytes of a fragment; the sizes still vary a little around it. */
  fragmentBytes?: number;
}

export type ResourceKind = 'playlist' | 'fragment' | 'map' | 'key' | 'steering';

/** Stands in texts for the other of the lab's two origins, under the scheme of the one that was asked. */
export const OTHER_ORIGIN = 'http://other.lab';

/** A request for a resource that is made anew each time. */
export interface Visit {
  query: URLSearchParams;
  /** What URLs below this one carry on, with its question mark. */
  search: string;
  session: string;
  /** How often the session has asked for this resource, from 1. */
  turn: number;
  clocks: ClockBook;
  /** The Range header. */
  range?: string;
  /** Aborted once the client has gone. */
  over: AbortSignal;
}

/** What a live playlist listed, in fragments by their index; `last` is below `first` where it listed none. */
export interface Listed {
  first: number;
  last: number;
  mediaSequence: number;
  /** Parts of the fragment behind the last. */
  parts: number;
  /** Fragments that EXT-X-SKIP stood for. */
  skipped: number;
}

/** What a visit gets: the resource, or a refusal. */
export type Reply = { body: Content | string; listed?: Listed } | { status: number; reason: string };

/** One fragment as a media playlist lists it. */
export interface Part {
  index: number;
  /** From the folder of the playlist. */
  path: string;
  /** Tag lines before the EXTINF. */
  tags: readonly string[];
  title?: string;
  /** Seconds; default `FRAGMENT_S`. */
  durationS?: number;
  /** The bytes in the clear. */
  media: Content;
  /** What the origin sends under `path`; absent where another resource holds the bytes or nothing does. */
  sent?: Content | undefined;
  /** The init segment in force, in the clear. */
  init?: Content;
  /** EXT-X-GAP: a correct download leaves it out. */
  isGap?: boolean;
}

/** One media playlist with everything that its folder holds. */
export interface Track {
  /** '' or a name with a slash behind it. */
  folder: string;
  contentType: string;
  head: readonly string[];
  parts: readonly Part[];
  /** Init segments, keys and files of many fragments, by their path in the folder. */
  others: ReadonlyMap<string, Resource>;
  /** No EXT-X-ENDLIST. */
  isOpen?: boolean;
}

/** Something that the origin can send. */
export interface Resource {
  kind: ResourceKind;
  contentType: string;
  /** Playlists are texts whose URIs get the query of the request. */
  body: Content | string | ((visit: Visit) => Reply | Promise<Reply>);
  /** The index of the fragment that holds the byte at `offset`. */
  fragmentAt?: (offset: number) => number;
}

/** Everything of one stream. */
export interface Stream extends Tracks {
  /** By their path in the stream. */
  resources: ReadonlyMap<string, Resource>;
  /** Resources that are too many to be held. */
  resourceAt?: (path: string) => Resource | undefined;
  /** The tracks, where they depend on the query. Throws a RangeError that names what is wrong in it. */
  tracksOf?: (query: URLSearchParams) => Tracks;
}

/** What can be downloaded of a stream. */
export interface Tracks {
  /** What is downloaded when nothing is chosen; absent where nothing can be. */
  best?: Track;
  /** By name. */
  variants: Readonly<Record<string, Track>>;
  /** By language. */
  audio: Readonly<Record<string, Track>>;
  /** By language. */
  subtitles: Readonly<Record<string, Track>>;
  /** The joined cues of the subtitles, by language. */
  cues?: Readonly<Record<string, readonly Cue[]>>;
}

/** A cue of joined subtitles, every X-TIMESTAMP-MAP applied. */
export interface Cue {
  id?: string;
  /** Seconds since the first frame of the video, whose PTS is `FIRST_TICKS`. */
  startS: number;
  endS: number;
  /** Behind the times in its line. */
  settings?: string;
  text: string;
}

/** The PTS of the clips' first frame of video, in ticks of 90 kHz. */
export const FIRST_TICKS = 154_800;

/** Seconds that a fragment lasts unless it says otherwise. */
export const FRAGMENT_S = 1.92;

export const TYPES = {
  playlist: 'application/vnd.apple.mpegurl',
  transport: 'video/mp2t',
  mp4: 'video/mp4',
  key: 'application/octet-stream',
  json: 'application/json',
  vtt: 'text/vtt',
  html: 'text/html; charset=utf-8',
} as const;

/** A stream of one media playlist. */
export function single(track: Track, rewrite?: (playlist: string) => string): Stream {
  return { resources: resourcesOf(track, rewrite), best: track, variants: {}, audio: {}, subtitles: {} };
}

/** The playlist and everything in its folder, by the path in the stream. */
export function resourcesOf(track: Track, rewrite = (playlist: string): string => playlist): Map<string, Resource> {
  const { folder, contentType } = track;
  const resources = new Map<string, Resource>();
  resources.set(`${folder}index.m3u8`, playlistResource(rewrite(mediaPlaylist(track))));
  for (const [path, resource] of track.others) resources.set(folder + path, resource);
  for (const { index, path, sent } of track.parts) {
    if (sent !== undefined) {
      resources.set(folder + path, { kind: 'fragment', contentType, body: sent, fragmentAt: () => index });
    }
  }
  return resources;
}

export function playlistResource(text: string): Resource {
  return { kind: 'playlist', contentType: TYPES.playlist, body: text };
}

/** The tags that a media playlist starts with. */
export function head(version: number, firstSequence = 0, targetS = 2): string[] {
  return [
    '#EXTM3U',
    `#EXT-X-VERSION:${version}`,
    `#EXT-X-TARGETDURATION:${targetS}`,
    `#EXT-X-MEDIA-SEQUENCE:${firstSequence}`,
  ];
}

function mediaPlaylist({ head, parts, isOpen }: Track): string {
  const lines = [...head];
  for (const { tags, title = '', path, durationS = FRAGMENT_S } of parts) {
    lines.push(...tags, `#EXTINF:${durationS},${title}`, path);
  }
  if (isOpen !== true) lines.push('#EXT-X-ENDLIST');
  return lines.join('\n') + '\n';
}

/** The size of fragment `index`: within 4 % of `base`, so that no two neighbours are equal. */
export function variedBytes(base: number, index: number): number {
  return Math.round(base * (1 + (((index * 37) % 101) - 50) / 1250));
}

/** `count` things by their index. */
export function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** A file name of fragment `index`. */
export function fileName(index: number, extension: string): string {
  return `f${String(index).padStart(6, '0')}.${extension}`;
}
