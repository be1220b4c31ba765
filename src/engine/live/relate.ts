import { compareEntries, dateToleranceMs, endMs, type Entry } from './entry.ts';
import { knownEndMs, lastOf, usualDurationS, windowDurationS, type Known } from './known.ts';

/**
 * How a reading stands to what is known. `continues`: the same list, no older. `older`: the same list, from a stale cache.
 * `other`: its numbers mean other fragments. `unsure`: behind what is known, and nothing tells whether it is an old copy or a
 * list that begins anew.
 */
export type Relation = 'continues' | 'older' | 'other' | 'unsure';

/** Judges a reading of at least one fragment. Pure. */
export function relate(known: Known, reading: readonly Entry[], atMs: number): Relation {
  const isForward = lastOf(reading).fragment.sequence >= lastOf(known.entries).fragment.sequence;
  const votes = compareCommon(known.entries, reading);
  const count = votes.same + votes.alike + votes.other;
  if (isForward) {
    if (count === 0) return isPlausibleJump(known, reading, atMs) ? 'continues' : 'other';
    return (votes.same + votes.alike) * 2 >= count ? 'continues' : 'other';
  }
  const byDate = compareDates(known, reading);
  if (byDate !== undefined) return byDate;
  if (count === 0) return 'unsure';
  if (votes.same * 2 >= count) return 'older';
  return (votes.same + votes.alike) * 2 >= count ? 'unsure' : 'other';
}

interface Votes {
  same: number;
  alike: number;
  other: number;
}

function compareCommon(known: readonly Entry[], reading: readonly Entry[]): Votes {
  const votes: Votes = { same: 0, alike: 0, other: 0 };
  const first = reading[0]?.fragment.sequence ?? 0;
  for (let at = known.length - 1; at >= 0; at--) {
    const entry = known[at] as Entry;
    const { sequence } = entry.fragment;
    if (sequence < first) break;
    const again = reading[sequence - first];
    if (again !== undefined) votes[compareEntries(entry, again)]++;
  }
  return votes;
}

/** Whether a list whose numbers are behind ends before what is known does. */
function compareDates(known: Known, reading: readonly Entry[]): 'older' | 'other' | undefined {
  const last = lastOf(reading);
  const readEndMs = endMs(last);
  const endsMs = knownEndMs(known);
  if (readEndMs === undefined || endsMs === undefined) return undefined;
  return readEndMs <= endsMs + dateToleranceMs(last) ? 'older' : 'other';
}

/** Whether so many fragments can have come in the time that has passed; else the numbers have been given out anew. */
function isPlausibleJump(known: Known, reading: readonly Entry[], atMs: number): boolean {
  const jump = lastOf(reading).fragment.sequence - lastOf(known.entries).fragment.sequence;
  const passedS = (atMs - known.freshAtMs) / 1000 + windowDurationS(known);
  return jump <= (2 * passedS) / usualDurationS(known) + reading.length + 10;
}
