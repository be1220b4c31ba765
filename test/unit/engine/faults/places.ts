import type { Resource } from '../../../../src/engine/errors.ts';
import type { Fault, StreamName } from '../../../origin/lab.ts';

/** A kind of resource: one of the lab's that is of that kind, and how a message names it. */
export interface Place {
  stream: StreamName;
  /** What of the stream the fault strikes. */
  target: Pick<Fault, 'path' | 'resource' | 'index'>;
  /** What cannot be had then. */
  resource: Resource;
  named: RegExp;
}

/** Every stream has so many fragments, of nothing but the media itself: a cut anywhere is a loss. */
export const shape = { fragments: 8, fragmentBytes: 1 } as const;

function fragment(stream: StreamName, index: number): Place {
  const named = new RegExp(`^Fragment ${index + 1} of ${shape.fragments}\\b`);
  return { stream, target: { index }, resource: 'fragment', named };
}

function playlist(stream: StreamName, path: string): Place {
  return { stream, target: { path }, resource: 'playlist', named: /\bplaylist\b/i };
}

/** An address in a first playlist, named by what it is of or by the line where it stands. */
function uri(stream: StreamName, resource: Resource, named: RegExp): Place {
  const either = new RegExp(`${named.source}|^Line \\d+ of the playlist\\b`, 'i');
  return { stream, target: { path: '/index.m3u8' }, resource, named: either };
}

const init = /\binit segment\b/i;
const key = /\bkey\b/i;

export const places = {
  'media playlist': playlist('small', '/index.m3u8'),
  'multivariant playlist': playlist('multivariant', '/index.m3u8'),
  'variant playlist': playlist('multivariant', '2160p/index.m3u8'),
  'audio playlist': playlist('multivariant', 'audio-en/index.m3u8'),
  'init segment': { stream: 'fmp4', target: { resource: 'map' }, resource: 'init', named: init },
  key: { stream: 'aes-iv', target: { resource: 'key' }, resource: 'key', named: key },
  'first fragment': fragment('small', 0),
  'middle fragment': fragment('small', 4),
  'last fragment': fragment('small', shape.fragments - 1),
  'fMP4 fragment': fragment('fmp4', 4),
  'chunked fMP4 fragment': fragment('fmp4-chunks', 4),
  'encrypted fragment': fragment('aes-iv', 4),
  'byte range': fragment('byterange', 5),
  'address of a fragment': uri('small', 'fragment', /^Fragment 5 of 8\b/),
  'address of a key': uri('aes-iv', 'key', key),
  'address of an init segment': uri('fmp4', 'init', init),
  'address of a variant': uri('multivariant', 'playlist', /\bplaylist\b/i),
  'address of a rendition': uri('multivariant', 'playlist', /\bplaylist\b/i),
} as const satisfies Record<string, Place>;

export type PlaceName = keyof typeof places;

export const playlists = ['media playlist', 'multivariant playlist', 'variant playlist', 'audio playlist'] as const;
export const mediaPlaylists = ['media playlist', 'variant playlist', 'audio playlist'] as const;
export const fragments = ['first fragment', 'middle fragment', 'last fragment', 'fMP4 fragment'] as const;
export const everywhere = [...playlists, 'init segment', 'key', ...fragments] as const;
