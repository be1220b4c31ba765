import { identityOf } from './diffIdentity.ts';
import type { DiffTree } from './diffTree.ts';
import type { CallTree, Frame } from './model.ts';
import { TreeBuilder } from './tree.ts';

/** A merged tree and where the nodes of the two went. */
export interface MergedTrees {
  tree: DiffTree;
  /** Node of the first tree → node of the merged one. */
  beforeNode: Int32Array;
  afterNode: Int32Array;
}

/**
 * Puts two trees over each other: stacks are equal when the identities of their frames are (`identityOf`). A function is shown as the second
 * profile has it, with its place in the source, else as the first one does.
 */
export function mergeForDiff(before: CallTree, after: CallTree, hasLines: boolean): MergedTrees {
  const builder = new TreeBuilder();
  const shown = new Map<string, Frame>();
  const afterNode = insert(builder, after, shown, hasLines);
  const beforeNode = insert(builder, before, shown, hasLines);
  const { frames, frame, parent } = builder.build();
  const tree = {
    frames,
    frame,
    parent,
    before: gather(before.self, beforeNode, parent.length),
    after: gather(after.self, afterNode, parent.length),
  };
  return { tree, beforeNode, afterNode };
}

function insert(builder: TreeBuilder, tree: CallTree, shown: Map<string, Frame>, hasLines: boolean): Int32Array {
  const frameOf = tree.frames.map((frame) => {
    const identity = identityOf(frame, hasLines);
    const known = shown.get(identity) ?? frame;
    shown.set(identity, known);
    return builder.frame(known);
  });
  const nodeOf = new Int32Array(tree.parent.length);
  for (let node = 0; node < nodeOf.length; node++) {
    const parent = tree.parent[node] ?? -1;
    nodeOf[node] = builder.child(parent < 0 ? -1 : (nodeOf[parent] ?? -1), frameOf[tree.frame[node] ?? 0] ?? 0);
  }
  return nodeOf;
}

/** Node weights of a tree, added up at the nodes of a merged one. */
export function gather(weights: Float64Array, nodeOf: Int32Array, nodes: number): Float64Array {
  const gathered = new Float64Array(nodes);
  weights.forEach((weight, node) => {
    const at = nodeOf[node] ?? 0;
    gathered[at] = (gathered[at] ?? 0) + weight;
  });
  return gathered;
}
