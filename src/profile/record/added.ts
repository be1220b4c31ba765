import type { Timeline } from '../timeline.ts';
import { ADDED_KEY, packTimeline } from '../timelineFile.ts';

/** A timeline, and when it began on the clock of the recorder's thread. */
export interface RecordedTimeline {
  timeline: Timeline;
  /** `performance.now()`. */
  startMs: number;
}

/** Two readings of one moment: of the profile's clock, in microseconds, and `performance.now()`. */
export interface ClockPair {
  profileUs: number;
  nowMs: number;
}

/** What is added to a profile's file. `clock`: of a profile that knows when its samples were taken. */
export function addedTo(
  lost: readonly string[],
  recorded: RecordedTimeline | undefined,
  clock?: ClockPair,
): Record<typeof ADDED_KEY, object> {
  const { timeline, startMs } = recorded ?? {};
  if (timeline === undefined || startMs === undefined) return { [ADDED_KEY]: { lost } };
  const originUs = clock && Math.round(clock.profileUs + (startMs - clock.nowMs) * 1000);
  return {
    [ADDED_KEY]: { lost, timeline: packTimeline({ ...timeline, ...(originUs === undefined ? {} : { originUs }) }) },
  };
}
