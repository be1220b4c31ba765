import assert from 'node:assert/strict';
import { startLab, type Lab } from '../../origin/lab.ts';
import { downloadTo } from './downloadTo.ts';

describe('engine: concurrency', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  const shape = { fragments: 60, fragmentBytes: 200_000 };

  it('is chosen as the download goes on, and the receipt says how', async () => {
    const url = lab.url('4k', { ...shape, latencyMs: 40, bytesPerSecond: 1_000_000 });
    const { receipt } = await downloadTo(url);
    assert.equal(receipt.output?.sha256, (await lab.digest('4k', shape)).sha256);
    const { start, peak, end, decisions } = receipt.concurrency ?? assert.fail('no trace');
    assert.deepEqual([start, decisions[0]?.width, decisions[0]?.why], [6, 6, 'start']);
    assert.equal(decisions[1]?.why, 'faster');
    assert.ok(peak >= 12 && peak <= 32);
    assert.equal(end, decisions.at(-1)?.width);
    const times = decisions.map(({ ms }) => ms);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
  });

  it('is what was asked for, without a trace', async () => {
    const session = 'fixed';
    const url = lab.url('4k', { fragments: 12, fragmentBytes: 50_000, latencyMs: 20, mostAtOnce: 3, session });
    const { receipt } = await downloadTo(url, { concurrency: 3 });
    assert.equal(receipt.state, 'complete');
    assert.equal(receipt.concurrency, undefined);
    assert.equal(receipt.fragments.retries, 0);
  });

  it('goes back to what an origin takes that refuses more, and hardly asks for more', async () => {
    const session = 'crowded';
    const url = lab.url('4k', { ...shape, latencyMs: 40, bytesPerSecond: 2_000_000, mostAtOnce: 6, session });
    const { receipt } = await downloadTo(url);
    assert.equal(receipt.output?.sha256, (await lab.digest('4k', shape)).sha256);
    const refused = (await lab.requests(session)).filter(({ status }) => status === 429);
    assert.ok(refused.length >= 1 && refused.length <= 12, `${refused.length} were refused`);
    const { decisions, end } = receipt.concurrency ?? assert.fail('no trace');
    assert.ok(decisions.some(({ why }) => why === 'refused'));
    assert.ok(end <= 6, `${end}`);
  });

  it('ends well where only one request at a time is taken', async () => {
    const few = { fragments: 16, fragmentBytes: 50_000 };
    const { receipt } = await downloadTo(lab.url('4k', { ...few, latencyMs: 10, mostAtOnce: 1 }));
    assert.equal(receipt.output?.sha256, (await lab.digest('4k', few)).sha256);
  });

  it('ends well without memory for what comes too early', async () => {
    const url = lab.url('aes-iv', { fragments: 24, latencyMs: 5 });
    const { receipt } = await downloadTo(url, { reorderMemoryBytes: 0 });
    assert.equal(receipt.output?.sha256, (await lab.digest('aes-iv', { fragments: 24 })).sha256);
  });
});
