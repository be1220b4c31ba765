import type { JobState } from '../../jobs/record.ts';
import { LONG_MS } from './endNews.ts';

/** How many of a batch ended how. */
export interface BatchCounts {
  whole: number;
  withGaps: number;
  /** Those that could not be started are among them. */
  failed: number;
  /** Paused, or interrupted by the window: they can go on. */
  stopped: number;
  cancelled: number;
}

/**
 * Counts the ends of a batch of `total` downloads.
 * @param refused how many could not be started; those that nobody tried to start were cancelled.
 */
export function countEnds(states: readonly JobState[], refused: number, total: number): BatchCounts {
  const count = (...wanted: JobState[]): number => states.filter((state) => wanted.includes(state)).length;
  return {
    whole: count('complete'),
    withGaps: count('completeWithGaps'),
    failed: count('failed') + refused,
    stopped: count('paused', 'interrupted'),
    cancelled: count('cancelled') + total - refused - states.length,
  };
}

/**
 * Whether the end of a batch is to be told: where something failed or is missing, always; else when nobody looked, or after
 * long. One without a file is no news to who ended it.
 * @param wallMs how long it took.
 */
export function isBatchNews(counts: BatchCounts, wallMs: number, isWindowFocused: boolean): boolean {
  if (counts.failed + counts.withGaps > 0) return true;
  return counts.whole > 0 && (!isWindowFocused || wallMs > LONG_MS);
}
