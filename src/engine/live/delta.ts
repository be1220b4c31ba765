import { updateDateRanges } from '../playlist/dateRanges.ts';
import type { Fragment, InitSegment, MediaPlaylist } from '../playlist/model.ts';
import { rangeText, withoutQuery } from './entry.ts';

/** How a delta update is asked for (`_HLS_skip`, RFC 8216bis §6.2.5.1): `v2` may leave out date ranges too. */
export type SkipDirective = 'YES' | 'v2';

/** The most that a playlist offers to leave out of its delta updates (EXT-X-SERVER-CONTROL). */
export function skipDirectiveFor({ serverControl }: MediaPlaylist): SkipDirective {
  return serverControl?.canSkipDateRanges === true ? 'v2' : 'YES';
}

/**
 * The whole playlist that a delta update stands for (EXT-X-SKIP, RFC 8216bis §4.4.5.2), from the reading before it; a
 * playlist that skips nothing is returned as it is. `undefined` when the two don't fit, or when the keys in force at the
 * first fragment that is listed stand in the part that was skipped: then it has to be read whole. `skip`: how it was asked for.
 */
export function applyDelta(
  known: MediaPlaylist,
  delta: MediaPlaylist,
  skip: SkipDirective = 'YES',
): MediaPlaylist | undefined {
  const skipped = delta.skipped ?? 0;
  if (skipped === 0) return delta;
  const from = delta.mediaSequence - known.mediaSequence;
  const kept = from < 0 ? [] : known.fragments.slice(from, from + skipped);
  const last = kept.at(-1);
  if (kept.length !== skipped || last === undefined || kept[0]?.sequence !== delta.mediaSequence) return undefined;
  if (kept.some(hasKeys) || !overlaps(known, delta)) return undefined;
  const { dateRanges, ...whole } = withoutSkip(delta);
  const ranges = skip === 'v2' ? mergeDateRanges(known, delta) : dateRanges;
  return {
    ...whole,
    ...(ranges === undefined ? {} : { dateRanges: ranges }),
    fragments: [...kept, ...continueFrom(last, delta.fragments)].map(renumber),
  };
}

function mergeDateRanges(known: MediaPlaylist, delta: MediaPlaylist): MediaPlaylist['dateRanges'] {
  const ranges = updateDateRanges(known.dateRanges ?? [], delta.dateRanges ?? [], delta.removedDateRanges);
  return ranges.length === 0 ? undefined : ranges;
}

/** Whether a delta update of this playlist can be made whole: no key may be in force in what it skips. */
export function canTakeDelta({ fragments }: MediaPlaylist): boolean {
  return !fragments.some(hasKeys);
}

function hasKeys({ keys, map }: Fragment): boolean {
  return keys.length > 0 || (map?.keys.length ?? 0) > 0;
}

/** Each fragment that both list is the same one, and the delta begins where the skipped part ends. */
function overlaps(known: MediaPlaylist, delta: MediaPlaylist): boolean {
  const first = delta.mediaSequence + (delta.skipped ?? 0);
  return delta.fragments.every(({ sequence, url, byteRange }, place) => {
    if (sequence !== first + place) return false;
    const before = known.fragments[sequence - known.mediaSequence];
    if (before === undefined) return true;
    return withoutQuery(before.url) === withoutQuery(url) && rangeText(before.byteRange) === rangeText(byteRange);
  });
}

/** Counts discontinuities and applies the EXT-X-MAP on from the last fragment that was skipped. */
function continueFrom(last: Fragment, fragments: readonly Fragment[]): Fragment[] {
  let { discontinuitySequence } = last;
  let map: InitSegment | undefined = last.map;
  return fragments.map((fragment) => {
    if (fragment.discontinuity) discontinuitySequence++;
    map = fragment.map ?? map;
    return { ...fragment, discontinuitySequence, ...(map === undefined ? {} : { map }) };
  });
}

function withoutSkip(delta: MediaPlaylist): MediaPlaylist {
  const whole = { ...delta };
  delete whole.skipped;
  delete whole.removedDateRanges;
  return whole;
}

function renumber(fragment: Fragment, index: number): Fragment {
  return { ...fragment, index };
}
