// The two write strategies against each other, in pairs: node test/bench/write.ts [--pairs 12] [--fragments 600] [--dir <folder>]
import { benchEngine, cpu, formatComparison, memory, type Metric, wall } from './engineRuns.ts';

const metrics: readonly Metric[] = [
  wall,
  cpu,
  memory,
  { title: 'minor page faults', digits: 0, read: (run) => run.receipt.counters.minorPageFaults },
  {
    title: 'peak array buffers MiB',
    digits: 1,
    read: (run) => run.receipt.counters.arrayBuffersPeakBytes / 2 ** 20,
  },
  { title: 'garbage collection ms', digits: 1, read: (run) => run.receipt.counters.gcMs },
];

await benchEngine({ pairs: 12 }, async ({ runPairs }) => {
  const a = { name: 'buffered', request: { write: 'buffered' } } as const;
  const b = { name: 'streaming', request: { write: 'streaming' } } as const;
  console.log(formatComparison({ a, b }, await runPairs(a, b), metrics));
  return 0;
});
