import assert from 'node:assert/strict';
import { findMatches, layoutFlame } from '../../../src/profile/layout.ts';
import type { CallTree } from '../../../src/profile/model.ts';
import { profileOf } from './trees.ts';

function treeOf(...stacks: Parameters<typeof profileOf>[0]): CallTree {
  const tree = profileOf(stacks).threads[0]?.tree;
  assert.ok(tree);
  return tree;
}

function nodeOf(tree: CallTree, name: string): number {
  return tree.frame.findIndex((frame) => tree.frames[frame]?.name === name);
}

describe('layoutFlame', () => {
  const tree = treeOf([['a', 'light'], 1], [['a', 'heavy'], 5], [['a'], 2], [['b'], 12]);
  const layout = layoutFlame(tree);

  it('gives each box its total weight as width, above its parent', () => {
    assert.equal(layout.weight, 20);
    assert.equal(layout.maxDepth, 1);
    for (const [name, x, width, depth, total] of [
      ['b', 0, 0.6, 0, 12],
      ['a', 0.6, 0.4, 0, 8],
      ['heavy', 0.6, 0.25, 1, 5],
      ['light', 0.85, 0.05, 1, 1],
    ] as const) {
      const node = nodeOf(tree, name);
      assert.ok(Math.abs((layout.x[node] ?? -1) - x) < 1e-12, `x of ${name}`);
      assert.ok(Math.abs((layout.width[node] ?? -1) - width) < 1e-12, `width of ${name}`);
      assert.equal(layout.depth[node], depth);
      assert.equal(layout.total[node], total);
    }
  });

  it('puts the heaviest sibling leftmost, or the first by name', () => {
    const byName = layoutFlame(tree, { order: 'name' });
    assert.equal(byName.x[nodeOf(tree, 'a')], 0);
    assert.ok((byName.x[nodeOf(tree, 'heavy')] ?? 1) < (byName.x[nodeOf(tree, 'light')] ?? 0));
  });

  it('leaves out idle time when asked', () => {
    const withIdle = treeOf([['(idle)'], 90], [['work'], 10]);
    assert.equal(layoutFlame(withIdle).width[nodeOf(withIdle, 'work')], 0.1);
    const busy = layoutFlame(withIdle, { hideIdle: true });
    assert.equal(busy.width[nodeOf(withIdle, 'work')], 1);
    assert.equal(busy.width[nodeOf(withIdle, '(idle)')], 0);
  });

  it('lays out an empty tree', () => {
    const empty = layoutFlame({
      frames: [],
      frame: new Uint32Array(),
      parent: new Int32Array(),
      self: new Float64Array(),
    });
    assert.deepEqual([empty.weight, empty.maxDepth, empty.x.length], [0, -1, 0]);
  });

  it('lays out half a million nodes, and a stack 100,000 deep', () => {
    const count = 500_000;
    const wide: CallTree = {
      frames: [{ name: 'f' }, { name: 'g' }],
      frame: Uint32Array.from({ length: count }, (_, node) => node % 2),
      parent: Int32Array.from({ length: count }, (_, node) =>
        node === 0 ? -1 : node < 100_000 ? node - 1 : node % 1000,
      ),
      self: new Float64Array(count).fill(1),
    };
    const result = layoutFlame(wide);
    assert.equal(result.maxDepth, 99_999);
    assert.equal(result.total[0], count);
    for (let node = 1; node < count; node++) {
      const parent = wide.parent[node] ?? 0;
      const right = (result.x[node] ?? 0) + (result.width[node] ?? 0);
      const edge = (result.x[parent] ?? 0) + (result.width[parent] ?? 0);
      if ((result.x[node] ?? -1) < (result.x[parent] ?? 0) - 1e-9 || right > edge + 1e-9)
        assert.fail(`box ${node} leaves its parent`);
    }
  });
});

describe('findMatches', () => {
  const tree = treeOf([['fib', 'fib', 'fib'], 6], [['main', 'fib'], 2], [['main', 'Write'], 2]);
  const layout = layoutFlame(tree);

  it('counts each sample once, however often a function recurs', () => {
    const found = findMatches(tree, layout, 'fib');
    assert.equal(found.nodes, 4);
    assert.equal(found.weight, 8);
    assert.equal(found.share, 0.8);
  });

  it('ignores case in plain text and takes a regular expression as it is', () => {
    assert.equal(findMatches(tree, layout, 'WRITE').weight, 2);
    assert.equal(findMatches(tree, layout, /^write/).weight, 0);
    assert.equal(findMatches(tree, layout, /fib|write/gi).weight, 10);
    assert.equal(findMatches(tree, layout, '').nodes, 0);
    // A name's end is an end, whatever file it is in.
    assert.equal(findMatches(tree, layout, /^fib$/).weight, findMatches(tree, layout, 'fib').weight);
  });
});
