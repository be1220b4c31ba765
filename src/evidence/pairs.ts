import { isNoiseOnly } from './noiseRule.ts';
import type { ArmRole, RunRecord } from './runRecord.ts';

/** Tries of a pair that may end in a discount. */
export const TRIES_MAX = 3;

/** Two runs, one behind the other, one of each arm. */
export interface Pair extends Readonly<Record<ArmRole, RunRecord>> {
  pair: number;
  /** The machine was noisy in every try: the last one counts. */
  isNoisy: boolean;
}

/** Where a pair stands. */
export type PairState =
  | { state: 'settled'; pair: Pair }
  /** To be gone on with in a try, which has one run already or none. */
  | { state: 'open'; attempt: number; done?: RunRecord }
  | { state: 'lost'; why: string };

/**
 * Reads the state of a pair off its runs. A try counts when both runs are of one session and none is discounted; else the whole pair is
 * tried again, so that its runs stay neighbours. When the last of `TRIES_MAX` tries is merely noisy, it counts all the same; a run that
 * failed, or whose origin was the bottleneck, never does.
 * @param session the one that would go on with it
 */
export function pairState(pair: number, runs: readonly RunRecord[], session: number): PairState {
  let tries = 0;
  let newest = 0;
  for (const [attempt, members] of byAttempt(pair, runs)) {
    newest = attempt;
    const [first, second] = members;
    if (first === undefined) continue;
    const discounts = members.flatMap(({ discount }) => discount ?? []);
    const grave = discounts.find(({ why }) => !isNoiseOnly(why));
    const isLast = tries + 1 >= TRIES_MAX;
    const isFine = grave === undefined && (discounts.length === 0 || isLast);
    if (second !== undefined && first.session === second.session && isFine) {
      return { state: 'settled', pair: toPair(pair, first, second, discounts.length > 0) };
    }
    if (second === undefined && isFine && first.session === session) return { state: 'open', attempt, done: first };
    // An interruption is nobody's fault, not even of a noisy last try.
    if (discounts.length > 0 && !isFine) tries++;
    if (grave !== undefined && tries >= TRIES_MAX) {
      return { state: 'lost', why: `pair ${pair + 1} came to nothing in ${tries} tries, at last: ${grave.detail}` };
    }
  }
  return { state: 'open', attempt: newest + 1 };
}

/** All pairs that count, in their order. */
export function settledPairs(runs: readonly RunRecord[]): Pair[] {
  const numbers = [...new Set(timedRuns(runs).map(({ pair }) => pair))].sort((a, b) => a - b);
  return numbers.flatMap((pair) => {
    const found = pairState(pair, runs, -1);
    return found.state === 'settled' ? [found.pair] : [];
  });
}

function byAttempt(pair: number, runs: readonly RunRecord[]): [attempt: number, runs: RunRecord[]][] {
  const own = timedRuns(runs).filter((run) => run.pair === pair);
  return [...Map.groupBy(own, ({ attempt }) => attempt)].sort(([a], [b]) => a - b);
}

function timedRuns(runs: readonly RunRecord[]): RunRecord[] {
  return runs.filter(({ kind }) => kind === 'timed');
}

function toPair(pair: number, first: RunRecord, second: RunRecord, isNoisy: boolean): Pair {
  const [baseline, candidate] = first.arm === 'baseline' ? [first, second] : [second, first];
  return { pair, baseline, candidate, isNoisy };
}
