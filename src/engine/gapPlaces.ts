import type { FragmentReceipt, GapPlace } from './receipt.ts';
import { roundS } from './rounding.ts';

/** Places closer than this are one: durations in playlists are rounded. Seconds. */
const toleranceS = 0.01;

/** What is to be known of a fragment that is not in the files. */
export type AbsentFragment = Pick<FragmentReceipt, 'stream' | 'state' | 'startS' | 'durationS'>;

/** That of a receipt, without the rest. */
export function absentFrom({ stream, state, startS, durationS }: FragmentReceipt): AbsentFragment {
  return {
    stream,
    state,
    ...(startS === undefined ? {} : { startS }),
    ...(durationS === undefined ? {} : { durationS }),
  };
}

/** Whether a fragment, or the rest of it, is missing in the file. One whose recording was stopped before its end is not. */
export function isGap({ state, error }: Pick<FragmentReceipt, 'state' | 'error'>): boolean {
  return state === 'partial' ? error !== undefined : state !== 'whole';
}

/**
 * Where something is missing: fragments one behind the other that are missing for one reason are one place. By stream,
 * the main one first, then by time. Pure.
 * @param fragments all that are not in the files; others are passed over.
 * @param holes what left a live playlist unseen.
 */
export function gapPlaces(fragments: readonly AbsentFragment[], holes: readonly GapPlace[]): GapPlace[] {
  const single = fragments.flatMap(({ stream, state, startS, durationS }): GapPlace[] => {
    if (state === 'whole' || startS === undefined || durationS === undefined) return [];
    // How long the rest was that is missing behind the parts that are there, nobody has said.
    if (state === 'partial')
      return [{ stream, startS: startS + durationS, durationS: 0, fragments: 1, reason: 'missing' }];
    return [{ stream, startS, durationS, fragments: 1, reason: state === 'gap' ? 'declared' : 'missing' }];
  });
  const places: GapPlace[] = [];
  for (const next of [...single, ...holes].toSorted(compare)) {
    const last = places.at(-1);
    if (last === undefined || !isContinued(last, next)) {
      places.push({ ...next, startS: roundS(next.startS), durationS: roundS(next.durationS) });
    } else {
      last.durationS = roundS(next.startS + next.durationS - last.startS);
      last.fragments += next.fragments;
    }
  }
  return places;
}

function compare(a: GapPlace, b: GapPlace): number {
  if (a.stream === b.stream) return a.startS - b.startS;
  if (a.stream === 'main') return -1;
  return b.stream === 'main' ? 1 : a.stream.localeCompare(b.stream);
}

function isContinued(last: GapPlace, next: GapPlace): boolean {
  const isSame = last.stream === next.stream && last.reason === next.reason;
  return isSame && Math.abs(last.startS + last.durationS - next.startS) <= toleranceS;
}
