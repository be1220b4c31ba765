import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Receipt } from '../../src/engine/receipt.ts';
import type { JobRecord } from '../../src/jobs/record.ts';
import type { DownloadResult, LiveState } from '../../src/shell/download.ts';
import type { DownloadArguments } from '../../src/shell/downloadFlow.ts';
import { concurrencyLines } from '../../src/shell/concurrencyLines.ts';
import { missingText, placeLines, placesText } from '../../src/shell/gapSentences.ts';
import { childrenOf, toItem } from '../../src/shell/jobItems.ts';
import { pathwayLines } from '../../src/shell/pathwaySentences.ts';
import { recordingLines, salvagedText } from '../../src/shell/recordingSentences.ts';
import { completionText, jobDescription, liveText, spokenText, stateText } from '../../src/shell/sentences.ts';
import { download, extension, hashOf, useFolder, waitFor } from './extension.ts';
import { labDigest, labUrl } from './lab.ts';

/** Listed as fast as the origin can; no polling. */
const STREAM = { fragments: 50, blocking: 1, fragmentMs: 40, targetS: 1 };
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
    const { listJobs } = await extension().activate();
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

  it('is over when nothing new has come for as long as was asked for', async () => {
    const { record: job, exitCode } = await record({ dies: 1 }, { deadAfter: 1 });
    assert.deepEqual([job.receipt?.recording?.ended, job.request.deadAfterS, exitCode], ['dead', 1, 6]);
  });

  it('is begun anew after an interruption, and what it had is saved', async () => {
    const { listJobs } = await extension().activate();
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
    // A fragment behind one that is not there yet is of no use.
    const digests = await Promise.all(
      [kept - 2, kept - 1].map((to) => labDigest('live-window', { ...ENDLESS, session, to })),
    );
    assert.ok(digests.some(({ sha256 }) => sha256 === saved));
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
    const { jobsFolder } = await extension().activate();
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

describe('the words of a recording', () => {
  const job = {
    title: 'lecture',
    state: 'running',
    isLive: true,
    createdAt: '2026-01-02T03:04:05.000Z',
    request: { url: 'https://a.example/x.m3u8', output: '/tmp/lecture.ts', settings: { profile: 'none' } },
    progress: { fragments: 21, fragmentsTotal: 21, bytes: 5e6, bytesPerSecond: 5e6, remainingS: 0 },
    profiles: [],
  } as unknown as JobRecord;
  const live: LiveState = {
    phase: 'fetching',
    waitUntilMs: undefined,
    resumedFragments: undefined,
    hasPlaylistChanged: false,
    recording: { isStopping: false, outages: new Map() },
    salvaged: [],
    muxedShare: undefined,
  };

  it('tell its time, its fragments and its speed, no share and no time left', () => {
    const running = { ...job, startedAt: new Date(Date.now() - 42_500).toISOString() };
    const text = 'recording 0:42 · 21 fragments · 5.0 MB/s';
    assert.equal(liveText(running, live), text);
    assert.equal(jobDescription(running, live), text);
    assert.equal(jobDescription(running), text, 'in another window, too');
    assert.equal(spokenText(running, live), `lecture, ${text}`);
  });

  it('tell an outage and a stop', () => {
    const outages = new Map([['main', Date.now() - 12_500]]);
    const waiting = { ...live, recording: { isStopping: false, outages } };
    assert.equal(liveText(job, waiting), 'waiting for the playlist since 0:12');
    assert.equal(spokenText(job, waiting), 'lecture, recording, waiting for the playlist since 0:12');
    const stopping = { ...live, recording: { isStopping: true, outages } };
    assert.equal(liveText(job, stopping), 'stopping, what is on its way still comes in');
  });

  function ended(gaps: number, recording: Partial<NonNullable<Receipt['recording']>>): JobRecord {
    const receipt = {
      fragments: { total: 25, fetched: 25 - gaps, resumed: 0, gaps, declaredGaps: 0, retries: 0 },
      bytes: { payload: 5e6, received: 5e6 },
      wallMs: 42_000,
      recording: { ended: 'endlist', holes: gaps, holeS: 2 * gaps, outages: 0, resets: 0, ...recording },
    };
    return { ...job, state: 'completeWithGaps', receipt } as unknown as JobRecord;
  }

  it('say that the end may be missing of a stream that fell silent', () => {
    const silent = ended(0, { ended: 'dead' });
    assert.equal(stateText(silent), 'complete, perhaps without its end');
    assert.equal(
      completionText(silent),
      'lecture.ts is complete, perhaps without its end: 25 fragments, 5.0 MB in 42.0 s. ' +
        'The stream fell silent and never said that it was over, so its end may be missing.',
    );
    assert.match(completionText(ended(4, { ended: 'dead' })), /complete with 4 gaps: .*its end may be missing\.$/);
    assert.doesNotMatch(completionText(ended(4, {})), /silent/);
    const { receipt, ...rest } = silent;
    const { recording, ...listed } = receipt!;
    assert.ok(recording);
    const cut = { ...rest, receipt: { ...listed, isEndMissing: true as const } };
    assert.match(completionText(cut), /perhaps without its end: .* does not say that it is over, so the end may be/);
  });

  it('tell how much of the finished file is made', () => {
    assert.equal(liveText(job, { ...live, phase: 'finishing', muxedShare: 0.43 }), 'making the file, 43 %');
  });

  it('list holes, outages and new numbers in the receipt', () => {
    const seen = { ended: 'stopped', holes: 1, holeS: 2, outages: 2, resets: 1 } as const;
    assert.deepEqual(recordingLines(seen), [
      'Recorded until it was stopped.',
      '1 fragment (2.0 s) left the playlist before it was seen.',
      '2 times the playlist could not be read for a while.',
      'Once the numbers of the playlist began anew.',
    ]);
    assert.equal(recordingLines({ ended: 'dead', holes: 0, holeS: 0, outages: 0, resets: 0 }).length, 1);
  });

  it('tell what came part by part, and from where', () => {
    const seen = { ended: 'stopped', holes: 0, holeS: 0, outages: 0, resets: 0 } as const;
    const parts = { fragments: 12, parts: 48, refetched: 1 };
    assert.deepEqual(recordingLines({ ...seen, parts }).slice(1), [
      '12 fragments came part by part, while they were made (48 parts). 1 fragment had to be fetched as a whole after all.',
    ]);
    assert.equal(recordingLines({ ...seen, parts: { fragments: 0, parts: 0, refetched: 0 } }).length, 1);
    const first = { pathway: 'A', atMs: 0 };
    assert.deepEqual(pathwayLines([first]), []);
    const moves = [
      { pathway: 'B', atMs: 1234, why: 'failure' },
      { pathway: 'A', atMs: 65_000, why: 'steering' },
    ] as const;
    assert.deepEqual(pathwayLines([first, ...moves]), [
      'Fetched from the pathway A at first.',
      'After 1.2 s from B, because the one before failed.',
      'After 1:05 from A, as the steering server wanted.',
    ]);
    const many = Array.from({ length: 13 }, () => moves[0]);
    assert.equal(pathwayLines([first, ...many]).at(-1), 'The pathway changed 3 more times.');
  });

  it('tell how the number of transfers at once was chosen', () => {
    const decisions = [
      { ms: 0, width: 4, why: 'start' },
      { ms: 1234, width: 8, why: 'faster', mbps: 412 },
    ] as const;
    const trace = { start: 4, peak: 8, end: 8, decisions: [...decisions] };
    assert.deepEqual(concurrencyLines(trace), [
      'Transfers at once: 4 at first, 8 at the end, 8 at most.',
      '    0.0 s    4  start',
      '    1.2 s    8  faster, 412.0 Mbit/s',
    ]);
    assert.equal(concurrencyLines({ ...trace, omitted: 7 }).at(-1), '7 changes are left out.');
    assert.deepEqual(concurrencyLines({ ...trace, decisions: [decisions[0]] }), []);
    assert.deepEqual(concurrencyLines(undefined), []);
  });

  it('tell three places of gaps, and how many more there are', () => {
    const place = { stream: 'main', durationS: 7.68, fragments: 4, reason: 'missing' } as const;
    const places = [38.4, 80, 3600.5].map((startS) => ({ ...place, startS }));
    assert.equal(placesText(places), '0:38–0:47, 1:20–1:28, 1:00:00–1:00:09');
    assert.equal(placesText([...places, ...places]), `${placesText(places)} and 3 more`);
    assert.equal(missingText([{ ...place, stream: 'audio.de', startS: 0 }]), 'Missing: 0:00–0:08 (audio.de).');
    assert.equal(missingText([]), '');
    assert.deepEqual(placeLines([{ ...place, startS: 2, durationS: 2, fragments: 1, reason: 'declared' }]), [
      '0:02–0:04: 1 fragment, marked in the playlist as a gap',
    ]);
    const rest = { ...place, startS: 2.5, durationS: 0, fragments: 1 };
    assert.deepEqual(placeLines([rest]), ['0:02: 1 fragment, only its first parts could be had']);
  });

  it('say where the part before an interruption is', () => {
    const text = salvagedText(job, { path: '/tmp/lecture.1.ts', bytes: 5e6 });
    assert.match(text, /^lecture\.ts is recorded anew\. .* saved as lecture\.1\.ts \(5\.0 MB\)\.$/);
  });
});
