import assert from 'node:assert/strict';
import type { Effect } from '../../../src/evidence/effects.ts';
import { alarmsOf, isAlarm, type RealTest } from '../../bench/realAlarms.ts';

function effect(low: number, high: number): Effect {
  const interval = { low, high, confidence: 0.955 };
  return { metric: 'wall', pairs: 12, baseline: 1, candidate: 1, ratio: Math.sqrt(low * high), alpha: 0.045, interval };
}

function tests(alarms: number, count: number): RealTest[] {
  return Array.from({ length: count }, (_, index) => ({
    wall: index < alarms ? effect(1.01, 1.1) : effect(0.97, 1.02),
    ...{ cpu: effect(0.99, 1.01), verdict: '', noisyPairs: 0 },
  }));
}

describe('real tests of what is the same', () => {
  it('raise an alarm when the whole interval lies on one side', () => {
    assert.deepEqual(
      [
        [1.001, 1.2],
        [0.8, 0.999],
        [0.9, 1.1],
      ].map(([low, high]) => isAlarm(effect(low!, high!))),
      [true, true, false],
    );
    const { metric, pairs, baseline, candidate, ratio, alpha } = effect(1.1, 1.2);
    assert.equal(isAlarm({ metric, pairs, baseline, candidate, ratio, alpha }), false);
  });

  it('may raise three of twenty, by each metric', () => {
    assert.deepEqual(alarmsOf(tests(3, 20), 'wall'), { alarms: 3, most: 3, isMet: true });
    assert.deepEqual(alarmsOf(tests(4, 20), 'wall'), { alarms: 4, most: 3, isMet: false });
    assert.deepEqual(alarmsOf(tests(4, 20), 'cpu'), { alarms: 0, most: 3, isMet: true });
    assert.deepEqual(alarmsOf(tests(1, 2), 'wall'), { alarms: 1, most: 0, isMet: false });
  });
});
