import assert from 'node:assert/strict';
import { PARTS } from '../../origin/live/clock.ts';
import { formatLive, parseLive } from '../../origin/live/settings.ts';
import { textCuts, textIndexOf, textViewAt, type TextSettings } from '../../origin/live/textCuts.ts';
import { viewAt, type Course } from '../../origin/live/timeline.ts';

const course: Course = { fragments: 10, window: 4 };
const settings: TextSettings = { textS: 3, textCutS: 1 };

describe('live subtitles of the lab that are cut at places of their own', () => {
  const listed = (fragments: number, more: TextSettings = {}, changes: Partial<Course> = {}) => {
    const changed = { ...course, ...changes };
    const position = fragments * PARTS;
    return textViewAt({ ...settings, ...more }, changed, position, viewAt(changed, position));
  };

  it('are cut there, and where times or numbers start again', () => {
    const ends = (more: Partial<Course>) => textCuts(settings, { ...course, ...more }).map(({ endS }) => endS);
    assert.deepEqual(ends({}), [1, 4, 7, 10, 13, 16, 19, 19.2]);
    assert.deepEqual(ends({ discontinuity: [5], reset: [5] }), [1, 4, 7, 9.6, 10, 13, 16, 19, 19.2]);
    const cuts = textCuts(settings, course);
    assert.ok(cuts.every(({ startS }, place) => startS === (cuts[place - 1]?.endS ?? 0)));
  });

  it('are listed once the media has got there, sooner where they lead and later where they lag', () => {
    // 5.76 seconds of media.
    assert.equal(listed(3).end, 2);
    assert.equal(listed(3, { textLeadS: 1.3 }).end, 3);
    assert.equal(listed(3, { textLeadS: -1.8 }).end, 1);
    assert.deepEqual([listed(10, { textLeadS: -9 }).end, listed(10).hasEnded], [8, true]);
  });

  it('leave the window, and count anew where the media does', () => {
    // Of 13 seconds those since 5.32.
    assert.deepEqual([listed(7).first, listed(7).mediaSequence], [3, 3]);
    assert.equal(listed(7, { textAhead: 700 }).mediaSequence, 703);
    const reset = { reset: [5] };
    assert.deepEqual([listed(5, {}, reset).first, listed(5, {}, reset).end], [2, 4]);
    assert.deepEqual([listed(6, {}, reset).first, listed(6, {}, reset).mediaSequence], [4, 0]);
    assert.equal(textIndexOf(settings, { ...course, ...reset }, 1, 5), 5);
    assert.equal(listed(9, {}, { discontinuity: [4] }).discontinuitySequence, 1);
  });

  it('are read from a query as they were written', () => {
    const live = { textS: 1.5, textCutS: 0.4, textLeadS: -1.25, textAhead: 700, clockRan: [500, 49_700] };
    assert.deepEqual(parseLive(new URLSearchParams(formatLive(live))), live);
    for (const query of ['textS=0', 'textS=2&lost=3-4', 'subtitles=1&clockRan=5']) {
      assert.throws(() => parseLive(new URLSearchParams(query)), RangeError);
    }
  });
});
