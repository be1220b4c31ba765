import { EngineError, PlaylistError } from '../errors.ts';
import type { Context } from './context.ts';
import { syntaxError } from './context.ts';
import type { Line } from './lines.ts';
import { lexLines } from './lines.ts';
import { arrangeFindings, lintLines } from './lint.ts';
import { describeLookalike } from './lookalike.ts';
import { readMedia } from './media.ts';
import type { Finding, MediaPlaylist, MultivariantPlaylist, Playlist } from './model.ts';
import { readMultivariant } from './multivariant.ts';
import { Variables } from './variables.ts';

/** What a playlist takes from elsewhere. */
export interface ReadOptions {
  /** `variables` of the multivariant playlist, for EXT-X-DEFINE with IMPORT. */
  imports?: Readonly<Record<string, string>> | undefined;
  /** A live media playlist need not list anything yet. */
  mayBeEmpty?: boolean | undefined;
}

/**
 * Reads a multivariant or media playlist (RFC 8216bis). `text` as it came from the network: any line ends, with or without
 * byte order mark; bytes are UTF-8, or UTF-16 with a byte order mark. `url` is the absolute http(s) URL it came from after
 * redirects. Throws PlaylistError and nothing else: `HLS_PLAYLIST_NOT_HLS`, `HLS_PLAYLIST_SYNTAX` with the line, or
 * `HLS_PLAYLIST_EMPTY`. Takes time linear in the length.
 */
export function readPlaylist(text: string | Uint8Array, url: string, options: ReadOptions = {}): Playlist {
  try {
    const playlist = read(decode(text), url, options);
    return { ...playlist, findings: [...encodingFindings(text), ...playlist.findings] };
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw new PlaylistError('HLS_PLAYLIST_SYNTAX', 'The playlist could not be understood.', {
      hint: 'Please report the playlist as a defect; another variant or source of the stream may work.',
      url,
      cause: error,
    });
  }
}

function decode(text: string | Uint8Array): string {
  if (typeof text === 'string') return text.startsWith('\uFEFF') ? text.slice(1) : text;
  const isLittle = text[0] === 0xff && text[1] === 0xfe;
  const isBig = text[0] === 0xfe && text[1] === 0xff;
  return new TextDecoder(isLittle ? 'utf-16le' : isBig ? 'utf-16be' : 'utf-8').decode(text);
}

function read(text: string, url: string, options: ReadOptions): Playlist {
  const lines = startsWithHeader(text) ? lexLines(text) : [];
  const kind = kindOf(lines, url);
  if (kind === undefined) throw notHls(text, url);
  const context: Context = { url, variables: new Variables(url, options.imports ?? {}) };
  const playlist = kind === 'media' ? readMedia(lines, context) : readMultivariant(lines, context);
  if (!(options.mayBeEmpty === true && playlist.kind === 'media' && playlist.isLive)) assertNotEmpty(playlist);
  return { ...playlist, findings: arrangeFindings(lintLines(lines, kind)) };
}

/** Playlists are UTF-8 without a byte order mark (RFC 8216bis §4). */
function encodingFindings(text: string | Uint8Array): Finding[] {
  const isMarked = typeof text === 'string' ? text.startsWith('\uFEFF') : isUtf16(text) || hasUtf8Mark(text);
  if (!isMarked) return [];
  const message = 'The playlist begins with a byte order mark, which none may have.';
  return [{ severity: 'warning', code: 'byte-order-mark', message, line: 1, column: 1 }];
}

function hasUtf8Mark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

function startsWithHeader(text: string): boolean {
  return /^#EXTM3U(?![^\s:,])/.test(text.trimStart().slice(0, 16));
}

/** Undefined when the lines are no HLS: plain M3U lists of files or channels begin with `#EXTM3U` too. */
function kindOf(lines: readonly Line[], url: string): Playlist['kind'] | undefined {
  const variant = lines.find((line) => line.kind === 'tag' && MULTIVARIANT_TAGS.has(line.name));
  const fragment = lines.find((line) => line.kind === 'tag' && line.name === 'EXTINF');
  if (variant !== undefined && fragment !== undefined) {
    throw syntaxError(url, fragment, 'it lists fragments and variants at once; a playlist may hold only one of them.');
  }
  if (variant !== undefined) return 'multivariant';
  const isHls = lines.some((line) => line.kind === 'tag' && line.name.startsWith('EXT-X-'));
  return isHls || (fragment?.kind === 'tag' && Number.parseFloat(fragment.value) > 0) ? 'media' : undefined;
}

const MULTIVARIANT_TAGS: ReadonlySet<string> = new Set(['EXT-X-STREAM-INF', 'EXT-X-I-FRAME-STREAM-INF', 'EXT-X-MEDIA']);

/**
 * Throws PlaylistError (`HLS_PLAYLIST_NOT_HLS`) for a text that holds nothing of a playlist: a page, JSON, media. What has a
 * tag is let through, whatever else is wrong with it.
 */
export function assertTags(text: Uint8Array, url: string): void {
  const decoded = decode(text);
  if (!/^\s*#EXT/m.test(decoded)) throw notHls(decoded, url);
}

function notHls(text: string, url: string): PlaylistError {
  const what = startsWithHeader(text) ? 'a plain M3U list without HLS tags' : describeLookalike(text);
  return new PlaylistError('HLS_PLAYLIST_NOT_HLS', `This is no HLS playlist but ${what}.`, {
    hint: 'Check that the URL is that of the .m3u8 itself, not of the page that plays it, and that it has not expired.',
    url,
  });
}

/** A playlist before the lint has seen it. */
type Unjudged<T extends Playlist> = Omit<T, 'findings'>;

/** A delta update may leave out every fragment, and a live stream begins with parts of its first one. */
function isWithoutMedia({ fragments, skipped, parts }: Unjudged<MediaPlaylist>): boolean {
  return fragments.length === 0 && skipped === undefined && parts === undefined;
}

function assertNotEmpty(playlist: Unjudged<MediaPlaylist> | Unjudged<MultivariantPlaylist>): void {
  const isEmpty = playlist.kind === 'media' ? isWithoutMedia(playlist) : playlist.variants.length === 0;
  if (!isEmpty) return;
  const what = playlist.kind === 'media' ? 'fragments' : 'variants';
  throw new PlaylistError('HLS_PLAYLIST_EMPTY', `The playlist has no ${what}.`, {
    hint: 'The stream may not have started, or has been removed: try again later or check the URL.',
    url: playlist.url,
  });
}
