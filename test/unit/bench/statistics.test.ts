import assert from 'node:assert/strict';
import { estimateRatio, isSwapped, median, rotate, summarize } from '../../bench/statistics.ts';

describe('bench statistics', () => {
  it('takes the middle value, or the mean of the middle two', () => {
    assert.equal(median([3, 10, 1]), 3);
    assert.equal(median([10, 1, 2, 3]), 2.5);
    assert.equal(median([2, 10, 9]), 9, 'sorted as numbers, not as text');
    assert.throws(() => median([]), RangeError);
  });

  it('summarises without changing the list', () => {
    const values = [3, 1, 2];
    assert.deepEqual(summarize(values), { median: 2, min: 1, max: 3 });
    assert.deepEqual(values, [3, 1, 2]);
    assert.equal(summarize([]), undefined);
  });

  it('puts another program first in each round', () => {
    const programs = ['a', 'b', 'c'];
    assert.deepEqual(
      [0, 1, 2, 3].map((round) => rotate(programs, round).join('')),
      ['abc', 'bca', 'cab', 'abc'],
    );
    assert.deepEqual(rotate([], 2), []);
  });

  it('orders pairs AB, BA, AB, BA', () => {
    assert.deepEqual([0, 1, 2, 3].map(isSwapped), [false, true, false, true]);
  });

  it('gives no interval below six pairs', () => {
    assert.deepEqual(estimateRatio([1, 1, 1], [2, 2, 2]), { ratio: 2 });
  });

  it('estimates the ratio of the second arm to the first with an interval around it', () => {
    const a = [1, 1, 1, 1, 1, 1];
    const b = [1.01, 1.02, 1.03, 1.04, 1.05, 1.06];
    const { ratio, interval } = estimateRatio(a, b);
    assert.ok(Math.abs(ratio - 1.035) < 0.0005, `${ratio}`);
    assert.ok(interval);
    // Six pairs reject only the extreme sum: the interval spans the smallest and the largest difference.
    assert.ok(Math.abs(interval.low - 1.01) < 1e-9 && Math.abs(interval.high - 1.06) < 1e-9, JSON.stringify(interval));
  });

  it('is not moved far by one wild pair', () => {
    const a = [1, 1, 1, 1, 1, 1, 1];
    assert.ok(estimateRatio(a, [1, 1, 1, 1, 1, 1, 50]).ratio < 1.01);
  });

  it('refuses what has no ratio', () => {
    assert.throws(() => estimateRatio([1], [1, 2]), RangeError);
    assert.throws(() => estimateRatio([], []), RangeError);
    assert.throws(() => estimateRatio([0], [1]), RangeError);
  });
});
