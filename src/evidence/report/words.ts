import type { Claim, Claimed } from '../claim.ts';
import { METRICS } from '../metrics.ts';
import type { Interval } from '../statistics/signedRank.ts';
import type { MetricVerdict, Standing } from '../verdict.ts';

/** A ratio as a change: `−12.0 %`, `+3.4 %`; from twice on and to the half `×2.31`, `×0.40`. */
export function formatChange(ratio: number): string {
  if (isFactor(ratio)) return formatFactor(ratio);
  const percent = (ratio - 1) * 100;
  const text = Math.abs(percent).toFixed(1);
  return text === '0.0' ? '0.0 %' : `${percent < 0 ? '−' : '+'}${text} %`;
}

/** `[−14.1 %, −9.8 %]`, both ends in one form, or a dash where the pairs are too few for one. */
export function formatInterval(interval: Interval | undefined): string {
  if (interval === undefined) return '–';
  const ends = [interval.low, interval.high];
  return `[${ends.map(ends.some(isFactor) ? formatFactor : formatChange).join(', ')}]`;
}

function isFactor(ratio: number): boolean {
  return ratio >= 2 || ratio <= 0.5;
}

function formatFactor(ratio: number): string {
  return `×${ratio < 0.1 ? Number(ratio.toPrecision(2)) : ratio.toFixed(2)}`;
}

/** `95.7 %`, cut off and not rounded: it promises no more than is kept. */
export function formatConfidence({ confidence }: Interval): string {
  return `${(Math.floor(confidence * 1000) / 10).toFixed(1)} %`;
}

/** What the claim says, in a few words: `wall time decreases by 5 to 15 %`. */
export function formatClaimed({ metric, change, percent }: Claimed): string {
  const { title } = METRICS[metric];
  const size =
    percent === undefined ? '' : ` by ${percent[0] === percent[1] ? '' : `${percent[0]} to `}${percent[1]} %`;
  return `${title} ${change}s${size}`;
}

/** What is said of one metric, with what is known beside: `no-op: the same within 5 %`. */
export function formatMetricVerdict(
  { state, difference, isEquivalent }: MetricVerdict,
  claim: Pick<Claim, 'smallestEffectPercent'>,
  isClaimed: boolean,
): string {
  const least = `${claim.smallestEffectPercent} %`;
  if (state === 'revisit') return isClaimed ? `revisit: by more than ${least}` : `win: by more than ${least}`;
  if (isEquivalent && difference === 'none') return `no-op: the same within ${least}`;
  if (isEquivalent) return `no-op: ${difference}, by less than ${least}`;
  if (state === 'no-op') return `no-op: ${difference}`;
  return difference === 'none' ? 'inconclusive' : `inconclusive: ${difference}, whether by ${least} is open`;
}

/** Where the interval stands to the claimed range, as a sentence. */
export function formatStanding(standing: Standing): string {
  switch (standing) {
    case 'within':
      return 'The whole interval lies within the claimed range.';
    case 'short of':
      return 'The whole interval falls short of the claimed range.';
    case 'beyond':
      return 'The whole interval lies beyond the claimed range.';
    case 'around':
      return 'The interval holds the whole claimed range: whether it is right is open.';
    case 'across the lower end of':
      return 'The interval lies across the lower end of the claimed range.';
    case 'across the upper end of':
      return 'The interval lies across the upper end of the claimed range.';
  }
}
