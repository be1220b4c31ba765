import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { download } from '../../../src/engine/download.ts';
import type { DownloadEvent } from '../../../src/engine/events.ts';
import type { EngineReceipt } from '../../../src/engine/receiptBook.ts';
import type { DownloadRequest } from '../../../src/engine/request.ts';
import { startLab, type DigestOptions, type Lab, type UrlOptions } from '../../origin/lab.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { cuesIn, expected } from './shownCues.ts';

type Live = NonNullable<UrlOptions['live']>;

const fragments = 46;
/** Fragments of media until the clock's 33 bits are used up: so many less a few, and it happens on the way. */
const wrap = Math.floor(2 ** 33 / (1.92 * 90_000));

/** Nothing but the clock says where the text belongs: no dates, other numbers, cut at other places than the media. */
const base: Live = { subtitles: true, blocking: true, fragmentMs: 40, window: 30, startAt: 24, textAhead: 700 };
const lagging: Live = { ...base, textS: 1.92, textCutS: 1.344, clockRan: [500, 31_000, 7] };
const leading: Live = { ...base, textS: 1.5, textCutS: 0.4, textLeadS: 1.1, clockRan: [500, 31_000, 7] };
const longer: Live = { ...base, textS: 4.1, textCutS: 1.344, targetS: 3, durationS: 1.92, clockRan: [90] };

/** The fragment that was joined. */
function firstOf({ perFragment }: EngineReceipt): number {
  return perFragment[0]?.sequence ?? 0;
}

describe('engine: the times of live subtitles that are cut at other places than the media', () => {
  let lab: Lab;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  before(async () => (lab = await startLab()));
  after(() => lab.close());
  beforeEach(async () => (folder = await temporaryFolder()));
  afterEach(() => folder[Symbol.asyncDispose]());

  interface Recorded {
    receipt: EngineReceipt;
    session: string;
  }

  async function record(
    live: Live,
    settings: Partial<DownloadRequest> = {},
    onEvent: (event: DownloadEvent, stop: AbortController) => void = () => undefined,
  ): Promise<Recorded> {
    const session = randomUUID();
    const url = lab.url('live-window', { session, fragments, live });
    const output = path.join(folder.path, 'out.ts');
    const stop = new AbortController();
    const receipt = await download(
      { url, output, from: 'start', subtitles: 'all', deadAfterS: 5, perFragment: true, ...settings },
      { signal: new AbortController().signal, stop: stop.signal, onEvent: (event) => onEvent(event, stop) },
    );
    return { receipt, session };
  }

  /** Holds the files against what the lab says is right: every cue, to the millisecond. */
  async function check(live: Live, digest: DigestOptions = {}): Promise<void> {
    const { outputs } = await lab.digest('live-window', { fragments, live, ...digest });
    for (const language of ['en', 'de']) {
      const file = await readFile(path.join(folder.path, `out.${language}.vtt`), 'utf8');
      const cues = expected(outputs?.cues?.[language]);
      assert.ok(cues.length > 5, `${cues.length} cues`);
      assert.deepEqual(cuesIn(file), cues);
    }
  }

  function checkWhole(receipt: EngineReceipt): void {
    const told = JSON.stringify([receipt.error, receipt.recording]);
    assert.equal(receipt.state, 'complete', told);
    assert.deepEqual(
      receipt.recording?.subtitles?.map(({ holes, error }) => [holes, error]),
      [
        [0, undefined],
        [0, undefined],
      ],
      told,
    );
  }

  const manners: [string, Live][] = [
    ['that lags', lagging],
    ['that leads', leading],
    ['of longer segments', longer],
    ['of fMP4', { ...lagging, mp4: true }],
    ['whose clock wraps on the way', { ...lagging, clockRan: [wrap - 34] }],
    ['whose clock wraps just before', { ...lagging, clockRan: [wrap - 19] }],
  ];
  for (const [name, live] of manners) {
    it(`are exact, joined at the edge, of text ${name}`, async () => {
      const { receipt } = await record(live, { from: 'edge' });
      const from = firstOf(receipt);
      assert.ok(from > 15, `from ${from}`);
      checkWhole(receipt);
      await check(live, { from });
    });
  }

  const breaks: [string, Live][] = [
    ['a discontinuity with a clock of its own', { discontinuity: [31, 39] }],
    ['a discontinuity behind which the clock wraps', { discontinuity: [31], clockRan: [3, wrap - 4] }],
    ['numbers that begin anew', { reset: [32] }],
    ['numbers that begin anew at a discontinuity', { reset: [32], discontinuity: [32] }],
    ['an outage', { blocking: false, targetS: 1, durationS: 1.92, fragmentMs: 60, outage: [[30, 38]] }],
  ];
  for (const [name, more] of breaks) {
    for (const [manner, live] of [
      ['lags', { ...lagging, ...more }],
      ['leads', { ...leading, ...more }],
    ] as const) {
      it(`are exact over ${name}, of text that ${manner}`, async () => {
        const { receipt } = await record(live, { from: 'edge' });
        const from = firstOf(receipt);
        checkWhole(receipt);
        await check(live, { from });
      });
    }
  }

  it('leave out what went before a discontinuity that the recording begins behind', async () => {
    for (const manner of [lagging, leading]) {
      const live = { ...manner, discontinuity: [20] };
      const { receipt } = await record(live, { from: 'edge' });
      const from = firstOf(receipt);
      assert.ok(from >= 20 && from <= 22, `from ${from}`);
      await check(live, { from });
    }
  });

  for (const [manner, live] of [
    ['lags', lagging],
    ['lags by more than a segment', { ...lagging, textLeadS: -1.5 }],
    ['leads', leading],
  ] as const) {
    it(`are exact up to where the recording was stopped, of text that ${manner}`, async () => {
      const { receipt } = await record(live, { from: 'edge' }, (event, stop) => {
        if (event.type === 'fragment' && event.receipt.index === 12) stop.abort();
      });
      const from = firstOf(receipt);
      assert.equal(receipt.recording?.ended, 'stopped');
      checkWhole(receipt);
      await check(live, { from, to: from + receipt.fragments.fetched - 1 });
    });
  }
});
