/**
 * Wilcoxon's signed-rank statistic, exactly, and what follows from it for the centre of paired differences (Hollander, Wolfe and Chicken,
 * Nonparametric Statistical Methods, 3rd edition, 3.1–3.3). Everything here is read off the Walsh averages, the means of all
 * pairs of differences, each with itself too: their median is the estimate, and as many of them lie above a centre as the statistic says.
 *
 * Ties and zeros are kept. A Walsh average that equals the centre in question counts against the finding, so that with ties the tests
 * err on the side of no finding and the closed interval covers at least as often as it says.
 */

/** A closed interval for the centre. */
export interface Interval {
  low: number;
  high: number;
  /** How often such an interval covers the centre, at least what was asked for: the statistic has steps. */
  confidence: number;
}

/** The Walsh averages of differences, ascending: n (n + 1) / 2 of them. */
export function walshAverages(differences: readonly number[]): Float64Array {
  const count = differences.length;
  const averages = new Float64Array((count * (count + 1)) / 2);
  let at = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) averages[at++] = ((differences[i] ?? 0) + (differences[j] ?? 0)) / 2;
  }
  return averages.sort();
}

/** Hodges and Lehmann's estimate of the centre: the median of the Walsh averages. NaN where there are none. */
export function hodgesLehmann(averages: Float64Array): number {
  const middle = averages.length / 2;
  const upper = averages[Math.floor(middle)] ?? NaN;
  return Number.isInteger(middle) ? ((averages[middle - 1] ?? NaN) + upper) / 2 : upper;
}

/**
 * The interval that covers the centre in all but `alpha` of cases, exactly. Undefined where so few differences allow none: two sides of
 * 2⁻ⁿ each must fit into `alpha`.
 * @param alpha 0–1, both sides together
 */
export function interval(averages: Float64Array, alpha: number): Interval | undefined {
  const cumulative = cumulativeProbabilities(countOf(averages));
  // The rank of the lower end: the largest whose tail fits into one side.
  let rank = 0;
  while (2 * (cumulative[rank] ?? 1) <= alpha) rank++;
  if (rank === 0) return undefined;
  const low = averages[rank - 1] ?? NaN;
  const high = averages[averages.length - rank] ?? NaN;
  return { low, high, confidence: 1 - 2 * (cumulative[rank - 1] ?? 0) };
}

/** Probabilities of what was seen, or more, were the centre not on the side that is asked about. */
export interface Tails {
  /** That the centre is greater. */
  greater: number;
  /** That the centre is less. */
  less: number;
}

/** The two one-sided tests of whether the centre lies above or below `centre`. */
export function tails(averages: Float64Array, centre: number): Tails {
  const cumulative = cumulativeProbabilities(countOf(averages));
  const above = averages.reduce((sum, average) => (average > centre ? sum + 1 : sum), 0);
  const below = averages.reduce((sum, average) => (average < centre ? sum + 1 : sum), 0);
  // By symmetry P(T ≥ t) = P(T ≤ m − t).
  return {
    greater: cumulative[averages.length - above] ?? 1,
    less: cumulative[averages.length - below] ?? 1,
  };
}

/**
 * The two one-sided tests of equivalence: the larger probability of them, which must be at most the error rate for the centre to lie
 * within `zone` of 0. It does so exactly when the interval of twice the error rate lies inside.
 */
export function equivalence(averages: Float64Array, zone: number): number {
  return Math.max(tails(averages, -zone).greater, tails(averages, zone).less);
}

/** The fewest differences for which there is an interval at `alpha`. */
export function leastPairs(alpha: number): number {
  return Math.ceil(1 - Math.log2(alpha));
}

function countOf(averages: Float64Array): number {
  return (Math.sqrt(8 * averages.length + 1) - 1) / 2;
}

const known = new Map<number, Float64Array>();

/**
 * P(T ≤ t) for t from 0, of n differences that are as often above as below: of the 2ⁿ ways to sign the ranks 1 to n, the share whose
 * positive ones sum up to no more than t. Counted by adding one rank after the other.
 */
export function cumulativeProbabilities(count: number): Float64Array {
  const found = known.get(count);
  if (found !== undefined) return found;
  let probabilities = Float64Array.of(1);
  for (let rank = 1; rank <= count; rank++) {
    const next = new Float64Array(probabilities.length + rank);
    probabilities.forEach((probability, sum) => {
      next[sum] = (next[sum] ?? 0) + probability / 2;
      next[sum + rank] = (next[sum + rank] ?? 0) + probability / 2;
    });
    probabilities = next;
  }
  let sum = 0;
  const cumulative = probabilities.map((probability) => (sum += probability));
  known.set(count, cumulative);
  return cumulative;
}
