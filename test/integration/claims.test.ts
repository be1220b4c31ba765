import assert from 'node:assert/strict';
import { access, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { TestOutcome } from '../../src/shell/claims/claimTests.ts';
import { extension, waitFor } from './extension.ts';

/** A claim that takes a moment: six pairs of downloads of a few kilobytes. */
const tiny = {
  id: 'T1',
  title: 'Streaming a little',
  source: 'a test',
  statement: 'Streaming makes it faster.',
  claimed: { metric: 'wall', change: 'decrease', percent: [5, 15] },
  baseline: { name: 'buffered', engine: { write: 'buffered' } },
  // Both ways in which an arm of the engine can run.
  candidate: { name: 'streaming', engine: { write: 'streaming' }, runsIn: 'extensionHost' },
  // Without a way to wait for, the origin would be what limits so little, and no run would count.
  workload: { kind: 'lab', fragments: 4, fragmentBytes: 50_000, latencyMs: 10 },
};

async function run(command: string, ...args: unknown[]): Promise<unknown> {
  return vscode.commands.executeCommand(command, ...args);
}

describe('claims', function () {
  let folder: string;
  let file: vscode.Uri;

  before(async function () {
    // Runs are measured by what Linux tells of processes.
    if (process.platform !== 'linux') this.skip();
    const [workspace] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(workspace, 'no folder is open');
    folder = join(workspace.uri.fsPath, 'audit');
    await mkdir(folder, { recursive: true });
    file = vscode.Uri.file(join(folder, 'T1.claim.json'));
    await writeFile(file.fsPath, JSON.stringify(tiny));
    await extension().activate();
  });

  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const test = (options: object): Thenable<TestOutcome | undefined> =>
    vscode.commands.executeCommand('hotframe.testClaim', file, options);

  it('are tested in a process of their own, stopped, and gone on with to a verdict and a report', async () => {
    const record = join(folder, 'T1', 'runs.jsonl');
    const stopped = test({ pairs: 6, again: false });
    await waitFor(async () => {
      const text = await readFile(record, 'utf8').catch(() => '');
      return text.includes('"kind":"timed"') ? true : undefined;
    });
    await vscode.commands.executeCommand('hotframe.stopClaim', file);
    assert.deepEqual(await stopped, { state: 'stopped', exitCode: 130 });
    await assert.rejects(access(join(folder, 'T1', 'report.md')));
    const kept = await readFile(record, 'utf8');

    const outcome = await test({ pairs: 6, again: false });
    assert.ok(outcome !== undefined && outcome.state !== 'stopped');
    assert.deepEqual([outcome.claim, outcome.verdict?.pairs], ['T1', 6]);
    assert.ok(['revisit', 'no-op', 'inconclusive'].includes(outcome.state));
    assert.equal(outcome.exitCode, outcome.state === 'inconclusive' ? 8 : 0);
    assert.equal(outcome.report, join(folder, 'T1', 'report.md'));
    assert.ok((await readFile(record, 'utf8')).startsWith(kept), 'what was there is gone on with');
    const names = await readdir(join(folder, 'T1'));
    for (const name of ['report.md', 'runs.csv', 'pairs.svg']) assert.ok(names.includes(name), name);
    const report = await readFile(outcome.report, 'utf8');
    assert.ok(report.includes('hotframe claim test audit/T1.claim.json --pairs 6'));

    await vscode.commands.executeCommand('hotframe.copyClaimReport', file);
    const copied = await vscode.env.clipboard.readText();
    assert.ok(copied.startsWith('# T1 Streaming a little: ') && copied.includes('## Effects'));
  });

  it('are offered as tasks, which end as the command line does', async () => {
    const tasks = await vscode.tasks.fetchTasks({ type: 'hotframe-claim' });
    const task = tasks.find(({ name }) => name === 'T1 Streaming a little');
    assert.ok(task);
    assert.deepEqual(task.definition, { type: 'hotframe-claim', claim: 'audit/T1.claim.json' });
    // All runs are there: nothing is run again. What it says is known.
    const state = (await test({ pairs: 6, again: false }))?.state;
    const other = state === 'revisit' ? 'no-op' : 'revisit';
    const wrong = { claim: 'audit/T1.claim.json', pairs: 6, expect: other };
    assert.equal(await runTask('expects', wrong), 7);
    assert.equal(await runTask('invalid', { claim: 'audit/none.claim.json' }), 2);
    assert.equal(await runTask('no pairs', { claim: 'audit/T1.claim.json', pairs: 2 }), 2);
  });

  it('are tested by a tool, which gives the verdict', async () => {
    const invoke = async (input: object): Promise<Record<string, unknown>> => {
      const call = { input, toolInvocationToken: undefined };
      const { content } = await vscode.lm.invokeTool('hotframe_test_claim', call);
      const [part] = content;
      assert.ok(part instanceof vscode.LanguageModelTextPart);
      return JSON.parse(part.value) as Record<string, unknown>;
    };
    const answer = await invoke({ claim: 'audit/T1.claim.json', pairs: 6 });
    assert.deepEqual([answer['claim'], answer['report']], ['T1', join(folder, 'T1', 'report.md')]);
    assert.ok('verdict' in answer && 'sentence' in answer);
    await assert.rejects(invoke({ claim: 'audit/T1.claim.json', pairs: 2 }), /"pairs"/);
    await assert.rejects(invoke({ claim: '/etc/passwd' }), /"claim"/);
  });

  it('are not tested when they are broken, and say why', async () => {
    const broken = vscode.Uri.file(join(folder, 'T2.claim.json'));
    await writeFile(broken.fsPath, '{"id": "T2"}');
    await assert.rejects(run('hotframe.testClaim', broken), /"title" is missing/);
    await assert.rejects(run('hotframe.openClaimReport', broken), /"title" is missing/);
  });

  it('are written with defaults that can be tested, and never over a file', async () => {
    const made = vscode.Uri.file(join(folder, 'T3.claim.json'));
    await vscode.commands.executeCommand('hotframe.newClaim', made);
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.fsPath, made.fsPath);
    assert.equal(editor.document.getText(editor.selection), 'What is claimed, in a few words');
    await assert.rejects(run('hotframe.newClaim', made), /is there already/);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });

  /** Runs a task of that definition and gives its exit code. */
  async function runTask(name: string, definition: object): Promise<number | undefined> {
    const [workspace] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(workspace);
    await mkdir(join(workspace.uri.fsPath, '.vscode'), { recursive: true });
    const path = join(workspace.uri.fsPath, '.vscode', 'tasks.json');
    const tasks = [{ label: name, type: 'hotframe-claim', ...definition }];
    await writeFile(path, JSON.stringify({ version: '2.0.0', tasks }));
    try {
      const task = await waitFor(async () => (await vscode.tasks.fetchTasks()).find((one) => one.name === name));
      const { promise, resolve } = Promise.withResolvers<number | undefined>();
      const listener = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
        if (execution.task.name === name) resolve(exitCode);
      });
      try {
        await vscode.tasks.executeTask(task);
        return await promise;
      } finally {
        listener.dispose();
      }
    } finally {
      await rm(join(workspace.uri.fsPath, '.vscode'), { recursive: true, force: true });
    }
  }
});
