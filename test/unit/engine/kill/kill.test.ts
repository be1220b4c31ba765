import assert from 'node:assert/strict';
import { startLab, type Lab } from '../../../origin/lab.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { allowedMs, isLong } from '../properties/cases.ts';
import { surviveKills, type Damage, type KilledRun, type Moment, type Survived } from './killedRun.ts';
import { concurrency, scenarios, type Scenario } from './scenarios.ts';

/** Downloads that are killed at least once. */
const runs = isLong ? 100 : 25;
/** At once: they wait most of the time. */
const lanes = 3;

const damages: readonly Damage[] = [
  ...(['none', 'none', 'none', 'garbage in the journal', 'none', 'byte flipped', 'none'] as const),
  ...(['end of the journal lost', 'none', 'part removed'] as const),
];

/** What one run of each scenario takes without a kill. */
interface Measured {
  wallMs: number;
  requests: number;
}

describe('a killed download', () => {
  let lab: Lab;
  let cache: Awaited<ReturnType<typeof temporaryFolder>>;
  const measured = new Map<Scenario, Measured>();
  const cacheBefore = process.env['NODE_COMPILE_CACHE'];

  before(async function () {
    this.timeout(30_000);
    lab = await startLab();
    // The processes start faster, and more of them are killed in the middle of their work.
    cache = await temporaryFolder();
    process.env['NODE_COMPILE_CACHE'] = cache.path;
    await surviveKills(lab, { scenario: scenarios[0]!, moments: [], damage: 'none' });
    await inLanes(scenarios, async (scenario) => {
      const { wallMs, requests } = await surviveKills(lab, { scenario, moments: [], damage: 'none' });
      measured.set(scenario, { wallMs, requests });
    });
  });
  after(async () => {
    if (cacheBefore === undefined) delete process.env['NODE_COMPILE_CACHE'];
    else process.env['NODE_COMPILE_CACHE'] = cacheBefore;
    await cache[Symbol.asyncDispose]();
    await lab.close();
  });

  it('goes on where it was, whenever it was killed and whatever was done to what it left', async function () {
    this.timeout(allowedMs(60_000));
    const survived: Survived[] = [];
    const again: number[] = [];
    await inLanes(Array.from({ length: runs }, plan), async (run) => {
      const result = await surviveKills(lab, run).catch((error: unknown) => {
        throw new Error(`${run.scenario.name}, ${JSON.stringify(run.moments)}, ${run.damage}`, { cause: error });
      });
      survived.push(result);
      if (run.damage === 'part removed') return;
      const most = mostAgain(run);
      const what = `${run.scenario.name}, ${JSON.stringify(run.moments)}, ${run.damage}`;
      for (const count of result.again) assert.ok(count <= most, `${count} fetched again, at most ${most}: ${what}`);
      again.push(...result.again);
    });
    const kills = survived.reduce((sum, result) => sum + result.kills, 0);
    // Moments behind the end would prove nothing.
    assert.ok(kills > runs / 2, `${kills} kills in ${runs} runs`);
    again.sort((a, b) => a - b);
    const [median = 0, max = 0] = [again[Math.floor(again.length / 2)], again.at(-1)];
    console.log(`    ${kills} kills in ${runs} downloads; fragments fetched again: median ${median}, max ${max}`);
  });

  /** In flight when it was killed, plus what waited in memory for its place in the file, plus what was damaged. */
  function mostAgain({ scenario, damage }: KilledRun): number {
    return concurrency + scenario.mayWait + (damage === 'none' ? 0 : 1);
  }

  /** The scenarios in turn, each killed once or several times, by the clock or by the origin's count of requests. */
  function plan(_: unknown, index: number): KilledRun {
    const scenario = scenarios[index % scenarios.length]!;
    const kills = index % 4 === 3 ? 3 : 1;
    const moments = Array.from({ length: kills }, (): Moment => {
      const { wallMs, requests } = measured.get(scenario)!;
      const share = Math.random() / kills;
      return index % 2 === 0 ? { afterMs: share * wallMs } : { afterRequests: Math.ceil(share * requests) };
    });
    return { scenario, moments, damage: damages[index % damages.length]! };
  }
});

async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const lane = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  const ends = await Promise.allSettled(Array.from({ length: lanes }, lane));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
