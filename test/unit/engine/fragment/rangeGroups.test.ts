import assert from 'node:assert/strict';
import { joinsGroup, type Rangeable } from '../../../../src/engine/fragment/rangeGroups.ts';

describe('engine/fragment: ranges that come in one request', () => {
  const at = (offset: number, length: number, url = 'a'): Rangeable => ({ url, byteRange: { offset, length } });
  const kB = 1000;
  const table: [string, Rangeable[], Rangeable, number, number, boolean][] = [
    ['the next one', [at(0, 10 * kB)], at(10 * kB, 10 * kB), 1000, 4, true],
    ['one behind a hole', [at(0, 10 * kB)], at(11 * kB, 10 * kB), 1000, 4, false],
    ['one before it', [at(10 * kB, 10 * kB)], at(0, 10 * kB), 1000, 4, false],
    ['the same one', [at(0, 10 * kB)], at(0, 10 * kB), 1000, 4, false],
    ['one of another resource', [at(0, 10 * kB)], at(10 * kB, 10 * kB, 'b'), 1000, 4, false],
    ['one that is all of a resource', [at(0, 10 * kB)], { url: 'a' }, 1000, 4, false],
    ['one after all of a resource', [{ url: 'a' }], at(0, 10 * kB), 1000, 4, false],
    ['a large one', [at(0, 10 * kB)], at(10 * kB, 300 * kB), 1000, 4, false],
    ['one after a large one', [at(0, 300 * kB)], at(300 * kB, 10 * kB), 1000, 4, false],
    [
      'one within the size of a request',
      [0, 1, 2, 3, 4, 5, 6, 7].map((i) => at(i * 200 * kB, 200 * kB)),
      at(1600 * kB, 200 * kB),
      1000,
      4,
      true,
    ],
    [
      'one beyond it',
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => at(i * 200 * kB, 200 * kB)),
      at(2000 * kB, 200 * kB),
      1000,
      4,
      false,
    ],
    ['one of few', [at(0, 10 * kB)], at(10 * kB, 10 * kB), 30, 4, false],
    ['one of enough', [at(0, 10 * kB)], at(10 * kB, 10 * kB), 31, 4, true],
    ['one of enough for fewer connections', [at(0, 10 * kB)], at(10 * kB, 10 * kB), 7, 1, true],
    ['one more than there are enough of', [0, 1, 2].map((i) => at(i * kB, kB)), at(3 * kB, kB), 45, 4, false],
  ];
  for (const [what, group, next, waiting, width, isJoining] of table) {
    it(`${isJoining ? 'take in' : 'leave out'} ${what}`, () => {
      assert.equal(joinsGroup(group, next, waiting, width), isJoining);
    });
  }
});
