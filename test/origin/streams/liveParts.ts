import type { Content } from '../content/content.ts';
import { made } from '../content/content.ts';
import { PACKET_BYTES } from '../content/transport.ts';
import { PARTS } from '../live/clock.ts';
import { times } from './stream.ts';

/** Where a part lies in its fragment in the clear, and so in `sentBytes` of it: whole packets where that is MPEG-TS. */
export function boundsOf({ size }: Content, part: number, sentBytes = size): { start: number; end: number } {
  const unit = size % PACKET_BYTES === 0 ? PACKET_BYTES : 1;
  const at = (place: number): number => Math.floor((size * place) / PARTS / unit) * unit;
  return { start: at(part), end: part + 1 === PARTS ? sentBytes : at(part + 1) };
}

/** A part of the bytes. */
export function partOf(media: Content, part: number): Content {
  const { start, end } = boundsOf(media, part);
  return made(end - start, () => media.slice(start, end));
}

/** The last part that a Range header needs; undefined where it wants all that follows, or there is none. */
export function partAt(media: Content, range: string | undefined, sentBytes: number): number | undefined {
  const last = /^bytes=\d+-(\d+)$/.exec(range ?? '')?.[1];
  if (last === undefined) return undefined;
  return times(PARTS, (part) => part).find((part) => Number(last) < boundsOf(media, part, sentBytes).end);
}
