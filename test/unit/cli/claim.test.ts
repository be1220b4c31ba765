import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { runClaim } from '../../../src/cli/claim.ts';
import { parseProgress } from '../../../src/evidence/testProgress.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { anyClaim } from '../evidence/claims.ts';
import { startCli } from './process.ts';
import { Text } from './text.ts';

/** A claim that is true by far, whatever else the machine does: requests one by one against eight at once, far away. */
const trueByFar = {
  ...anyClaim,
  baseline: { name: 'one at once', engine: { concurrency: 1, http: '1.1' } },
  candidate: { name: 'eight at once', engine: { concurrency: 8, http: '1.1' } },
  workload: { kind: 'lab', fragments: 8, fragmentBytes: 20_000, latencyMs: 30 },
};

async function claimFile(folder: string, claim: object): Promise<string> {
  const file = path.join(folder, 'T1.claim.json');
  await writeFile(file, JSON.stringify(claim));
  return file;
}

async function run(
  args: string[],
  more: { ask?: (question: string) => Promise<string>; env?: NodeJS.ProcessEnv } = {},
) {
  const [stdout, stderr] = [new Text(), new Text()];
  const signal = new AbortController().signal;
  const exitCode = await runClaim(args, { stdout, stderr, signal, env: {}, ...more });
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}

describe('hotframe claim', function () {
  this.timeout(90_000);

  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  it('tests a claim from its file to its report, and goes on where it was stopped', async function () {
    if (process.platform !== 'linux') this.skip();
    const file = await claimFile(folder.path, trueByFar);
    {
      await using stopped = startCli('claim', 'test', file, '--pairs', '6');
      await stopped.said(/1 of 6 pairs/);
      stopped.child.kill('SIGINT');
      const { exitCode, stderr } = await stopped.ended;
      assert.equal(exitCode, 130, stderr);
      assert.match(stderr, /Stopped\. The runs so far are kept in .*runs\.jsonl; the same command goes on\./);
    }
    const words = ['--pairs', '6', '--expect', 'revisit', '--json', '--progress', 'json'];
    await using running = startCli('claim', 'test', file, ...words);
    const { exitCode, stdout, stderr } = await running.ended;
    assert.equal(exitCode, 0, stderr);
    const steps = stderr.trimEnd().split('\n').map(parseProgress);
    assert.ok(steps.every((step) => step !== undefined));
    const timed = steps.flatMap((step) => (step.doing === 'timed' ? [step] : []));
    assert.ok(timed[0]?.pairsDone === 1 && timed.at(-1)?.pairsDone === 5 && timed.at(-1)?.ratio !== undefined);
    const told = JSON.parse(stdout) as { schema: number; state: string; verdict: { pairs: number }; report: string };
    assert.deepEqual([told.schema, told.state, told.verdict.pairs], [1, 'revisit', 6]);
    const files = await readdir(path.dirname(told.report));
    for (const name of ['report.md', 'runs.csv', 'runs.jsonl', 'pairs.svg']) assert.ok(files.includes(name), name);
    const report = await readFile(told.report, 'utf8');
    assert.match(report, /\*\*revisit\*\*: the claim is that wall time decreases by 5 to 15 %/);
    assert.ok(report.includes(`hotframe claim test ${path.relative('', file)} --pairs 6`));
    assert.ok(!report.includes('127.0.0.1'));

    await using more = startCli('claim', 'test', file, '--pairs', '8');
    const refused = await more.ended;
    assert.equal(refused.exitCode, 2, refused.stderr);
    assert.match(refused.stderr, /The test began with 6 pairs, and 6 pairs are there to be seen/);

    await using again = startCli('claim', 'test', file, '--pairs', '6', '--expect', 'no-op');
    const other = await again.ended;
    assert.equal(other.exitCode, 7, other.stderr);
    assert.match(other.stderr, /The verdict is revisit, and not no-op/);
    assert.doesNotMatch(other.stderr, /pairs ·/);
  });

  it('has the gate decide on the engine as it is where a claim has no arms', async function () {
    if (process.platform !== 'linux') this.skip();
    const gate = { ...anyClaim.gate, suspects: ['syscall'], ownedPercent: 0 };
    const file = await claimFile(folder.path, { ...anyClaim, baseline: undefined, candidate: undefined, gate });
    const pairs = await run(['test', file, '--pairs', '6']);
    assert.deepEqual([pairs.exitCode, /--pairs is for claims with two arms/.test(pairs.stderr)], [2, true]);
    const settled = await run(['test', file, '--expect', 'revisit', '--json']);
    assert.equal(settled.exitCode, 0, settled.stderr);
    assert.equal(settled.stderr, 'profiling\n');
    const told = JSON.parse(settled.stdout) as { state: string; verdict?: object; gates: object; report: string };
    assert.deepEqual([told.state, told.verdict, Object.keys(told.gates)], ['revisit', undefined, ['baseline']]);
    assert.match(await readFile(told.report, 'utf8'), /^### Baseline: the engine as it is$/m);
    // The profile is there: nothing runs again.
    const again = await run(['test', file, '--expect', 'no-op']);
    assert.deepEqual([again.exitCode, again.stderr], [7, 'The verdict is revisit, and not no-op.\n']);
  });

  it('judges the profile that a claim names, of whatever program', async () => {
    const without = { baseline: undefined, candidate: undefined, workload: undefined };
    const profile = 'profiles/downloader.folded';
    const file = await claimFile(folder.path, { ...anyClaim, ...without, profile });
    const missing = await run(['test', file]);
    assert.deepEqual([missing.exitCode, /downloader\.folded cannot be read/.test(missing.stderr)], [2, true]);
    await mkdir(path.join(folder.path, 'profiles'));
    await writeFile(path.join(folder.path, profile), '_start;main;work;malloc 4\n_start;main;work 60\n');
    const settled = await run(['test', file, '--expect', 'no-op']);
    assert.equal(settled.exitCode, 0, settled.stderr);
    assert.match(
      settled.stdout,
      /^T1: The profile shows no allocator or syscall in the top 10 hot frames of downloader\.folded, by the owned/,
    );
    const kept = path.join(folder.path, 'T1');
    assert.deepEqual((await readdir(kept)).sort(), ['downloader.folded.gz', 'report.md', 'runs.jsonl']);
    await writeFile(path.join(folder.path, profile), '_start;main;work;malloc 40\n_start;main;work 60\n');
    const changed = await run(['test', file, '--json']);
    assert.deepEqual([changed.exitCode, (JSON.parse(changed.stdout) as { state: string }).state], [0, 'revisit']);
    const runs = await run(['test', await claimFile(folder.path, anyClaim), '--profile-only']);
    assert.deepEqual([runs.exitCode, /is of another test: it judges a profile/.test(runs.stderr)], [2, true]);
  });

  it('stops, and keeps its runs, when the program that started it is gone', async function () {
    if (process.platform !== 'linux') this.skip();
    const file = await claimFile(folder.path, trueByFar);
    const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
    const child = spawn(process.execPath, [main, 'claim', 'test', file, '--pairs', '6'], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const ended = once(child, 'exit');
    for await (const text of child.stderr as Readable) {
      if (child.connected && /1 of 6 pairs/.test(String(text))) child.disconnect();
    }
    assert.deepEqual(await ended, [130, null]);
    assert.match(await readFile(path.join(folder.path, 'T1', 'runs.jsonl'), 'utf8'), /"pair":0/);
  });

  it('runs no program that nobody has confirmed', async () => {
    const arm = (name: string) => ({ name, command: ['touch', `ran by ${name}`, '{url}', '{out}'] });
    const file = await claimFile(folder.path, { ...anyClaim, baseline: arm('one'), candidate: arm('other') });
    const env = { XDG_STATE_HOME: path.join(folder.path, 'state') };
    const refused = await run(['test', file], { env });
    assert.equal(refused.exitCode, 2);
    assert.match(
      refused.stderr,
      /The arm "one" runs a program that nobody has confirmed: touch 'ran by one' {url} {out}/,
    );
    assert.ok(refused.stderr.includes(String.raw`--allow-command 'touch '\''ran by one'\'' {url} {out}'`));
    const asked: string[] = [];
    const answers = ['y', 'n'];
    const ask = (question: string) => {
      asked.push(question);
      return Promise.resolve(answers.shift() ?? '');
    };
    const half = await run(['test', file], { env, ask });
    assert.deepEqual([half.exitCode, asked.length], [2, 2]);
    assert.match(half.stderr, /The arm "other" runs a program/);
    // The one that was confirmed is not asked for again, and naming the other one confirms it.
    const named = await run(['test', file, '--allow-command', "touch 'ran by other' {url} {out}", '--pairs', '6'], {
      env,
    });
    assert.equal(named.exitCode, process.platform === 'linux' ? 9 : 2, named.stderr);
    assert.match(named.stderr, /in all 3 tries/);
  });

  it('says what is wrong with a claim or its options', async () => {
    const without = { baseline: undefined, candidate: undefined, workload: undefined };
    const file = await claimFile(folder.path, { ...anyClaim, ...without });
    const cases: [args: string[], exitCode: number, words: RegExp][] = [
      [[], 2, /What about which claim/],
      [['check', file], 2, /There is no "claim check"/],
      [['test'], 2, /A file .* is missing/],
      [['test', file, '--pairs', '5'], 2, /--pairs takes a whole number from 6 to 1000, not "5"/],
      [['test', file, '--pairs', '6', '--profile-only'], 2, /makes no pairs/],
      [['test', file, '--expect', 'yes'], 2, /--expect is one of revisit, no-op/],
      [['test', file], 2, /names neither a workload nor a profile/],
      [['test', file, '--profile-only'], 2, /names neither a workload nor a profile/],
      [['test', `${file}.none`], 2, /does not exist/],
    ];
    for (const [args, exitCode, words] of cases) {
      const ended = await run(args);
      assert.equal(ended.exitCode, exitCode, args.join(' '));
      assert.match(ended.stderr, words);
    }
    const { stdout } = await run(['test', file, '--json']);
    assert.equal((JSON.parse(stdout) as { error: { code: string } }).error.code, 'CLAIM_UNTESTABLE');
    assert.equal((await run(['--help'])).exitCode, 0);
  });
});
