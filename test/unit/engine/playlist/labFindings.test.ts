import assert from 'node:assert/strict';
import type { Lab, LiveSettings } from '../../../origin/lab.ts';
import { startLab } from '../../../origin/lab.ts';
import { STREAM_NAMES, streamOf } from '../../../origin/streams/catalogue.ts';
import type { StreamName } from '../../../origin/streams/catalogue.ts';
import { readPlaylist } from '../../../../src/engine/playlist/read.ts';

/** What the streams that are there to be refused are rightly found to have. */
const EXPECTED: Partial<Record<StreamName, string[]>> = {
  'keys-many': ['drm-key-format'],
  'drm-fairplay': ['drm-key-format'],
  'drm-widevine': ['drm-key-format'],
  'drm-playready': ['drm-key-format'],
  'drm-clearkey-mixed': ['drm-key-format'],
  'vod-no-end': ['vod-without-end'],
  'hostile-bom-crlf': ['byte-order-mark'],
};

/** No playlists at all, or none that is ever read to its end. */
const NO_PLAYLISTS: ReadonlySet<StreamName> = new Set([
  'html',
  'no-extm3u',
  'blank',
  'empty',
  'live-window',
  'live-event',
]);

function codesOf(text: string, url: string): string[] {
  const { findings } = readPlaylist(text, url, { imports: { edition: 'night' } });
  return [...new Set(findings.map(({ code }) => code))];
}

describe('findings in playlists that are good', () => {
  for (const name of STREAM_NAMES.filter((name) => !NO_PLAYLISTS.has(name))) {
    it(`${name}: ${EXPECTED[name]?.join() ?? 'none'}`, () => {
      const { resources } = streamOf(name, { fragments: 4 });
      const texts = [...resources].flatMap(([path, { kind, body }]) =>
        kind === 'playlist' && typeof body === 'string' ? [{ path, body }] : [],
      );
      assert.ok(texts.length > 0);
      const codes = texts.flatMap(({ path, body }) => codesOf(body, `https://lab.example/${path}?edition=night`));
      assert.deepEqual([...new Set(codes)], EXPECTED[name] ?? []);
    });
  }

  describe('of broadcasts', () => {
    let lab: Lab;
    before(async () => (lab = await startLab()));
    after(() => lab.close());

    const lowLatency: LiveSettings = { parts: true, blocking: true, skip: true, dates: true, window: 20, startAt: 30 };
    const forms: [name: string, live: LiveSettings, query: string][] = [
      ['a sliding window', { startAt: 9 }, ''],
      ['low latency in fMP4 across a discontinuity', { ...lowLatency, mp4: true, discontinuity: [25] }, ''],
      ['encrypted', { startAt: 9, aes: true, dates: true }, ''],
      ['a delta update', lowLatency, '_HLS_skip=YES'],
    ];
    for (const [name, live, query] of forms) {
      it(name, async () => {
        const url = new URL(lab.url('live-window', { live }));
        for (const [key, value] of new URLSearchParams(query)) url.searchParams.set(key, value);
        const text = await (await fetch(url)).text();
        assert.equal(text.includes('#EXT-X-SKIP'), query !== '', text);
        assert.deepEqual(codesOf(text, url.href), [], text);
      });
    }
  });
});
