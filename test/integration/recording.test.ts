import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { JobRecord } from '../../src/jobs/record.ts';
import type { DownloadResult } from '../../src/shell/download.ts';
import type { DownloadArguments } from '../../src/shell/downloadFlow.ts';
import { childrenOf, toItem } from '../../src/shell/jobItems.ts';
import { completionText, jobDescription } from '../../src/shell/sentences.ts';
import { api, download, hashOf, listJobs, useFolder, waitFor } from './extension.ts';
import { labDigest, labUrl } from './lab.ts';

/** Listed as fast as the origin can, no polling; for so long that a busy machine misses nothing. */
const STREAM = { fragments: 50, blocking: 1, fragmentMs: 40, targetS: 1, window: 30, startAt: 4 };
const ENDLESS = { ...STREAM, fragments: 5000 };

describe('the recording of a live stream', () => {
  const folder = useFolder();
  let output: string;

  beforeEach(() => (output = join(folder.path, 'lecture.ts')));

  function record(
    options: Record<string, string | number> = {},
    given: Partial<DownloadArguments> = {},
  ): Promise<DownloadResult> {
    const url = labUrl('live-window', { ...STREAM, session: randomUUID(), ...options });
    return download({ url, output, from: 'start', profile: 'none', ...given });
  }

  /** The running job of this test, once it has so many fragments. */
  async function whenRecorded(fragments: number): Promise<JobRecord> {
    return waitFor(async () => {
      const jobs = (await listJobs()).flatMap((entry) => (entry.kind === 'job' ? [entry.record] : []));
      const found = jobs.find(({ request, state }) => request.output === output && state === 'running');
      return (found?.progress?.fragments ?? 0) >= fragments ? found : undefined;
    });
  }

  async function receiptText(id: string): Promise<string> {
    await vscode.commands.executeCommand('hotframe.openReceipt', id);
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    return text;
  }

  it('is whole when the stream was recorded from its start to its end', async () => {
    const { id, record: job, exitCode } = await record({}, { profile: 'cpu' });
    assert.deepEqual([job.state, job.isLive, exitCode], ['complete', true, 0], job.error?.message);
    assert.equal(job.receipt?.recording?.ended, 'endlist');
    assert.equal(await hashOf(output), (await labDigest('live-window', STREAM)).sha256);
    assert.match(completionText(job), /^lecture\.ts is whole: 50 fragments, [\d.]+ [kM]B in [\d.:]+( s)?\.$/);
    assert.match(await receiptText(id), /^Recorded until the stream was over\.$/m);
    assert.equal(job.profiles.length, 1);
    assert.deepEqual(await readdir(folder.path), ['lecture.ts']);
  });

  for (const command of ['hotframe.stop', 'hotframe.cancel']) {
    it(`is the file so far after ${command}`, async () => {
      const ended = record(ENDLESS);
      const { id } = await whenRecorded(8);
      await vscode.commands.executeCommand(command, id);
      const { record: job, exitCode } = await ended;
      assert.deepEqual([job.state, exitCode, job.receipt?.recording?.ended], ['complete', 0, 'stopped']);
      const { fetched } = job.receipt?.fragments ?? { fetched: 0 };
      assert.ok(fetched >= 8 && fetched < 5000);
      const { sha256 } = await labDigest('live-window', { ...ENDLESS, to: fetched - 1 });
      assert.equal(await hashOf(output), sha256);
      assert.match(completionText(job), new RegExp(`^lecture\\.ts is whole: ${fetched} fragments, .*\\.$`));
      assert.match(await receiptText(id), /^Recorded until it was stopped\.$/m);
    });
  }

  it('counts what left the playlist unseen', async () => {
    const { id, record: job, exitCode } = await record({ lost: '20-23' });
    assert.deepEqual([job.state, exitCode, job.receipt?.recording?.holes], ['completeWithGaps', 6, 4]);
    assert.match(completionText(job), /^lecture\.ts is complete with 4 gaps: 50 fragments, /);
    assert.match(jobDescription(job), /^complete with 4 gaps · /);
    const text = await receiptText(id);
    assert.match(text, /^4 fragments \(.*\) left the playlist before they were seen\.$/m);
    // Twenty fragments of 0.96 s are before it.
    assert.match(text, /^Not in the file:\n0:19–0:24: 4 fragments, left the playlist unseen$/m);
    assert.match(completionText(job), / Missing: 0:19–0:24\.$/);
    const gaps = childrenOf({ kind: 'job', id, folder: '', record: job }).find(({ kind }) => kind === 'gaps');
    assert.equal(gaps && toItem(gaps, undefined).accessibilityInformation?.label, 'Gaps, 0:19–0:24');
  });

  it('lasts as long as was asked for, and begins where', async () => {
    const { id, record: job } = await record({}, { duration: 8, from: 'edge' });
    assert.equal(job.receipt?.recording?.ended, 'duration');
    assert.deepEqual([job.request.durationS, job.request.from], [8, 'edge']);
    assert.ok(job.receipt.fragments.fetched < STREAM.fragments);
    assert.match(await receiptText(id), /^Recorded for as long as was asked for\.$/m);
    await assert.rejects(record({}, { duration: 0 }), /"duration"/);
    await assert.rejects(record({}, { from: 'end' as 'edge' }), /"from"/);
  });

  it('brings the subtitles that were asked for', async () => {
    const { id, record: job } = await record({ subtitles: 1 }, { subtitles: 'all' });
    assert.equal(job.state, 'complete', job.error?.message);
    const names = await readdir(folder.path);
    assert.deepEqual(names.toSorted(), ['lecture.de.vtt', 'lecture.en.vtt', 'lecture.ts']);
    assert.match(await receiptText(id), /^Subtitles \(German\): \d+ segments\.$/m);
  });

  it('is over when nothing new has come for as long as was asked for', async () => {
    const { record: job, exitCode } = await record({ dies: 1 }, { deadAfter: 1 });
    assert.deepEqual([job.receipt?.recording?.ended, job.request.deadAfterS, exitCode], ['dead', 1, 6]);
  });

  it('is begun anew after an interruption, and what it had is saved', async () => {
    const { id, session, kept } = await interruptedJob();
    const { length } = await listJobs();
    const resumed = vscode.commands.executeCommand<DownloadResult>('hotframe.resume', id, {
      url: labUrl('live-window', { ...STREAM, session: randomUUID() }),
    });
    const { id: sameId, record: job } = await resumed;
    assert.deepEqual([sameId, job.state, job.receipt?.fragments.resumed], [id, 'complete', 0], job.error?.message);
    assert.equal((await listJobs()).length, length, 'it is the same job');
    assert.deepEqual((await readdir(folder.path)).toSorted(), ['lecture.1.ts', 'lecture.ts']);
    const saved = await hashOf(join(folder.path, 'lecture.1.ts'));
    // Fragments behind one that is not there yet are of no use.
    const ends = Array.from({ length: kept }, (_, index) => index);
    const digests = await Promise.all(ends.map((to) => labDigest('live-window', { ...ENDLESS, session, to })));
    const last = digests.findIndex(({ sha256 }) => sha256 === saved);
    assert.ok(last >= 0, `not the beginning of the ${kept} fragments that were kept`);
    assert.equal(await hashOf(output), (await labDigest('live-window', STREAM)).sha256);
  });

  it('leaves what an interrupted one had to be saved by another job, too', async () => {
    await interruptedJob();
    const { record: job } = await record();
    assert.equal(job.state, 'complete');
    assert.deepEqual((await readdir(folder.path)).toSorted(), ['lecture.1.ts', 'lecture.ts']);
  });

  /** A recording whose lock somebody took away: it ends as it does when its window closes. */
  async function interruptedJob(): Promise<{ id: string; session: string; kept: number }> {
    const session = randomUUID();
    const ended = record({ ...ENDLESS, session });
    await whenRecorded(8);
    const { jobsFolder } = await api();
    const locks = join(jobsFolder, '..', 'locks');
    for (const name of await readdir(locks)) await rm(join(locks, name));
    const { id, record: job } = await ended;
    const kept = job.receipt?.kept?.fragments ?? 0;
    assert.equal(job.state, 'interrupted');
    assert.match(jobDescription(job), /^interrupted after \d+ fragments$/);
    assert.ok(kept >= 8);
    return { id, session, kept };
  }
});
