import { all, joined, made } from '../content/content.ts';
import { PACKET_BYTES } from '../content/transport.ts';
import { SMALL, transportParts, transportTrack } from './plain.ts';
import type { Part, Resource, Shape, Stream } from './stream.ts';
import { head, single, TYPES } from './stream.ts';

/** One of the two files that hold the fragments: a hole before each, of as many packets as given. */
function layOut(parts: readonly Part[], path: string, holes: (place: number) => number, explicit: boolean) {
  const ends: number[] = [];
  const pieces = parts.map((part, place) => {
    const hole = holes(place) * PACKET_BYTES;
    return made(hole + part.media.size, function* () {
      yield Buffer.alloc(hole, 'not part of any fragment\n');
      yield* all(part.media);
    });
  });
  let offset = 0;
  const listed = parts.map((part, place): Part => {
    offset += pieces[place]!.size;
    ends.push(offset);
    const start = explicit || place === 0 ? `@${offset - part.media.size}` : '';
    return { ...part, sent: undefined, path, tags: [`#EXT-X-BYTERANGE:${part.media.size}${start}`] };
  });
  const first = parts[0]?.index ?? 0;
  const file: Resource = {
    kind: 'fragment',
    contentType: TYPES.transport,
    body: joined(pieces),
    fragmentAt: (byte) =>
      first +
      Math.max(
        ends.findIndex((end) => byte < end),
        0,
      ),
  };
  return { listed, file };
}

function ranges(label: string, holes: (place: number) => number, explicit: boolean) {
  return (shape: Shape): Stream => {
    const parts = transportParts(label, '360p-av', SMALL, shape);
    const half = Math.ceil(parts.length / 2);
    const a = layOut(parts.slice(0, half), 'a.ts', holes, explicit);
    const b = layOut(parts.slice(half), 'b.ts', holes, explicit);
    const others = new Map([
      ['a.ts', a.file],
      ['b.ts', b.file],
    ]);
    return single(transportTrack([...a.listed, ...b.listed], { head: head(4), others }));
  };
}

/** Two files, explicit offsets, a hole of one packet before each fragment. */
export const byteRange = ranges('byterange', () => 1, true);

/** Two files; only the first fragment of each has an offset, and it isn't 0. */
export const byteRangeImplicit = ranges('byterange-implicit', (place) => (place === 0 ? 3 : 0), false);
