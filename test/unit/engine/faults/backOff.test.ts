import assert from 'node:assert/strict';
import type { DownloadEvent } from '../../../../src/engine/events.ts';
import { startLab, type Fault, type Lab, type RequestRecord } from '../../../origin/lab.ts';
import { downloadTo } from '../downloadTo.ts';
import { shortLimits } from './limits.ts';

describe('engine: a wait that the origin asks for', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  /** The requests that came between the answer with that status and the end of the wait. */
  function duringWait(requests: readonly RequestRecord[], status: number, waitMs: number): string[] {
    const told = requests.find((request) => request.status === status);
    assert.ok(told);
    const toldMs = told.overMs ?? told.atMs;
    return requests.filter(({ atMs }) => atMs > toldMs + 100 && atMs < toldMs + waitMs - 100).map(({ path }) => path);
  }

  for (const status of [429, 503]) {
    it(`holds every request when one is told ${status}`, async () => {
      const fault: Fault = { kind: 'status', status, retryAfter: '1', index: 4, times: 1 };
      const session = `wait ${status}`;
      const url = lab.url('small', { session, faults: [fault] });
      const { receipt, events } = await downloadTo(url, { limits: shortLimits, concurrency: 2 });
      assert.equal(receipt.output?.sha256, (await lab.digest('small')).sha256);
      assert.deepEqual(duringWait(await lab.requests(session), status, 1000), []);
      assert.deepEqual(waits(events), [1000]);
    });
  }

  it('is understood as a date', async () => {
    const fault: Fault = { kind: 'status', status: 503, retryAfter: 'date+2', index: 4, times: 1 };
    const url = lab.url('small', { session: 'date', faults: [fault] });
    const { receipt, events } = await downloadTo(url, { limits: shortLimits, concurrency: 2 });
    assert.equal(receipt.state, 'complete');
    const [waitMs = 0] = waits(events);
    // An HTTP date has whole seconds.
    assert.ok(waitMs > 500 && waitMs <= 2000, String(waitMs));
    assert.deepEqual(duringWait(await lab.requests('date'), 503, waitMs), []);
  });

  it('is no lack of progress, however long it is beside the other limits', async () => {
    const fault: Fault = { kind: 'status', status: 503, retryAfter: '1', index: 4, times: 2 };
    const url = lab.url('small', { faults: [fault] });
    const { receipt } = await downloadTo(url, { limits: { ...shortLimits, noProgressMs: 700 } });
    assert.equal(receipt.state, 'complete', receipt.error?.message);
  });

  it('is not waited for when it is longer than allowed', async () => {
    const fault: Fault = { kind: 'status', status: 503, retryAfter: '301', index: 4 };
    const url = lab.url('small', { session: 'long', faults: [fault] });
    const { receipt } = await downloadTo(url, { resume: false });
    assert.equal(receipt.error?.code, 'HLS_FRAGMENT_STATUS');
    assert.equal((await lab.requests('long')).filter(({ status }) => status === 503).length, 1);
  });
});

/** Milliseconds of the waits that were announced. */
function waits(events: readonly DownloadEvent[]): number[] {
  return events.flatMap((event) => (event.type === 'retry' && event.isAnnounced ? [event.delayMs] : []));
}
