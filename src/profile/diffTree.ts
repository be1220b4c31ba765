import { identityOf } from './diffIdentity.ts';
import type { CallTree, Frame } from './model.ts';
import { TreeBuilder } from './tree.ts';

/** Two values of one thing, in the first profile and in the second one. */
export interface Pair {
  before: number;
  after: number;
}

/** What changes are counted in: `share`, parts of what each profile was busy with; `weight`, the profiles' own unit. */
export type Basis = 'share' | 'weight';

/** The stacks of two profiles as one tree: a node has what each of them spent in the stack that ends there. */
export interface DiffTree extends Omit<CallTree, 'self'> {
  /** Node → self weight in the first profile. */
  before: Float64Array;
  /** Node → self weight in the second one. */
  after: Float64Array;
}

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

/**
 * The merged tree as one to draw: each stack as heavy as the mean of the two, so that what is in one profile only has its place too.
 *
 * @param whole what the weights of each profile are divided by; 1 leaves them as they are
 */
export function meanTree({ frames, frame, parent, before, after }: DiffTree, whole: Pair): CallTree {
  const self = before.map((weight, node) => (part(weight, whole.before) + part(after[node] ?? 0, whole.after)) / 2);
  return { frames, frame, parent, self };
}

/** How much a value has grown, in parts of the two together: −1 it is gone, 0 it stayed, 1 it is new. */
export function growth({ before, after }: Pair): number {
  const sum = before + after;
  return sum === 0 ? 0 : (after - before) / sum;
}

/** How strongly a change is coloured, 0–1: wholly where a stack has become three times as heavy or a third, is new or gone. */
export function strength(pair: Pair): number {
  return Math.min(1, 2 * Math.abs(growth(pair)));
}

/** A weight in parts of a whole; 0 of nothing. */
export function part(weight: number, whole: number): number {
  return whole > 0 ? weight / whole : 0;
}
