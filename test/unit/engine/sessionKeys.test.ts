import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { startLab, type Fault, type Lab } from '../../origin/lab.ts';
import { downloadTo } from './downloadTo.ts';

describe('engine: session keys', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  async function download(faults: readonly Fault[] = [], latencyMs = 0) {
    const session = randomUUID();
    const { receipt, events } = await downloadTo(lab.url('session-key', { session, faults, latencyMs }), {
      resume: false,
    });
    const requests = await lab.requests(session);
    const keys = requests.filter(({ path }) => path.endsWith('.bin'));
    return { receipt, events, requests, keys };
  }

  it('are fetched beside the media playlist, and for the fragments no second time', async () => {
    const { receipt, requests, keys } = await download([], 100);
    assert.equal(receipt.state, 'complete', JSON.stringify(receipt.error));
    assert.equal(receipt.output?.sha256, (await lab.digest('session-key')).sha256);
    assert.equal(keys.length, 1);
    const playlist = requests.find(({ path }) => path.endsWith('360p/index.m3u8'));
    assert.ok((keys[0]?.atMs ?? Infinity) < (playlist?.overMs ?? 0), 'before the playlist is there');
  });

  for (const fault of [
    { kind: 'status', status: 503, resource: 'key', times: 1 },
    { kind: 'html', resource: 'key', times: 1 },
    { kind: 'reset-before', resource: 'key', times: 1 },
  ] satisfies Fault[]) {
    it(`are fetched when they are needed where that fails: ${fault.kind}`, async () => {
      const { receipt, keys, events } = await download([fault]);
      assert.equal(receipt.state, 'complete', JSON.stringify(receipt.error));
      assert.equal(receipt.output?.sha256, (await lab.digest('session-key')).sha256);
      assert.equal(keys.length, 2);
      assert.equal(events.filter(({ type }) => type === 'retry').length, 0);
    });
  }

  it('fail the download only where a fragment lacks one', async () => {
    const { receipt } = await download([{ kind: 'status', status: 404, resource: 'key' }]);
    assert.equal(receipt.error?.code, 'HLS_KEY_STATUS');
    assert.equal(receipt.error.fragment, 0);
  });
});
