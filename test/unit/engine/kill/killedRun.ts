import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { appendFile, open, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Receipt } from '../../../../src/engine/receipt.ts';
import type { Lab, RequestRecord } from '../../../origin/lab.ts';
import { startCli, type Running } from '../../cli/process.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { concurrency, type Scenario } from './scenarios.ts';

/** When a run is killed: so long after its start, or once the origin has seen so many of its requests. */
export type Moment = { afterMs: number } | { afterRequests: number };

/** What happens to the files between a killed run and the next one. */
export type Damage = 'none' | 'garbage in the journal' | 'end of the journal lost' | 'byte flipped' | 'part removed';

export interface KilledRun {
  scenario: Scenario;
  moments: readonly Moment[];
  damage: Damage;
}

/** What came of it. */
export interface Survived {
  /** Runs that were killed before they had ended. */
  kills: number;
  /** For each of them, how many fragments the next run asked for that an earlier one had asked for already. */
  again: number[];
  requests: number;
  wallMs: number;
}

/** Kills runs at their moments, damages what they left, and lets the same command end; asserts that it is right. */
export async function surviveKills(lab: Lab, { scenario, moments, damage }: KilledRun): Promise<Survived> {
  await using folder = await temporaryFolder();
  const session = randomUUID();
  const output = path.join(folder.path, 'out.ts');
  const url = lab.url(scenario.stream, { ...scenario.options, session });
  const command = ['download', url, '-o', output, '--concurrency', String(concurrency), ...scenario.args, '--json'];
  const startMs = performance.now();
  let kills = 0;
  const runs: RequestRecord[][] = [];
  let requestsBefore = 0;
  const endRun = async (): Promise<void> => {
    const requests = await lab.requests(session);
    runs.push(requests.slice(requestsBefore));
    requestsBefore = requests.length;
  };
  for (const moment of moments) {
    await using running = startCli(...command);
    await reach(moment, running, lab, session, requestsBefore);
    running.child.kill('SIGKILL');
    await running.ended;
    // Killed behind its end, with a file in its place: there is nothing to go on with.
    if ((await readdir(folder.path)).some((name) => name.startsWith('out.'))) {
      runs.length = 0;
      requestsBefore = (await lab.requests(session)).length;
      break;
    }
    await endRun();
    kills++;
    await harm(folder.path, damage);
  }
  await using running = startCli(...command);
  const { exitCode, stdout, stderr } = await running.ended;
  assert.equal(exitCode, 0, stderr);
  const receipt = JSON.parse(stdout) as Receipt;
  assert.equal(receipt.state, 'complete');
  assert.equal(receipt.fragments.fetched + receipt.fragments.resumed, receipt.fragments.total);
  await assertRight(lab, scenario, folder.path);
  await endRun();
  const asked = runs.map((requests) =>
    requests.filter(isFragment).map(({ path: file, range = '' }) => `${file} ${range}`),
  );
  assert.equal(new Set(asked.flat()).size, receipt.fragments.total);
  const again = asked.slice(1).map((keys, run) => {
    const earlier = new Set(asked.slice(0, run + 1).flat());
    return keys.filter((key) => earlier.has(key)).length;
  });
  return { kills, again, requests: asked.flat().length, wallMs: performance.now() - startMs };
}

/** Waits for the moment, or for the end of the run. */
async function reach(
  moment: Moment,
  running: Running,
  lab: Lab,
  session: string,
  requestsBefore: number,
): Promise<void> {
  const over = running.ended.then(() => 'ended' as const);
  const wait = (ms: number) => delay(ms, 'reached' as const);
  if ('afterMs' in moment) {
    await Promise.race([over, wait(moment.afterMs)]);
    return;
  }
  while ((await lab.requests(session)).length - requestsBefore < moment.afterRequests) {
    // A request is no event of ours: the origin is another process.
    if ((await Promise.race([over, wait(5)])) === 'ended') return;
  }
}

async function harm(folder: string, damage: Damage): Promise<void> {
  const names = await readdir(folder);
  const pick = (suffix: string): string | undefined => names.find((name) => name.endsWith(suffix));
  const journal = pick('.journal');
  const part = pick('.part');
  // Killed so early, or so late, that there is nothing to damage.
  if (damage === 'none' || journal === undefined || part === undefined) return;
  const [journalPath, partPath] = [path.join(folder, journal), path.join(folder, part)];
  switch (damage) {
    case 'garbage in the journal':
      return appendFile(journalPath, randomBytes(1 + Math.floor(Math.random() * 200)));
    case 'end of the journal lost':
      return truncate(journalPath, Math.max(0, (await stat(journalPath)).size - 1 - Math.floor(Math.random() * 30)));
    case 'byte flipped':
      return flipByte(partPath);
    case 'part removed':
      return rm(partPath);
  }
}

async function flipByte(file: string): Promise<void> {
  await using handle = await open(file, 'r+');
  const { size } = await handle.stat();
  if (size === 0) return;
  const position = Math.floor(Math.random() * size);
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, position);
  byte[0] = (byte[0] ?? 0) ^ (1 + Math.floor(Math.random() * 255));
  await handle.write(byte, 0, 1, position);
}

/** The right files, and nothing else. */
async function assertRight(lab: Lab, { stream, digest, args, hasAudio }: Scenario, folder: string): Promise<void> {
  const variant = args[args.indexOf('--variant') + 1];
  const right = await lab.digest(stream, hasAudio && variant !== undefined ? { ...digest, variant } : digest);
  assert.deepEqual((await readdir(folder)).sort(), hasAudio ? ['out.en.ts', 'out.ts'] : ['out.ts']);
  assert.equal(await sha256(path.join(folder, 'out.ts')), right.sha256);
  if (hasAudio) assert.equal(await sha256(path.join(folder, 'out.en.ts')), right.outputs?.audio['en']?.sha256);
}

async function sha256(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

function isFragment({ path: file }: RequestRecord): boolean {
  return /\.(ts|m4s)$/.test(file);
}
