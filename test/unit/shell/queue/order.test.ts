import assert from 'node:assert/strict';
import fc from 'fast-check';
import { moveBefore, moveInOrder, type Move } from '../../../../src/shell/queue/order.ts';

const order = ['a', 'b', 'c', 'd', 'e'];

describe('the order of the queue', () => {
  const cases: [Move, string, string][] = [
    ['up', 'c', 'acbde'],
    ['up', 'a', 'abcde'],
    ['up', 'c,d', 'acdbe'],
    ['up', 'b,d', 'badce'],
    ['up', 'a,b', 'abcde'],
    ['up', 'a,b,d', 'abdce'],
    ['down', 'c', 'abdce'],
    ['down', 'e', 'abcde'],
    ['down', 'd,e', 'abcde'],
    ['down', 'b,c', 'adbce'],
    ['top', 'd', 'dabce'],
    ['top', 'd,b', 'bdace'],
    ['top', 'x', 'abcde'],
  ];
  for (const [move, moved, expected] of cases) {
    it(`moves ${moved} ${move}: ${expected}`, () => {
      assert.equal(moveInOrder(order, moved.split(','), move).join(''), expected);
    });
  }

  it('puts some of it before another one, or last', () => {
    const before = (moved: string, target?: string): string => moveBefore(order, moved.split(','), target).join('');
    assert.equal(before('d', 'b'), 'adbce');
    assert.equal(before('e,a', 'c'), 'baecd');
    assert.equal(before('b', undefined), 'acdeb');
    assert.equal(before('b', 'b'), 'acdeb');
    assert.equal(before('b', 'x'), 'acdeb');
    assert.equal(before('x', 'b'), 'abcde');
  });

  it('loses and doubles nobody', () => {
    fc.assert(
      fc.property(
        fc.subarray(order),
        fc.constantFrom<Move>('up', 'down', 'top'),
        fc.constantFrom(...order),
        (moved, move, target) => {
          assert.deepEqual(moveInOrder(order, moved, move).sort(), order);
          assert.deepEqual(moveBefore(order, moved, target).sort(), order);
        },
      ),
    );
  });
});
