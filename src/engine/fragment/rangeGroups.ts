import type { ByteRange } from '../playlist/model.ts';

/** What decides whether fragments come in one request. */
export interface Rangeable {
  url: string;
  byteRange?: ByteRange | undefined;
}

/** A range beyond this takes so long that the request for it does not matter. */
const smallBytes = 256 * 1024;
/** One request brings at most so much. */
const mostBytes = 2 * 1024 * 1024;
/** So many rounds of requests are left, so that all connections end at about the same time. */
const rounds = 4;

/**
 * Whether the fragment after `group` comes in the same request: adjacent small ranges of one resource do, as long as
 * there are enough of them for every connection.
 *
 * @param waiting Fragments that nobody fetches yet.
 * @param width Requests at once.
 */
export function joinsGroup(group: readonly Rangeable[], next: Rangeable, waiting: number, width: number): boolean {
  if (group.length >= Math.max(1, Math.floor((group.length + waiting) / (width * rounds)))) return false;
  const last = group.at(-1);
  if (!last?.byteRange || !next.byteRange || last.url !== next.url) return false;
  const { offset, length } = last.byteRange;
  if (offset + length !== next.byteRange.offset) return false;
  if (Math.max(length, next.byteRange.length) > smallBytes) return false;
  const bytes = group.reduce((sum, { byteRange }) => sum + (byteRange?.length ?? 0), next.byteRange.length);
  return bytes <= mostBytes;
}
