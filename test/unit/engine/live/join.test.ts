import assert from 'node:assert/strict';
import { joinAt } from '../../../../src/engine/live/join.ts';
import type { JoinPoint } from '../../../../src/engine/live/join.ts';
import { playlist, type Listed } from './playlists.ts';

describe('joinAt', () => {
  const part = { url: 'p', durationS: 0.5, isIndependent: true, gap: false };
  const window = { from: 100, to: 109 };
  const control = { canBlockReload: false, canSkipDateRanges: false };
  const rows: [name: string, listed: Listed, from: JoinPoint, at: number][] = [
    ['the start of the window', window, 'start', 0],
    ['three target durations before the end', window, 'edge', 7],
    ['three of the target durations that are told', { ...window, targetDurationS: 4 }, 'edge', 4],
    [
      'three of the longest where none is told',
      withoutTarget({ ...window, details: { 109: { durationS: 4 } } }),
      'edge',
      5,
    ],
    ['HOLD-BACK', { ...window, serverControl: { ...control, holdBackS: 10 } }, 'edge', 5],
    [
      'the fragment that begins HOLD-BACK before the end, or earlier',
      { ...window, serverControl: { ...control, holdBackS: 9.5 } },
      'edge',
      5,
    ],
    ['EXT-X-START from the beginning', { ...window, startOffsetS: 5 }, 'edge', 2],
    ['EXT-X-START from the end', { ...window, startOffsetS: -8 }, 'edge', 6],
    ['EXT-X-START before the beginning', { ...window, startOffsetS: -800 }, 'edge', 0],
    ['EXT-X-START behind the end', { ...window, startOffsetS: 800 }, 'edge', 9],
    ['the start of the window whatever EXT-X-START says', { ...window, startOffsetS: 5 }, 'start', 0],
    ['the start of a window that is shorter', { from: 1, to: 2 }, 'edge', 0],
    ['the start of what is over', { ...window, hasEnd: true }, 'edge', 0],
    [
      'the fragment itself where durations add up to a hair more',
      { from: 1, to: 10, targetDurationS: 0.1, details: tenths() },
      'edge',
      7,
    ],
  ];
  for (const [name, listed, from, at] of rows) {
    it(`finds ${name}`, () => assert.equal(joinAt(playlist(listed), from), at));
  }

  it('finds PART-HOLD-BACK before the last part where parts are fetched', () => {
    const held = { ...window, serverControl: { ...control, holdBackS: 10, partHoldBackS: 1.5 } };
    const begun = { ...held, parts: [part, part] };
    assert.equal(joinAt(playlist(held), 'edge', true), 9);
    const wider = { ...begun, serverControl: { ...held.serverControl, partHoldBackS: 3.5 } };
    assert.equal(joinAt(playlist(wider), 'edge', true), 8);
    assert.equal(joinAt(playlist(begun), 'edge', true), 9);
    assert.equal(joinAt(playlist(begun), 'edge', false), 5);
    assert.equal(joinAt(playlist({ ...window, parts: [part] }), 'edge', true), 7);
    assert.equal(joinAt(playlist(begun), 'start', true), 0);
  });
});

function withoutTarget(listed: Listed): Listed {
  return Object.defineProperty({ ...listed }, 'targetDurationS', { value: undefined, enumerable: true });
}

function tenths(): NonNullable<Listed['details']> {
  return Object.fromEntries(Array.from({ length: 10 }, (_, at) => [at + 1, { durationS: 0.1 }]));
}
