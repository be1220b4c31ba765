import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { startLab, type Lab, type StreamName } from '../../origin/lab.ts';
import { DATE_RANGES } from '../../origin/streams/tags.ts';
import { downloadTo } from './downloadTo.ts';

const streams: Partial<Record<StreamName, { fragments?: number }>> = {
  '4k': { fragments: 8 },
  tiny: { fragments: 200 },
  fmp4: {},
  'fmp4-maps': {},
  'fmp4-byterange': {},
  'fmp4-aes': {},
  'fmp4-aes-clear-map': {},
  byterange: {},
  'byterange-implicit': {},
  'aes-iv': {},
  'aes-sequence': {},
  'aes-rotation': {},
  'aes-none': {},
  discontinuity: {},
  gap: {},
  'sample-aes-ts': {},
  'sample-aes-fmp4': {},
};

/** What the playlist is about, not the way of the bytes: once is enough. */
const playlists: StreamName[] = [
  'define',
  'keys-many',
  'maps-many',
  'redundant',
  'session-key',
  'steering',
  'bitrate',
  'daterange',
  'iframes',
];

describe('engine: every stream of the lab', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  for (const [name, options] of Object.entries(streams) as [StreamName, object][]) {
    for (const write of ['streaming', 'buffered'] as const) {
      for (const concurrency of [1, 4, 16]) {
        it(`${name}, ${write}, ${concurrency} at once, is what the lab says`, async () => {
          const { sha256, bytes } = await lab.digest(name, options);
          const { receipt, files } = await downloadTo(lab.url(name, options), { write, concurrency });
          assert.equal(receipt.error, undefined);
          assert.equal(receipt.output?.sha256, sha256);
          assert.equal(receipt.output.bytes, bytes);
          assert.deepEqual(files, ['out.ts']);
        });
      }
    }
  }

  for (const name of playlists) {
    it(`${name} is what the lab says`, async () => {
      const { receipt } = await downloadTo(lab.url(name));
      assert.equal(receipt.state, 'complete', JSON.stringify(receipt.error));
      assert.equal(receipt.output?.sha256, (await lab.digest(name)).sha256);
    });
  }

  it('takes a recording without an end tag, but does not call it whole', async () => {
    const { receipt } = await downloadTo(lab.url('vod-no-end'));
    assert.equal(receipt.state, 'completeWithGaps', JSON.stringify(receipt.error));
    assert.equal(receipt.isEndMissing, true);
    assert.equal(receipt.output?.sha256, (await lab.digest('vod-no-end')).sha256);
  });

  for (const name of ['drm-fairplay', 'drm-widevine', 'drm-playready', 'drm-clearkey-mixed'] as const) {
    it(`${name} is refused before a fragment is fetched, by the name of its system`, async () => {
      const { receipt } = await downloadTo(lab.url(name, { session: name }));
      assert.equal(receipt.error?.code, 'HLS_PLAYLIST_DRM');
      assert.match(receipt.error.message, /FairPlay|Widevine|PlayReady|ClearKey/);
      assert.ok((await lab.requests(name)).every(({ path }) => path.endsWith('.m3u8')));
    });
  }

  it('lists date ranges in the receipt', async () => {
    const { receipt } = await downloadTo(lab.url('daterange'));
    assert.deepEqual(receipt.dateRanges?.map(({ id }) => id).sort(), DATE_RANGES.map(({ ID }) => ID).sort());
  });

  it('counts the gaps of a playlist', async () => {
    const { receipt } = await downloadTo(lab.url('gap'));
    assert.equal(receipt.state, 'completeWithGaps');
    assert.ok(receipt.fragments.gaps > 0);
    assert.equal(receipt.fragments.fetched + receipt.fragments.gaps, receipt.fragments.total);
  });

  it('downloads over TLS, HTTP/1.1 and HTTP/2, with the certificate authority given', async () => {
    const ca = await readFile(lab.caPath, 'utf8');
    const { sha256 } = await lab.digest('small');
    for (const http of ['1.1', '2'] as const) {
      const { receipt } = await downloadTo(lab.url('small', { secure: true, session: `tls-${http}` }), { ca, http });
      assert.equal(receipt.output?.sha256, sha256, receipt.error?.message);
      const protocols = new Set((await lab.requests(`tls-${http}`)).map(({ protocol }) => protocol));
      assert.deepEqual([...protocols], [http === '2' ? 'h2' : 'http/1.1']);
    }
  });

  it('trusts no certificate that nobody vouches for', async () => {
    const { receipt, files } = await downloadTo(lab.url('small', { secure: true }));
    assert.equal(receipt.error?.code, 'HLS_PLAYLIST_TLS');
    assert.deepEqual(files, []);
  });

  it('tells of each fragment where it lies in the file', async () => {
    const { receipt, events } = await downloadTo(lab.url('fmp4'), { concurrency: 4 });
    let offset = receipt.perFragment[0]?.offset ?? -1;
    assert.ok(offset > 0, 'the init segment lies in front');
    for (const fragment of receipt.perFragment) {
      assert.equal(fragment.offset, offset);
      assert.match(fragment.checksum ?? '', /^(?:crc32:[0-9a-f]{8}|gmac:[0-9a-f]{32})$/);
      offset += fragment.bytes;
    }
    assert.equal(offset, receipt.output?.bytes);
    assert.equal(events.filter(({ type }) => type === 'fragment').length, receipt.fragments.total);
  });
});
