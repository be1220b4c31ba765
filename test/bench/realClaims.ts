import { access } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Programs } from '../../src/evidence/arms/prepareArm.ts';
import { isTestable, type TestableClaim } from '../../src/evidence/claim.ts';
import { effectOf, type Effect } from '../../src/evidence/effects.ts';
import { LOOK_ALPHAS } from '../../src/evidence/planning.ts';
import { parseClaim } from '../../src/evidence/readClaim.ts';
import { formatChange, formatInterval } from '../../src/evidence/report/words.ts';
import { testClaim } from '../../src/evidence/runs/testClaim.ts';
import { countedPairs } from '../../src/evidence/schedule.ts';
import type { TestRecord } from '../../src/evidence/testRecord.ts';
import { judgeTest } from '../../src/evidence/verdict.ts';
import { alarmsOf, isAlarm, type RealTest } from './realAlarms.ts';
import { makeScratch } from './scratch.ts';
import { formatTable } from './table.ts';

const PAIRS = 12;

const dist = (name: string): string => fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));

/** As they are built; the hash is for tests that outlive them. */
const programs: Programs = { cli: dist('cli.js'), origin: dist('origin.cjs'), version: '', engineHash: '' };

/**
 * Tests a claim so many times whose arms are the same, and prints what was said of them; whether no more were called different than may be.
 * The arms write to the system's folder for temporary files.
 */
export async function showRealClaims(count: number): Promise<boolean> {
  await access(programs.cli).catch((cause: unknown) => {
    throw new Error('there is no dist/cli.js: npm run build', { cause });
  });
  const scratch = makeScratch(tmpdir());
  const tests: RealTest[] = [];
  for (let index = 0; index < count; index++) {
    const test = await testOnce(join(scratch, String(index)));
    tests.push(test);
    console.error(`${index + 1} of ${count}: wall time ${effectText(test.wall)}, CPU time ${effectText(test.cpu)}`);
  }
  console.log(tableOf(tests));
  const [wall, cpu] = [alarmsOf(tests, 'wall'), alarmsOf(tests, 'cpu')];
  for (const [title, { alarms, most, isMet }] of [
    ['wall time', wall],
    ['CPU time', cpu],
  ] as const) {
    console.log(`${title}: ${alarms} of ${count} called different; goal at most ${most}: ${isMet ? 'met' : 'MISSED'}`);
  }
  return wall.isMet && cpu.isMet;
}

/** One test without its profiles: they tell nothing of alarms. */
async function testOnce(folder: string): Promise<RealTest> {
  const stop = new AbortController();
  const kept: { record?: TestRecord } = {};
  const setting = {
    claim: sameClaim(),
    claimFile: join(folder, 'same.claim.json'),
    ...{ folder, programs, pairs: PAIRS, reproduce: 'npm run bench:claims -- --real 1', signal: stop.signal },
    onRun: ({ kind }: { kind: string }, record: TestRecord): void => {
      if (kind !== 'profile') return;
      kept.record = record;
      stop.abort();
    },
  };
  await testClaim(setting).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  const { record } = kept;
  const verdict = record && judgeTest(record);
  if (record === undefined || verdict === undefined) throw new Error('the test came to no verdict');
  return {
    wall: effectIn(record, 'wall'),
    cpu: effectIn(record, 'cpu'),
    verdict: verdict.summary,
    noisyPairs: verdict.noisyPairs,
  };
}

/** At the rate of the first look, as if the metric were the claimed one. */
function effectIn(record: TestRecord, metric: 'wall' | 'cpu'): Effect {
  const effect = effectOf(metric, countedPairs(record), LOOK_ALPHAS[0] ?? 0);
  if (typeof effect === 'string') throw new Error(`${metric} is ${effect}`);
  return effect;
}

function sameClaim(): TestableClaim {
  const engine = { write: 'streaming', http: '1.1', concurrency: 8 };
  const claim = parseClaim(
    JSON.stringify({
      ...{ id: 'AA', title: 'The same', source: 'this bench', statement: 'What is the same takes less.' },
      claimed: { metric: 'wall', change: 'decrease' },
      baseline: { name: 'one', engine },
      candidate: { name: 'the same again', engine },
      workload: { kind: 'lab', fragments: 60, fragmentBytes: 1_000_000 },
    }),
    'the claim of the bench',
  );
  if (!isTestable(claim)) throw new Error('the claim of the bench has two arms');
  return claim;
}

function tableOf(tests: readonly RealTest[]): string {
  const metric = (title: string, name: 'wall' | 'cpu') =>
    ({ title, align: 'left', text: ({ test }: { test: RealTest }) => effectText(test[name]) }) as const;
  return formatTable(
    [
      { title: 'test', align: 'right', text: ({ index }) => String(index + 1) },
      metric('wall time', 'wall'),
      metric('CPU time', 'cpu'),
      { title: 'noisy pairs', align: 'right', text: ({ test }) => String(test.noisyPairs) },
      { title: 'verdict', align: 'left', text: ({ test }) => test.verdict },
    ],
    tests.map((test, index) => ({ test, index })),
  );
}

function effectText(effect: Effect): string {
  return `${formatChange(effect.ratio)} ${formatInterval(effect.interval)}${isAlarm(effect) ? ' DIFFERENT' : ''}`;
}
