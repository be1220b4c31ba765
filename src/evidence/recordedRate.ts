import type { FragmentReceipt } from '../engine/receipt.ts';

/** How much came in the busiest stretch of that length. */
export interface RateLimit {
  windowMs: number;
  bytes: number;
}

/** In what steps a download is looked at. Milliseconds. */
export const STEP_MS = 25;
/** Stretches that are looked at: short ones hold a burst to its height, long ones a download to its rate. Milliseconds, whole steps. */
const WINDOWS_MS = [250, 500, 1000, 2000, 4000, 8000];

/** When the body of a fragment came, of how many bytes. */
export type BodyTimes = Pick<FragmentReceipt, 'queueMs' | 'delayMs' | 'firstByteMs' | 'bodyMs' | 'bytes'>;

/**
 * The most that all connections of a download brought together, each body taken to have come evenly: what the network had at least, and
 * nothing says that it had more. Stretches of more than half the download would count its bytes, not its rate (the arrival curve of network calculus, at a few lengths; Le Boudec and Thiran 2001, section 1.2).
 */
export function rateLimits(bodies: readonly BodyTimes[]): RateLimit[] {
  const sums = [0];
  const steps = bytesByStep(bodies);
  for (const bytes of steps) sums.push((sums.at(-1) ?? 0) + bytes);
  const isShort = (windowMs: number): boolean => windowMs <= (steps.length * STEP_MS) / 2;
  return WINDOWS_MS.filter(isShort).map((windowMs) => {
    const length = windowMs / STEP_MS;
    const amounts = sums.map((sum, end) => sum - (sums[Math.max(0, end - length)] ?? 0));
    return { windowMs, bytes: amounts.reduce((a, b) => Math.max(a, b), 0) };
  });
}

function bytesByStep(bodies: readonly BodyTimes[]): number[] {
  const times = bodies.map(({ queueMs, delayMs = 0, firstByteMs, bodyMs, bytes }) => {
    const from = (queueMs + delayMs + firstByteMs) / STEP_MS;
    return { from, to: from + Math.max(bodyMs / STEP_MS, 1e-6), bytes };
  });
  const length = times.reduce((last, { to }) => Math.max(last, Math.ceil(to)), 0);
  const steps = new Array<number>(length).fill(0);
  for (const { from, to, bytes } of times) {
    for (let step = Math.floor(from); step < to; step++) {
      const share = (Math.min(step + 1, to) - Math.max(step, from)) / (to - from);
      steps[step] = (steps[step] ?? 0) + share * bytes;
    }
  }
  return steps;
}
