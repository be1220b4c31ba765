import { demangle } from './demangle/index.ts';
import { ProfileError } from './errors.ts';
import type { CallTree, Frame } from './model.ts';

// A key holds the parent node and the frame in one exact integer: 2^26 frames, 2^27 nodes.
const FRAMES_MAX = 2 ** 26;

/** Nodes that one file may have: far more than a viewer can show, and what a Map still holds. */
const NODES_MAX = 2 ** 22;
/** Frames of one stack. */
const DEPTH_MAX = 2 ** 17;
/** Frames of all stacks together, equal ones too: tables that refer to each other can claim more than their file has bytes. */
const STEPS_MAX = 2 ** 26;
/** All weights of a tree together: those of all threads still add up to a number. */
const WEIGHT_MAX = 1e300;
/** Threads: each has a tree of its own, however little is in it. */
const TREES_MAX = 2 ** 14;

/**
 * What the trees of one file may cost together, so that a small file cannot claim endless stacks. Trees of several threads share one.
 */
export class TreeBudget {
  #nodes = 0;
  #steps = 0;
  #trees = 0;

  /** @throws {ProfileError} PROFILE_TOO_LARGE when the file has too many threads */
  tree(): void {
    if (++this.#trees > TREES_MAX) throw tooLarge(`it has more than ${TREES_MAX} threads`);
  }

  /** @throws {ProfileError} PROFILE_TOO_LARGE when the file's stacks have too many frames */
  step(): void {
    if (++this.#steps > STEPS_MAX) throw tooLarge(`its stacks have more than ${STEPS_MAX} frames in all`);
  }

  /** @throws {ProfileError} PROFILE_TOO_LARGE when the file has too many different stacks, or one is too deep */
  node(depth: number): void {
    if (++this.#nodes > NODES_MAX) throw tooLarge(`it has more than ${NODES_MAX} different stacks`);
    if (depth > DEPTH_MAX) throw tooLarge(`a stack is more than ${DEPTH_MAX} frames deep`);
  }
}

/** Merges stacks into a call tree; nodes come out with parents before children. */
export class TreeBuilder {
  readonly #budget: TreeBudget;
  readonly #frames: Frame[] = [];
  readonly #frameIndex = new Map<string, number>();
  readonly #nodeIndex = new Map<number, number>();
  readonly #frame: number[] = [];
  readonly #parent: number[] = [];
  readonly #self: number[] = [];
  readonly #depth: number[] = [];

  constructor(budget = new TreeBudget()) {
    this.#budget = budget;
    budget.tree();
  }

  /** Index of a function, its name demangled; two frames are one function when name, file, line and column agree. */
  frame(frame: Frame): number {
    const key = `${frame.name}\n${frame.file ?? ''}\n${frame.line ?? ''}\n${frame.column ?? ''}`;
    const known = this.#frameIndex.get(key);
    if (known !== undefined) return known;
    const index = this.#frames.length;
    if (index >= NODES_MAX) throw tooLarge(`it has more than ${NODES_MAX} functions`);
    const name = demangle(frame.name);
    this.#frames.push(name === frame.name ? frame : { ...frame, name });
    this.#frameIndex.set(key, index);
    return index;
  }

  /**
   * The node of a frame under a parent node (−1: outermost), made when it is new.
   *
   * @throws {ProfileError} PROFILE_TOO_LARGE when the budget is used up
   */
  child(parent: number, frame: number): number {
    this.#budget.step();
    const key = (parent + 1) * FRAMES_MAX + frame;
    const known = this.#nodeIndex.get(key);
    if (known !== undefined) return known;
    const node = this.#frame.length;
    const depth = parent < 0 ? 1 : (this.#depth[parent] ?? 0) + 1;
    this.#budget.node(depth);
    this.#depth.push(depth);
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

  /** @throws {ProfileError} PROFILE_BROKEN when the weights are no numbers that can be added up */
  build(): CallTree {
    const sum = this.#self.reduce((total, weight) => total + weight, 0);
    if (!(Math.abs(sum) <= WEIGHT_MAX)) {
      throw new ProfileError('PROFILE_BROKEN', 'the profile is damaged: its weights are too large to be added up', {
        hint: 'Record the profile again.',
      });
    }
    return {
      frames: this.#frames,
      frame: Uint32Array.from(this.#frame),
      parent: Int32Array.from(this.#parent),
      self: Float64Array.from(this.#self),
    };
  }
}

function tooLarge(what: string): ProfileError {
  return new ProfileError('PROFILE_TOO_LARGE', `the profile is larger than can be shown: ${what}`, {
    hint: 'Record for a shorter time or with a longer sampling interval.',
  });
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

/** Weight of the samples that each frame occurs in: a walk that counts a frame only where it is not yet on the stack. */
export function totalsByFrame(tree: CallTree, nodeTotal: Float64Array): Float64Array {
  const children = groupChildren(tree.parent);
  const totals = new Float64Array(tree.frames.length);
  const onStack = new Uint32Array(tree.frames.length);
  const open = [...childrenAt(children, 0)];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const isLeaving = entry < 0;
    const node = isLeaving ? ~entry : entry;
    const frame = tree.frame[node] ?? 0;
    if (isLeaving) {
      onStack[frame] = (onStack[frame] ?? 0) - 1;
      continue;
    }
    if (onStack[frame] === 0) totals[frame] = (totals[frame] ?? 0) + (nodeTotal[node] ?? 0);
    onStack[frame] = (onStack[frame] ?? 0) + 1;
    open.push(~node);
    for (const child of childrenAt(children, node + 1)) open.push(child);
  }
  return totals;
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
