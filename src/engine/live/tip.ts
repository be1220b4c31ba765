import type { Fragment, MediaPlaylist, Part } from '../playlist/model.ts';
import { withoutQuery } from './entry.ts';
import { lastOf, shareMap, type Known } from './known.ts';

/** The fragment behind the last one that is listed, while only parts of it are (RFC 8216bis §3.2). */
export interface Tip {
  /** As the recording numbers it. Its address is its first part's, its duration the longest that it may have. */
  fragment: Fragment;
  /** From its first one on. */
  parts: readonly Part[];
}

/**
 * What a reading that `known` has taken in lists of the fragment that comes next; as it was known where the reading has less,
 * or nothing. Pure.
 */
export function tipOf(known: Known, { parts = [], started, targetDurationS }: MediaPlaylist): Tip | undefined {
  const last = lastOf(known.entries).fragment;
  const [first] = parts;
  if (first === undefined || started?.sequence !== last.sequence + 1) return known.tip;
  if (known.tip !== undefined && parts.length <= known.tip.parts.length) return known.tip;
  // A delta update leaves out the tag that is still in force.
  const map = started.map === undefined ? last.map : shareMap(known.maps, started.map, started.discontinuity);
  const fragment: Fragment = {
    ...started,
    index: known.nextIndex,
    discontinuitySequence: last.discontinuitySequence + (started.discontinuity ? 1 : 0),
    url: first.url,
    durationS: targetDurationS ?? last.durationS,
    gap: false,
    ...(map === undefined ? {} : { map }),
  };
  return { fragment: known.tip?.fragment ?? fragment, parts };
}

/** Whether a fragment of another numbering is the one that the parts began. */
export function isBegunBy(tip: Tip, { parts }: Fragment): boolean {
  const [first] = tip.parts;
  return parts?.[0] !== undefined && first !== undefined && withoutQuery(parts[0].url) === withoutQuery(first.url);
}

/** How long the parts of a fragment that was begun last together. */
export function durationOf(tip: Tip | undefined): number {
  return tip?.parts.reduce((sum, { durationS }) => sum + durationS, 0) ?? 0;
}
