import type { Fault, LiveSettings } from '../../../origin/lab.ts';
import { randomNumbers } from './randomNumbers.ts';

/** Seconds that a fragment lasts. */
export const fragmentS = 2;
/** Fragments that are listed at a time. */
export const window = 15;
export const fragmentBytes = 900;
export const channel = 'video/index.m3u8';

/** A broadcast that goes wrong in every way that it can, and what of it can never be had. */
export interface Broadcast {
  fragments: number;
  settings: LiveSettings;
  faults: Fault[];
  /** Fragments by their index: never listed, listed as gaps, listed and refused for good. */
  lost: Set<number>;
  gaps: Set<number>;
  refused: Set<number>;
  /** How many outages of the playlist outlast the window. */
  longOutages: number;
}

type Span = [from: number, to: number];

/** How fragments fail once, and come when they are asked for again. */
const passing = ['status', 'reset-midway', 'reset-before', 'truncate', 'html', 'empty'] as const;
/** How readings of the playlist fail. */
const misread = ['html', 'empty', 'reset-before', 'status'] as const;

/**
 * Makes a broadcast of so many fragments: about every three minutes something goes wrong, each time something else, the same for
 * the same seed. The numbers of the playlist begin anew twice, the second time during an outage.
 */
export function makeBroadcast(fragments: number, seed: number): Broadcast {
  const random = randomNumbers(seed);
  const upTo = (most: number): number => 1 + Math.floor(random() * most);
  const reset = [Math.floor(fragments * 0.4), Math.floor(fragments * 0.65)];
  const outage: Span[] = [[(reset[1] ?? 0) - 4, (reset[1] ?? 0) + 5]];
  const lost: Span[] = [];
  const gap: number[] = [];
  const discontinuity: number[] = [];
  const refused = new Set<number>();
  const faults: Fault[] = [];
  const troubles: ((at: number) => void)[] = [
    (at) => outage.push([at, at + upTo(window - 5)]),
    (at) => outage.push([at, at + window + upTo(30)]),
    (at) => lost.push([at, at + upTo(6)]),
    (at) => gap.push(at),
    (at) => discontinuity.push(at),
    (at) => refused.add(at),
    (at) => faults.push({ kind: passing[at % passing.length] ?? 'status', index: at, times: 1 }),
    (at) => faults.push({ kind: misread[at % misread.length] ?? 'status', path: channel, after: at, times: upTo(4) }),
  ];
  let turn = 0;
  for (let at = 40; at < fragments - 60; at += 60 + upTo(60)) {
    // What happens close to a reset is settled above.
    if (reset.some((each) => Math.abs(each - at) < 90)) continue;
    troubles[turn++ % troubles.length]?.(at);
  }
  for (const index of refused) faults.push({ kind: 'status', index, status: 404 });
  const settings: LiveSettings = {
    ...{ window, kept: 2 * window, targetS: fragmentS, durationS: fragmentS, firstSequence: 1000, stale: 97 },
    ...{ outage, lost, gap, discontinuity, reset, skip: true, dates: true, bare: true },
  };
  const indexes = (spans: readonly Span[]) => spans.flatMap(([from, to]) => range(from, to));
  return {
    fragments,
    settings,
    faults,
    lost: new Set(indexes(lost)),
    gaps: new Set(gap),
    refused,
    longOutages: outage.filter(([from, to]) => to - from >= window).length,
  };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, place) => from + place);
}
