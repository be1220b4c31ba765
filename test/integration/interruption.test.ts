import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { access, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { JobRecord } from '../../src/jobs/record.ts';
import { completionText, failureText, jobDescription, spokenText, stateText } from '../../src/shell/sentences.ts';
import { download, hashOf, listJobs, readRecord, resume, useFolder } from './extension.ts';
import { lab, labDigest, labUrl, servedFragments } from './lab.ts';
import { mountVolume, type Volume } from './volume.ts';

const SIZE = { fragments: 12, fragmentBytes: 200_000 };

describe('a download that stops', () => {
  const folder = useFolder();
  let output: string;
  let session: string;

  beforeEach(() => {
    output = join(folder.path, 'keynote.ts');
    session = randomUUID();
  });

  /** The names of what is kept beside the target. */
  async function leftovers(path = folder.path): Promise<string[]> {
    return (await readdir(path)).filter((name) => name.startsWith('.hotframe-'));
  }

  /** One fragment after the other, so that what comes before the failure is there. */
  function start(options: Record<string, string | number>, path = output): ReturnType<typeof download> {
    return download({ url: labUrl('4k', { ...SIZE, session, ...options }), output: path, concurrency: 1 });
  }

  async function resumeWhole(id: string, change: Parameters<typeof resume>[1] = {}): Promise<JobRecord> {
    const { id: sameId, record, exitCode } = await resume(id, change);
    assert.deepEqual([sameId, record.state, exitCode], [id, 'complete', 0], record.error?.message);
    assert.equal(await hashOf(output), (await labDigest('4k', SIZE)).sha256);
    assert.deepEqual(await readdir(folder.path), ['keynote.ts']);
    return record;
  }

  it('at a fragment that is gone says which and what is kept, and goes on as the same job', async () => {
    const { id, folder: jobFolder, record } = await start({ fault: 'status@7*1;status=404' });
    assert.equal(record.state, 'failed');
    assert.equal(record.receipt?.kept?.fragments, 7);
    assert.match(failureText(record), /^keynote.* stopped at fragment 8 of 12: .*404.*\. 1\.4 MB are kept\. /);
    assert.match(jobDescription(record), /^Fragment 8 of 12: .*404/);
    assert.match(spokenText(record), /^keynote, failed, Fragment 8 of 12: /);
    assert.equal((await leftovers()).length, 2);
    await assert.rejects(access(output));
    const { length } = await listJobs();

    const done = await resumeWhole(id);
    const { fetched, resumed, total } = done.receipt?.fragments ?? {};
    assert.deepEqual([total, resumed], [12, 7]);
    assert.ok(fetched === 5 || fetched === 12, String(fetched));
    assert.equal((await servedFragments(session)).length, 12, 'no fragment is fetched twice');
    assert.equal((await listJobs()).length, length, 'it is the same job');
    assert.deepEqual([done.error, done.createdAt], [undefined, record.createdAt]);
    const lines = (await readFile(join(jobFolder, 'receipt.jsonl'), 'utf8')).trimEnd().split('\n');
    assert.equal(lines.length, 12);
    assert.equal(lines.filter((line) => line.includes('"resumed":true')).length, 7);
    const files = done.profiles.map(({ file }) => file);
    assert.deepEqual(files, ['engine.cpuprofile', 'engine-2.cpuprofile'], 'a profile of each run');
    assert.deepEqual((await readdir(join(jobFolder, 'profiles'))).toSorted(), files.toSorted());
  });

  it('at an expired token that cannot be renewed goes on with a new URL', async () => {
    const tokens = { tokens: 'fresh', tokenUses: 0, tokenStatus: 403 };
    const { id, record } = await start(tokens);
    assert.deepEqual([record.state, record.error?.status], ['failed', 403]);
    await resumeWhole(id, { url: labUrl('4k', { ...SIZE, session }) });
  });

  it('because the origin is down goes on when it is back', async () => {
    const { id } = await start({ fault: 'status@7;status=404' });
    const down = await resume(id, { url: lab().http.replace(/\d+$/, '9') + '/4k/index.m3u8' });
    assert.deepEqual([down.record.state, down.record.error?.code], ['failed', 'HLS_PLAYLIST_UNREACHABLE']);
    assert.match(failureText(down.record), /1\.4 MB are kept/, 'what was kept still is');
    const done = await resumeWhole(id, { url: labUrl('4k', { ...SIZE, session }) });
    // The addresses are new: one of the seven is fetched again, to see whether it is still the same.
    assert.equal(done.receipt?.fragments.resumed, 6);
  });

  it('starts over when the playlist is of another stream by now', async () => {
    const { id } = await start({ fault: 'status@7;status=404' });
    const other = { fragments: 12, fragmentBytes: 100_000 };
    const { record } = await resume(id, { url: labUrl('4k', { ...other, session }) });
    assert.deepEqual([record.state, record.receipt?.fragments.resumed], ['complete', 0], record.error?.message);
    assert.equal(await hashOf(output), (await labDigest('4k', other)).sha256);
    assert.deepEqual(await readdir(folder.path), ['keynote.ts']);
  });

  it('refuses to go on once it is over', async () => {
    const { id } = await start({});
    assert.equal(await vscode.commands.executeCommand('hotframe.resume', id), undefined);
    assert.equal((await readRecord(id))?.state, 'complete');
  });

  it('leaves its parts to nobody but Resume: a new download starts from scratch', async () => {
    await start({ fault: 'status@7*1;status=404' });
    const { record } = await start({});
    assert.equal(record.state, 'complete');
    assert.equal(record.receipt?.fragments.resumed, 0);
    assert.deepEqual(await readdir(folder.path), ['keynote.ts']);
  });

  it('takes what it kept along when it is deleted', async () => {
    const { id } = await start({ fault: 'status@7;status=404' });
    assert.equal((await leftovers()).length, 2);
    await writeFile(join(folder.path, 'other.part'), 'not ours');
    assert.equal(await vscode.commands.executeCommand('hotframe.deleteJob', id, { media: false }), true);
    assert.deepEqual(await readdir(folder.path), ['other.part']);
  });

  it('is deleted without what a later job of the same file kept', async () => {
    const first = await start({ fault: 'status@7;status=404' });
    const second = await start({ fault: 'status@3;status=404' });
    await vscode.commands.executeCommand('hotframe.deleteJob', first.id, { media: false });
    assert.equal((await leftovers()).length, 2);
    assert.equal(second.record.receipt?.kept?.fragments, 3);
    await vscode.commands.executeCommand('hotframe.deleteJob', second.id, { media: false });
    assert.deepEqual(await readdir(folder.path), []);
  });

  it('may go on without what cannot be had, and says so everywhere', async () => {
    const { id } = await start({ fault: 'status@7;status=404' });
    const { record, exitCode } = await resume(id, { allowGaps: true });
    assert.deepEqual([record.state, exitCode], ['completeWithGaps', 6]);
    assert.equal(stateText(record), 'complete with 1 gap');
    assert.match(jobDescription(record), /^complete with 1 gap · 2\.2 MB · /);
    assert.match(completionText(record), /^keynote\.ts is complete with 1 gap: 12 fragments, 2\.2 MB in /);
    await access(output);
    await vscode.commands.executeCommand('hotframe.openReceipt', id);
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.match(text, /· complete with 1 gap$/m);
    assert.match(text, /^main 7 \(0:13\): HLS_FRAGMENT_STATUS: .*404/m);
    assert.match(text, /^main +7 +\d+ +missing /m);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('counts the gaps of the playlist apart', () => {
    const texts: [number, number, string][] = [
      [1, 0, 'complete with 1 gap'],
      [1, 1, 'complete with 1 gap, marked in the playlist'],
      [3, 0, 'complete with 3 gaps'],
      [3, 1, 'complete with 3 gaps, 1 of them marked in the playlist'],
      [3, 2, 'complete with 3 gaps, 2 of them marked in the playlist'],
      [3, 3, 'complete with 3 gaps, all marked in the playlist'],
    ];
    for (const [gaps, declaredGaps, text] of texts) {
      const receipt = { fragments: { gaps, declaredGaps } } as NonNullable<JobRecord['receipt']>;
      assert.equal(stateText({ state: 'completeWithGaps', receipt }), text);
    }
  });

  it('does not stop at all where the settings allow gaps', async () => {
    const settings = vscode.workspace.getConfiguration('hotframe');
    await settings.update('allowGaps', true, vscode.ConfigurationTarget.Global);
    try {
      const { record, exitCode } = await start({ fault: 'status@7;status=404' });
      assert.deepEqual([record.state, exitCode], ['completeWithGaps', 6]);
    } finally {
      await settings.update('allowGaps', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('stops where the limits of the settings say', async () => {
    const settings = vscode.workspace.getConfiguration('hotframe');
    await settings.update('limits.firstByteSeconds', 1, vscode.ConfigurationTarget.Global);
    await settings.update('limits.tries', 1, vscode.ConfigurationTarget.Global);
    try {
      const { record } = await start({ fault: 'no-headers@2' });
      assert.deepEqual([record.error?.code, record.error?.fragment], ['HLS_FRAGMENT_TIMEOUT', 2]);
    } finally {
      await settings.update('limits.firstByteSeconds', undefined, vscode.ConfigurationTarget.Global);
      await settings.update('limits.tries', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  /** Mounts a volume in the test's folder, or skips the test and says why. */
  async function mount(test: Mocha.Context, sizeBytes: number): Promise<Volume> {
    const volume = await mountVolume(join(folder.path, 'volume'), sizeBytes);
    if (typeof volume !== 'string') return volume;
    if (test.test !== undefined) test.test.title += ` (skipped: ${volume})`;
    return test.skip();
  }

  it('because the disk is full goes on when there is room again', async function () {
    await using volume = await mount(this, 3_000_000);
    const ballast = join(volume.path, 'ballast');
    await writeFile(ballast, Buffer.alloc(1_500_000));
    const path = join(volume.path, 'keynote.ts');
    const { id, record, exitCode } = await start({}, path);
    assert.deepEqual([record.state, record.error?.code, exitCode], ['failed', 'HLS_DISK_FULL', 5]);
    assert.match(failureText(record), /no space left.*are kept/);
    await writeFile(ballast, '');
    const done = await resume(id);
    assert.deepEqual([done.record.state, done.exitCode], ['complete', 0], done.record.error?.message);
    assert.equal(await hashOf(path), (await labDigest('4k', SIZE)).sha256);
    assert.ok((done.record.receipt?.fragments.resumed ?? 0) > 0);
  });

  it('because the folder is read-only leaves nothing', async function () {
    await using volume = await mount(this, 3_000_000);
    await volume.makeReadOnly();
    const { record, exitCode } = await start({}, join(volume.path, 'keynote.ts'));
    assert.deepEqual([record.state, record.error?.code, exitCode], ['failed', 'HLS_DISK_DENIED', 5]);
    assert.deepEqual(await readdir(volume.path), []);
  });
});
