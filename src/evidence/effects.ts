import { type MetricName, METRICS } from './metrics.ts';
import type { Pair } from './pairs.ts';
import { hodgesLehmann, interval, type Interval, walshAverages } from './statistics/signedRank.ts';

/** What the candidate does to a metric, as ratios of candidate to baseline: below 1 is less. */
export interface Effect {
  metric: MetricName;
  /** Pairs that have the metric on both sides. */
  pairs: number;
  /** Medians of the runs, in the metric's unit. */
  baseline: number;
  candidate: number;
  /** Hodges and Lehmann's estimate over the pairs. */
  ratio: number;
  /** Error rate that the interval keeps, both sides together. */
  alpha: number;
  /** Where the ratio lies. Absent where the pairs are too few for the error rate. */
  interval?: Interval;
  /** Equivalent where this lies within the zone: one-sided tests each keep the error rate, so the interval has twice of it. */
  equivalence?: Interval;
}

/** Why there is no effect to tell. */
export type Unmeasured = 'not applicable' | 'not measured';

/** The pairs' log ratios, candidate to baseline; pairs without the metric are left out, and figures below its resolution count as that. */
export function logRatios(metric: MetricName, pairs: readonly Pair[]): number[] {
  const { resolution } = METRICS[metric];
  return figuresOf(metric, pairs).map(([baseline, candidate]) =>
    Math.log(Math.max(candidate, resolution) / Math.max(baseline, resolution)),
  );
}

/**
 * The effect on one metric.
 * @param alpha 0–1: the error rate that the look leaves to this metric
 */
export function effectOf(metric: MetricName, pairs: readonly Pair[], alpha: number): Effect | Unmeasured {
  const figures = figuresOf(metric, pairs);
  if (figures.length === 0) {
    const isWithout = pairs.some(({ baseline, candidate }) =>
      [baseline, candidate].some((run) => run.figures[metric] === null),
    );
    return isWithout ? 'not applicable' : 'not measured';
  }
  const averages = walshAverages(logRatios(metric, pairs));
  const range = asRatios(interval(averages, alpha));
  const narrow = asRatios(interval(averages, 2 * alpha));
  return {
    ...{ metric, pairs: figures.length, alpha },
    baseline: median(figures.map(([baseline]) => baseline)),
    candidate: median(figures.map(([, candidate]) => candidate)),
    ratio: Math.exp(hodgesLehmann(averages)),
    ...(range === undefined ? {} : { interval: range }),
    ...(narrow === undefined ? {} : { equivalence: narrow }),
  };
}

function figuresOf(metric: MetricName, pairs: readonly Pair[]): [baseline: number, candidate: number][] {
  return pairs.flatMap(({ baseline, candidate }) => {
    const [before, after] = [baseline.figures[metric] ?? undefined, candidate.figures[metric] ?? undefined];
    return before === undefined || after === undefined ? [] : [[before, after]];
  });
}

function asRatios(found: Interval | undefined): Interval | undefined {
  return found && { ...found, low: Math.exp(found.low), high: Math.exp(found.high) };
}

function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? NaN) + upper) / 2 : upper;
}
