import type { JobEntry, JobStore } from '../../src/jobs/store.ts';
import { watchStore } from '../../src/jobs/watch.ts';
import { formatBytes, formatClock, formatSpeed } from '../../src/shell/figures.ts';

type Job = Extract<JobEntry, { kind: 'job' }>;

const isJob = (entry: JobEntry): entry is Job => entry.kind === 'job';

/** Prints how far the job that writes `output` has come, a line for each change; returns what stops it. */
export function tellProgress(store: JobStore, output: string, print: (line: string) => void): () => void {
  let last = '';
  return watchStore(
    store,
    (entries) => {
      const progress = entries.filter(isJob).find(({ record }) => record.request.output === output)?.record.progress;
      if (progress === undefined) return;
      const { fragments, fragmentsTotal, bytes, bytesPerSecond, remainingS } = progress;
      const left = remainingS === undefined ? '' : `, ${formatClock(remainingS)} left`;
      const line = `  ${fragments} of ${fragmentsTotal} fragments, ${formatBytes(bytes)}, ${formatSpeed(bytesPerSecond)}${left}`;
      if (line !== last) print(line);
      last = line;
    },
    (error) => print(`  the job can't be read: ${String(error)}`),
    { debounceMs: 200, pollMs: 1000 },
  );
}
