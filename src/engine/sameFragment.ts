import { identify } from './output/identity.ts';
import type { Fragment, MediaPlaylist } from './playlist/model.ts';

/**
 * Whether two readings mean one fragment by one Media Sequence Number, which names it for ever (RFC 8216bis §3); not every
 * origin keeps to it. By its `shape` (durations, ranges, discontinuities), or by its file `name` too. Pure.
 */
export function isSameFragment(fresh: Fragment, known: Fragment, likeness: 'name' | 'shape'): boolean {
  if (identify(fresh).shape !== identify(known).shape) return false;
  return likeness === 'shape' || fileName(fresh.url) === fileName(known.url);
}

/** A fragment as it is listed at another place, and as it was known. */
export type FragmentPair = readonly [fresh: Fragment, known: Fragment];

/**
 * The fragments that two whole readings of a live playlist have in common, the fresh one from another place; undefined when it
 * has none of them, lags behind, or lists another one under a number that is known: then it is no place to go on. Pure.
 */
export function pairReadings(known: MediaPlaylist, fresh: MediaPlaylist): FragmentPair[] | undefined {
  const [last, freshLast] = [known.fragments.at(-1), fresh.fragments.at(-1)];
  if (last === undefined || freshLast === undefined || freshLast.sequence < last.sequence) return undefined;
  const first = known.fragments[0]?.sequence ?? 0;
  const pairs = fresh.fragments.flatMap((fragment): FragmentPair[] => {
    const before = known.fragments[fragment.sequence - first];
    return before === undefined ? [] : [[fragment, before]];
  });
  return pairs.length > 0 && pairs.every(([one, other]) => isSameFragment(one, other, 'name')) ? pairs : undefined;
}

function fileName(url: string): string {
  const { pathname } = new URL(url);
  return pathname.slice(pathname.lastIndexOf('/') + 1);
}
