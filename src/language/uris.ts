import { listAttributes } from '../engine/playlist/attributes.ts';
import { PlaylistError } from '../engine/errors.ts';
import type { Line, TagLine } from '../engine/playlist/lines.ts';
import { Variables } from '../engine/playlist/variables.ts';
import type { PlaylistText, Span } from './playlistText.ts';

/** A URI of a playlist, without its quotes. */
export interface WrittenUri {
  span: Span;
  /** As it is to be resolved: with its variables replaced. */
  text: string;
  /** It leads to a playlist. */
  isPlaylist: boolean;
}

/** Tags whose URI is that of a playlist. */
const OF_PLAYLISTS: ReadonlySet<string> = new Set([
  'EXT-X-MEDIA',
  'EXT-X-I-FRAME-STREAM-INF',
  'EXT-X-RENDITION-REPORT',
  'EXT-X-DATERANGE',
]);

const URI_ATTRIBUTES: ReadonlySet<string> = new Set(['URI', 'SERVER-URI', 'X-ASSET-URI', 'X-ASSET-LIST']);

/** URIs that are listed; more would only slow the editor down. */
const MAX_URIS = 20_000;

/** Stands for the unknown place of a playlist on disk. */
const NOWHERE = 'https://playlist.invalid/';

/**
 * The URIs of a playlist in the order of the text, at most 20,000. One with a variable whose value is not known here is left
 * out: IMPORT needs another playlist, QUERYPARAM the URL. Never throws.
 * @param url where the playlist came from; nothing for one on disk.
 */
export function findUris({ kind, lines }: PlaylistText, url: string | undefined): WrittenUri[] {
  const variables = new Variables(url ?? NOWHERE, {});
  const uris: WrittenUri[] = [];
  const add = (text: string, line: Line, column: number, isPlaylist: boolean): void => {
    const resolved = orNothing(() => variables.substitute(text, line));
    if (resolved === undefined || text === '') return;
    const start = column - 1;
    uris.push({ span: { line: line.line - 1, start, end: start + text.length }, text: resolved, isPlaylist });
  };
  for (const line of lines) {
    if (uris.length >= MAX_URIS) break;
    if (line.kind === 'uri') add(line.text, line, line.column, kind === 'multivariant' || isPlaylistName(line.text));
    else if (line.name === 'EXT-X-DEFINE') orNothing(() => variables.define(line));
    else if (line.value.includes('URI=') || line.value.includes('X-ASSET-LIST=')) addAttributes(line, add);
  }
  return uris;
}

function addAttributes(
  tag: TagLine,
  add: (text: string, line: Line, column: number, isPlaylist: boolean) => void,
): void {
  for (const { name, value, isQuoted, column } of listAttributes(tag)) {
    if (!URI_ATTRIBUTES.has(name) || !isQuoted) continue;
    const isPlaylist = OF_PLAYLISTS.has(tag.name) && name !== 'X-ASSET-LIST';
    add(value, tag, column + 1, isPlaylist || isPlaylistName(value));
  }
}

function isPlaylistName(uri: string): boolean {
  return /^[^?#]*\.m3u8?(?:[?#]|$)/i.test(uri);
}

function orNothing<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof PlaylistError) return undefined;
    throw error;
  }
}
