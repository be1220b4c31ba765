import { hodgesLehmann, interval, walshAverages } from '../../src/evidence/statistics/signedRank.ts';

/** Middle value and extent of one figure over the rounds. */
export interface Summary {
  median: number;
  min: number;
  max: number;
}

/** Median; the mean of the middle two where their number is even. Throws RangeError on an empty list. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('no values, no median');
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Undefined where there is nothing to summarise. */
export function summarize(values: readonly number[]): Summary | undefined {
  if (values.length === 0) return undefined;
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** The list started `by` places later and continued from its front, so that no program always runs after the same one in first place. */
export function rotate<T>(list: readonly T[], by: number): T[] {
  const start = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}

/** Whether the second arm goes first in this pair: AB, BA, AB, BA, …, so that a slow drift falls on both arms alike. */
export function isSwapped(pair: number): boolean {
  return pair % 2 === 1;
}

/** A ratio with its 95 % confidence interval; the interval is absent below six pairs, where none exists. */
export interface RatioEstimate {
  ratio: number;
  interval?: { low: number; high: number };
}

/**
 * How `b` stands to `a` over pairs: Hodges–Lehmann estimate of the log ratio with the exact signed-rank interval. Values must
 * be above 0.
 */
export function estimateRatio(a: readonly number[], b: readonly number[]): RatioEstimate {
  if (a.length !== b.length || a.length === 0) throw new RangeError('a ratio needs pairs');
  const differences = a.map((value, i) => Math.log(b[i]! / value));
  if (!differences.every(Number.isFinite)) throw new RangeError('a ratio needs values above 0');
  const averages = walshAverages(differences);
  const ratio = Math.exp(hodgesLehmann(averages));
  const found = interval(averages, 0.05);
  return found === undefined
    ? { ratio }
    : { ratio, interval: { low: Math.exp(found.low), high: Math.exp(found.high) } };
}
