import type { Times } from '../../../src/profile/bottleneck.ts';
import { PEAKS, record, SUMS, type FragmentSpan, type Slot, type Timeline } from '../../../src/profile/timeline.ts';

/** A slot that ends then, with the same number in all its sums and in all its peaks. */
export function slotOf(endMs: number, time: Times = {}, sum = 0, peak = 0): Slot {
  return { endMs, time, sums: record(SUMS, () => sum), peaks: record(PEAKS, () => peak) };
}

/** A fragment that was asked for then and took 10 ms to connect, 20 ms to answer and 30 ms to come. */
export function spanOf(index: number, startMs: number, part: Partial<FragmentSpan> = {}): FragmentSpan {
  const times = { startMs, delayMs: 0, connectMs: 10, firstByteMs: 20, bodyMs: 30, rateMs: 0, pausedMs: 0 };
  const work = { decryptMs: 0, orderMs: 0, writeMs: 1 };
  return { stream: 'main', index, ...times, ...work, bytes: 1000, chunks: 4, buffers: 1, tries: 1, ...part };
}

/** A timeline of so many slots of 50 ms, each with that time. */
export function timelineOf(count: number, time: Times, fragments: FragmentSpan[] = []): Timeline {
  const slots = Array.from({ length: count }, (_, at) => slotOf((at + 1) * 50, time, 1, at));
  return { schema: 1, originUs: 5_000_000, slots, fragments, omittedFragments: 0 };
}
