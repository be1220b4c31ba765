import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startLab } from '../origin/lab.ts';
import type { DownloadRequest } from '../../src/engine/request.ts';
import { INTERPRETED_FLAG, MAP_FLAG } from '../../src/profile/record/native.ts';
import type { ProfileRequest } from '../../src/profile/record/recording.ts';
import type { WorkerInput } from '../../src/worker.ts';
import { parseCount } from './options.ts';
import { sha256Of } from './output.ts';
import { describeMachine, formatMachine, loadNow } from './report.ts';
import { makeScratch } from './scratch.ts';
import { estimateRatio, isSwapped, median } from './statistics.ts';
import { formatTable } from './table.ts';
import { measure, type Usage } from './usage.ts';
import type { HostReport } from './workerHost.ts';

/** How one arm differs from the usual download. */
export interface Arm {
  name: string;
  request?: Partial<DownloadRequest>;
  /** What is recorded, and for `cpu` and `native` how often it samples; absent: nothing but the timeline. */
  profile?: Pick<ProfileRequest, 'kind' | 'intervalUs'>;
}

/** One download of the lab's 4K stream by the engine in a process of its own; its output was right. */
export interface EngineRun extends Usage, HostReport {}

/** Runs arms of our own engine against the lab. */
export interface EngineBench {
  /** Of --pairs. */
  pairs: number;
  run: (arm: Arm) => Promise<EngineRun>;
  /** Both arms as often, AB and BA in turn, after one run of each that does not count. */
  runPairs: (a: Arm, b: Arm) => Promise<{ a: EngineRun[]; b: EngineRun[] }>;
}

const fullStream = 600;

/**
 * Starts the lab and calls `body` with a bench on it; sets the exit code to what it returns. Reads --pairs,
 * --fragments and --dir; `defaults` are those of the script.
 */
export async function benchEngine(
  defaults: { pairs: number },
  body: (bench: EngineBench) => Promise<number>,
): Promise<void> {
  const { values } = parseArgs({
    options: {
      pairs: { type: 'string', default: String(defaults.pairs) },
      fragments: { type: 'string', default: String(fullStream) },
      dir: { type: 'string', default: tmpdir() },
    },
  });
  const pairs = parseCount('pairs', values.pairs);
  const shape = { fragments: parseCount('fragments', values.fragments) };
  for (const needed of [join(import.meta.dirname, '../../dist/worker.cjs'), '/usr/bin/time']) {
    if (!existsSync(needed)) throw new Error(`${needed} is missing: npm run build, apt-get install time`);
  }
  const scratch = makeScratch(values.dir);
  const lab = await startLab();
  try {
    const digest = await lab.digest('4k', shape);
    const run = (arm: Arm): Promise<EngineRun> => runArm(arm, lab.url('4k', shape), digest.sha256, scratch);
    console.log(`${formatMachine(describeMachine(scratch))}; load average ${loadNow().toFixed(2)}`);
    console.log(`${shape.fragments} fragments of the lab's 4K stream, ${pairs} pairs or runs\n`);
    process.exitCode = await body({ pairs, run, runPairs: (a, b) => runPairs(a, b, pairs, run) });
  } finally {
    await lab.close();
  }
}

async function runPairs(a: Arm, b: Arm, pairs: number, run: (arm: Arm) => Promise<EngineRun>) {
  await run(a);
  await run(b);
  const runs: { a: EngineRun[]; b: EngineRun[] } = { a: [], b: [] };
  for (let pair = 0; pair < pairs; pair++) {
    const order = isSwapped(pair) ? (['b', 'a'] as const) : (['a', 'b'] as const);
    for (const side of order) runs[side].push(await run(side === 'a' ? a : b));
    console.error(`pair ${pair + 1} of ${pairs}: ${a.name} against ${b.name}`);
  }
  return runs;
}

async function runArm(arm: Arm, url: string, sha256: string, scratch: string): Promise<EngineRun> {
  const folder = join(scratch, 'run');
  const output = join(folder, 'out.ts');
  await mkdir(folder);
  try {
    const input: WorkerInput = {
      type: 'download',
      request: { url, output, ...arm.request },
      ...(arm.profile && { profile: { ...arm.profile, path: join(folder, 'profile') } }),
    };
    const inputPath = join(folder, 'input.json');
    await writeFile(inputPath, JSON.stringify(input));
    // As the command line starts itself for a native profile.
    const flags = arm.profile?.kind === 'native' ? [MAP_FLAG, INTERPRETED_FLAG] : [];
    const result = await measure([process.execPath, ...flags, join(import.meta.dirname, 'workerHost.ts'), inputPath], {
      cwd: folder,
      timeFile: join(scratch, 'time.txt'),
      timeoutMs: 300_000,
    });
    if (result.timedOut || result.exitCode !== 0) throw new Error(`${arm.name} failed: ${result.stderr}`);
    if ((await sha256Of(output)) !== sha256) throw new Error(`${arm.name} made a wrong file`);
    const { wallS, cpuS, maxRssBytes, writtenBytes, stdout } = result;
    return { wallS, cpuS, maxRssBytes, writtenBytes, ...(JSON.parse(stdout) as HostReport) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A figure that two arms are compared by. */
export interface Metric {
  title: string;
  digits: number;
  /** Undefined where the run does not know it. */
  read: (run: EngineRun) => number | undefined;
}

export const wall: Metric = { title: 'wall s', digits: 2, read: (run) => run.wallS };
export const cpu: Metric = { title: 'CPU s', digits: 2, read: (run) => run.cpuS };
/** Of the process while it downloads: without its start, and without what is done with a profile afterwards. */
export const downloadCpu: Metric = {
  title: 'CPU s of the download',
  digits: 3,
  read: ({ receipt: { counters } }) => (counters.cpuUserMs + counters.cpuSystemMs) / 1000,
};
export const memory: Metric = { title: 'peak RSS MiB', digits: 0, read: (run) => run.maxRssBytes / 2 ** 20 };

/** A table of medians per arm and the ratio of the second to the first with its 95 % interval. */
export function formatComparison(
  arms: { a: Arm; b: Arm },
  runs: { a: EngineRun[]; b: EngineRun[] },
  metrics: readonly Metric[],
): string {
  const rows = metrics.map((metric) => ({ metric, a: readAll(metric, runs.a), b: readAll(metric, runs.b) }));
  const middle = (values: readonly number[], { digits }: Metric): string =>
    values.length === 0 ? '–' : median(values).toFixed(digits);
  return formatTable(
    [
      { title: 'median', align: 'left', text: ({ metric }) => metric.title },
      { title: arms.a.name, align: 'right', text: ({ metric, a }) => middle(a, metric) },
      { title: arms.b.name, align: 'right', text: ({ metric, b }) => middle(b, metric) },
      { title: `${arms.b.name} ÷ ${arms.a.name} [95 %]`, align: 'left', text: ({ a, b }) => formatRatio(a, b) },
    ],
    rows,
  );
}

/** Empty where any run does not know the figure: half of the pairs would compare nothing. */
function readAll(metric: Metric, runs: readonly EngineRun[]): number[] {
  const values = runs.map((run) => metric.read(run));
  return values.every((value) => value !== undefined) ? values : [];
}

function formatRatio(a: readonly number[], b: readonly number[]): string {
  if (a.length === 0 || a.length !== b.length || [...a, ...b].some((value) => value <= 0)) return '–';
  const { ratio, interval } = estimateRatio(a, b);
  const bounds = interval ? `[${interval.low.toFixed(3)}, ${interval.high.toFixed(3)}]` : '[needs 6 pairs]';
  return `${ratio.toFixed(3)} ${bounds}`;
}
