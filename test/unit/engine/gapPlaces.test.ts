import assert from 'node:assert/strict';
import { gapPlaces } from '../../../src/engine/gapPlaces.ts';
import type { FragmentReceipt, GapPlace } from '../../../src/engine/receipt.ts';
import { sampleFragment } from '../jobs/samples.ts';

/** Fragments of two seconds. */
function fragment(index: number, state: FragmentReceipt['state'], stream = 'main'): FragmentReceipt {
  return { ...sampleFragment(index), stream, state, startS: index * 2, durationS: 2 };
}

function place(startS: number, fragments: number, reason: GapPlace['reason'], stream = 'main'): GapPlace {
  return { stream, startS, durationS: fragments * 2, fragments, reason };
}

describe('places of gaps', () => {
  it('are none where all is whole', () => {
    assert.deepEqual(gapPlaces([fragment(0, 'whole'), fragment(1, 'whole')], []), []);
  });

  it('take fragments that follow each other as one, if they are missing for one reason', () => {
    const states = ['whole', 'missing', 'missing', 'gap', 'whole', 'missing'] as const;
    const fragments = states.map((state, index) => fragment(index, state));
    assert.deepEqual(gapPlaces(fragments, []), [
      place(2, 2, 'missing'),
      place(6, 1, 'declared'),
      place(10, 1, 'missing'),
    ]);
  });

  it('stand in order, holes among them, the main stream first', () => {
    const fragments = [fragment(0, 'missing', 'audio.en'), fragment(1, 'gap', 'audio.de'), fragment(5, 'missing')];
    const holes = [place(4, 2, 'unseen'), place(0, 1, 'unseen')];
    assert.deepEqual(gapPlaces(fragments, holes), [
      place(0, 1, 'unseen'),
      place(4, 2, 'unseen'),
      place(10, 1, 'missing'),
      place(2, 1, 'declared', 'audio.de'),
      place(0, 1, 'missing', 'audio.en'),
    ]);
  });

  it('are rounded to milliseconds, and survive durations that are', () => {
    const thirds = [1 / 3, 2 / 3].map((startS): GapPlace => ({ ...place(startS, 1, 'unseen'), durationS: 1 / 3 }));
    const [only, ...others] = gapPlaces([], thirds);
    assert.deepEqual([only?.startS, only?.durationS, only?.fragments, others.length], [0.333, 0.667, 2, 0]);
  });

  it('are unknown of receipts that an earlier version wrote', () => {
    assert.deepEqual(gapPlaces([{ ...sampleFragment(0), state: 'missing' }], []), []);
  });
});
