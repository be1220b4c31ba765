import type { FragmentJob } from './fetchFragment.ts';
import { RangeBundle, type Fetcher } from './rangeBundle.ts';

/** Brings fragments, by one request where they are several. Rejects, when all have ended, as the first that does. */
export async function bringGroup(
  jobs: readonly FragmentJob[],
  client: Fetcher,
  bringOne: (job: FragmentJob) => Promise<void>,
): Promise<void> {
  const { shares } = new RangeBundle(client, jobs.length > 1 ? jobs.length : 0);
  const ended = jobs.map(async (job, index) => {
    const share = shares[index];
    if (!share) return bringOne(job);
    job.share = share;
    try {
      await bringOne(job);
    } finally {
      share.leave();
      delete job.share;
    }
  });
  for (const result of await Promise.allSettled(ended)) if (result.status === 'rejected') throw result.reason;
}
