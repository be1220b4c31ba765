import assert from 'node:assert/strict';
import { decidingDuration, mediaTimeProblem } from '../../../../src/engine/fragment/mediaTime/tolerance.ts';

describe('mediaTimeProblem', () => {
  const fits: [what: string, measuredS: number | undefined, extinfS: number, isWhole?: boolean][] = [
    ['the same', 1.92, 1.92],
    ['10 % less', 5.4054, 6.006],
    ['10 % more', 6.6066, 6.006],
    ['a frame or two of a short fragment', 0.12, 0.2],
    ['a rounded second', 3.45, 4],
    ['a rounded second, said to be', 3.2, 4, true],
    ['unknown', undefined, 6.006],
    ['an EXTINF that says nothing', 6, 0],
  ];
  for (const [what, measuredS, extinfS, isWhole] of fits) {
    it(`takes ${what}`, () => assert.equal(mediaTimeProblem(measuredS, extinfS, isWhole), undefined));
  }

  const problems: [measuredS: number, extinfS: number, isWhole: boolean | undefined, text: string][] = [
    [0.84, 1.92, undefined, 'it holds 0.84 s of media, its EXTINF says 1.92 s'],
    [1.7, 1.92, undefined, 'it holds 1.7 s of media, its EXTINF says 1.92 s'],
    [2.2, 1.92, undefined, 'it holds 2.2 s of media, its EXTINF says 1.92 s'],
    [3.0, 4, undefined, 'it holds 3 s of media, its EXTINF says 4 s'],
    [3.5, 4, false, 'it holds 3.5 s of media, its EXTINF says 4 s'],
    [0.021, 0.2, undefined, 'it holds 0.021 s of media, its EXTINF says 0.2 s'],
    [0, 0.04, undefined, 'there is no media time in it, its EXTINF says 0.04 s'],
    [0, 2, true, 'there is no media time in it, its EXTINF says 2 s'],
  ];
  for (const [measuredS, extinfS, isWhole, text] of problems) {
    it(text, () => assert.equal(mediaTimeProblem(measuredS, extinfS, isWhole), text));
  }
});

describe('decidingDuration', () => {
  it('is the longest where nothing is expected', () => assert.equal(decidingDuration([1, 3, 2]), 3));
  it('is the closest to what is expected', () => assert.equal(decidingDuration([0, 2.2, 1.9], 1.92), 1.9));
  it('is unknown without tracks', () => assert.equal(decidingDuration([], 1.92), undefined));
});
