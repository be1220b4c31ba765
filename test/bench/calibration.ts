import { METRICS } from '../../src/evidence/metrics.ts';
import { parseClaim } from '../../src/evidence/readClaim.ts';
import { nextDeclaration, nextStep, type RunOrder } from '../../src/evidence/schedule.ts';
import type { Declaration, TestHead } from '../../src/evidence/testRecord.ts';
import type { RunRecord } from '../../src/evidence/runRecord.ts';
import { judgeTest, type Verdict } from '../../src/evidence/verdict.ts';

/** How runs of a made-up machine scatter. */
export interface Machine {
  title: string;
  /** Standard deviation of the log of one run's figure. */
  runNoise: number;
  /** So many runs are outliers, by so much on average: the log of it is exponential. */
  outlierShare: number;
  outlierSize: number;
  /** Standard deviation of the step of a random walk from pair to pair. */
  drift: number;
}

/** A question that the calibration puts a thousand times. */
export interface Setting {
  metric: 'wall' | 'cpu';
  machine: Machine;
  /** What the candidate truly takes, in parts of the baseline. */
  trueRatio: number;
  /** Looks at most; 1: the first declaration decides. */
  looks: number;
}

/** What came of it, in parts of all tests. */
export interface Odds {
  /** The interval excluded 1, whatever the verdict. */
  different: number;
  worse: number;
  revisit: number;
  noOp: number;
  inconclusive: number;
  /** Pairs of a test. */
  meanPairs: number;
  mostPairs: number;
}

/** Puts a question so many times through the very schedule and verdict that real tests have, with figures drawn from a seeded generator. */
export function calibrate(setting: Setting, tests: number, seed: number): Odds {
  const random = randomOf(seed);
  const results = Array.from({ length: tests }, (_, index) => simulate(setting, random, index));
  const share = (is: (verdict: Verdict) => boolean): number => results.filter(is).length / tests;
  const pairs = results.map((verdict) => verdict.pairs);
  return {
    different: share(({ claimed }) => claimed.difference !== 'none'),
    worse: share(({ claimed }) => claimed.difference === 'worse'),
    revisit: share(({ state }) => state === 'revisit'),
    noOp: share(({ state }) => state === 'no-op'),
    inconclusive: share(({ state }) => state === 'inconclusive'),
    meanPairs: pairs.reduce((sum, count) => sum + count, 0) / tests,
    mostPairs: Math.max(...pairs),
  };
}

function simulate({ metric, machine, trueRatio, looks }: Setting, random: Random, seed: number): Verdict {
  const entries: (Declaration | RunRecord)[] = [];
  const record = { head: headOf(metric, seed), entries };
  let level = 0;
  for (;;) {
    const step = nextStep(record, 0);
    switch (step.do) {
      case 'run': {
        if (step.run.position === 0) level += machine.drift * random.normal();
        const isOutlier = random.uniform() < machine.outlierShare;
        const extra = isOutlier ? -machine.outlierSize * Math.log(1 - random.uniform()) : 0;
        const own = step.run.arm === 'candidate' ? Math.log(trueRatio) : 0;
        const figure =
          1000 * METRICS[metric].resolution * Math.exp(level + own + extra + machine.runNoise * random.normal());
        entries.push(runOf(step.run, metric, figure));
        break;
      }
      case 'declare':
        entries.push(step.declaration);
        break;
      case 'judge': {
        const verdict = judgeTest(record)!;
        const more = verdict.state === 'inconclusive' ? nextDeclaration(record) : undefined;
        if (more === undefined || more.look >= looks) return verdict;
        entries.push(more);
        break;
      }
      case 'stop':
        throw new Error(step.why);
    }
  }
}

function runOf(order: RunOrder, metric: string, figure: number): RunRecord {
  return { type: 'run', ...order, startedAt: '2026-05-04T00:00:00.000Z', figures: { [metric]: figure }, noise: {} };
}

function headOf(metric: string, seed: number): TestHead {
  const claim = parseClaim(
    JSON.stringify({
      ...{ id: 'C', title: 'Calibration', source: 'this bench', statement: 'The candidate takes less.' },
      claimed: { metric, change: 'decrease' },
    }),
    'the claim of the calibration',
  );
  const arm = { program: 'a made-up program', command: [], fingerprint: '' };
  return {
    ...{ type: 'test', schema: 1, claim, workloadHash: '', workload: '', seed, startedAt: '', reproduce: '' },
    arms: { baseline: arm, candidate: arm },
    machine: { processor: '', cores: 1, memoryBytes: 0, system: '', kernel: '', fileSystem: '', versions: [] },
  };
}

interface Random {
  /** 0 to 1, 1 excluded. */
  uniform: () => number;
  /** Of the standard normal distribution. */
  normal: () => number;
}

/** Marsaglia's xorshift32, and Box and Muller's way from it to the normal distribution. */
function randomOf(seed: number): Random {
  let state = (seed >>> 0) + 1;
  const uniform = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}
