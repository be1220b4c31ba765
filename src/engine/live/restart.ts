import { dateToleranceMs, type Entry } from './entry.ts';
import type { Hole, Reset } from './followEvent.ts';
import { knownEndMs, lastOf, usualDurationS, type Known } from './known.ts';

/** Where a recording goes on in a list with other numbers. */
export interface Start {
  /** The place of the first fragment that the recording does not have. */
  at: number;
  reset: Reset;
  hole?: Hole;
}

/**
 * Finds what is new in a list whose numbers are other ones: by addresses that both have, `among` them those that count (a list
 * that began anew may use old ones for other media); else by date; else all of it. `undefined` when the recording has it all.
 */
export function findStart(
  known: Known,
  list: readonly Entry[],
  among: readonly Entry[],
  atMs: number,
): Start | undefined {
  const byAddress = placeByAddress(among, list);
  const byDate = byAddress > 0 ? undefined : placeByDate(known, list);
  const at = byAddress > 0 ? byAddress : (byDate ?? 0);
  const first = list[at];
  if (first === undefined) return undefined;
  const matchedBy = byAddress > 0 ? 'address' : byDate === undefined ? 'nothing' : 'date';
  const lostS = byAddress > 0 ? 0 : byDate === undefined ? lostByClock(known, list, atMs) : lostByDate(known, first);
  const expectedSequence = lastOf(known.entries).fragment.sequence + 1;
  const hole = holeOf(known, expectedSequence, lostS);
  return {
    at,
    reset: { expectedSequence, sequence: first.fragment.sequence, matchedBy },
    ...(hole === undefined ? {} : { hole }),
  };
}

/** The place after the last fragment whose address is known; 0 when none is. */
function placeByAddress(known: readonly Entry[], list: readonly Entry[]): number {
  const addressOf = ({ address }: Entry) => address;
  // Where the query tells the fragments apart, the path is the same for all.
  const urlOf = ({ fragment, address }: Entry) => `${fragment.url} ${address}`;
  return Math.max(placeBy(addressOf, known, list), placeBy(urlOf, known, list));
}

function placeBy(nameOf: (entry: Entry) => string, known: readonly Entry[], list: readonly Entry[]): number {
  const named = new Map(known.map((entry) => [nameOf(entry), entry]));
  const counts = new Map<string, number>();
  for (const entry of list) counts.set(nameOf(entry), (counts.get(nameOf(entry)) ?? 0) + 1);
  const isKnown = (entry: Entry) => {
    const before = named.get(nameOf(entry));
    return before !== undefined && counts.get(nameOf(entry)) === 1 && !haveOtherDates(before, entry);
  };
  return list.findLastIndex(isKnown) + 1;
}

/** An address that was used before holds other media now. */
function haveOtherDates(a: Entry, b: Entry): boolean {
  if (a.startMs === undefined || b.startMs === undefined) return false;
  return Math.abs(a.startMs - b.startMs) > dateToleranceMs(a);
}

/** The place of the first fragment that begins where what is known ends, or later; unknown without dates or when all end before. */
function placeByDate(known: Known, list: readonly Entry[]): number | undefined {
  const untilMs = knownEndMs(known);
  if (untilMs === undefined || list.some(({ startMs }) => startMs === undefined)) return undefined;
  const at = list.findIndex((entry) => Number(entry.startMs) >= untilMs - dateToleranceMs(entry));
  return at === -1 ? undefined : at;
}

function lostByDate(known: Known, first: Entry): number {
  return (Number(first.startMs) - Number(knownEndMs(known))) / 1000;
}

/** What must have come since the last good reading, without what the list has. */
function lostByClock(known: Known, list: readonly Entry[], atMs: number): number {
  const listS = list.reduce((sum, { fragment }) => sum + fragment.durationS, 0);
  return (atMs - known.freshAtMs) / 1000 - listS;
}

function holeOf(known: Known, fromSequence: number, durationS: number): Hole | undefined {
  const count = Math.round(durationS / usualDurationS(known));
  return count < 1 ? undefined : { fromSequence, count, durationS, isEstimated: true };
}
