import assert from 'node:assert/strict';
import { begin, merge, type Merged } from '../../../../src/engine/live/merge.ts';
import { tipOf } from '../../../../src/engine/live/tip.ts';
import { playlist, usualBase, type Listed } from './playlists.ts';

/** Reads one playlist after the other, two seconds apart unless `everyMs` says otherwise; gives the last. */
function readAll(readings: readonly Listed[], everyMs = 2000): Merged[] {
  const [first, ...others] = readings.map(playlist);
  const results = [begin(first!, 0, 0)];
  others.forEach((reading, at) => results.push(merge(results[at]!.known, reading, (at + 1) * everyMs)));
  return results;
}

const sequences = ({ fragments }: Merged) => fragments.map(({ sequence }) => sequence);
describe('merge', () => {
  interface Row {
    name: string;
    readings: Listed[];
    everyMs?: number;
    /** New sequences of each reading but the first. */
    news: number[][];
    states?: Merged['state'][];
    holes?: (Merged['hole'] | undefined)[];
    resets?: (Merged['reset'] | undefined)[];
  }
  const rows: Row[] = [
    {
      name: 'takes what a sliding window adds',
      readings: [
        { from: 10, to: 14 },
        { from: 11, to: 15 },
        { from: 13, to: 17 },
      ],
      news: [[15], [16, 17]],
      states: ['news', 'news'],
      holes: [undefined, undefined],
      resets: [undefined, undefined],
    },
    {
      name: 'takes nothing from the same list',
      readings: [
        { from: 1, to: 3 },
        { from: 1, to: 3 },
      ],
      news: [[]],
      states: ['unchanged'],
    },
    {
      name: 'goes on without a hole where the window has just slid past',
      readings: [
        { from: 1, to: 3 },
        { from: 4, to: 6 },
      ],
      news: [[4, 5, 6]],
      holes: [undefined],
    },
    {
      name: 'tells a hole, by the usual duration',
      readings: [
        { from: 1, to: 3 },
        { from: 9, to: 11 },
      ],
      news: [[9, 10, 11]],
      holes: [{ fromSequence: 4, count: 5, durationS: 10, isEstimated: true }],
      resets: [undefined],
    },
    {
      name: 'tells a hole, by the dates',
      readings: [
        { from: 1, to: 3, dated: { sequence: 1, atS: 1000 } },
        { from: 9, to: 11, dated: { sequence: 9, atS: 1018 } },
      ],
      news: [[9, 10, 11]],
      holes: [{ fromSequence: 4, count: 5, durationS: 12, isEstimated: false }],
    },
    {
      name: 'does not take dates for the length of a hole that a discontinuity has moved',
      readings: [
        { from: 1, to: 3, dated: { sequence: 1, atS: 1000 } },
        { from: 9, to: 11, dated: { sequence: 9, atS: 90_000 } },
      ],
      news: [[9, 10, 11]],
      holes: [{ fromSequence: 4, count: 5, durationS: 10, isEstimated: true }],
    },
    {
      name: 'takes no fragment twice whose query is renewed',
      readings: [
        { from: 1, to: 4, query: '?t=a' },
        { from: 2, to: 5, query: '?t=b' },
      ],
      news: [[5]],
      resets: [undefined],
    },
    {
      name: 'takes no fragment twice whose path holds a renewed token',
      readings: [
        { from: 1, to: 4, base: 'https://cdn.example/a/' },
        { from: 2, to: 5, base: 'https://cdn.example/b/' },
      ],
      news: [[5]],
      resets: [undefined],
    },
    {
      name: 'takes no fragment twice that a second packager lists under another name, at the same date',
      readings: [
        { from: 1, to: 4, dated: { sequence: 1, atS: 1000 } },
        { from: 2, to: 5, base: 'https://cdn.example/b/x', dated: { sequence: 2, atS: 1002.2 } },
      ],
      news: [[5]],
      resets: [undefined],
    },
    {
      name: 'passes over a stale copy, and repeats nothing after it',
      readings: [
        { from: 10, to: 14 },
        { from: 12, to: 16 },
        { from: 11, to: 15 },
        { from: 13, to: 17 },
      ],
      news: [[15, 16], [], [17]],
      states: ['news', 'stale', 'news'],
      resets: [undefined, undefined, undefined],
    },
    {
      name: 'passes over a stale copy with an old token in the path',
      readings: [
        { from: 10, to: 14 },
        { from: 9, to: 13, base: 'https://cdn.example/old/' },
        { from: 11, to: 15 },
      ],
      news: [[], [15]],
      states: ['stale', 'news'],
    },
    {
      name: 'passes over a copy from long ago that is told by its date',
      readings: [
        { from: 5000, to: 5004, dated: { sequence: 5000, atS: 10_000 } },
        { from: 10, to: 14, dated: { sequence: 10, atS: 20 } },
        { from: 11, to: 15, dated: { sequence: 11, atS: 22 } },
        { from: 12, to: 16, dated: { sequence: 12, atS: 24 } },
        { from: 5001, to: 5005, dated: { sequence: 5001, atS: 10_002 } },
      ],
      news: [[], [], [], [5005]],
    },
    {
      name: 'waits a while for a cache that lags and moves on',
      readings: [
        { from: 10, to: 20 },
        { from: 5, to: 15 },
        { from: 6, to: 16 },
        { from: 7, to: 17 },
        { from: 8, to: 18 },
        { from: 9, to: 19 },
        { from: 12, to: 22 },
      ],
      news: [[], [], [], [], [], [21, 22]],
      resets: [undefined, undefined, undefined, undefined, undefined, undefined],
    },
    {
      name: 'takes two old copies from long ago for no list that grows',
      readings: [
        { from: 5000, to: 5002 },
        { from: 100, to: 102 },
        { from: 0, to: 2 },
        { from: 0, to: 3 },
        { from: 5001, to: 5003 },
      ],
      news: [[], [], [], [5003]],
    },
    {
      name: 'begins anew at once where the same numbers have other addresses',
      readings: [
        { from: 3, to: 6 },
        { from: 3, to: 6, base: 'https://cdn.example/other/x' },
      ],
      news: [[3, 4, 5, 6]],
      resets: [{ expectedSequence: 7, sequence: 3, matchedBy: 'nothing' }],
    },
    {
      name: 'begins anew where numbers go back and dates go on, and says what is missing',
      readings: [
        { from: 500, to: 503, dated: { sequence: 500, atS: 1000 } },
        { from: 0, to: 1, base: 'https://cdn.example/b/', dated: { sequence: 0, atS: 1014 } },
      ],
      news: [[0, 1]],
      resets: [{ expectedSequence: 504, sequence: 0, matchedBy: 'date' }],
      holes: [{ fromSequence: 504, count: 3, durationS: 6, isEstimated: true }],
    },
    {
      name: 'begins anew where addresses are used again, told by the dates',
      readings: [
        { from: 0, to: 3, dated: { sequence: 0, atS: 1000 } },
        { from: 0, to: 1, dated: { sequence: 0, atS: 1008 } },
      ],
      news: [[0, 1]],
      resets: [{ expectedSequence: 4, sequence: 0, matchedBy: 'date' }],
      holes: [undefined],
    },
    {
      name: 'begins anew, once it grows, with a list far behind that nothing dates, and loses nothing of it',
      readings: [
        { from: 5000, to: 5002 },
        { from: 0, to: 0 },
        { from: 0, to: 1 },
        { from: 0, to: 2 },
        { from: 1, to: 3 },
      ],
      news: [[], [], [0, 1, 2], [3]],
      states: ['stale', 'stale', 'news', 'news'],
      resets: [undefined, undefined, { expectedSequence: 5003, sequence: 0, matchedBy: 'nothing' }, undefined],
    },
    {
      name: 'begins anew with the same addresses, once they have grown for longer than the window lasts',
      readings: [
        { from: 0, to: 10 },
        { from: 8, to: 10 },
        { from: 0, to: 0 },
        { from: 0, to: 1 },
        { from: 0, to: 2 },
        { from: 1, to: 3 },
        { from: 2, to: 4 },
      ],
      news: [[], [], [], [], [0, 1, 2, 3], [4]],
      resets: [
        undefined,
        undefined,
        undefined,
        undefined,
        { expectedSequence: 11, sequence: 0, matchedBy: 'nothing' },
        undefined,
      ],
    },
    {
      name: 'finds its place by the addresses where the same fragments get new numbers',
      readings: [
        { from: 100, to: 104 },
        { from: 1, to: 4, details: renamed({ 1: 102, 2: 103, 3: 104, 4: 105 }) },
        { from: 2, to: 5, details: renamed({ 2: 103, 3: 104, 4: 105, 5: 106 }) },
        { from: 3, to: 6, details: renamed({ 3: 104, 4: 105, 5: 106, 6: 107 }) },
        { from: 4, to: 7, details: renamed({ 4: 105, 5: 106, 6: 107, 7: 108 }) },
      ],
      news: [[], [], [4, 5, 6], [7]],
      resets: [undefined, undefined, { expectedSequence: 105, sequence: 4, matchedBy: 'address' }, undefined],
      holes: [undefined, undefined, undefined, undefined],
    },
    {
      name: 'finds its place in a list that jumps ahead further than time allows',
      readings: [
        { from: 100, to: 104 },
        { from: 900_000, to: 900_003, details: renamed({ 900_000: 102, 900_001: 103, 900_002: 104, 900_003: 105 }) },
      ],
      news: [[900_003]],
      resets: [{ expectedSequence: 105, sequence: 900_003, matchedBy: 'address' }],
    },
    {
      name: 'repeats nothing where two origins with numbers of their own take turns',
      readings: [
        { from: 100, to: 104 },
        { from: 900_000, to: 900_003, details: renamed({ 900_000: 102, 900_001: 103, 900_002: 104, 900_003: 105 }) },
        { from: 101, to: 105 },
        { from: 102, to: 106 },
        { from: 900_002, to: 900_005, details: renamed({ 900_002: 104, 900_003: 105, 900_004: 106, 900_005: 107 }) },
        { from: 104, to: 108 },
        { from: 105, to: 109 },
        { from: 106, to: 110 },
      ],
      news: [[900_003], [], [], [900_004, 900_005], [], [], [108, 109, 110]],
    },
    {
      name: 'takes the list of the whole broadcast that replaces the window',
      readings: [
        { from: 10, to: 12 },
        { from: 0, to: 14, hasEnd: true, playlistType: 'VOD' },
      ],
      news: [[13, 14]],
      resets: [undefined],
    },
    {
      name: 'begins anew, with what the clock says is missing, after a long silence',
      readings: [
        { from: 5000, to: 5002 },
        { from: 9_000_000, to: 9_000_001, base: 'https://cdn.example/b/x' },
      ],
      everyMs: 24_000,
      news: [[9_000_000, 9_000_001]],
      holes: [{ fromSequence: 5003, count: 10, durationS: 20, isEstimated: true }],
    },
  ];
  for (const { name, readings, everyMs, news, states, holes, resets } of rows) {
    it(name, () => {
      const [, ...results] = readAll(readings, everyMs);
      assert.deepEqual(results.map(sequences), news);
      if (states)
        assert.deepEqual(
          results.map(({ state }) => state),
          states,
        );
      if (holes)
        assert.deepEqual(
          results.map(({ hole }) => hole),
          holes,
        );
      if (resets)
        assert.deepEqual(
          results.map(({ reset }) => reset),
          resets,
        );
    });
  }

  it('numbers fragments on over holes and resets', () => {
    const results = readAll([
      { from: 1, to: 3 },
      { from: 6, to: 7 },
      { from: 6, to: 8, base: 'https://cdn.example/b/x' },
      { from: 7, to: 9, base: 'https://cdn.example/b/x' },
    ]);
    const indexes = results.flatMap(({ fragments }) => fragments.map(({ index }) => index));
    assert.deepEqual(indexes, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('numbers from the fragment that the recording begins with', () => {
    const first = begin(playlist({ from: 10, to: 15 }), 3, 0);
    assert.deepEqual(
      first.fragments.map(({ index, sequence }) => [index, sequence]),
      [
        [0, 13],
        [1, 14],
        [2, 15],
      ],
    );
    const second = merge(first.known, playlist({ from: 11, to: 16 }), 2000);
    assert.deepEqual(
      second.fragments.map(({ index, sequence }) => [index, sequence]),
      [[3, 16]],
    );
  });

  it('changes neither what is known nor the reading', () => {
    const first = begin(playlist({ from: 1, to: 5 }), 0, 0).known;
    const reading = playlist({ from: 0, to: 3, base: 'https://cdn.example/b/x' });
    const before = structuredClone([first, reading]);
    merge(first, reading, 1000);
    assert.deepEqual([first, reading], before);
  });

  it('forgets what is long gone', () => {
    let { known } = begin(playlist({ from: 0, to: 5 }), 0, 0);
    for (let at = 1; at <= 1000; at++) ({ known } = merge(known, playlist({ from: at, to: at + 5 }), at * 2000));
    assert.equal(known.entries.length, 6 + 256);
    assert.equal(known.nextIndex, 1006);
  });

  it('says that it is over with the last of the list, and believes an old copy that says so the third time', () => {
    const [, ended] = readAll([
      { from: 1, to: 3 },
      { from: 1, to: 4, hasEnd: true },
    ]);
    assert.deepEqual([ended!.isOver, sequences(ended!)], [true, [4]]);
    const trimmed = { from: 1, to: 2, hasEnd: true };
    const results = readAll([{ from: 1, to: 3 }, trimmed, trimmed, trimmed]);
    assert.deepEqual(
      results.map(({ isOver }) => isOver),
      [false, false, false, true],
    );
    assert.deepEqual(results.flatMap(sequences), [1, 2, 3]);
  });

  describe('discontinuities', () => {
    const told = (results: Merged[]) =>
      results.flatMap(({ fragments }) =>
        fragments.map(
          ({ discontinuity, discontinuitySequence }) => (discontinuity ? '|' : '') + String(discontinuitySequence),
        ),
      );
    const broken = { discontinuity: true };

    it('go on as the origin counts them', () => {
      const results = readAll([
        { from: 1, to: 3, discontinuitySequence: 7, details: { 2: broken } },
        { from: 2, to: 5, discontinuitySequence: 7, details: { 2: broken, 5: broken } },
        { from: 3, to: 6, discontinuitySequence: 8, details: { 5: broken } },
      ]);
      assert.deepEqual(told(results), ['7', '|8', '8', '8', '|9', '9']);
    });

    it('go on where the origin does not count those that left the window', () => {
      const results = readAll([
        { from: 1, to: 3, details: { 2: broken } },
        { from: 3, to: 5, details: { 5: broken } },
        { from: 5, to: 6, details: { 5: broken } },
        { from: 6, to: 7 },
        { from: 6, to: 7 },
        { from: 9, to: 10, details: { 10: broken } },
      ]);
      assert.deepEqual(told(results), ['0', '|1', '1', '1', '|2', '2', '2', '2', '|3']);
    });

    it('that fell into a hole are known by the count of the origin', () => {
      const results = readAll([
        { from: 1, to: 2, discontinuitySequence: 4 },
        { from: 5, to: 6, discontinuitySequence: 6 },
        { from: 6, to: 7, discontinuitySequence: 6 },
      ]);
      assert.deepEqual(told(results), ['4', '4', '|6', '6', '6']);
    });

    it('stand at a reset', () => {
      const results = readAll([
        { from: 1, to: 3, discontinuitySequence: 4 },
        { from: 1, to: 2, base: 'https://cdn.example/b/x' },
        { from: 2, to: 4, base: 'https://cdn.example/b/x', details: { 4: broken } },
      ]);
      assert.deepEqual(told(results), ['4', '4', '4', '|5', '5', '5', '|6']);
    });
  });

  describe('init segments', () => {
    const map = (url: string) => ({ map: { url: `https://cdn.example/${url}`, keys: [] } });
    const mapsOf = (results: Merged[]) => {
      const all = results.flatMap(({ fragments }) => fragments.map((fragment) => fragment.map));
      return all.map((one) => all.indexOf(one));
    };

    it('are one object over all readings, whatever their query', () => {
      const results = readAll([
        { from: 1, to: 2, details: { 1: map('a?1'), 2: map('b?1') } },
        { from: 2, to: 4, details: { 2: map('b?2'), 3: map('b?2'), 4: map('a?2') } },
      ]);
      assert.deepEqual(mapsOf(results), [0, 1, 1, 0]);
    });

    it('are others at a discontinuity with another query, and after a reset', () => {
      const results = readAll([
        { from: 1, to: 1, details: { 1: map('a?1') } },
        { from: 1, to: 2, details: { 1: map('a?1'), 2: { ...map('a?2'), discontinuity: true } } },
        { from: 1, to: 2, base: 'https://cdn.example/b/x', details: { 1: map('a?2'), 2: map('a?2') } },
      ]);
      assert.deepEqual(mapsOf(results), [0, 1, 2, 2]);
    });
  });
});

/** Details of fragments that have the addresses of others, with another query. */
function renamed(numbers: Readonly<Record<number, number>>): NonNullable<Listed['details']> {
  const entries = Object.entries(numbers).map(([at, number]) => [at, { url: `${usualBase}seg${number}.ts?new` }]);
  return Object.fromEntries(entries) as NonNullable<Listed['details']>;
}

describe('merge, with a fragment that was begun', () => {
  const part = (at: number) => ({ url: `${usualBase}p${at}.ts`, durationS: 0.5, isIndependent: false, gap: false });
  const window: Listed = { from: 10, to: 14 };

  /** What is known after a reading that lists two parts of fragment 15. */
  function begun(): Merged['known'] {
    const started = { sequence: 15, discontinuitySequence: 0, keys: [], discontinuity: false };
    const first = playlist({ ...window, parts: [part(0), part(1)], started });
    const { known } = begin(first, 0, 0);
    const tip = tipOf(known, first);
    assert.deepEqual([tip?.fragment.index, tip?.parts.length], [5, 2]);
    return { ...known, ...(tip ? { tip } : {}) };
  }

  it('lists it with the index that it has', () => {
    const { fragments, known, isTipCut, hole } = merge(begun(), playlist({ from: 11, to: 16 }), 2000);
    assert.deepEqual(
      fragments.map(({ sequence, index }) => [sequence, index]),
      [
        [15, 5],
        [16, 6],
      ],
    );
    assert.deepEqual([known.tip, isTipCut, hole], [undefined, undefined, undefined]);
  });

  it('keeps it while nothing new is listed, also from an older list', () => {
    const known = begun();
    for (const listed of [window, { from: 8, to: 12 }]) {
      assert.equal(merge(known, playlist(listed), 2000).known.tip, known.tip);
    }
    assert.equal(tipOf(known, playlist(window)), known.tip);
  });

  it('cuts it where the stream goes on behind it, and counts the others only', () => {
    const { fragments, isTipCut, hole } = merge(begun(), playlist({ from: 17, to: 18 }), 6000);
    assert.equal(isTipCut, true);
    assert.deepEqual([hole?.fromSequence, hole?.count], [16, 1]);
    assert.deepEqual(
      fragments.map(({ index }) => index),
      [6, 7],
    );
    const next = merge(begun(), playlist({ from: 16, to: 18 }), 6000);
    assert.deepEqual([next.isTipCut, next.hole], [true, undefined]);
  });

  it('knows it in a list whose numbers begin anew by its parts, and cuts it else', () => {
    const other = { from: 12, to: 16, base: 'https://cdn.example/other/x' };
    const known = begun();
    const found = merge(known, playlist({ ...other, details: { 12: { parts: [part(0), part(1)] } } }), 2000);
    assert.deepEqual([found.isTipCut, found.fragments[0]?.index], [undefined, 5]);
    const lost = merge(known, playlist(other), 2000);
    assert.deepEqual([lost.isTipCut, lost.fragments[0]?.index], [true, 6]);
  });
});
