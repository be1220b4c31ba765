import type { Fragment, MediaPlaylist } from '../playlist/model.ts';
import { endMs, entriesOf, type Entry } from './entry.ts';
import type { Hole, Reset } from './followEvent.ts';
import { lastOf, remember, shareMap, usualDurationS, type Known } from './known.ts';
import { relate, type Relation } from './relate.ts';
import { findStart, type Start } from './restart.ts';
import { isConfirmed, watch, type Suspect } from './suspect.ts';
import { durationOf, isBegunBy } from './tip.ts';

/** What one reading adds to a recording, in this order: `isTipCut`, `reset`, `hole`, `fragments`. */
export interface Merged {
  known: Known;
  /** `stale`: behind what is known, and passed over. */
  state: 'news' | 'unchanged' | 'stale';
  /** The fragment that was begun (`Known.tip`) will not be listed. */
  isTipCut?: true;
  reset?: Reset;
  hole?: Hole;
  fragments: readonly Fragment[];
  /** Nothing more will come (EXT-X-ENDLIST). */
  isOver: boolean;
}

/** Readings of an old copy that says it is over, until it is believed. */
const endRepeats = 2;

/** Begins a recording with the fragment at place `from` of the first reading, which has at least one. */
export function begin(playlist: MediaPlaylist, from: number, atMs: number): Merged {
  const reading = entriesOf(playlist);
  const before = reading.slice(0, from);
  const start: Known = {
    entries: before,
    former: [],
    maps: [],
    windowLength: reading.length,
    discontinuityOffset: 0,
    nextIndex: 0,
    freshAtMs: atMs,
  };
  const { known, fragments } = append(start, before, reading.slice(from), 0);
  return { known, state: 'news', fragments, isOver: playlist.hasEnd === true };
}

/**
 * Takes a whole reading (no delta update) into what is known: fragments that are new, numbered on over the recording, and
 * what was missed before them. Pure. `atMs`: when the reading came, on the clock of `now`.
 */
export function merge(known: Known, playlist: MediaPlaylist, atMs: number): Merged {
  const reading = entriesOf(playlist);
  const hasEnd = playlist.hasEnd === true;
  if (reading.length === 0) return { known, state: 'unchanged', fragments: [], isOver: hasEnd };
  const relation = relate(known, reading, atMs);
  if (relation === 'continues') {
    return { ...goOn(known, reading, playlist.discontinuitySequence !== undefined, atMs), isOver: hasEnd };
  }
  const suspect = watch(known.suspect, reading);
  if (isConfirmed(suspect, relation, known, atMs, hasEnd)) {
    const start = findStart(known, suspect.entries, matchable(known, relation), atMs);
    if (start !== undefined)
      return { ...startOver(known, suspect.entries, reading.length, start, atMs), isOver: hasEnd };
  }
  return passOver(known, suspect, hasEnd);
}

/** The fragments whose addresses still mean what they meant, as far as is known. */
function matchable({ former, entries }: Known, relation: Exclude<Relation, 'continues'>): readonly Entry[] {
  switch (relation) {
    case 'other':
      return [...former, ...entries];
    case 'unsure':
      return entries;
    case 'older':
      return [];
  }
}

function passOver(known: Known, suspect: Suspect, hasEnd: boolean): Merged {
  const isOver = hasEnd && suspect.repeats >= endRepeats;
  return { known: { ...known, suspect }, state: 'stale', fragments: [], isOver };
}

function goOn(known: Known, reading: readonly Entry[], isCounted: boolean, atMs: number): Omit<Merged, 'isOver'> {
  const last = lastOf(known.entries);
  const at = reading.findIndex(({ fragment }) => fragment.sequence > last.fragment.sequence);
  const seen = at === -1 ? reading : reading.slice(0, at);
  const added = at === -1 ? [] : reading.slice(at);
  const offset = discontinuityOffset(known, reading, isCounted);
  const entries = [...known.entries.filter((entry) => isBefore(entry, reading)), ...keep(known.entries, seen)];
  const fresh = withoutSuspect({
    ...known,
    windowLength: reading.length,
    discontinuityOffset: offset,
    freshAtMs: atMs,
  });
  const isTipCut = added[0] !== undefined && known.tip !== undefined && isBehindTip(known, added[0]);
  const base = added[0] === undefined ? fresh : closeTip(fresh, isTipCut);
  const hole = holeBefore(known, added[0]);
  return {
    ...append(base, entries, markBreak(last, added, offset), offset),
    state: added.length > 0 ? 'news' : 'unchanged',
    ...(isTipCut ? { isTipCut } : {}),
    ...(hole === undefined ? {} : { hole }),
  };
}

/** A discontinuity whose tag was missed stands before the first fragment after it. */
function markBreak({ fragment: last }: Entry, added: readonly Entry[], offset: number): readonly Entry[] {
  const [first, ...others] = added;
  if (first === undefined || first.fragment.discontinuity) return added;
  if (first.fragment.discontinuitySequence + offset === last.discontinuitySequence) return added;
  return [{ ...first, fragment: { ...first.fragment, discontinuity: true } }, ...others];
}

function startOver(
  known: Known,
  entries: readonly Entry[],
  windowLength: number,
  { at, reset, hole }: Start,
  atMs: number,
): Omit<Merged, 'isOver'> {
  const last = lastOf(known.entries).fragment;
  const first = entries[at] as Entry;
  const isBreak = reset.matchedBy !== 'address' || first.fragment.discontinuity;
  const offset = last.discontinuitySequence + (isBreak ? 1 : 0) - first.fragment.discontinuitySequence;
  const isTip =
    known.tip !== undefined && ((reset.matchedBy === 'address' && !hole) || isBegunBy(known.tip, first.fragment));
  const isTipCut = known.tip !== undefined && !isTip;
  const fresh = withoutSuspect({
    ...known,
    former: remember([...known.former, ...known.entries], windowLength),
    // The same address may hold another init segment now.
    maps: reset.matchedBy === 'address' ? known.maps : [],
    windowLength,
    discontinuityOffset: offset,
    freshAtMs: atMs,
  });
  const appended = append(
    closeTip(fresh, isTipCut),
    entries.slice(0, at),
    markBreak(lastOf(known.entries), entries.slice(at), offset),
    offset,
  );
  const left = hole && isTipCut ? withoutTip(hole, known) : hole;
  return {
    ...appended,
    state: 'news',
    ...(isTipCut ? { isTipCut } : {}),
    reset,
    ...(left === undefined ? {} : { hole: left }),
  };
}

/** A later fragment than the one that was begun. */
function isBehindTip({ tip }: Known, { fragment }: Entry): boolean {
  return tip !== undefined && fragment.sequence > tip.fragment.sequence;
}

/** The fragment that was begun is listed, or (`isCut`) keeps its index without that. */
function closeTip(known: Known, isCut: boolean): Known {
  const { map } = known.tip?.fragment ?? {};
  // Its address may have another token where the whole fragment is listed.
  const maps = map === undefined || known.maps.includes(map) ? known.maps : [...known.maps, map].slice(-8);
  const closed = { ...known, maps, nextIndex: known.nextIndex + (isCut ? 1 : 0) };
  delete closed.tip;
  return closed;
}

/** A hole without the fragment of which the recording has the first parts. */
function withoutTip({ fromSequence, count, durationS, ...rest }: Hole, { tip }: Known): Hole | undefined {
  const left = {
    fromSequence: fromSequence + 1,
    count: count - 1,
    durationS: Math.max(0, durationS - durationOf(tip)),
  };
  return left.count < 1 ? undefined : { ...left, ...rest };
}

function withoutSuspect(known: Known): Known {
  const cleared = { ...known };
  delete cleared.suspect;
  return cleared;
}

function isBefore({ fragment }: Entry, reading: readonly Entry[]): boolean {
  return fragment.sequence < (reading[0]?.fragment.sequence ?? 0);
}

/** What is seen again, by the addresses and dates of today and the numbers of the recording. */
function keep(known: readonly Entry[], seen: readonly Entry[]): Entry[] {
  const first = seen[0]?.fragment.sequence ?? 0;
  const numbered = new Map<number, Fragment>();
  for (const { fragment } of known) if (fragment.sequence >= first) numbered.set(fragment.sequence, fragment);
  return seen.map((entry) => {
    const fragment = numbered.get(entry.fragment.sequence);
    return fragment === undefined ? entry : { ...entry, fragment };
  });
}

/** Numbers what is new and adds it to the entries. */
function append(
  known: Known,
  entries: readonly Entry[],
  added: readonly Entry[],
  offset: number,
): { known: Known; fragments: readonly Fragment[] } {
  let { maps, nextIndex } = known;
  const numbered = added.map((entry) => {
    const { map, ...rest } = entry.fragment;
    const shared = map === undefined ? undefined : shareMap(maps, map, rest.discontinuity);
    if (shared !== undefined && shared !== maps.at(-1))
      maps = [...maps.filter((other) => other !== shared), shared].slice(-8);
    const fragment: Fragment = {
      ...rest,
      index: nextIndex++,
      discontinuitySequence: rest.discontinuitySequence + offset,
      ...(shared === undefined ? {} : { map: shared }),
    };
    return { ...entry, fragment };
  });
  const all = remember([...entries, ...numbered], known.windowLength);
  return { known: { ...known, entries: all, maps, nextIndex }, fragments: numbered.map(({ fragment }) => fragment) };
}

/** By a fragment that both have; else as before, unless the origin's count is none or goes back. */
function discontinuityOffset(known: Known, reading: readonly Entry[], isCounted: boolean): number {
  const last = lastOf(known.entries).fragment;
  const first = reading[0]?.fragment;
  if (first === undefined) return known.discontinuityOffset;
  const again = reading[last.sequence - first.sequence]?.fragment;
  if (again !== undefined) return last.discontinuitySequence - again.discontinuitySequence;
  const least = last.discontinuitySequence + (first.discontinuity ? 1 : 0) - first.discontinuitySequence;
  return isCounted ? Math.max(known.discontinuityOffset, least) : least;
}

function holeBefore(known: Known, first: Entry | undefined): Hole | undefined {
  const last = lastOf(known.entries);
  const fromSequence = last.fragment.sequence + (known.tip === undefined ? 1 : 2);
  const count = (first?.fragment.sequence ?? 0) - fromSequence;
  if (first === undefined || count <= 0) return undefined;
  const usualS = count * usualDurationS(known);
  const until = endMs(last);
  const datedS =
    first.startMs === undefined || until === undefined ? 0 : (first.startMs - until) / 1000 - durationOf(known.tip);
  // A discontinuity in between may have moved the dates.
  const isEstimated = datedS < usualS / 2 || datedS > usualS * 2;
  return { fromSequence, count, durationS: isEstimated ? usualS : datedS, isEstimated };
}
