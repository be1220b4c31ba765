import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Ancestors } from '../../../src/profile/ancestors.ts';
import type { CallTree, SampleTimes } from '../../../src/profile/model.ts';
import { TimeChart, selfWithin } from '../../../src/profile/timeChart.ts';
import { TreeBuilder, stackOf } from '../../../src/profile/tree.ts';

/** A chart of stacks one after the other; `-` is a gap, `a;b 3` lasts 3 µs. */
function chartOf(stacks: readonly string[], hideIdle = true): { chart: TimeChart; tree: CallTree; times: SampleTimes } {
  const builder = new TreeBuilder();
  const [node, startUs, endUs]: [number[], number[], number[]] = [[], [], []];
  let now = 0;
  for (const text of stacks) {
    const [stack = '', length = '1'] = text.split(' ');
    const end = now + Number(length);
    if (stack !== '-') {
      let at = -1;
      for (const name of stack.split(';')) at = builder.child(at, builder.frame({ name }));
      builder.add(at, end - now);
      node.push(at);
      startUs.push(now);
      endUs.push(end);
    }
    now = end;
  }
  const tree = builder.build();
  const times = { node: Uint32Array.from(node), startUs: Float64Array.from(startUs), endUs: Float64Array.from(endUs) };
  return { chart: new TimeChart(tree, times, { hideIdle }), tree, times };
}

describe('time chart', () => {
  it('joins samples that share their outer frames, until one ends or there is a gap', () => {
    const { chart } = chartOf(['a;b', 'a;b;c', 'a;d', '- 5', 'a;d', 'x']);
    assert.deepEqual(chart.runAt(1, 0), { first: 0, end: 3, depth: 0 });
    assert.deepEqual(chart.runAt(0, 1), { first: 0, end: 2, depth: 1 });
    assert.deepEqual(chart.runAt(2, 1), { first: 2, end: 3, depth: 1 });
    assert.deepEqual(chart.runAt(3, 1), { first: 3, end: 4, depth: 1 });
    assert.equal(chart.runAt(0, 2), undefined);
    assert.equal(chart.maxDepth, 3);
  });

  it('finds the sample of a time', () => {
    const { chart } = chartOf(['a 10', '- 5', 'b 10']);
    assert.deepEqual(
      [-1, 0, 9, 12, 15, 99].map((time) => chart.sampleAt(time)),
      [-1, 0, 0, 0, 1, 1],
    );
  });

  it('takes idle time for a gap unless it is asked for', () => {
    const stacks = ['a', '(idle) 7', 'a'];
    assert.deepEqual(chartOf(stacks).chart.runAt(0, 0), { first: 0, end: 1, depth: 0 });
    assert.equal(chartOf(stacks).chart.heightOf(1), 0);
    assert.equal(chartOf(stacks, false).chart.heightOf(1), 1);
  });

  it('knows the boxes of any stacks that a look at every sample knows', () => {
    const stack = fc
      .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 6 })
      .map((names) => names.join(';'));
    fc.assert(
      fc.property(fc.array(stack, { minLength: 1, maxLength: 120 }), (stacks) => {
        const { chart } = chartOf(stacks);
        const lists = stacks.map((text) => text.split(';'));
        const isSame = (one: number, other: number, depth: number): boolean =>
          lists[one]!.slice(0, depth + 1).join(';') === lists[other]!.slice(0, depth + 1).join(';') &&
          lists[other]!.length > depth;
        for (const [sample, names] of lists.entries()) {
          for (let depth = 0; depth < names.length; depth += 1) {
            let [first, end] = [sample, sample + 1];
            while (first > 0 && isSame(sample, first - 1, depth)) first -= 1;
            while (end < lists.length && isSame(sample, end, depth)) end += 1;
            assert.deepEqual(chart.runAt(sample, depth), { first, end, depth });
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('weighs a stretch of time, a sample at its edge in part', () => {
    const { tree, times } = chartOf(['a;b 10', 'a 10', 'a;b 10']);
    assert.deepEqual([...selfWithin(tree, times, { fromUs: 5, toUs: 18 })], [8, 5]);
    // In another unit than time, in the same proportion.
    const counted = { ...tree, self: tree.self.map((weight) => weight / 10) };
    assert.deepEqual([...selfWithin(counted, times, { fromUs: 0, toUs: 20 })], [1, 1]);
  });
});

describe('ancestors', () => {
  it('are those of the stack, at any depth of any tree', () => {
    const parents = fc
      .array(fc.nat(), { minLength: 1, maxLength: 200 })
      .map((list) => Int32Array.from(list, (value, at) => (at === 0 ? -1 : (value % (at + 1)) - 1)));
    fc.assert(
      fc.property(parents, fc.nat(), fc.nat(), (parent, one, other) => {
        const ancestors = new Ancestors(parent);
        const pathTo = (node: number): number[] => {
          const path: number[] = [];
          for (let at = node; at >= 0; at = parent[at] ?? -1) path.unshift(at);
          return path;
        };
        const [a, b] = [one % parent.length, other % parent.length];
        const [pathA, pathB] = [pathTo(a), pathTo(b)];
        assert.equal(ancestors.depthOf(a), pathA.length);
        for (const [depth, node] of pathA.entries()) assert.equal(ancestors.at(a, depth + 1), node);
        const parting = pathA.findIndex((node, depth) => node !== pathB[depth]);
        assert.equal(ancestors.shared(a, b), parting < 0 ? pathA.length : parting);
      }),
      { numRuns: 200 },
    );
  });

  it('are found quickly in a stack of 100,000 frames', () => {
    const ancestors = new Ancestors(Int32Array.from({ length: 100_000 }, (_, node) => node - 1));
    for (let depth = 1; depth <= 100_000; depth += 1) assert.equal(ancestors.at(99_999, depth), depth - 1);
  });

  it('agree with the stack of a tree', () => {
    const { tree } = chartOf(['a;b;c', 'a;d']);
    assert.equal(new Ancestors(tree.parent).depthOf(2), stackOf(tree, 2).length);
  });
});
