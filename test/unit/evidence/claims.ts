import { fileURLToPath } from 'node:url';
import type { Programs } from '../../../src/evidence/arms/prepareArm.ts';
import type { TestableClaim } from '../../../src/evidence/claim.ts';

function source(path: string): string {
  return fileURLToPath(new URL(`../../../src/${path}`, import.meta.url));
}

/** The programs as their sources. */
export const programs: Programs = {
  cli: source('cli/entry.ts'),
  origin: source('evidence/origin/main.ts'),
  version: '0.1.0',
};

/** A claim that takes a moment to test, for as long as nothing else matters. */
export const anyClaim: TestableClaim = {
  id: 'T1',
  title: 'Streaming saves time',
  source: 'a test',
  statement: 'It does.',
  claimed: { metric: 'wall', change: 'decrease', percent: [5, 15] },
  baseline: { name: 'buffered', engine: { write: 'buffered', concurrency: 4 } },
  candidate: { name: 'streaming', engine: { write: 'streaming', concurrency: 4 } },
  workload: { kind: 'lab', fragments: 3, fragmentBytes: 100_000, encryption: 'none', http: '1.1', latencyMs: 10 },
  gate: { suspects: ['allocator', 'syscall'], top: 10, ownedPercent: 10, reading: 'owned' },
  smallestEffectPercent: 5,
};
