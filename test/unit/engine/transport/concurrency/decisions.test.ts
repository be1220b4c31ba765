import assert from 'node:assert/strict';
import { DecisionLog } from '../../../../../src/engine/transport/concurrency/decisions.ts';

describe('engine/transport: decisions about concurrency', () => {
  it('are kept, with where they began, how far they went and where they ended', () => {
    const log = new DecisionLog();
    assert.equal(log.trace(), undefined);
    log.add({ ms: 0, width: 6, why: 'start' });
    log.add({ ms: 50, width: 12, why: 'faster', mbps: 100 });
    log.add({ ms: 90, width: 3, why: 'refused' });
    assert.deepEqual(log.trace(), {
      start: 6,
      peak: 12,
      end: 3,
      decisions: [
        { ms: 0, width: 6, why: 'start' },
        { ms: 50, width: 12, why: 'faster', mbps: 100 },
        { ms: 90, width: 3, why: 'refused' },
      ],
    });
  });

  it('take bounded room: the first and the last ones stay', () => {
    const log = new DecisionLog();
    for (let ms = 0; ms < 1_000; ms++) log.add({ ms, width: ms === 500 ? 32 : 1 + (ms % 8), why: 'probe' });
    const trace = log.trace();
    assert.equal(trace?.decisions.length, 64);
    assert.equal(trace.omitted, 936);
    assert.equal(trace.peak, 32);
    assert.equal(trace.end, 8);
    assert.deepEqual([trace.decisions[47]?.ms, trace.decisions[48]?.ms, trace.decisions[63]?.ms], [47, 984, 999]);
  });
});
