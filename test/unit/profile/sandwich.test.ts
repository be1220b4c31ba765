import assert from 'node:assert/strict';
import type { CallTree } from '../../../src/profile/model.ts';
import { calleesOf, callersOf, type DerivedTree } from '../../../src/profile/sandwich.ts';
import { stackOf } from '../../../src/profile/tree.ts';
import { treeOf } from '../webview/tree.ts';

function stacks({ tree }: DerivedTree): Record<string, number> {
  const found: Record<string, number> = {};
  for (const [node, self] of tree.self.entries()) {
    if (self > 0)
      found[
        stackOf(tree, node)
          .map(({ name }) => name)
          .join(';')
      ] = self;
  }
  return found;
}

function focusOn(tree: CallTree, name: string): boolean[] {
  return tree.frames.map((frame) => frame.name === name);
}

describe('sandwich', () => {
  const tree = treeOf(
    'main;a;work;read 5',
    'main;b;work;read 7',
    'main;b;work 3',
    'main;b;work;copy;work;read 2',
    'main 9',
  );

  it('merges what a function called, each sample once', () => {
    assert.deepEqual(stacks(calleesOf(tree, focusOn(tree, 'work'))), {
      'work;read': 12,
      work: 3,
      'work;copy;work;read': 2,
    });
  });

  it('merges who called it, from the function outwards, with the weight of all its samples', () => {
    assert.deepEqual(stacks(callersOf(tree, focusOn(tree, 'work'))), { 'work;a;main': 5, 'work;b;main': 12 });
    assert.deepEqual(stacks(callersOf(tree, focusOn(tree, 'main'))), { main: 26 });
  });

  it('says of each node where most of its weight is from', () => {
    const { tree: merged, origin } = calleesOf(tree, focusOn(tree, 'work'));
    const read = merged.frame.findIndex((frame) => merged.frames[frame]!.name === 'read');
    assert.deepEqual(
      stackOf(tree, origin[read]!).map(({ name }) => name),
      ['main', 'b', 'work', 'read'],
    );
  });

  it('is empty for a function that is not there', () => {
    assert.deepEqual(stacks(callersOf(tree, focusOn(tree, 'nobody'))), {});
  });
});
