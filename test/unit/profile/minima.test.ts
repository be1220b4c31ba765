import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Minima } from '../../../src/profile/minima.ts';

const values = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 3000 });

describe('minima', () => {
  it('find what a search of the whole array finds', () => {
    fc.assert(
      fc.property(values, fc.nat(2999), fc.nat(2999), fc.nat(6), (list, one, other, limit) => {
        const minima = new Minima(Uint32Array.from(list));
        const from = Math.min(one, list.length - 1);
        const to = Math.min(other, list.length);
        const next = list.findIndex((value, at) => at >= from && value <= limit);
        assert.equal(minima.next(from, limit), next < 0 ? list.length : next);
        assert.equal(
          minima.previous(from, limit),
          list.findLastIndex((value, at) => at <= from && value <= limit),
        );
        assert.equal(minima.between(from, to), Math.min(Infinity, ...list.slice(from, to)));
      }),
      { numRuns: 200 },
    );
  });

  it('hold nothing of an empty array', () => {
    const minima = new Minima(new Uint32Array(0));
    assert.equal(minima.next(0, 9), 0);
    assert.equal(minima.between(0, 0), Infinity);
  });
});
