import assert from 'node:assert/strict';
import { PartFeed, partsOf } from '../../../../src/engine/fragment/partFeed.ts';
import type { Fragment, Part } from '../../../../src/engine/playlist/model.ts';

const base = 'https://cdn.example/live/';
const part = (at: number, more: Partial<Part> = {}): Part => ({
  url: `${base}7.${at}.ts?token=a`,
  durationS: 0.5,
  isIndependent: at === 0,
  gap: false,
  ...more,
});
const parts = (count: number, more: Partial<Part> = {}) => Array.from({ length: count }, (_, at) => part(at, more));
const ranges = (...spans: [offset: number, length: number][]) =>
  spans.map(([offset, length], at) => part(at, { url: `${base}7.ts`, byteRange: { offset, length } }));
const fragment = (more: Partial<Fragment> = {}): Fragment => ({
  index: 0,
  sequence: 7,
  discontinuitySequence: 0,
  url: `${base}7.ts`,
  durationS: 2,
  keys: [],
  discontinuity: false,
  gap: false,
  ...more,
});

describe('partsOf', () => {
  const rows: [name: string, known: readonly Part[], listed: Fragment, made: number | RegExp][] = [
    ['takes those that are listed, known or not', parts(2), fragment({ parts: parts(4) }), 4],
    ['takes those that are known where none are listed any more', parts(4), fragment(), 4],
    ['takes those with other tokens', parts(2), fragment({ parts: parts(4).map(renewed) }), 4],
    ['allows what rounding does', parts(4, { durationS: 0.512 }), fragment(), 4],
    ['allows what rounding to seconds does', parts(5), fragment({ isDurationRounded: true }), 5],
    ['misses the last one', parts(3), fragment(), /last 1\.5 s, its EXTINF says 2 s/],
    ['finds one too many', parts(5), fragment(), /last 2\.5 s/],
    ['refuses fewer than are known', parts(4), fragment({ parts: parts(3) }), /listed anew/],
    ['refuses others', parts(4), fragment({ parts: [part(1), part(0), part(2), part(3)] }), /listed anew/],
    ['refuses those of a gap', parts(4), fragment({ gap: true }), /missing/],
    ['takes ranges that follow each other', ranges([0, 5], [5, 5], [10, 2], [12, 9]), fragment(), 4],
    ['refuses ranges with a hole', ranges([0, 5], [5, 5], [11, 2], [13, 9]), fragment(), /leave out/],
    ['refuses ranges that begin late', ranges([1, 5], [6, 5], [11, 2], [13, 9]), fragment(), /leave out/],
    [
      'takes ranges that are the range of the fragment',
      ranges([10, 5], [15, 5], [20, 5], [25, 5]),
      fragment({ byteRange: { offset: 10, length: 20 } }),
      4,
    ],
    [
      'refuses ranges that end before that of the fragment',
      ranges([10, 5], [15, 5], [20, 5], [25, 5]),
      fragment({ byteRange: { offset: 10, length: 21 } }),
      /leave out/,
    ],
  ];
  for (const [name, known, listed, made] of rows) {
    it(name, () => {
      const found = partsOf(known, listed);
      if (typeof made === 'number') assert.equal(typeof found === 'string' ? found : found.length, made);
      else assert.match(typeof found === 'string' ? found : '', made);
    });
  }
});

describe('PartFeed', () => {
  it('gives parts as they come, and none when all have come', async () => {
    const feed = new PartFeed();
    feed.update(parts(1));
    assert.deepEqual(await feed.part(0), part(0));
    const [second, third, fifth] = [feed.part(1), feed.part(2), feed.part(4)];
    feed.update(parts(2));
    assert.deepEqual(await second, part(1));
    feed.list(fragment({ parts: parts(4) }));
    assert.deepEqual([await third, await fifth], [part(2), undefined]);
    assert.equal((await feed.over()).state, 'listed');
  });

  it('passes over an older list', async () => {
    const feed = new PartFeed();
    feed.update(parts(3));
    feed.update(parts(1));
    assert.deepEqual(await feed.part(2), part(2));
  });

  it('says that its parts are of no use, to who waits too', async () => {
    const feed = new PartFeed();
    feed.update(parts(2));
    const waiting = feed.part(2);
    feed.update([part(3), part(1), part(2)]);
    assert.equal(await waiting, 'its parts were listed anew');
    feed.list(fragment({ parts: parts(4) }));
    const end = await feed.over();
    assert.ok(end.state === 'listed' && end.problem !== undefined);
  });

  it('gives what there is when the recording ends', async () => {
    const feed = new PartFeed();
    feed.update(parts(1));
    const waiting = feed.part(1);
    feed.end(false);
    assert.deepEqual([await waiting, await feed.part(0)], [undefined, part(0)]);
    feed.list(fragment());
    assert.deepEqual(await feed.over(), { state: 'ended', isCut: false });
  });

  it('tells who waits of a failure', async () => {
    const feed = new PartFeed();
    const waiting = Promise.all([assert.rejects(feed.part(0), /no more/), assert.rejects(feed.over(), /no more/)]);
    feed.fail(new Error('no more'));
    await waiting;
  });
});

function renewed(old: Part): Part {
  return { ...old, url: old.url.replace('token=a', 'token=b') };
}
