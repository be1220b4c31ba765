import assert from 'node:assert/strict';
import { parseProgress, progressAt } from '../../../src/evidence/testProgress.ts';
import { runsOf } from '../../../src/evidence/schedule.ts';
import { jitter, runTest, testHead } from './samples.ts';

describe('the progress of a test', () => {
  const record = runTest(testHead(), {
    figures: (run) => ({ wall: (run.arm === 'candidate' ? 800 : 1000) + 10 * jitter(run) }),
    noise: (run) => (run.pair === 2 && run.kind === 'timed' && run.attempt === 1 ? { foreignShare: 0.5 } : {}),
  });
  const order = { kind: 'timed', arm: 'candidate' } as const;
  const after = (runs: number) => progressAt(order, { head: record.head, entries: runsOf(record).slice(0, runs) });

  it('has an estimate from the first pair on, and where it lies from the sixth', () => {
    assert.deepEqual(after(2), { doing: 'timed', arm: 'candidate', metric: 'wall', pairsDone: 0, noisyRuns: 0 });
    const first = after(4);
    assert.ok(first.ratio !== undefined && Math.abs(first.ratio - 0.8) < 0.02 && first.interval === undefined);
    const sixth = after(2 + 12 + 1);
    assert.deepEqual([sixth.pairsDone, sixth.noisyRuns], [6, 1]);
    const { low = NaN, high = NaN } = sixth.interval ?? {};
    assert.ok(low < 0.8 + 0.02 && high > 0.8 - 0.02 && high < 0.9);
  });

  it('comes back from its line, and no other line is taken for it', () => {
    const lines = [after(15), { doing: 'waiting', pid: 42 } as const];
    for (const progress of lines) assert.deepEqual(parseProgress(JSON.stringify(progress)), progress);
    for (const line of ['', 'Stopped.', '{"schema":1}', '{"doing":"timed","arm":"cand']) {
      assert.equal(parseProgress(line), undefined);
    }
  });
});
