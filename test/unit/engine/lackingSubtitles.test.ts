import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { DownloadEvent } from '../../../src/engine/events.ts';
import type { EngineReceipt } from '../../../src/engine/receiptBook.ts';
import { startLab, type Lab, type UrlOptions } from '../../origin/lab.ts';
import { downloadTo } from './downloadTo.ts';

type Live = NonNullable<UrlOptions['live']>;

const fragments = 12;
const live: Live = { subtitles: true, blocking: true, fragmentMs: 40, window: 30, startAt: 4 };
/** From the beginning on it is over. */
const over: Live = { subtitles: true, startAt: fragments };
const fast = { limits: { tries: 2, noProgressMs: 500 } };

describe('engine: subtitles that are not there', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  function plan(events: readonly DownloadEvent[]): Extract<DownloadEvent, { type: 'planned' }> {
    const planned = events.find((event) => event.type === 'planned');
    assert.ok(planned);
    return planned;
  }

  function told({ recording }: EngineReceipt): unknown[] {
    return (recording?.subtitles ?? []).map((each) => [each.language, each.segments > 0, each.ended, each.error?.code]);
  }

  for (const [how, fault, code] of [
    ['answers 404', { kind: 'status', status: 404 }, 'HLS_PLAYLIST_STATUS'],
    ['is no playlist', { kind: 'html' }, 'HLS_PLAYLIST_NOT_HLS'],
  ] as const) {
    it(`do not keep a live stream from being recorded: a playlist that ${how}`, async () => {
      const faults = [{ ...fault, resource: 'playlist', path: 'text-de/index.m3u8' }] as const;
      const url = lab.url('live-window', { session: randomUUID(), fragments, live, faults });
      const { receipt, events, files } = await downloadTo(url, { from: 'start', subtitles: 'all', ...fast });
      assert.equal(receipt.state, 'completeWithGaps', JSON.stringify(receipt.error));
      assert.deepEqual(told(receipt), [
        ['en', true, 'endlist', undefined],
        ['de', false, 'dead', code],
      ]);
      assert.deepEqual(files, ['out.en.vtt', 'out.ts']);
      assert.equal(receipt.output?.sha256, (await lab.digest('live-window', { fragments, live })).sha256);
      assert.deepEqual([receipt.fragments.gaps, receipt.recording?.holes], [0, 0]);
      const [lost, ...others] = plan(events).lostSubtitles ?? [];
      assert.deepEqual([lost?.code, others], [code, []]);
    });

    it(`do not keep a live stream from being recorded: all their playlists, each of which ${how}`, async () => {
      const faults = ['text-en/index.m3u8', 'text-de/index.m3u8'].map((path) => ({ ...fault, path }));
      const url = lab.url('live-window', { session: randomUUID(), fragments, live, faults });
      const { receipt, files } = await downloadTo(url, { from: 'start', subtitles: 'all', ...fast });
      assert.equal(receipt.state, 'completeWithGaps', JSON.stringify(receipt.error));
      assert.deepEqual(told(receipt), [
        ['en', false, 'dead', code],
        ['de', false, 'dead', code],
      ]);
      assert.deepEqual(files, ['out.ts']);
    });
  }

  it('end the download of a stream that is over', async () => {
    const faults = [{ kind: 'status', status: 404, path: 'text-de/index.m3u8' }] as const;
    const url = lab.url('live-event', { session: randomUUID(), fragments, live: over, faults });
    const { receipt, files } = await downloadTo(url, { subtitles: 'all', ...fast });
    assert.equal(receipt.state, 'failed');
    assert.equal(receipt.error?.code, 'HLS_PLAYLIST_STATUS');
    assert.deepEqual(files, []);
  });

  for (const [what, stream, settings] of [
    ['live', 'live-window', live],
    ['over', 'live-event', over],
  ] as const) {
    it(`are said to be there when none is the default, of a stream that is ${what}`, async () => {
      const url = (): string => lab.url(stream, { session: randomUUID(), fragments, live: settings });
      const { receipt, events, files } = await downloadTo(url(), { from: 'start', subtitles: 'default' });
      assert.equal(receipt.state, 'complete', JSON.stringify(receipt.error));
      assert.deepEqual(files, ['out.ts']);
      assert.deepEqual(receipt.overlookedSubtitles, ['en', 'de']);
      assert.deepEqual(plan(events).overlookedSubtitles, ['en', 'de']);
    });

    it(`are not spoken of where nobody misses them, of a stream that is ${what}`, async () => {
      for (const subtitles of ['none', 'en', ['default', 'de']]) {
        const url = lab.url(stream, { session: randomUUID(), fragments, live: settings });
        const { receipt, events } = await downloadTo(url, { from: 'start', subtitles });
        assert.equal(receipt.state, 'complete', JSON.stringify(receipt.error));
        assert.equal(receipt.overlookedSubtitles, undefined);
        assert.equal(plan(events).overlookedSubtitles, undefined);
      }
    });
  }
});
