import type { Entry } from './entry.ts';
import { lastOf, windowDurationS, type Known } from './known.ts';
import type { Relation } from './relate.ts';

/**
 * A list that lies behind what is known. An old copy never grows beyond it, or gives way to the true one; a list that
 * began anew grows, and the old one does not come back.
 */
export interface Suspect {
  /** All that it has listed so far, so that nothing is lost while it is watched. */
  entries: readonly Entry[];
  /** How often it has grown. */
  advances: number;
  /** How often it was read as it is. */
  repeats: number;
}

/** The suspect after one more reading. */
export function watch(suspect: Suspect | undefined, reading: readonly Entry[]): Suspect {
  const anew = { entries: reading, advances: 0, repeats: 0 };
  if (suspect === undefined) return anew;
  const { sequence } = lastOf(suspect.entries).fragment;
  const last = lastOf(reading).fragment.sequence;
  if (last === sequence) return { ...suspect, repeats: suspect.repeats + 1 };
  // It goes back once more: another copy.
  if (last < sequence) return anew;
  const added = reading.filter(({ fragment }) => fragment.sequence > sequence);
  return { entries: [...suspect.entries, ...added], advances: suspect.advances + 1, repeats: 0 };
}

/** Whether a list that lies behind is one that began anew. `hasEnd`: it will not grow any more. */
export function isConfirmed(
  suspect: Suspect,
  relation: Exclude<Relation, 'continues'>,
  known: Known,
  atMs: number,
  hasEnd: boolean,
): boolean {
  switch (relation) {
    case 'other':
      return true;
    case 'unsure':
      return suspect.advances >= 2 || (hasEnd && suspect.repeats >= 2);
    case 'older':
      // A cache that lags is past what is known within the time of a window.
      return suspect.advances >= 3 && atMs - known.freshAtMs > windowDurationS(known) * 1000;
  }
}
