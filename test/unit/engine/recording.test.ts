import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { download } from '../../../src/engine/download.ts';
import { Interruption } from '../../../src/engine/errors.ts';
import type { DownloadEvent } from '../../../src/engine/events.ts';
import type { EngineReceipt } from '../../../src/engine/receiptBook.ts';
import type { DownloadRequest } from '../../../src/engine/request.ts';
import { startLab, type Lab, type UrlOptions } from '../../origin/lab.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

type Live = NonNullable<UrlOptions['live']>;

/** Listed as fast as the origin can; no polling. */
const blocking: Live = { blocking: true, fragmentMs: 40, targetS: 1 };
/** A window that outlives the poll of a second. */
const polled: Live = { fragmentMs: 60, window: 40, startAt: 10, targetS: 1 };
const fragments = 50;

describe('engine: recording live streams', () => {
  let lab: Lab;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  before(async () => (lab = await startLab()));
  after(() => lab.close());
  beforeEach(async () => (folder = await temporaryFolder()));
  afterEach(() => folder[Symbol.asyncDispose]());

  interface Recorded {
    receipt: EngineReceipt;
    events: DownloadEvent[];
    session: string;
  }

  interface Settings extends Partial<DownloadRequest> {
    options?: UrlOptions;
    onEvent?: (event: DownloadEvent, ending: { stop: AbortController; abort: AbortController }) => void;
  }

  async function bring(
    stream: 'live-window' | 'live-event',
    live: Live,
    { onEvent, options, ...settings }: Settings = {},
  ): Promise<Recorded> {
    const session = randomUUID();
    const url = lab.url(stream, { session, fragments, live, ...options });
    const ending = { stop: new AbortController(), abort: new AbortController() };
    const events: DownloadEvent[] = [];
    const output = path.join(folder.path, 'out.ts');
    const receipt = await download(
      { url, output, sha256: true, perFragment: true, from: 'start', deadAfterS: 5, ...settings },
      {
        signal: ending.abort.signal,
        stop: ending.stop.signal,
        onEvent: (event) => {
          events.push(event);
          onEvent?.(event, ending);
        },
      },
    );
    return { receipt, events, session };
  }

  const whole: [string, 'live-window' | 'live-event', Live][] = [
    ['a list that grows, polled', 'live-event', { fragmentMs: 60, targetS: 1 }],
    ['a window, polled', 'live-window', polled],
    ['a window whose reloads block', 'live-window', blocking],
    ['delta updates', 'live-event', { ...blocking, skip: true }],
    ['a window of fMP4', 'live-window', { ...blocking, mp4: true }],
    ['an encrypted window', 'live-window', { ...blocking, aes: true }],
    ['a discontinuity', 'live-window', { ...blocking, discontinuity: [20] }],
    ['parts', 'live-window', { ...blocking, parts: true }],
    ['readings of the past now and then', 'live-window', { ...polled, stale: 3 }],
    ['numbers that begin anew', 'live-window', { ...blocking, reset: [25] }],
    ['an outage shorter than the window', 'live-window', { ...polled, outage: [[20, 30]] }],
  ];
  for (const [name, stream, live] of whole) {
    it(`holds all of ${name}`, async () => {
      const { receipt, events } = await bring(stream, live);
      assert.equal(receipt.state, 'complete', JSON.stringify([receipt.error, receipt.recording]));
      assert.equal(receipt.recording?.ended, 'endlist');
      const digest = await lab.digest(stream, { fragments, live });
      assert.equal(receipt.output?.sha256, digest.sha256);
      assert.equal(receipt.fragments.total, receipt.fragments.fetched);
      assert.ok(events.some((event) => event.type === 'planned' && event.isLive));
      assert.deepEqual(await readdir(folder.path), ['out.ts']);
    });
  }

  it('records separate audio beside the video', async () => {
    const { receipt } = await bring('live-window', { ...blocking, audio: true });
    assert.equal(receipt.state, 'complete', JSON.stringify(receipt.error));
    assert.deepEqual(await readdir(folder.path), ['out.en.ts', 'out.ts']);
    assert.equal(receipt.perFragment.filter(({ stream }) => stream === 'audio.en').length, fragments);
  });

  it('goes on with fresh addresses after the numbers have begun anew', async () => {
    const live: Live = { ...polled, audio: true, reset: [25], discontinuity: [35] };
    const tokens = { tokens: 'fresh', tokenUses: 5 } as const;
    const { receipt, events, session } = await bring('live-window', live, { audio: 'none', options: tokens });
    assert.equal(receipt.state, 'complete', JSON.stringify([receipt.error, receipt.gapPlaces]));
    assert.equal(receipt.recording?.resets, 1);
    assert.ok(events.filter(({ type }) => type === 'renewed').length >= 3);
    // What came and went between two readings of the follower, it could not know of.
    const only = receipt.perFragment.map(({ url }): [number, number] => {
      const index = Number(/f(\d{6})\.ts/.exec(url)?.[1]);
      return [index, index];
    });
    assert.ok(only.length >= 30);
    assert.equal(receipt.output?.sha256, (await lab.digest('live-window', { fragments, live, only })).sha256);
    const refused = (await lab.requests(session)).filter(({ index, status }) => index !== undefined && status === 403);
    assert.ok(refused.length < 3 * fragments, `${refused.length} requests for fragments were refused`);
  });

  it('counts what left the window unseen', async () => {
    const { receipt, events } = await bring('live-window', { ...blocking, lost: [[20, 23]] });
    assert.equal(receipt.state, 'completeWithGaps');
    assert.equal(receipt.recording?.holes, 4);
    const { total, fetched, gaps } = receipt.fragments;
    assert.deepEqual([total, fetched, gaps], [fragments, fragments - 4, 4]);
    const [hole, ...others] = events.filter(({ type }) => type === 'hole');
    assert.equal(others.length, 0);
    const before = receipt.perFragment.filter(({ sequence }) => sequence < 20);
    const startS = before.reduce((sum, { durationS = NaN }) => sum + durationS, 0);
    const place = { stream: 'main', startS: rounded(startS), durationS: 3.84, fragments: 4, reason: 'unseen' };
    assert.ok(before.length > 0 && hole?.type === 'hole' && rounded(hole.startS) === place.startS);
    assert.deepEqual(receipt.gapPlaces, [place]);
    const behind = receipt.perFragment.find(({ sequence }) => sequence > 20);
    assert.equal(behind?.startS, rounded(startS + 3.84));
  });

  it('finishes the file when it is stopped', async () => {
    const { receipt } = await bring('live-window', blocking, {
      onEvent: (event, { stop }) => {
        if (event.type === 'fragment' && event.receipt.index === 15) stop.abort();
      },
    });
    assert.equal(receipt.state, 'complete');
    assert.equal(receipt.recording?.ended, 'stopped');
    assert.ok(receipt.fragments.fetched >= 16 && receipt.fragments.fetched < fragments);
    const to = receipt.fragments.fetched - 1;
    assert.equal(receipt.output?.sha256, (await lab.digest('live-window', { fragments, live: blocking, to })).sha256);
  });

  it('ends after the duration that was asked for', async () => {
    const { receipt } = await bring('live-window', blocking, { durationS: 8 });
    assert.equal(receipt.recording?.ended, 'duration');
    const seconds = receipt.fragments.fetched * (receipt.perFragment.length > 0 ? 1 : 0);
    assert.ok(seconds >= 4 && seconds < fragments, `${seconds} fragments`);
  });

  it('finishes what there is of a stream that dies, and does not call it whole', async () => {
    const { receipt } = await bring('live-window', { ...blocking, dies: true }, { deadAfterS: 1 });
    assert.equal(receipt.recording?.ended, 'dead');
    assert.equal(receipt.state, 'completeWithGaps');
    assert.equal(receipt.fragments.fetched, fragments);
  });

  it('saves what an interrupted recording left before the next one begins', async () => {
    const interrupted = await bring('live-window', blocking, {
      onEvent: (event, { abort }) => {
        if (event.type === 'fragment' && event.receipt.index === 15) abort.abort(new Interruption());
      },
    });
    const kept = interrupted.receipt.kept?.fragments ?? 0;
    assert.ok(kept >= 16);
    const { receipt, events } = await bring('live-window', blocking, { durationS: 2 });
    assert.equal(receipt.recording?.ended, 'duration');
    assert.deepEqual(await readdir(folder.path), ['out.1.ts', 'out.ts']);
    const saved = createHash('sha256')
      .update(await readFile(path.join(folder.path, 'out.1.ts')))
      .digest('hex');
    const digests = await Promise.all(
      [kept - 2, kept - 1].map((to) => lab.digest('live-window', { fragments, live: blocking, to })),
    );
    assert.ok(digests.some(({ sha256 }) => sha256 === saved));
    assert.ok(events.some(({ type }) => type === 'salvaged'));
  });
});

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
