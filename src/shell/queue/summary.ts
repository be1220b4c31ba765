import { shareOf } from '../figures.ts';
import type { JobRecord } from '../../jobs/record.ts';

/** How the downloads of a window stand, all together. */
export interface QueueSummary {
  running: number;
  waiting: number;
  /** Fragments that are there, of those of all running downloads, 0 to 1; nothing while no end is known. */
  share: number | undefined;
  bytesPerSecond: number;
}

/** Sums up the records of downloads that run or wait. A recording counts with its speed, and has no share. */
export function summarise(records: readonly Pick<JobRecord, 'state' | 'isLive' | 'progress'>[]): QueueSummary {
  const running = records.filter(({ state }) => state === 'running');
  const planned = running.flatMap(({ isLive, progress }) => (progress === undefined || isLive ? [] : [progress]));
  const fragments = planned.reduce((sum, progress) => sum + progress.fragments, 0);
  const total = planned.reduce((sum, progress) => sum + progress.fragmentsTotal, 0);
  return {
    running: running.length,
    waiting: records.filter(({ state }) => state === 'queued').length,
    share: total === 0 ? undefined : shareOf(fragments, total),
    bytesPerSecond: running.reduce((sum, { progress }) => sum + (progress?.bytesPerSecond ?? 0), 0),
  };
}
