import { transportFragment } from '../content/transport.ts';
import { transportClip } from './clips.ts';
import type { Part, Shape, Stream, Track } from './stream.ts';
import { fileName, head, single, times, TYPES, variedBytes } from './stream.ts';

/** What a stream is unless the caller's shape says otherwise. */
export interface Usual {
  fragments: number;
  fragmentBytes: number;
}

/** Streams that are about something else than size and number. */
export const SMALL: Usual = { fragments: 24, fragmentBytes: 250_000 };

/** Fragments in MPEG-TS with running times, in the clear. */
export function transportParts(label: string, clip: string, usual: Usual, shape: Shape): Part[] {
  const { fragments, fragmentBytes } = { ...usual, ...shape };
  return times(fragments, (index) => {
    const media = transportFragment({
      clip: transportClip(clip),
      turn: index,
      marker: `hotframe lab ${label} fragment ${index}`,
      sizeBytes: variedBytes(fragmentBytes, index),
    });
    return { index, path: fileName(index, 'ts'), tags: [], media, sent: media };
  });
}

/** A media playlist of MPEG-TS fragments. */
export function transportTrack(parts: readonly Part[], changes: Partial<Track> = {}): Track {
  return { folder: '', contentType: TYPES.transport, head: head(3), parts, others: new Map(), ...changes };
}

/** A stream of one TS playlist in the clear. */
export function plain(label: string, clip: string, usual: Usual) {
  return (shape: Shape): Stream => single(transportTrack(transportParts(label, clip, usual, shape)));
}

/** A playlist that has not ended, and never will. */
export function live(shape: Shape): Stream {
  const parts = transportParts('live', '360p-av', { ...SMALL, fragments: 6 }, shape);
  return single(transportTrack(parts, { head: head(3, 1200), isOpen: true }));
}

/** Every fifth fragment is a gap; its URL answers 404. */
export function gap(shape: Shape): Stream {
  const parts = transportParts('gap', '360p-av', SMALL, shape).map((part): Part => {
    if (part.index % 5 !== 3) return part;
    return { ...part, sent: undefined, tags: ['#EXT-X-GAP'], isGap: true };
  });
  return single(transportTrack(parts, { head: head(8) }));
}

/** Another clip with its own times in the middle third. */
export function discontinuity(shape: Shape): Stream {
  const outer = transportParts('discontinuity', '360p-av', SMALL, shape);
  const third = Math.ceil(outer.length / 3);
  const inner = transportParts('discontinuity interlude', '2160p-av', SMALL, { ...shape, fragments: third });
  const parts = outer.map((part, index): Part => {
    const other = inner[index - third];
    const tags = index === third || index === 2 * third ? ['#EXT-X-DISCONTINUITY'] : [];
    return other === undefined ? { ...part, tags } : { ...part, tags, media: other.media, sent: other.media };
  });
  return single(transportTrack(parts));
}
