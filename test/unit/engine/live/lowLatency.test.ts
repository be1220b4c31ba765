import assert from 'node:assert/strict';
import { decideParts, hintedPart, type PartsDecision } from '../../../../src/engine/live/lowLatency.ts';
import type { Part, PreloadHint } from '../../../../src/engine/playlist/model.ts';
import { playlist, usualBase, type Listed } from './playlists.ts';

const window = { from: 1, to: 4, targetDurationS: 4 };

describe('decideParts', () => {
  const rows: [name: string, listed: Listed, canBlock: boolean, why: PartsDecision['why']][] = [
    ['a list that is held until it has a further part', { ...window, partTargetS: 1 }, true, 'blocking'],
    ['one whose parts are as long as fragments', { ...window, partTargetS: 4 }, true, 'blocking'],
    ['a list that is polled and has parts of half a fragment', { ...window, partTargetS: 2 }, false, 'faster'],
    ['a list that is polled and has longer parts', { ...window, partTargetS: 2.1 }, false, 'slow'],
    ['a list without parts', window, true, 'none'],
    ['parts that last no time', { ...window, partTargetS: 0 }, true, 'none'],
    ['a stream that is over', { ...window, partTargetS: 1, hasEnd: true }, true, 'over'],
    ['I-frames', { ...window, partTargetS: 1, isIframesOnly: true }, true, 'I-frames'],
  ];
  for (const [name, listed, canBlock, why] of rows) {
    const areUsed = why === 'blocking' || why === 'faster';
    it(`${areUsed ? 'takes' : 'leaves'} the parts of ${name}`, () => {
      assert.deepEqual(decideParts(playlist(listed), canBlock), { areUsed, why });
    });
  }
});

describe('hintedPart', () => {
  const own: Part = { url: `${usualBase}4.0.ts`, durationS: 1, isIndependent: true, gap: false };
  const range: Part = { ...own, url: `${usualBase}4.ts`, byteRange: { offset: 0, length: 100 } };
  const hint: PreloadHint = { type: 'PART', url: `${usualBase}4.1.ts`, start: 0 };
  const rows: [name: string, hints: PreloadHint[], parts: Part[], found: ReturnType<typeof hintedPart>][] = [
    ['a resource where parts are resources', [hint], [own], { url: hint.url }],
    ['nothing without a hint', [], [own], undefined],
    ['nothing of a resource of which parts are ranges', [{ ...hint, url: range.url }], [range], undefined],
    ['nothing of the next such resource', [{ ...hint, url: `${usualBase}5.ts` }], [range], undefined],
    ['nothing where there is no part to judge by', [hint], [], undefined],
    ['nothing from a place on to an end that nobody knows', [{ ...hint, start: 100 }], [own], undefined],
    ['nothing that is listed as a part already', [{ ...hint, url: own.url }], [own], undefined],
    [
      'a range whose length is told',
      [{ ...hint, url: range.url, start: 100, length: 50 }],
      [range],
      { url: range.url, byteRange: { offset: 100, length: 50 } },
    ],
    ['nothing of no length', [{ ...hint, length: 0 }], [own], undefined],
    [
      'the first of several, of its type',
      [{ ...hint, type: 'MAP' }, hint, { ...hint, url: 'x' }],
      [own],
      { url: hint.url },
    ],
  ];
  for (const [name, preloadHints, parts, found] of rows) {
    it(`finds ${name}`, () => {
      assert.deepEqual(hintedPart(playlist({ ...window, parts, preloadHints })), found);
    });
  }

  it('judges by the parts of the last fragment where the next one has not begun', () => {
    const details = { 4: { parts: [own] } };
    assert.deepEqual(hintedPart(playlist({ ...window, details, preloadHints: [hint] })), { url: hint.url });
  });
});
