import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { startLab, type Lab, type StreamName, type UrlOptions } from '../../origin/lab.ts';
import { downloadTo, type Downloaded } from './downloadTo.ts';

describe('engine: addresses that expire', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  /** Downloads, and counts how often the first playlist was read. */
  async function bring(stream: StreamName, options: UrlOptions): Promise<Downloaded & { readings: number }> {
    const session = randomUUID();
    const url = lab.url(stream, { ...options, session });
    const downloaded = await downloadTo(url, { resume: false, concurrency: 4 });
    const requests = await lab.requests(session);
    return { ...downloaded, readings: requests.filter(({ path }) => path === `/${stream}/index.m3u8`).length };
  }

  for (const tokens of ['fresh', 'server'] as const) {
    for (const stream of ['small', 'aes-rotation', 'fmp4-aes', 'multivariant'] as const) {
      it(`are read again once per expiry: ${stream}, ${tokens} tokens`, async () => {
        const { receipt, events, readings } = await bring(stream, { tokens, tokenUses: 10 });
        assert.equal(receipt.output?.sha256, (await lab.digest(stream)).sha256, receipt.error?.message);
        // Fragments, keys and maps of both streams, ten for each reading; refused ones are asked for again.
        const renewed = events.filter(({ type }) => type === 'renewed').length;
        assert.equal(readings, renewed + 1);
        assert.ok(renewed >= 2 && renewed <= 8, `${renewed} times`);
      });
    }
  }

  it('end the download when the playlist cannot be read again, and say so', async () => {
    const faults: UrlOptions['faults'] = [{ kind: 'status', status: 403, index: 9 }];
    const { receipt, readings } = await bring('small', { faults });
    assert.equal(receipt.error?.code, 'HLS_FRAGMENT_STATUS');
    assert.match(receipt.error.message, /^Fragment 10 of 24: the origin answered 403/);
    assert.ok(readings <= 6, `${readings} readings`);
  });

  it('tell no address when they are read again', async () => {
    const { receipt, events } = await bring('small', { tokens: 'fresh', tokenUses: 10, query: { secret: 'hidden' } });
    assert.equal(receipt.state, 'complete');
    assert.doesNotMatch(JSON.stringify([receipt, events]), /hidden|pass=[0-9a-f]/);
  });
});
