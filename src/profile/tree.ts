import type { CallTree, Frame } from './model.ts';

// A key holds the parent node and the frame in one exact integer: 2^26 frames, 2^27 nodes.
const FRAMES_MAX = 2 ** 26;

/** Merges stacks into a call tree; nodes come out with parents before children. */
export class TreeBuilder {
  readonly #frames: Frame[] = [];
  readonly #frameIndex = new Map<string, number>();
  readonly #nodeIndex = new Map<number, number>();
  readonly #frame: number[] = [];
  readonly #parent: number[] = [];
  readonly #self: number[] = [];

  /** Index of a function; two frames are one function when name, file, line and column agree. */
  frame(frame: Frame): number {
    const key = `${frame.name}\n${frame.file ?? ''}\n${frame.line ?? ''}\n${frame.column ?? ''}`;
    const known = this.#frameIndex.get(key);
    if (known !== undefined) return known;
    const index = this.#frames.length;
    if (index >= FRAMES_MAX) throw new RangeError(`more than ${FRAMES_MAX} functions`);
    this.#frames.push(frame);
    this.#frameIndex.set(key, index);
    return index;
  }

  /** The node of a frame under a parent node (−1: outermost), made when it is new. */
  child(parent: number, frame: number): number {
    const key = (parent + 1) * FRAMES_MAX + frame;
    const known = this.#nodeIndex.get(key);
    if (known !== undefined) return known;
    const node = this.#frame.length;
    this.#frame.push(frame);
    this.#parent.push(parent);
    this.#self.push(0);
    this.#nodeIndex.set(key, node);
    return node;
  }

  /** Adds weight to stacks that end at a node. */
  add(node: number, weight: number): void {
    this.#self[node] = (this.#self[node] ?? 0) + weight;
  }

  build(): CallTree {
    return {
      frames: this.#frames,
      frame: Uint32Array.from(this.#frame),
      parent: Int32Array.from(this.#parent),
      self: Float64Array.from(this.#self),
    };
  }
}

/** One tree of several: equal stacks of different threads become one. */
export function mergeTrees(trees: readonly CallTree[]): CallTree {
  const [first] = trees;
  if (trees.length === 1 && first !== undefined) return first;
  const builder = new TreeBuilder();
  for (const tree of trees) {
    const frameOf = tree.frames.map((frame) => builder.frame(frame));
    const nodeOf = new Int32Array(tree.parent.length);
    for (let node = 0; node < nodeOf.length; node++) {
      const parent = tree.parent[node] ?? -1;
      const merged = builder.child(parent < 0 ? -1 : (nodeOf[parent] ?? -1), frameOf[tree.frame[node] ?? 0] ?? 0);
      builder.add(merged, tree.self[node] ?? 0);
      nodeOf[node] = merged;
    }
  }
  return builder.build();
}

/** Weight of each node and all its descendants, from their self weights. */
export function addUpwards(parents: Int32Array, self: Float64Array): Float64Array {
  const total = Float64Array.from(self);
  for (let node = total.length - 1; node >= 0; node--) {
    const parent = parents[node] ?? -1;
    if (parent >= 0) total[parent] = (total[parent] ?? 0) + (total[node] ?? 0);
  }
  return total;
}

/** Children grouped by parent: slot 0 is for the outermost frames, slot p + 1 for the children of node p. */
export interface Children {
  /** Slot → where its children start in `nodes`; one more entry marks the end. */
  start: Uint32Array;
  nodes: Uint32Array;
}

/** Groups a tree's nodes by parent, each group in ascending order. */
export function groupChildren(parents: Int32Array): Children {
  const count = parents.length;
  const start = new Uint32Array(count + 2);
  for (const parent of parents) start[parent + 2] = (start[parent + 2] ?? 0) + 1;
  for (let slot = 1; slot < start.length; slot++) start[slot] = (start[slot] ?? 0) + (start[slot - 1] ?? 0);
  const next = start.slice();
  const nodes = new Uint32Array(count);
  for (let node = 0; node < count; node++) {
    const slot = (parents[node] ?? -1) + 1;
    const place = next[slot] ?? 0;
    nodes[place] = node;
    next[slot] = place + 1;
  }
  return { start, nodes };
}

/** The children in a slot, as a view that may be sorted in place. */
export function childrenAt({ start, nodes }: Children, slot: number): Uint32Array {
  return nodes.subarray(start[slot], start[slot + 1]);
}

/** Frames of the stack that ends at a node, outermost first. */
export function stackOf(tree: CallTree, node: number): Frame[] {
  const stack: Frame[] = [];
  for (let at = node; at >= 0; at = tree.parent[at] ?? -1) {
    const frame = tree.frames[tree.frame[at] ?? 0];
    if (frame !== undefined) stack.push(frame);
  }
  return stack.reverse();
}
