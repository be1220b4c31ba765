import type { JobEntry } from '../../jobs/store.ts';

/**
 * Jobs as the view lists them: those that run, then those that wait, the next one first, then the others. What runs and what
 * is over keeps the order that it came in (newest first).
 * @param numberOf an id's place in this window's queue; those of other windows are behind, the oldest first.
 */
export function orderJobs(entries: readonly JobEntry[], numberOf: (id: string) => number | undefined): JobEntry[] {
  const running: JobEntry[] = [];
  const queued: { entry: JobEntry; number: number }[] = [];
  const rest: JobEntry[] = [];
  for (const entry of entries) {
    const state = entry.kind === 'job' ? entry.record.state : undefined;
    if (state === 'running') running.push(entry);
    else if (state === 'queued' && entry.kind === 'job') {
      queued.unshift({ entry, number: numberOf(entry.record.id) ?? Infinity });
    } else rest.push(entry);
  }
  // Infinity less itself is no number.
  const sorted = queued.toSorted((a, b) => (a.number === b.number ? 0 : a.number - b.number));
  return [...running, ...sorted.map(({ entry }) => entry), ...rest];
}
