import assert from 'node:assert/strict';
import { applyDelta, canTakeDelta, skipDirectiveFor } from '../../../../src/engine/live/delta.ts';
import { deltaOf, playlist } from './playlists.ts';

const map = { url: 'https://cdn.example/init.mp4', keys: [] };
const otherMap = { url: 'https://cdn.example/other.mp4', keys: [] };
const key = { method: 'AES-128', keyFormat: 'identity', url: 'https://cdn.example/k', iv: '0'.repeat(32) };

describe('applyDelta', () => {
  const details = {
    10: { map },
    11: { map, discontinuity: true },
    ...Object.fromEntries([12, 13, 14, 15].map((sequence) => [sequence, { map }])),
    16: { map, discontinuity: true },
    17: { map },
  };
  const before = playlist({ from: 10, to: 15, discontinuitySequence: 3, details });
  const after = playlist({ from: 11, to: 17, discontinuitySequence: 3, details });

  it('makes the list whole: fragments, init segment in force, discontinuities, places', () => {
    const whole = applyDelta(before, deltaOf(after, 3));
    assert.deepEqual(whole, after);
  });

  it('lets an init segment of the delta take over', () => {
    const delta = deltaOf(after, 3);
    const fragments = delta.fragments.map((fragment) =>
      fragment.sequence === 16 ? { ...fragment, map: otherMap } : fragment,
    );
    const whole = applyDelta(before, { ...delta, fragments });
    assert.deepEqual(
      whole?.fragments.map((fragment) => fragment.map),
      [map, map, map, map, map, otherMap, otherMap],
    );
  });

  it('keeps the date ranges that a v2 update leaves out, without those that are gone, and joins what is new of one', () => {
    const range = (id: string, more: object = {}) => ({ id, attributes: {}, ...more });
    const known = { ...before, dateRanges: [range('gone'), range('kept', { durationS: 1 }), range('open')] };
    const news = [range('open', { durationS: 2, attributes: { CUE: 'PRE' } }), range('new')];
    const delta = { ...deltaOf(after, 3), dateRanges: news, removedDateRanges: ['gone', 'unknown'] };
    const whole = applyDelta(known, delta, 'v2');
    assert.deepEqual(whole?.dateRanges, [range('kept', { durationS: 1 }), ...news]);
    assert.equal('removedDateRanges' in whole, false);
    assert.deepEqual(applyDelta(known, delta, 'YES')?.dateRanges, news, 'the others are all listed');
    assert.equal(applyDelta(before, deltaOf(after, 3), 'v2')?.dateRanges, undefined);
  });

  it('asks for as much to be left out as is offered', () => {
    const offer = { canBlockReload: false, canSkipUntilS: 36, canSkipDateRanges: true };
    assert.equal(skipDirectiveFor({ ...before, serverControl: offer }), 'v2');
    assert.equal(skipDirectiveFor({ ...before, serverControl: { ...offer, canSkipDateRanges: false } }), 'YES');
    assert.equal(skipDirectiveFor(before), 'YES');
  });

  it('leaves a whole list as it is', () => {
    assert.equal(applyDelta(before, after), after);
    assert.equal(applyDelta(before, { ...after, skipped: 0 })?.fragments, after.fragments);
  });

  it('refuses what does not fit', () => {
    const older = playlist({ from: 14, to: 15 });
    assert.equal(applyDelta(older, deltaOf(after, 3)), undefined, 'it skips what was never seen');
    assert.equal(
      applyDelta(playlist({ from: 10, to: 12 }), deltaOf(after, 3)),
      undefined,
      'it skips more than was seen',
    );
    const other = playlist({ from: 11, to: 17, base: 'https://cdn.example/other/', details });
    assert.equal(applyDelta(before, deltaOf(other, 3)), undefined, 'it lists other fragments');
    const shifted = { ...deltaOf(after, 3), mediaSequence: 12 };
    assert.equal(applyDelta(before, shifted), undefined, 'it counts otherwise');
  });

  it('refuses to guess a key', () => {
    const keyed = playlist({ from: 10, to: 15, details: { 12: { keys: [key] } } });
    const delta = deltaOf(playlist({ from: 11, to: 17 }), 3);
    assert.equal(applyDelta(keyed, delta), undefined);
    assert.equal(canTakeDelta(keyed), false);
    assert.equal(canTakeDelta(playlist({ from: 1, to: 2, details: { 1: { map: { ...map, keys: [key] } } } })), false);
    assert.equal(canTakeDelta(before), true);
  });
});
