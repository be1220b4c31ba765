import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { JobStore } from '../../src/jobs/store.ts';
import type { DownloadResult } from '../../src/shell/download.ts';
import type { BatchResult } from '../../src/shell/queue/batch.ts';
import { jobDescription } from '../../src/shell/sentences.ts';
import { api, download, hashOf, listJobs, readRecord, resume, useFolder, waitFor } from './extension.ts';
import { labDigest, labUrl, sentRequests } from './lab.ts';

const SIZE = { fragments: 6, fragmentBytes: 100_000 };
/** Slow enough that one is not over before the others are queued. */
const PACE = { bytesPerSecond: 1_500_000 };

describe('the queue', () => {
  const folder = useFolder();
  let session: string;

  beforeEach(async () => {
    session = randomUUID();
    await limit(2);
  });

  afterEach(() => limit(undefined));

  function limit(value: number | undefined): Thenable<void> {
    const settings = vscode.workspace.getConfiguration('hotframe');
    return settings.update('maximumConcurrentDownloads', value, vscode.ConfigurationTarget.Global);
  }

  const outputOf = (name: string): string => join(folder.path, `${name}.ts`);

  function start(name: string, options: Record<string, string | number> = {}): Promise<DownloadResult> {
    const url = labUrl('4k', { ...SIZE, ...PACE, session: `${session}-${name}`, ...options });
    return download({ url, output: outputOf(name), profile: 'none', concurrency: 1 });
  }

  async function idOf(name: string): Promise<string> {
    return waitFor(async () => {
      const jobs = await listJobs();
      const job = jobs.find((entry) => entry.kind === 'job' && entry.record.request.output === outputOf(name));
      return job?.kind === 'job' ? job.record.id : undefined;
    });
  }

  const stateOf = async (name: string): Promise<string | undefined> => (await readRecord(await idOf(name)))?.state;

  async function reach(name: string, state: string): Promise<string> {
    await waitFor(async () => ((await stateOf(name)) === state ? true : undefined));
    return idOf(name);
  }

  /** Starts downloads one after the other, so that their order is known. */
  async function startInOrder(names: readonly string[], options = {}): Promise<Promise<DownloadResult>[]> {
    const started: Promise<DownloadResult>[] = [];
    for (const name of names) {
      started.push(start(name, options));
      await idOf(name);
    }
    return started;
  }

  /** From the first request of a download to the end of its last one, as the origin saw it. */
  async function spanOf(name: string): Promise<{ name: string; fromMs: number; toMs: number }> {
    const records = await sentRequests(`${session}-${name}`);
    const ends = records.map(({ atMs, overMs }) => overMs ?? atMs);
    return { name, fromMs: Math.min(...records.map(({ atMs }) => atMs)), toMs: Math.max(...ends) };
  }

  /** The names in the order in which the origin was first asked, and how many it served at once at most. */
  async function seenBy(names: readonly string[]): Promise<{ order: string; atOnce: number }> {
    const spans = (await Promise.all(names.map(spanOf))).toSorted((a, b) => a.fromMs - b.fromMs);
    const counts = spans.map(({ fromMs }) => spans.filter((s) => s.fromMs <= fromMs && fromMs < s.toMs).length);
    return { order: spans.map(({ name }) => name).join(' '), atOnce: Math.max(...counts) };
  }

  async function assertWhole(names: readonly string[]): Promise<void> {
    const { sha256 } = await labDigest('4k', SIZE);
    for (const name of names) assert.equal(await hashOf(outputOf(name)), sha256, name);
  }

  it('lets no more run at once than the setting says, whoever starts them', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const running = await startInOrder(names.slice(0, 3));
    const url = labUrl('4k', { ...SIZE, ...PACE, session: `${session}-d` });
    const other = await (await api()).download({ url, output: outputOf('d'), profile: 'none', concurrency: 1 });
    const job = (await (await api()).listJobs()).find(({ id }) => id === other.id);
    assert.deepEqual([job?.state, job?.isQueued], ['running', true]);
    const results = await Promise.all([...running, start('e')]);
    assert.deepEqual(
      results.map(({ exitCode }) => exitCode),
      [0, 0, 0, 0],
    );
    assert.equal((await other.ended).exitCode, 0);
    const { order, atOnce } = await seenBy(names);
    assert.equal(atOnce, 2);
    assert.match(order, /^(a b|b a) (c d|d c) e$/);
    await assertWhole(names);
  });

  it('starts more when the setting allows more', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const started = await startInOrder(names, { bytesPerSecond: 600_000 });
    assert.equal(await stateOf('d'), 'queued');
    await limit(4);
    await reach('d', 'running');
    await Promise.all(started);
    assert.equal((await seenBy(names)).atOnce, 4);
  });

  it('can be put in another order, and be passed', async () => {
    await limit(1);
    const names = ['a', 'b', 'c', 'd', 'e'];
    const started = await startInOrder(names);
    await vscode.commands.executeCommand('hotframe.moveToTop', await idOf('d'));
    await vscode.commands.executeCommand('hotframe.moveDown', await idOf('b'));
    await vscode.commands.executeCommand('hotframe.moveUp', await idOf('e'));
    await vscode.commands.executeCommand('hotframe.startNow', await idOf('b'));
    const { record } = await (started[1] ?? assert.fail());
    assert.equal(record.state, 'complete');
    await Promise.all(started);
    const { order, atOnce } = await seenBy(names);
    assert.deepEqual([order, atOnce], ['a b d c e', 2]);
  });

  it('gives the place of what is cancelled to the next, and leaves nothing of it', async () => {
    await limit(1);
    const [a, b, c] = await startInOrder(['a', 'b', 'c']);
    await vscode.commands.executeCommand('hotframe.cancel', await idOf('b'));
    const cancelled = (await b)?.record;
    assert.ok(cancelled);
    assert.deepEqual([cancelled.state, jobDescription(cancelled)], ['cancelled', 'cancelled before it began']);
    await Promise.all([a, c]);
    assert.deepEqual((await readdir(folder.path)).sort(), ['a.ts', 'c.ts']);
    assert.deepEqual(await sentRequests(`${session}-b`), []);
  });

  it('pauses what runs, keeps what is there, and goes on', async () => {
    const paused = start('a', { bytesPerSecond: 300_000 });
    const id = await idOf('a');
    await waitFor(async () => (((await readRecord(id))?.progress?.fragments ?? 0) > 0 ? true : undefined));
    await vscode.commands.executeCommand('hotframe.pause', id);
    const { record, exitCode } = await paused;
    assert.deepEqual([record.state, exitCode], ['paused', 130]);
    assert.match(jobDescription(record), /^paused at \d+ %$/);
    const [job] = await (await api()).listJobs();
    assert.deepEqual([job?.state, job?.isPaused], ['interrupted', true]);
    const done = await resume(id);
    assert.equal(done.record.state, 'complete');
    assert.ok((done.record.receipt?.fragments.resumed ?? 0) > 0, 'what was there is not fetched again');
    await assertWhole(['a']);
    assert.deepEqual(await readdir(folder.path), ['a.ts']);
  });

  it('pauses and resumes all, those that wait too', async () => {
    await limit(1);
    const names = ['a', 'b', 'c'];
    const started = await startInOrder(names);
    await vscode.commands.executeCommand('hotframe.pauseAll');
    const states = (await Promise.all(started)).map(({ record }) => record.state);
    assert.deepEqual(states, ['paused', 'paused', 'paused']);
    assert.deepEqual([await sentRequests(`${session}-b`), await sentRequests(`${session}-c`)], [[], []]);
    const result = await vscode.commands.executeCommand<BatchResult>('hotframe.resumeAll');
    assert.deepEqual(result.counts, { whole: 3, withGaps: 0, failed: 0, stopped: 0, cancelled: 0 });
    assert.deepEqual(await seenBy(names), { order: 'a b c', atOnce: 1 });
    await assertWhole(names);
  });

  it('removes what an earlier try left when it is cancelled while it waits to go on', async () => {
    await limit(1);
    const failed = await start('a', { fault: 'status@3*1;status=404' });
    assert.equal(failed.record.state, 'failed');
    const [b] = await startInOrder(['b'], { bytesPerSecond: 100_000 });
    const resumed = resume(failed.id);
    await reach('a', 'queued');
    await vscode.commands.executeCommand('hotframe.cancel', failed.id);
    assert.equal((await resumed).record.state, 'cancelled');
    await vscode.commands.executeCommand('hotframe.cancel', await idOf('b'));
    await b;
    assert.deepEqual(await readdir(folder.path), []);
  });

  it('lets no recording wait for its turn for ever, nor others for a recording', async () => {
    await limit(1);
    const live = { fragments: 5000, blocking: 1, fragmentMs: 40, targetS: 1, window: 30, startAt: 4 };
    const url = labUrl('live-window', { ...live, session });
    const recording = download({ url, output: outputOf('live'), profile: 'none' });
    const id = await idOf('live');
    await waitFor(async () => ((await readRecord(id))?.isLive === true ? true : undefined));
    const { record } = await start('a');
    assert.equal(record.state, 'complete');
    assert.equal((await readRecord(id))?.state, 'running');
    await vscode.commands.executeCommand('hotframe.pause', id);
    assert.equal((await readRecord(id))?.state, 'running', 'a recording cannot be paused');
    await waitFor(async () => (((await readRecord(id))?.progress?.fragments ?? 0) > 0 ? true : undefined));
    await vscode.commands.executeCommand('hotframe.stop', id);
    assert.equal((await recording).record.state, 'complete');
  });

  it('shows to another window what waits, as interrupted once its own is gone', async () => {
    await limit(1);
    const [a, b] = await startInOrder(['a', 'b']);
    const { jobsFolder } = await api();
    const id = await idOf('b');
    const seen = await new JobStore(jobsFolder).read(id);
    assert.equal(seen?.kind === 'job' && seen.record.state, 'queued');
    // Which the window does when it closes.
    await vscode.commands.executeCommand('hotframe.pause', id);
    await new JobStore(jobsFolder).update(id, () => ({ state: 'queued' }));
    assert.equal(await stateOf('b'), 'interrupted');
    const record = await readRecord(id);
    assert.ok(record);
    assert.equal(jobDescription(record), 'interrupted before it began');
    await b;
    await a;
    assert.equal((await resume(id)).record.state, 'complete');
    await assertWhole(['a', 'b']);
  });

  it('downloads a list: each once, to names that do not clash, and says what failed', async () => {
    const url = (name: string, options = {}): string =>
      labUrl('4k', { ...SIZE, ...PACE, session: `${session}-${name}`, ...options });
    const bad = url('bad', { fault: 'status@2;status=404' });
    await writeFile(outputOf('4k'), 'somebody else wrote this');
    const text = ['# talks', url('a'), 'no url', url('b'), url('a'), bad, url('c'), '', url('d')].join('\r\n');
    const given = { text, folder: folder.path, extension: 'ts', profile: 'none', concurrency: 1 } as const;
    const result = await vscode.commands.executeCommand<BatchResult>('hotframe.downloadList', given);
    assert.deepEqual(result.counts, { whole: 4, withGaps: 0, failed: 1, stopped: 0, cancelled: 0 });
    const names = result.records.map(({ request }) => basename(request.output));
    assert.deepEqual(names, ['4k-2.ts', '4k-3.ts', '4k-4.ts', '4k-5.ts', '4k-6.ts']);
    assert.deepEqual(
      result.records.map(({ state }) => state),
      ['complete', 'complete', 'failed', 'complete', 'complete'],
    );
    assert.equal(await readFile(outputOf('4k'), 'utf8'), 'somebody else wrote this');
    await assertWhole(['4k-2', '4k-3', '4k-5', '4k-6']);
    assert.equal((await seenBy(['a', 'b', 'c', 'd', 'bad'])).atOnce, 2);
    const again = await vscode.commands.executeCommand<BatchResult>('hotframe.downloadList', { ...given, text: bad });
    assert.equal(
      basename(again.records[0]?.request.output ?? ''),
      '4k-7.ts',
      'what failed keeps its name for a resume',
    );
  });

  it('downloads what is selected in an editor', async () => {
    const url = labUrl('4k', { ...SIZE, session });
    const document = await vscode.workspace.openTextDocument({ content: `skip\nsee <${url}>, or\n${url}\n` });
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(1, 0, 3, 0);
    const given = { folder: folder.path, extension: 'ts', profile: 'none' };
    const result = await vscode.commands.executeCommand<BatchResult>('hotframe.downloadSelection', given);
    assert.equal(result.counts.whole, 1);
    await assertWhole(['4k']);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });
});
