// How long the extension takes to start and to list its jobs, in the extension host of a real VS Code:
//   npm run bench:start -- [--starts 5] [--jobs 1000] [--dir <folder>]
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { JobStore } from '../../src/jobs/store.ts';
import { openChannel } from '../host/channel.ts';
import { withEnding } from '../host/ending.ts';
import { runInHost } from '../host/runTests.ts';
import { sampleProfile, sampleReceipt, sampleRequest } from '../unit/jobs/samples.ts';
import { parseCount } from './options.ts';
import { describeMachine, formatMachine } from './report.ts';
import { makeScratch } from './scratch.ts';
import type { StartReport } from './startHost.ts';
import { median } from './statistics.ts';
import { formatTable } from './table.ts';

const atMostMs = { activateMs: 20, listedMs: 200 };

const { values } = parseArgs({
  options: {
    starts: { type: 'string', default: '5' },
    jobs: { type: 'string', default: '1000' },
    dir: { type: 'string', default: tmpdir() },
  },
});
const starts = parseCount('starts', values.starts);
const jobs = parseCount('jobs', values.jobs);

/** Jobs as downloads leave them. */
async function fillStore(userData: string): Promise<void> {
  const store = new JobStore(join(userData, 'User', 'globalStorage', 'hotframe.hotframe', 'jobs'));
  for (let at = 0; at < jobs; at += 1) {
    const output = join(userData, `stream-${at}.ts`);
    const job = await store.create(sampleRequest(output), `stream-${at}`);
    await job.end('complete', { receipt: sampleReceipt(output) });
    await store.addProfile(job.id, sampleProfile(), Buffer.from('main;work 100\n'));
  }
}

/** The bundle that runs in the host; beside the extension's own, so that the workbench takes it for a part of it. */
async function bundleHost(): Promise<string> {
  const outfile = join(import.meta.dirname, '../../dist/startHost.cjs');
  const entryPoints = [join(import.meta.dirname, 'startHost.ts')];
  await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'cjs', external: ['vscode'] });
  return outfile;
}

async function startOnce(tests: string, userData: string): Promise<StartReport> {
  return withEnding(async (ending) => {
    const channel = await openChannel(console.error);
    ending.add(channel.close);
    const env = { ...channel.env, HOTFRAME_LINES: String(jobs) };
    const code = await runInHost(ending, { tests, userData, env });
    const report = channel.result() as StartReport | undefined;
    if (code !== 0 || report === undefined) throw new Error(`the extension host ended with code ${code}`);
    return report;
  });
}

const scratch = makeScratch(values.dir);
const userData = join(scratch, 'u');
mkdirSync(userData);
console.log(formatMachine(describeMachine(scratch)));
await fillStore(userData);
const tests = await bundleHost();
const reports: StartReport[] = [];
for (let at = 0; at < starts; at += 1) reports.push(await startOnce(tests, userData));

const rows: { title: string; key: keyof StartReport; most?: number }[] = [
  { title: 'load the bundle', key: 'loadMs' },
  { title: 'activate()', key: 'activateMs', most: atMostMs.activateMs },
  { title: 'until the view asks', key: 'askedMs' },
  { title: `until ${jobs} jobs are listed`, key: 'listedMs', most: atMostMs.listedMs },
  { title: 'of that, making their lines', key: 'linesMs' },
];
const medianOf = (key: keyof StartReport): number => median(reports.map((report) => report[key]));
console.log(
  formatTable(
    [
      { title: 'ms', align: 'left', text: ({ title }) => title },
      { title: 'median', align: 'right', text: ({ key }) => medianOf(key).toFixed(1) },
      {
        title: 'each',
        align: 'left',
        text: ({ key }) => reports.map((report) => report[key].toFixed(1)).join(' '),
      },
      { title: 'goal', align: 'right', text: ({ most }) => (most === undefined ? '' : `< ${most}`) },
    ],
    rows,
  ),
);
process.exitCode = rows.every(({ key, most }) => most === undefined || medianOf(key) < most) ? 0 : 1;
