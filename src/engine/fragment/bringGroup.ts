import type { FragmentJob } from './fetchFragment.ts';
import { RangeBundle, type Fetcher } from './rangeBundle.ts';

/** Brings fragments, by one request where they are several. Rejects, when all have ended, as the first that does. */
export async function bringGroup(
  jobs: readonly FragmentJob[],
  client: Fetcher,
  bringOne: (job: FragmentJob) => Promise<void>,
): Promise<void> {
  const [only, ...others] = jobs;
  if (only && others.length === 0) return bringOne(only);
  const { shares } = new RangeBundle(client, jobs.length);
  const ended = shares.map(async (share, index) => {
    const job = jobs[index] as FragmentJob;
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
