import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import * as vscode from 'vscode';
import { countedPairs, runsOf } from '../../src/evidence/schedule.ts';
import { isOfProfile, parseRecord, type TestRecord } from '../../src/evidence/testRecord.ts';
import type { TestOutcome } from '../../src/shell/claims/claimTests.ts';
import { extensionHost } from '../../src/shell/claims/hostArm.ts';
import { EngineThreads } from '../../src/shell/engineThread.ts';
import { extension, useFolder } from './extension.ts';
import { labUrl } from './lab.ts';

const CLAIM = {
  id: 'H1',
  title: 'The extension host',
  source: 'a test',
  statement: 'A download in the extension host needs no process.',
  claimed: { metric: 'wall', change: 'decrease' },
  baseline: { name: 'a process', engine: { write: 'streaming', concurrency: 2 } },
  candidate: { name: 'the host', engine: { write: 'streaming', concurrency: 2 }, runsIn: 'extensionHost' },
  workload: { kind: 'lab', fragments: 4, fragmentBytes: 200_000, latencyMs: 5 },
};

describe('a claim about the extension host', () => {
  const folder = useFolder();

  async function write(): Promise<vscode.Uri> {
    const file = join(folder.path, 'H1.claim.json');
    await writeFile(file, JSON.stringify(CLAIM));
    return vscode.Uri.file(file);
  }

  async function readRecord(): Promise<TestRecord> {
    const path = join(folder.path, 'H1', 'runs.jsonl');
    const record = parseRecord(await readFile(path, 'utf8'), path);
    assert.ok(!isOfProfile(record));
    return record;
  }

  it('is tested there, with the figures of the host and the right output', async function () {
    if (process.platform !== 'linux') this.skip();
    const outcome = await vscode.commands.executeCommand<TestOutcome>('hotframe.testClaim', await write(), {
      pairs: 6,
    });
    assert.ok(outcome.state !== 'stopped');
    const record = await readRecord();
    assert.equal(countedPairs(record).length, 6);
    const { arms, machine } = record.head;
    const { version } = extension().packageJSON as { version: string };
    const application = `${vscode.env.appName} ${vscode.version}`;
    assert.equal(arms.candidate?.program, `hotframe ${version} in the extension host of ${application}`);
    assert.notEqual(arms.candidate.fingerprint, arms.baseline?.fingerprint);
    assert.ok(machine.versions.includes(application));
    const inHost = runsOf(record).filter(({ arm, kind }) => arm === 'candidate' && kind === 'timed');
    assert.ok(inHost.length >= 6);
    for (const { figures, discount } of inHost) {
      assert.notEqual(discount?.why, 'failed', discount?.detail);
      const { wall, cpu, cpuUser, cpuSystem, pageFaults, contextSwitches, writtenBytes, writeCalls } = figures;
      assert.ok((wall ?? 0) > 10 && (cpu ?? 0) > 0, JSON.stringify(figures));
      assert.ok(Math.abs((cpu ?? 0) - (cpuUser ?? 0) - (cpuSystem ?? 0)) < 1e-6);
      assert.ok((writtenBytes ?? 0) >= 800_000 && (writeCalls ?? 0) > 4);
      assert.ok((pageFaults ?? 0) > 0 && (contextSwitches ?? 0) > 0);
      // A worker's own; and the whole host, which is larger than any process of the command line.
      assert.ok((figures.loopDelay ?? 0) > 0 && figures.gc !== undefined && (figures.arrayBuffers ?? 0) > 0);
      if (figures.peakMemory !== undefined) assert.ok((figures.peakMemory ?? 0) > 50 * 2 ** 20);
    }
    const profiled = runsOf(record).find(({ arm, kind }) => arm === 'candidate' && kind === 'profile');
    assert.match(profiled?.profile ?? profiled?.discount?.detail ?? '', /^candidate\.(folded|cpuprofile)\.gz$/);
    const report = await readFile(join(folder.path, 'H1', 'report.md'), 'utf8');
    assert.ok(report.includes(application));
    assert.match(report, /what the engine alone took of the extension host/);
  });

  it('has no run beside which the engine did something else, and none that was cancelled', async () => {
    const { extensionPath } = extension();
    const engine = new EngineThreads(join(extensionPath, 'dist', 'worker.cjs'), () => undefined);
    const host = extensionHost(engine, '0.0.1');
    const url = labUrl('small', { fragments: 3, fragmentBytes: 20_000, latencyMs: 30 });
    const order = (name: string) => ({ url, out: join(folder.path, name), engine: {} });
    const { signal } = new AbortController();
    const alone = await host.download(order('alone.ts'), signal);
    assert.equal(alone.problem, undefined);
    const both = await Promise.all([host.download(order('a.ts'), signal), host.download(order('b.ts'), signal)]);
    for (const { problem } of both) assert.match(problem ?? '', /did something else in this window/);
    const cancelled = await host.download(order('c.ts'), AbortSignal.timeout(20));
    assert.match(cancelled.problem ?? '', /cancelled/);
  });

  it('is refused where no extension host has started the test', async () => {
    const file = await write();
    const script = join(extension().extensionPath, 'dist', 'cli.js');
    const started = spawn(process.execPath, [script, 'claim', 'test', file.fsPath, '--pairs', '6'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    });
    const ended = once(started, 'exit') as Promise<[number]>;
    const [said, [exitCode]] = await Promise.all([text(started.stderr), ended]);
    assert.equal(exitCode, 2, said);
    assert.match(said, /The arm "the host" runs in the extension host\. \(CLAIM_UNTESTABLE\)/);
  });
});
