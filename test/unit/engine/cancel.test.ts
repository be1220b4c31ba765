import assert from 'node:assert/strict';
import { startLab, type Lab } from '../../origin/lab.ts';
import { downloadTo } from './downloadTo.ts';

describe('engine: cancellation', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  const moments = {
    'in the middle of the fragments': { stream: '4k', options: { fragments: 40, bytesPerSecond: 4_000_000 } },
    'while the first fragment does not answer': { stream: 'small', options: { slowFirstMs: 60_000 } },
  } as const;

  for (const [moment, { stream, options }] of Object.entries(moments)) {
    it(`${moment} ends within 200 ms and leaves nothing`, async () => {
      const cancelling = new AbortController();
      let cancelledMs = 0;
      const { receipt, files } = await downloadTo(lab.url(stream, options), {}, cancelling.signal, (event) => {
        if (event.type !== 'progress' || event.bytes === 0 || cancelledMs > 0) return;
        cancelledMs = performance.now();
        cancelling.abort();
      });
      const tookMs = performance.now() - cancelledMs;
      assert.equal(receipt.state, 'cancelled');
      assert.equal(receipt.error, undefined);
      assert.deepEqual(files, []);
      assert.ok(tookMs < 200, `it took ${tookMs} ms`);
    });
  }

  it('before the playlist has come leaves nothing either', async () => {
    const url = lab.url('small', { faults: [{ kind: 'no-headers', resource: 'playlist' }] });
    const { receipt, files } = await downloadTo(url, {}, AbortSignal.timeout(100));
    assert.equal(receipt.state, 'cancelled');
    assert.deepEqual(files, []);
  });
});
