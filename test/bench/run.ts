// Runs this project's command line and other downloaders side by side: npm run bench -- [options]; --help lists them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Lab, startLab } from '../origin/lab.ts';
import { bundleBareUndici } from './bundle.ts';
import { checkFloors } from './floors.ts';
import { ensurePeers } from './install.ts';
import { type BenchOptions, parseOptions, usage } from './options.ts';
import { startRelay } from '../origin/relay/start.ts';
import { type Peer, peers, sweepPeers, versionPeers } from './peers.ts';
import { describeMachine, formatMachine, formatScenario, loadNow, type Report, type ScenarioReport } from './report.ts';
import { runRounds } from './rounds.ts';
import { makeScratch } from './scratch.ts';
import { type Scenario, scenarios } from './scenarios.ts';

/** What every scenario of one bench shares. */
interface Bench {
  options: BenchOptions;
  lab: Lab;
  scratch: string;
  versions: ReadonlyMap<string, string>;
  bareUndiciPath: string;
}

const say = (line: string): void => console.error(line);

async function main(): Promise<number> {
  if (process.argv.includes('--help')) {
    console.log(usage);
    return 0;
  }
  const options = readOptions();
  if (options === undefined) return 2;
  const chosen = scenarios.filter(({ name }) => options.scenarios.includes(name));
  const versions = await ensurePeers(distinct(chosen.flatMap((scenario) => programs(scenario, options))));
  const scratch = makeScratch(options.dir ?? tmpdir());
  for (const scenario of chosen) await checkRoom(scenario, scratch);
  const lab = await startLab();
  try {
    const bareUndiciPath = await bundleBareUndici(scratch);
    const bench: Bench = { options, lab, scratch, versions, bareUndiciPath };
    const machine = describeMachine(scratch);
    const reports: ScenarioReport[] = [];
    if (!options.json) console.log(formatMachine(machine));
    for (const scenario of chosen) {
      const report = await runScenario(scenario, bench);
      reports.push(report);
      if (!options.json) console.log(`\n${formatScenario(report)}`);
    }
    const passed = reports.every(({ floors }) => floors.every((floor) => floor.result !== 'fail'));
    leave({ schema: 1, machine, scenarios: reports, passed }, options);
    return passed ? 0 : 1;
  } finally {
    await lab.close();
  }
}

function readOptions(): BenchOptions | undefined {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return undefined;
  }
}

function programs({ programs: usual }: Scenario, { sweep, only, full }: BenchOptions): readonly Peer[] {
  if (sweep) return sweepPeers(sweep);
  if (usual === 'versions') return versionPeers();
  return peers.filter(({ name }) => {
    if (only) return only.includes(name);
    return full || usual === undefined || usual.includes(name);
  });
}

function distinct(programs: readonly Peer[]): Peer[] {
  return [...new Map(programs.map((peer) => [peer.name, peer])).values()];
}

async function runScenario(scenario: Scenario, bench: Bench): Promise<ScenarioReport> {
  const { options, lab } = bench;
  say(scenario.title);
  const { name, options: shape, path } = scenario.stream;
  const right = await lab.digest(name, shape);
  const direct = lab.url(name, shape);
  await using relay = path && (await startRelay(direct, path));
  const loadBefore = loadNow();
  const rows = await runRounds(programs(scenario, options), bench.versions, {
    job: {
      url: relay?.through(direct) ?? direct,
      bareUndiciPath: bench.bareUndiciPath,
      ...(shape.secure && { caPath: lab.caPath }),
    },
    right,
    rounds: options.rounds,
    scratch: bench.scratch,
    timeoutMs: scenario.timeoutS * 1000,
    say: (line) => say(`  ${line}`),
  });
  return {
    name: scenario.name,
    title: scenario.title,
    rounds: options.rounds,
    payloadBytes: right.bytes,
    loadBefore,
    rows,
    floors: checkFloors(scenario.floors, rows),
  };
}

async function checkRoom(scenario: Scenario, folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= scenario.diskBytes) return;
  const needed = `${(scenario.diskBytes / 1e9).toFixed(1)} GB`;
  throw new Error(`scenario ${scenario.name} needs ${needed} in ${folder}; choose another folder with --dir`);
}

function leave(report: Report, options: BenchOptions): void {
  const json = `${JSON.stringify(report, undefined, 2)}\n`;
  if (options.json) process.stdout.write(json);
  if (options.out === undefined) return;
  mkdirSync(options.out, { recursive: true });
  const text = [formatMachine(report.machine), ...report.scenarios.map(formatScenario)].join('\n\n');
  writeFileSync(join(options.out, 'report.txt'), `${text}\n`);
  writeFileSync(join(options.out, 'report.json'), json);
}

process.exitCode = await main();
