import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { whenAborted } from '../../../../src/engine/transport/aborting.ts';
import { Roll } from '../../../../src/engine/transport/roll.ts';

describe('engine/transport: what comes and goes', () => {
  it('is on the roll until it is removed', () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.nat({ max: 9 })), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (list) => {
        const roll = new Roll<number>();
        const expected = new Set<number>();
        for (const [isAdded, item] of list) {
          if (!isAdded) assert.equal(roll.remove(item), expected.delete(item));
          else if (!expected.has(item)) {
            roll.add(item);
            expected.add(item);
          }
          assert.equal(roll.size, expected.size);
          assert.deepEqual([...roll].sort(), [...expected].sort());
        }
      }),
    );
  });

  it('is gone through as it was, also when all of it goes meanwhile', () => {
    const roll = new Roll<string>();
    for (const item of ['a', 'b', 'c']) roll.add(item);
    const seen: string[] = [];
    for (const item of roll) {
      seen.push(item);
      for (const each of roll) roll.remove(each);
    }
    assert.deepEqual(seen, ['a', 'b', 'c']);
  });

  it('hears of an abort once, unless it has been forgotten', () => {
    const aborting = new AbortController();
    const told: string[] = [];
    const forget = whenAborted(aborting.signal, () => told.push('forgotten'));
    whenAborted(aborting.signal, () => told.push('first'));
    whenAborted(aborting.signal, () => told.push('second'));
    forget();
    aborting.abort();
    aborting.abort();
    assert.deepEqual(told.sort(), ['first', 'second']);
  });

  it('keeps one listener at a signal, and none once nobody is left', () => {
    const { signal } = new AbortController();
    for (let round = 0; round < 2; round++) {
      const forgets = [1, 2, 3].map(() => whenAborted(signal, () => undefined));
      assert.equal(getEventListeners(signal, 'abort').length, 1);
      for (const forget of [...forgets, ...forgets]) forget();
      assert.equal(getEventListeners(signal, 'abort').length, 0);
    }
  });
});
