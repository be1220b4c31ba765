import type { Claim } from '../../../src/evidence/claim.ts';
import type { Figures } from '../../../src/evidence/metrics.ts';
import { discountOf } from '../../../src/evidence/noiseRule.ts';
import { parseClaim } from '../../../src/evidence/readClaim.ts';
import type { Noise, RunRecord } from '../../../src/evidence/runRecord.ts';
import { nextStep, type RunOrder, type Step } from '../../../src/evidence/schedule.ts';
import type { ArmFacts, KeptProfile, ProfileRecord, TestHead, TestRecord } from '../../../src/evidence/testRecord.ts';

/** A claim as its author writes it, with the fields that are given instead of the usual ones; undefined removes one. */
export function claimText(changed: Record<string, unknown> = {}): string {
  return JSON.stringify({
    id: 'F4',
    title: 'Streaming fragment writes',
    source: 'audit of 2026-05-04, finding F4',
    statement: 'Streaming fragment writes end to end saves 5–15 % of wall-clock time.',
    claimed: { metric: 'wall', change: 'decrease', percent: [5, 15] },
    baseline: { name: 'buffered', engine: { write: 'buffered' } },
    candidate: { name: 'streaming', engine: { write: 'streaming' } },
    workload: { kind: 'lab', fragments: 60, fragmentBytes: 5_400_000 },
    ...changed,
  });
}

/** Takes the arms and the workload from that claim. */
export const NO_ARMS = { baseline: undefined, candidate: undefined, workload: undefined };

/** The record of a claim that names its profile. */
export function profileRecord(claim: Claim, profile: KeptProfile): ProfileRecord {
  const head = { type: 'test', schema: 1, claim, profile } as const;
  const reproduce = 'hotframe claim test F4.claim.json';
  return { head: { ...head, startedAt: '2026-05-04T10:00:00.000Z', reproduce }, entries: [] };
}

/** The head of a test of that claim. */
export function testHead(changed: Record<string, unknown> = {}, seed = 1): TestHead {
  return {
    ...{ type: 'test', schema: 1, claim: parseClaim(claimText(changed), 'F4.claim.json'), seed },
    ...{
      workloadHash: '9f86d081884c7d65',
      workload: '60 × 5.4 MB, HTTP/1.1, 0 ms',
      startedAt: '2026-05-04T10:00:00.000Z',
    },
    arms: { baseline: armFacts('buffered'), candidate: armFacts('streaming') },
    machine: {
      processor: 'a processor',
      cores: 2,
      memoryBytes: 8 * 2 ** 30,
      system: 'Debian GNU/Linux 12',
      kernel: '6.1.0',
      fileSystem: 'tmpfs',
      versions: ['Node 24.21.0'],
    },
    reproduce: 'hotframe claim test F4.claim.json',
  };
}

function armFacts(write: string): ArmFacts {
  return {
    program: 'hotframe 0.1.0',
    command: ['hotframe', 'download', '{url}', '-o', '{out}', '--write', write],
    fingerprint: 'c0ffee',
  };
}

/** What the runs of a made-up test find: figures and noise by arm and pair, and what is wrong with a run. */
export interface Findings {
  figures: (run: RunOrder) => Figures;
  noise?: (run: RunOrder) => Noise;
  discount?: (run: RunOrder) => RunRecord['discount'];
}

/** Makes the runs that the schedule asks for, until it asks for none. */
export function runTest(
  head: TestHead,
  findings: Findings,
  sessionAt: (sequence: number) => number = () => 0,
): TestRecord & { end: Step } {
  const entries: TestRecord['entries'][number][] = [];
  for (;;) {
    const sequence = entries.filter(({ type }) => type === 'run').length;
    const step = nextStep({ head, entries }, sessionAt(sequence));
    if (step.do === 'declare') entries.push(step.declaration);
    else if (step.do === 'run') entries.push(runOf(step.run, findings));
    else return { head, entries, end: step };
  }
}

/** A run as it was ordered, a second after the one before. */
export function runOf(order: RunOrder, { figures, noise = () => ({}), discount }: Findings): RunRecord {
  const found = noise(order);
  const why = discount === undefined ? discountOf(found) : discount(order);
  return {
    ...{ type: 'run', ...order, figures: figures(order), noise: found },
    startedAt: new Date(Date.parse('2026-05-04T10:00:00.000Z') + order.sequence * 1000).toISOString(),
    ...(why === undefined ? {} : { discount: why }),
  };
}

/** The same noise in each test run: from −1 to 1, different for each run, as often above as below 0. */
export function jitter({ sequence }: RunOrder): number {
  const turn = Math.sin(sequence * 12.9898 + 4.1) * 43_758.5453;
  return 2 * (turn - Math.floor(turn)) - 1;
}
