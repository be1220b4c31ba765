import assert from 'node:assert/strict';
import { startLab, type Fault, type Lab } from '../../../origin/lab.ts';
import { downloadTo } from '../downloadTo.ts';
import { shortLimits } from './limits.ts';

describe('engine: bounds', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  it('refuse a body that is larger than its duration justifies, whatever it announces', async () => {
    for (const kind of ['endless', 'wrong-length'] as const) {
      const url = lab.url('small', { faults: [{ kind, index: 9, delta: 10_000_000 }] });
      const { receipt, files } = await downloadTo(url, { limits: shortLimits, resume: false });
      assert.equal(receipt.error?.code, 'HLS_FRAGMENT_TOO_LARGE', kind);
      assert.deepEqual(files, []);
    }
  });

  it('go by the bandwidth that the variant declares', async () => {
    // 400 kbit/s for 1.92 s are 96 kB; the fragments are of 60 kB.
    const bring = async (bandwidthMargin: number) => {
      const limits = { fragmentBytes: 1, bandwidthMargin };
      return (await downloadTo(lab.url('multivariant'), { variant: '360p', limits, resume: false })).receipt;
    };
    assert.equal((await bring(4)).state, 'complete');
    assert.equal((await bring(0.5)).error?.code, 'HLS_FRAGMENT_TOO_LARGE');
  });

  it('allow one request for what the origin does not have', async () => {
    for (const status of [404, 410]) {
      const session = `gone ${status}`;
      const url = lab.url('small', { session, faults: [{ kind: 'status', status, index: 3 }] });
      const { receipt } = await downloadTo(url, { limits: shortLimits });
      assert.equal(receipt.error?.code, 'HLS_FRAGMENT_STATUS');
      assert.equal((await lab.requests(session)).filter((request) => request.status === status).length, 1);
    }
  });

  it('end a fragment that always answers and never comes, over all its tries', async () => {
    // Each try is given up for its rate only, and the origin never says no.
    const limits = { ...shortLimits, tries: 1000, noProgressMs: 2500 };
    for (const fault of [
      { kind: 'slow', everyMs: 20, index: 3 },
      { kind: 'status', status: 503, index: 3 },
      { kind: 'reset-before', index: 3 },
    ] satisfies Fault[]) {
      const startMs = performance.now();
      const { receipt } = await downloadTo(lab.url('small', { faults: [fault] }), { limits, resume: false });
      const tookMs = performance.now() - startMs;
      assert.equal(receipt.state, 'failed');
      assert.match(receipt.error?.message ?? '', /^Fragment 4 of 24/);
      assert.ok(tookMs < 6000, `${fault.kind}: ${tookMs} ms`);
    }
  });
});
