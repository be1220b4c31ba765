import type { Discount, Noise, RunRecord } from './runRecord.ts';

/**
 * What a run may have had beside it. Shares are of all processors' time, the origin's of one processor. The rule looks at the machine and
 * never at the run's figures: what it excludes says nothing about the arms.
 */
export const NOISE_LIMITS = {
  /** A fifth of a core on two cores: enough to move a run by what claims are about. */
  foreignShare: 0.1,
  stealShare: 0.02,
  throttledShare: 0.05,
  /** An origin's thread that is this busy has no answer ready when it is asked. */
  originShare: 0.9,
} as const;

const RULES: readonly [why: Discount, share: keyof Noise & keyof typeof NOISE_LIMITS, what: string][] = [
  ['origin', 'originShare', 'of a processor was what the origin took: it was the bottleneck'],
  ['foreignCpu', 'foreignShare', 'of the processors went to other programs'],
  ['steal', 'stealShare', 'of the processors were taken by the hypervisor'],
  ['throttling', 'throttledShare', 'of the processors were throttled'],
];

/** Why a run with such noise doesn't count; undefined where it does. */
export function discountOf(noise: Noise): RunRecord['discount'] {
  for (const [why, share, what] of RULES) {
    const found = noise[share];
    if (found === undefined || found <= NOISE_LIMITS[share]) continue;
    const percent = (part: number): string => `${(part * 100).toFixed(0)} %`;
    return { why, detail: `${percent(found)} ${what}, more than ${percent(NOISE_LIMITS[share])}` };
  }
  return undefined;
}

/** Whether such a run may count in the end: the machine was noisy, and the run itself is whole. */
export function isNoiseOnly(why: Discount): boolean {
  return why === 'foreignCpu' || why === 'steal' || why === 'throttling';
}
