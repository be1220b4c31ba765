import { held } from '../content/content.ts';
import { plain, SMALL, transportParts, transportTrack } from './plain.ts';
import type { Resource, Shape, Stream } from './stream.ts';
import { playlistResource, resourcesOf, single, TYPES } from './stream.ts';

/** A byte order mark and CRLF line ends. */
export function bomCrlf(shape: Shape): Stream {
  const track = transportTrack(transportParts('hostile-bom-crlf', '360p-av', SMALL, shape));
  return single(track, (playlist) => '\uFEFF' + playlist.replaceAll('\n', '\r\n'));
}

/** 20,000 fragments of a few packets, in a playlist of 3 MB. */
export function huge(shape: Shape): Stream {
  const usual = { fragments: 20_000, fragmentBytes: 0 };
  const folder = 'a-path-as-long-as-content-delivery-networks-like-them/0f1e2d3c4b5a69788796a5b4c3d2e1f0/';
  const parts = transportParts('huge', 'head', usual, shape).map((part) => ({
    ...part,
    path: folder + part.path,
    title: `Fragment ${part.index} of a very long evening`,
  }));
  return single(transportTrack(parts));
}

/** An HTML page where the playlist should be, under the type of a playlist. */
export function html(): Stream {
  const page =
    '<!DOCTYPE html>\n<html lang="en"><head><title>Sign in</title></head><body>Please sign in.</body></html>\n';
  return nothing(playlistResource(page));
}

/** Otherwise a good playlist. */
export function noExtm3u(shape: Shape): Stream {
  const resources = plain('no-extm3u', '360p-av', SMALL)(shape).resources;
  const without = [...resources].map(([path, resource]): [string, Resource] => {
    const { body } = resource;
    return [path, typeof body === 'string' ? { ...resource, body: body.replace('#EXTM3U\n', '') } : resource];
  });
  return { resources: new Map(without), variants: {}, audio: {}, subtitles: {} };
}

/** No bytes at all, under the type of a playlist. */
export function blank(): Stream {
  return nothing({ kind: 'playlist', contentType: TYPES.playlist, body: held(Buffer.alloc(0)) });
}

/** A playlist without fragments. */
export function empty(): Stream {
  return nothing(resourcesOf(transportTrack([])).get('index.m3u8')!);
}

function nothing(playlist: Resource): Stream {
  return { resources: new Map([['index.m3u8', playlist]]), variants: {}, audio: {}, subtitles: {} };
}
