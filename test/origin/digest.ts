import { createHash } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';

import { all } from './content/content.ts';
import type { StreamName } from './streams/catalogue.ts';
import { streamOf } from './streams/catalogue.ts';
import type { Cue, Shape, Track } from './streams/stream.ts';

/** What a correct download of one media playlist is. */
export interface TrackDigest {
  /** Hexadecimal. */
  sha256: string;
  bytes: number;
  /** Fragments written; gaps are none. */
  fragments: number;
}

/** What a correct download is: of the chosen variant, and of everything that may go into files of its own. */
export interface Digest extends TrackDigest {
  /** Only for a multivariant playlist. */
  outputs?: {
    /** By name. */
    variants: Record<string, TrackDigest>;
    /** By language. */
    audio: Record<string, TrackDigest>;
    /** By language: the files one after the other, as they are sent. */
    subtitles: Record<string, TrackDigest>;
    /** By language: what joined subtitles say, where the stream knows. */
    cues?: Readonly<Record<string, readonly Cue[]>>;
  };
}

const computed = new Map<string, Promise<TrackDigest>>();

/**
 * Digests what a correct download is: the fragments in the clear one after the other, gaps left out, an init segment
 * before the first fragment and wherever the EXT-X-MAP changes. Of a multivariant playlist the named variant, or the
 * one of the highest bandwidth: `variant` in the query. Of a live stream a recording from the fragment `from` to the
 * fragment `to`, or of these `only` (`0-7,10-19`), under the other settings of the query.
 *
 * Returns undefined where there is no correct download (a page that is no playlist, a playlist without fragments, an
 * unknown variant).
 */
export async function digestStream(
  name: StreamName,
  shape: Shape,
  query = new URLSearchParams(),
): Promise<Digest | undefined> {
  const stream = streamOf(name, shape);
  const { best, variants, audio, subtitles, cues } = stream.tracksOf?.(query) ?? stream;
  const variant = query.get('variant');
  const chosen = variant === null ? best : Object.hasOwn(variants, variant) ? variants[variant] : undefined;
  if (chosen === undefined) return undefined;
  const asked = new URLSearchParams(stream.tracksOf === undefined ? {} : query);
  asked.delete('session');
  const id = JSON.stringify([name, shape.fragments, shape.fragmentBytes, asked.toString()]);
  const one = await remembered(id, chosen);
  if (Object.keys(variants).length === 0) return one;
  const each = async (tracks: Readonly<Record<string, Track>>): Promise<Record<string, TrackDigest>> => {
    const digests: Record<string, TrackDigest> = {};
    for (const [key, track] of Object.entries(tracks)) digests[key] = await remembered(id, track);
    return digests;
  };
  return {
    ...one,
    outputs: {
      variants: await each(variants),
      audio: await each(audio),
      subtitles: await each(subtitles),
      ...(cues === undefined ? {} : { cues }),
    },
  };
}

function remembered(id: string, track: Track): Promise<TrackDigest> {
  const key = `${id} ${track.folder}`;
  const known = computed.get(key);
  if (known !== undefined) return known;
  const digest = digestTrack(track);
  computed.set(key, digest);
  return digest;
}

async function digestTrack(track: Track): Promise<TrackDigest> {
  const hash = createHash('sha256');
  let bytes = 0;
  let fragments = 0;
  let init: Track['parts'][number]['init'];
  for (const part of track.parts) {
    if (part.isGap === true) continue;
    const contents = part.init === undefined || part.init === init ? [part.media] : [part.init, part.media];
    init = part.init;
    for (const content of contents) {
      for (const piece of all(content)) hash.update(piece);
      bytes += content.size;
    }
    fragments++;
    // The origin goes on answering meanwhile.
    await breathe();
  }
  return { sha256: hash.digest('hex'), bytes, fragments };
}
