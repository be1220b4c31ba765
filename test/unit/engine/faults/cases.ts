import type { Fault } from '../../../origin/lab.ts';
import type { Place, PlaceName } from './places.ts';
import { places } from './places.ts';
import type { Ending, Row } from './rows.ts';
import { rows } from './rows.ts';

/** One download of the matrix. */
export interface Case {
  /** The fault in words, without its target. */
  fault: string;
  place: PlaceName;
  strikes: 'twice' | 'for good';
  faults: Fault[];
  over: Row['over'];
  endings: readonly Ending[];
}

/** Every fault at every place that it fits, struck twice and for good. */
export function allCases(): Case[] {
  return rows.flatMap(({ fault, on, twice, lasting, over }) =>
    on.flatMap((place): Case[] => {
      const { target }: Place = places[place];
      const one = (strikes: Case['strikes'], endings: readonly Ending[], times?: number): Case => ({
        fault: wordsFor(fault) + (over === undefined ? '' : ` (${over})`),
        place,
        strikes,
        faults: [{ ...fault, ...target, ...(times === undefined ? {} : { times }) }],
        over,
        endings,
      });
      return [...(twice === undefined ? [] : [one('twice', twice, 2)]), one('for good', lasting)];
    }),
  );
}

function wordsFor({ kind, ...settings }: Omit<Fault, 'path' | 'resource' | 'index' | 'times'>): string {
  return [kind, ...Object.entries(settings).map(([name, value]) => `${name}=${String(value)}`)].join(' ');
}
