// `npm start [-- <playlist URL>] [--fragments N] [--keep]`: downloads a stream inside a real VS Code and tells what came of it.
// `npm run open`: leaves that VS Code open for a person.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs, promisify } from 'node:util';
import * as esbuild from 'esbuild';
import { describeReceipt } from '../../src/cli/progressLine.ts';
import { JobStore } from '../../src/jobs/store.ts';
import type { DownloadResult } from '../../src/shell/download.ts';
import { startLab } from '../origin/lab.ts';
import { openChannel } from './channel.ts';
import { checkDisk } from './disk.ts';
import { type Ending, withEnding } from './ending.ts';
import { readFound, root } from './found.ts';
import { tellProgress } from './jobProgress.ts';
import { leaveOpen } from './open.ts';
import { hostLog, runInHost } from './runTests.ts';

const fragmentBytes = 5.4e6;
const home = join(root, '.vscode-test', 'start');
const userData = join(home, 'user-data');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    fragments: { type: 'string', default: '600' },
    keep: { type: 'boolean', default: false },
    open: { type: 'boolean', default: false },
  },
});

/** What is downloaded, and what a correct download of it is, where that is known. */
interface Task {
  url: string;
  name: string;
  sha256?: string;
}

async function build(): Promise<string> {
  console.log('Building the extension.');
  await promisify(execFile)(process.execPath, [join(root, 'esbuild.mjs')], { cwd: root });
  const outfile = join(root, 'dist', 'startEntry.cjs');
  const entryPoints = [join(import.meta.dirname, 'startEntry.ts')];
  await esbuild.build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'cjs', external: ['vscode'] });
  return outfile;
}

/** The stream of the lab, whose digest the lab computes from what it serves. */
async function labTask(ending: Ending, fragments: number): Promise<Task> {
  const lab = await startLab();
  ending.add(() => lab.close());
  console.log(`The lab serves its 4K stream, ${fragments} fragments, on this machine; it computes what is correct.`);
  const { sha256, bytes } = await lab.digest('4k', { fragments });
  console.log(`  ${bytes} bytes, SHA-256 ${sha256}`);
  return { url: lab.url('4k', { fragments }), name: 'lab-4k', sha256 };
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 2 ** 20 }), hash);
  return hash.digest('hex');
}

/** Runs the download command in the extension host; resolves with what it returned. */
async function download(ending: Ending, entry: string, { url }: Task, output: string): Promise<DownloadResult> {
  const store = new JobStore(join(userData, 'User', 'globalStorage', 'hotframe.hotframe', 'jobs'));
  const channel = await openChannel(console.log);
  ending.add(channel.close);
  const argument = JSON.stringify({ url, output });
  console.log(`Starting VS Code (${readFound().host}).`);
  const stopTelling = tellProgress(store, output, console.log);
  ending.add(stopTelling);
  const code = await runInHost(ending, { tests: entry, userData, env: { ...channel.env, HOTFRAME_START: argument } });
  stopTelling();
  const result = channel.result() as DownloadResult | undefined;
  if (code !== 0 || result === undefined) {
    throw new Error(`The extension host ended with code ${code} and without a download; its console is in ${hostLog}`);
  }
  return result;
}

/** Prints what came of it; resolves with whether it is what it should be. */
async function tell({ record, folder }: DownloadResult, task: Task): Promise<boolean> {
  const { receipt } = record;
  if (receipt === undefined) {
    console.log(`The job ended as ${record.state}: ${record.error?.message ?? 'it left no receipt'}`);
    return false;
  }
  console.log(`\n${describeReceipt({ ...receipt, schema: 1 })}`);
  console.log(JSON.stringify(receipt, null, 2));
  const profiles = record.profiles.map(({ file }) => join(folder, 'profiles', file));
  for (const profile of profiles) {
    const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'dist', 'cli.js'), 'profile', profile]);
    console.log(`\nHot frames\n${stdout.trimEnd()}`);
  }
  console.log(`\nJob      ${folder}`);
  for (const profile of profiles) console.log(`Profile  ${profile}`);
  if (receipt.output === undefined) return false;
  const sha256 = await hashFile(receipt.output.path);
  console.log(`File     ${receipt.output.path}`);
  console.log(`SHA-256  ${sha256}`);
  if (task.sha256 === undefined) return receipt.state === 'complete' || receipt.state === 'completeWithGaps';
  const isEqual = sha256 === task.sha256;
  console.log(isEqual ? "         equal to the lab's" : `         NOT the lab's, ${task.sha256}`);
  return isEqual && profiles.length > 0;
}

async function start(ending: Ending): Promise<number> {
  const fragments = Number(values.fragments);
  if (!Number.isInteger(fragments) || fragments < 1) throw new Error('--fragments takes a number from 1');
  const folder = join(home, new Date().toISOString().replaceAll(':', '-').slice(0, 19));
  mkdirSync(folder, { recursive: true });
  const [url] = positionals;
  if (url === undefined) await checkDisk(folder, fragments * fragmentBytes);
  const entry = await build();
  const task = url === undefined ? await labTask(ending, fragments) : { url, name: 'stream' };
  if (!values.keep) ending.add(() => rmSync(folder, { recursive: true, force: true }));
  const result = await download(ending, entry, task, join(folder, `${task.name}.ts`));
  const isWell = await tell(result, task);
  console.log(
    values.keep ? 'The media file stays.' : 'The media file is removed now (--keep keeps it); job and profile stay.',
  );
  return isWell ? 0 : 1;
}

try {
  process.exitCode = await withEnding((ending) => (values.open ? leaveOpen(ending) : start(ending)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
