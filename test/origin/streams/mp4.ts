import type { Content } from '../content/content.ts';
import { encrypted, secret } from '../content/cipher.ts';
import { held, joined } from '../content/content.ts';
import { boxFragment } from '../content/boxes.ts';
import { boxClip } from './clips.ts';
import { keyResource, keyTag } from './encrypted.ts';
import { SMALL } from './plain.ts';
import type { Part, Resource, Shape, Stream, Track } from './stream.ts';
import { fileName, FRAGMENT_S, head, single, times, TYPES, variedBytes } from './stream.ts';

/** Fragments in fMP4 with running times, in the clear, all with one init segment. */
export function boxParts(label: string, clipName: string, shape: Shape): Part[] {
  const { fragments, fragmentBytes } = { ...SMALL, ...shape };
  const clip = boxClip(clipName);
  return times(fragments, (index) => {
    const media = boxFragment({
      clip,
      turn: index,
      sequence: index * clip.sequences.length + 1,
      marker: `hotframe lab ${label} fragment ${index}`,
      sizeBytes: variedBytes(fragmentBytes, index),
    });
    return { index, path: fileName(index, 'm4s'), tags: [], media, sent: media, init: clip.init };
  });
}

/** A media playlist of fMP4 fragments. */
export function boxTrack(parts: readonly Part[], others: ReadonlyMap<string, Resource>): Track {
  return { folder: '', contentType: TYPES.mp4, head: head(7), parts, others };
}

/** An init segment. */
export function mapResource(body: Content): Resource {
  return { kind: 'map', contentType: TYPES.mp4, body };
}

/** The part at `index` gets more tags. */
export function tagged(parts: readonly Part[], index: number, tags: readonly string[]): Part[] {
  return parts.map((part) => (part.index === index ? { ...part, tags: [...part.tags, ...tags] } : part));
}

export function fmp4(shape: Shape): Stream {
  const parts = tagged(boxParts('fmp4', '360p-av', shape), 0, ['#EXT-X-MAP:URI="init.mp4"']);
  return single(boxTrack(parts, new Map([['init.mp4', mapResource(boxClip('360p-av').init)]])));
}

/** Two `moof`s in each fragment, so that one that ends behind the first has whole boxes and half of its media. */
export function fmp4Chunks(shape: Shape): Stream {
  const { fragments, fragmentBytes } = { ...SMALL, ...shape };
  const halves = boxParts('fmp4-chunks', '360p-av', {
    fragments: fragments * 2,
    fragmentBytes: Math.ceil(fragmentBytes / 2),
  });
  const whole = times(fragments, (index): Part => {
    const media = joined(halves.slice(index * 2, index * 2 + 2).map((half) => half.media));
    return { ...halves[index]!, index, durationS: 2 * FRAGMENT_S, media, sent: media };
  });
  const parts = tagged(whole, 0, ['#EXT-X-MAP:URI="init.mp4"']);
  const others = new Map([['init.mp4', mapResource(boxClip('360p-av').init)]]);
  return single({ ...boxTrack(parts, others), head: head(7, 0, 4) });
}

/** A discontinuity with another init segment in the middle; the times start again there. */
export function fmp4Maps(shape: Shape): Stream {
  const first = boxParts('fmp4-maps first', '360p-av', shape);
  const half = Math.ceil(first.length / 2);
  const second = boxParts('fmp4-maps second', '720p-av', { ...shape, fragments: first.length - half });
  const both = [...first.slice(0, half), ...second].map((part, index) => ({
    ...part,
    index,
    path: fileName(index, 'm4s'),
  }));
  const parts = tagged(tagged(both, 0, ['#EXT-X-MAP:URI="init-0.mp4"']), half, [
    '#EXT-X-DISCONTINUITY',
    '#EXT-X-MAP:URI="init-1.mp4"',
  ]);
  const others = new Map([
    ['init-0.mp4', mapResource(boxClip('360p-av').init)],
    ['init-1.mp4', mapResource(boxClip('720p-av').init)],
  ]);
  return single(boxTrack(parts, others));
}

/** Another init segment in the middle third, then the first again; the media runs on without a discontinuity. */
export function mapsMany(shape: Shape): Stream {
  const { init } = boxClip('360p-av');
  const free = Buffer.from('....freeanother init segment', 'latin1');
  free.writeUInt32BE(free.length);
  const inits = [init, joined([init, held(free)])];
  const plain = boxParts('maps-many', '360p-av', shape);
  let before: number | undefined;
  const parts = plain.map((part): Part => {
    const place = Math.floor((part.index * 3) / plain.length) === 1 ? 1 : 0;
    const tags = place === before ? [] : [`#EXT-X-MAP:URI="init-${place}.mp4"`];
    before = place;
    return { ...part, tags, init: inits[place]! };
  });
  const others = new Map(inits.map((body, place) => [`init-${place}.mp4`, mapResource(body)]));
  return single(boxTrack(parts, others));
}

/** One file: the init segment, then the fragments, all by byte ranges. */
export function fmp4ByteRange(shape: Shape): Stream {
  const init = boxClip('360p-av').init;
  const whole = boxParts('fmp4-byterange', '360p-av', shape);
  const ends: number[] = [];
  let offset = init.size;
  const parts = whole.map((part): Part => {
    const start = offset;
    offset += part.media.size;
    ends.push(offset);
    const map = part.index === 0 ? [`#EXT-X-MAP:URI="media.mp4",BYTERANGE="${init.size}@0"`] : [];
    return {
      ...part,
      sent: undefined,
      path: 'media.mp4',
      tags: [...map, `#EXT-X-BYTERANGE:${part.media.size}@${start}`],
    };
  });
  const file: Resource = {
    kind: 'fragment',
    contentType: TYPES.mp4,
    body: joined([init, ...whole.map((part) => part.media)]),
    fragmentAt: (byte) => ends.findIndex((end) => byte < end),
  };
  return single(boxTrack(parts, new Map([['media.mp4', file]])));
}

/** The init segment and the fragments encrypted with one key and one explicit IV. */
export function fmp4Aes(shape: Shape): Stream {
  const iv = secret('iv fmp4-aes');
  const map = encrypted(boxClip('360p-av').init, secret('key 0'), iv);
  return fmp4Encrypted('fmp4-aes', iv, [keyTag(0, iv), '#EXT-X-MAP:URI="init.mp4"'], map, shape);
}

/** The fragments encrypted, their init segment in the clear because it stands before the key. */
export function fmp4AesClearMap(shape: Shape): Stream {
  const iv = secret('iv fmp4-aes-clear-map');
  const map = boxClip('360p-av').init;
  return fmp4Encrypted('fmp4-aes-clear-map', iv, ['#EXT-X-MAP:URI="init.mp4"', keyTag(0, iv)], map, shape);
}

function fmp4Encrypted(label: string, iv: Buffer, tags: readonly string[], map: Content, shape: Shape): Stream {
  const clear = tagged(boxParts(label, '360p-av', shape), 0, tags);
  const parts = clear.map((part): Part => ({ ...part, sent: encrypted(part.media, secret('key 0'), iv) }));
  const others = new Map([
    ['init.mp4', mapResource(map)],
    ['key-0.bin', keyResource(held(secret('key 0')))],
  ]);
  return single(boxTrack(parts, others));
}
