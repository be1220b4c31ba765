import { layoutFlame } from '../../../src/profile/layout.ts';
import type { CallTree } from '../../../src/profile/model.ts';
import { TreeBuilder } from '../../../src/profile/tree.ts';
import type { Boxes } from '../../../src/webview/boxes.ts';
import { TreeBoxes } from '../../../src/webview/treeBoxes.ts';

/** A call tree from folded stacks: `main;read 12`. */
export function treeOf(...stacks: string[]): CallTree {
  const builder = new TreeBuilder();
  for (const stack of stacks) {
    const space = stack.lastIndexOf(' ');
    let node = -1;
    for (const name of stack.slice(0, space).split(';')) node = builder.child(node, builder.frame({ name }));
    builder.add(node, Number(stack.slice(space + 1)));
  }
  return builder.build();
}

/** The boxes of a call tree, and the names in them. */
export function boxesOf(tree: CallTree): {
  boxes: Boxes;
  space: TreeBoxes;
  names: string[];
  named: (name: string) => number;
} {
  const space = new TreeBoxes(tree.parent, layoutFlame(tree, { hideIdle: true }));
  const { boxes } = space;
  const names = Array.from({ length: boxes.count }, (_, box) => tree.frames[tree.frame[boxes.node[box]!]!]!.name);
  return { boxes, space, names, named: (name) => names.indexOf(name) };
}
