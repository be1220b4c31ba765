import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { startLab, type Fault, type Lab, type StreamName, type UrlOptions } from '../../../origin/lab.ts';
import { downloadTo, type Downloaded } from '../downloadTo.ts';
import { shortLimits } from './limits.ts';

/** Strikes the first playlist from its second reading on. */
const later = (kind: Fault['kind'], settings: Partial<Fault> = {}): Fault => ({
  kind,
  path: '/index.m3u8',
  after: 1,
  ...settings,
});

describe('engine: tokens that expire while the playlist changes', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  async function bring(stream: StreamName, options: UrlOptions): Promise<Downloaded & { readings: number }> {
    const session = randomUUID();
    const url = lab.url(stream, { tokens: 'fresh', tokenUses: 8, ...options, session });
    const downloaded = await downloadTo(url, { limits: shortLimits, concurrency: 2, resume: false });
    const readings = (await lab.requests(session)).filter(({ path }) => path === `/${stream}/index.m3u8`).length;
    return { ...downloaded, readings };
  }

  const harmless: [string, StreamName, Fault, number][] = [
    ['a live window that has lost what we have', 'small', later('playlist-moves', { delta: 2 }), 3],
    ['keys that come again', 'aes-iv', later('playlist-moves', { delta: 2 }), 4],
    ['the variants in another order', 'multivariant', later('playlist-reorder'), 7],
  ];
  for (const [what, stream, fault, most] of harmless) {
    it(`goes on with ${what}`, async () => {
      const { receipt, readings } = await bring(stream, { faults: [fault] });
      assert.equal(receipt.output?.sha256, (await lab.digest(stream)).sha256, receipt.error?.message);
      assert.ok(readings >= 3 && readings <= most + 1, `${readings} readings`);
    });
  }

  it('reads once for a whole window of refused fragments', async () => {
    const session = randomUUID();
    const url = lab.url('small', { tokens: 'server', tokenUses: 12, session, latencyMs: 100 });
    const { receipt } = await downloadTo(url, { limits: shortLimits, concurrency: 12, resume: false });
    assert.equal(receipt.output?.sha256, (await lab.digest('small')).sha256, receipt.error?.message);
    const requests = await lab.requests(session);
    assert.ok(requests.filter(({ fault }) => fault === 'token').length > 2);
    assert.equal(requests.filter(({ path }) => path.endsWith('.m3u8')).length, 2);
  });

  it('takes 401 for the same', async () => {
    const { receipt } = await bring('small', { tokenStatus: 401 });
    assert.equal(receipt.output?.sha256, (await lab.digest('small')).sha256, receipt.error?.message);
  });

  it('takes a token that is good for a time only', async () => {
    const { receipt, readings } = await bring('small', { tokenUses: 1000, tokenMs: 150, latencyMs: 40 });
    assert.equal(receipt.output?.sha256, (await lab.digest('small')).sha256, receipt.error?.message);
    assert.ok(readings >= 2, `${readings} readings`);
  });

  it('says which fragment a live window has lost', async () => {
    const { receipt, files } = await bring('small', { faults: [later('playlist-moves', { delta: 20 })] });
    assert.equal(receipt.state, 'failed');
    assert.match(receipt.error?.message ?? '', /^Fragment \d+ of 24\b/);
    assert.deepEqual(files, []);
  });

  it('does not take another fragment for the one that it wants', async () => {
    for (const kind of ['playlist-drops', 'playlist-inserts'] as const) {
      const { receipt, files } = await bring('small', { faults: [later(kind, { at: 2 })] });
      assert.equal(receipt.state, 'failed', kind);
      assert.deepEqual(files, []);
    }
  });

  it('gives up when the playlist itself is refused', async () => {
    const { receipt, files, readings } = await bring('small', { faults: [later('status', { status: 403 })] });
    assert.equal(receipt.state, 'failed');
    assert.match(receipt.error?.message ?? '', /403/);
    assert.ok((receipt.error?.hint ?? '').length > 0);
    assert.deepEqual(files, []);
    assert.ok(readings <= 4, `${readings} readings`);
  });

  it('gives up when no token is ever good', async () => {
    const { receipt, readings } = await bring('small', { tokenUses: 0 });
    assert.equal(receipt.error?.code, 'HLS_FRAGMENT_STATUS');
    assert.ok(readings <= 7, `${readings} readings`);
  });
});
