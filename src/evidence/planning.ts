import type { MetricName } from './metrics.ts';

/**
 * When results may be looked at, and how many pairs there are by then. The error rate of 5 % is spent over three looks by the union
 * bound, most of it on the first: whatever goes on after a look, wrong findings over all of them stay below the sum. A look that never
 * comes costs nothing but its part.
 */
export const LOOK_ALPHAS: readonly number[] = [0.045, 0.0025, 0.0025];

/** Pairs whose noise says how many are needed; they count like the others, for noise tells nothing of who wins. */
export const PILOT_PAIRS = 12;

/** Pairs that one look adds at most. What a clock or a queue says is noisier than what a program does. */
const LOOK_PAIRS_MAX: Readonly<Partial<Record<MetricName, number>>> = { wall: 60, loopDelay: 60 };
const LOOK_PAIRS_MAX_OF_OTHERS = 30;

/**
 * Pairs for the smallest effect to be found nine times in ten, when the noise is as large as the zone and normal: (z₁ + z₂)² π / 3, with the
 * normal distribution's z at 1 − alpha / 2 and at 0.9, and two fifths and a fifth more, for the
 * noise is an estimate, of a pilot or of all pairs so far. `npm run bench:claims` shows what odds come of it.
 */
const PAIRS_FACTORS: readonly number[] = [16, 23, 23];

/** And for outliers: few pairs bear none. */
const PAIRS_BASE = 6;

/** A number of pairs, and whether more would have been needed. */
export interface PlannedPairs {
  pairs: number;
  isCapped: boolean;
}

/** The zone in which changes matter to nobody, as the log of a ratio: from −zone to zone. */
export function zoneOf(smallestEffectPercent: number): number {
  return Math.log1p(smallestEffectPercent / 100);
}

/**
 * How many pairs there are to be by a look, from the noise alone.
 * @param noise as `noiseOf` has it
 * @param zone as `zoneOf` has it
 * @param done pairs that are there already
 */
export function plannedPairs(
  metric: MetricName,
  noise: number,
  zone: number,
  { look, done }: { look: number; done: number },
): PlannedPairs {
  const needed = PAIRS_BASE + Math.ceil((PAIRS_FACTORS[look] ?? Infinity) * (noise / zone) ** 2);
  const before = look === 0 ? 0 : done;
  const most = before + (LOOK_PAIRS_MAX[metric] ?? LOOK_PAIRS_MAX_OF_OTHERS);
  // A batch of a few could not change much; and pairs come in blocks of two.
  const pairs = Math.min(most, Math.max(before + PILOT_PAIRS, needed));
  return { pairs: pairs + (pairs % 2), isCapped: needed > most };
}

/**
 * How far pairs scatter: the median distance between two of them, in standard deviations of a normal distribution (Rousseeuw and Croux 1993). It
 * is the same for differences of either sign and for any effect, and a fifth of outliers move it little. NaN below two.
 */
export function noiseOf(differences: readonly number[]): number {
  const distances = differences.flatMap((a, index) => differences.slice(index + 1).map((b) => Math.abs(a - b)));
  const sorted = distances.sort((a, b) => a - b);
  // The quartile of the normal distribution, for distances of two are √2 as wide.
  return (sorted[Math.floor(sorted.length / 2)] ?? NaN) / (Math.SQRT2 * 0.6745);
}
