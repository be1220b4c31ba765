import type { Claimed } from './claim.ts';
import { type Effect, effectOf, type Unmeasured } from './effects.ts';
import { JUDGED_METRICS, type MetricName, METRIC_NAMES, METRICS } from './metrics.ts';
import { LOOK_ALPHAS, zoneOf } from './planning.ts';
import { countedPairs, declarations, nextDeclaration } from './schedule.ts';
import type { Interval } from './statistics/signedRank.ts';
import type { TestRecord } from './testRecord.ts';

export type VerdictState = 'revisit' | 'no-op' | 'inconclusive';

/** Where the interval stands to the range that is claimed. */
export type Standing =
  'within' | 'short of' | 'beyond' | 'around' | 'across the lower end of' | 'across the upper end of';

/** What is said of one metric. */
export interface MetricVerdict {
  metric: MetricName;
  /** `revisit` for the metrics that nothing is claimed of means: less, by more than the smallest effect. */
  state: VerdictState;
  /** Which way the arms differ for certain, however little; of every metric less is better. */
  difference: 'better' | 'worse' | 'none';
  /** The arms differ by less than the smallest effect, for certain. */
  isEquivalent: boolean;
  effect: Effect;
}

/** What the runs of two arms say of a claim. */
export interface Verdict {
  /** By the claimed metric. */
  state: VerdictState;
  /** In a line: `no-op in time, win in memory`. */
  summary: string;
  claimed: MetricVerdict;
  /** Absent where the claim names no range, or the pairs are too few. */
  standing?: Standing;
  /** The other metrics that get a verdict, their error rates corrected for their number. */
  others: MetricVerdict[];
  /** For information: nothing is decided by them, and nothing is corrected. */
  beside: Effect[];
  unmeasured: { metric: MetricName; why: Unmeasured }[];
  pairs: number;
  /** Of them, pairs that count although the machine was noisy. */
  noisyPairs: number;
  /** Pairs to add for another look; absent where the claim is decided, and where the error rate is spent. */
  morePairs?: number;
  /** The programs that it holds for. */
  program: string;
}

/**
 * Judges a test by the pairs that were declared. *Revisit*: the whole interval of the claimed metric lies beyond the smallest effect, in the
 * claimed direction. *No-op*: the arms are equivalent, or the effect goes the other way. *Inconclusive*: anything else.
 *
 * The claimed metric has the look's error rate to itself; the others share as much among them (Bonferroni), which are findings
 * beside the claim.
 * @returns undefined while declared pairs are missing
 */
export function judgeTest(record: TestRecord): Verdict | undefined {
  const { claim, arms } = record.head;
  const declared = declarations(record).at(-1);
  const pairs = countedPairs(record);
  if (declared === undefined || pairs.length < declared.pairs) return undefined;
  const alpha = LOOK_ALPHAS[declared.look] ?? 0;
  const zone = zoneOf(claim.smallestEffectPercent);
  const main = effectOf(claim.claimed.metric, pairs, alpha);
  if (typeof main === 'string') return undefined;
  const claimed = judgeEffect(main, claim.claimed.change, zone);

  const rest = METRIC_NAMES.filter((metric) => metric !== claim.claimed.metric);
  const isJudged = (metric: MetricName): boolean => JUDGED_METRICS.some((judged) => judged === metric);
  const shared = rest.filter((metric) => isJudged(metric) && typeof effectOf(metric, pairs, alpha) !== 'string').length;
  const effects = rest.map((metric) => ({
    metric,
    effect: effectOf(metric, pairs, isJudged(metric) ? alpha / shared : alpha),
  }));
  const measured = effects.flatMap(({ effect }) => (typeof effect === 'string' ? [] : [effect]));
  const others = measured
    .filter(({ metric }) => isJudged(metric))
    .map((effect) => judgeEffect(effect, 'decrease', zone));

  const standing = standingOf(claim.claimed, main.interval);
  const more = claimed.state === 'inconclusive' ? nextDeclaration(record) : undefined;
  const morePairs = more && more.pairs - pairs.length;
  return {
    state: claimed.state,
    summary: summarise(claimed, others, morePairs),
    claimed,
    ...(standing === undefined ? {} : { standing }),
    others,
    beside: measured.filter(({ metric }) => !isJudged(metric)),
    unmeasured: effects.flatMap(({ metric, effect }) => (typeof effect === 'string' ? [{ metric, why: effect }] : [])),
    pairs: pairs.length,
    noisyPairs: pairs.filter(({ isNoisy }) => isNoisy).length,
    ...(morePairs === undefined ? {} : { morePairs }),
    program: [...new Set(Object.values(arms).map(({ program }) => program))].join(' and '),
  };
}

/**
 * What an effect says of a change in a direction.
 * @param zone as `zoneOf` has it
 */
export function judgeEffect(effect: Effect, change: Claimed['change'], zone: number): MetricVerdict {
  const { metric, interval, equivalence } = effect;
  const [least, most] = [Math.exp(-zone), Math.exp(zone)];
  const isEquivalent = equivalence !== undefined && equivalence.low > least && equivalence.high < most;
  const difference =
    interval === undefined ? 'none' : interval.high < 1 ? 'better' : interval.low > 1 ? 'worse' : 'none';
  const isBeyond = interval !== undefined && (change === 'decrease' ? interval.high < least : interval.low > most);
  const isOtherWay = difference === (change === 'decrease' ? 'worse' : 'better');
  const state = isBeyond ? 'revisit' : isEquivalent || isOtherWay ? 'no-op' : 'inconclusive';
  return { metric, state, difference, isEquivalent, effect };
}

/** Where an interval of ratios stands to the range that is claimed; both ends of either count as inside. */
export function standingOf({ change, percent }: Claimed, interval: Interval | undefined): Standing | undefined {
  if (percent === undefined || interval === undefined) return undefined;
  const sign = change === 'decrease' ? -1 : 1;
  // As changes in the claimed direction, in parts of the baseline.
  const [least, most] = [percent[0] / 100, percent[1] / 100];
  const ends = [sign * (interval.low - 1), sign * (interval.high - 1)];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  if (high < least) return 'short of';
  if (low > most) return 'beyond';
  if (low >= least && high <= most) return 'within';
  if (low < least && high > most) return 'around';
  return low < least ? 'across the lower end of' : 'across the upper end of';
}

function summarise(claimed: MetricVerdict, others: readonly MetricVerdict[], morePairs: number | undefined): string {
  const { word } = METRICS[claimed.metric];
  const isWorse = claimed.state !== 'revisit' && claimed.difference === 'worse';
  const more = morePairs === undefined ? '' : ` (${morePairs} more pairs)`;
  return [
    `${claimed.state} in ${word}${isWorse ? ' (worse)' : ''}${more}`,
    ...others.filter(({ state }) => state === 'revisit').map(({ metric }) => `win in ${METRICS[metric].word}`),
    ...others
      .filter(({ difference, isEquivalent }) => difference === 'worse' && !isEquivalent)
      .map(({ metric }) => `worse in ${METRICS[metric].word}`),
  ].join(', ');
}
