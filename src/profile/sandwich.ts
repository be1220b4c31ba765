import type { CallTree } from './model.ts';
import { addUpwards } from './tree.ts';

/** A call tree made of another one. */
export interface DerivedTree {
  tree: CallTree;
  /** Node → that node of the other tree which brought it most weight. */
  origin: Uint32Array;
}

/**
 * All that a function called, over all its occurrences: one outermost node, the function, whose total is the weight of all samples that it is in, each once.
 *
 * @param isFocus frame → whether it is the function
 */
export function calleesOf(tree: CallTree, isFocus: readonly boolean[]): DerivedTree {
  const merging = new Merging(tree);
  const placeOf = new Int32Array(tree.parent.length).fill(-1);
  for (let node = 0; node < placeOf.length; node += 1) {
    const above = placeOf[tree.parent[node] ?? -1] ?? -1;
    // Inside of an outer occurrence the function is a callee of itself.
    const isInside = above >= 0;
    if (!isInside && isFocus[tree.frame[node] ?? 0] !== true) continue;
    const place = merging.child(isInside ? above : -1, node);
    merging.add(place, tree.self[node] ?? 0);
    placeOf[node] = place;
  }
  return merging.build();
}

/**
 * All that called a function, over all its occurrences, as a tree that grows from the function outwards: a node's parent is whom it called. Weights are
 * those of the samples that the function is in, each once, and lie on the outermost callers.
 *
 * @param isFocus frame → whether it is the function
 */
export function callersOf(tree: CallTree, isFocus: readonly boolean[]): DerivedTree {
  const merging = new Merging(tree);
  const total = addUpwards(tree.parent, tree.self);
  const isInside = new Uint8Array(tree.parent.length);
  for (let node = 0; node < isInside.length; node += 1) {
    const parent = tree.parent[node] ?? -1;
    const isHere = isFocus[tree.frame[node] ?? 0] === true;
    const isBelow = parent >= 0 && isInside[parent] === 1;
    if (isHere || isBelow) isInside[node] = 1;
    // Only the outermost occurrence: the samples of those inside are among its own.
    if (!isHere || isBelow) continue;
    const weight = total[node] ?? 0;
    if (weight <= 0) continue;
    let place = -1;
    for (let at = node; at >= 0; at = tree.parent[at] ?? -1) {
      place = merging.child(place, at);
      merging.weigh(place, at, weight);
    }
    merging.add(place, weight);
  }
  return merging.build();
}

/** Merges nodes of a tree into another one over the same frames. */
class Merging {
  readonly #tree: CallTree;
  readonly #known = new Map<number, number>();
  readonly #frame: number[] = [];
  readonly #parent: number[] = [];
  readonly #self: number[] = [];
  readonly #origin: number[] = [];
  readonly #most: number[] = [];
  readonly #total: Float64Array;

  constructor(tree: CallTree) {
    this.#tree = tree;
    this.#total = addUpwards(tree.parent, tree.self);
  }

  /** The node below `parent` (−1: outermost) for the frame of a node of the tree. */
  child(parent: number, node: number): number {
    const frame = this.#tree.frame[node] ?? 0;
    const key = (parent + 1) * this.#tree.frames.length + frame;
    let place = this.#known.get(key);
    if (place === undefined) {
      place = this.#frame.push(frame) - 1;
      this.#parent.push(parent);
      this.#self.push(0);
      this.#origin.push(node);
      this.#most.push(-1);
      this.#known.set(key, place);
    }
    this.weigh(place, node, this.#total[node] ?? 0);
    return place;
  }

  /** Says how much a node of the tree brings to a place. */
  weigh(place: number, node: number, weight: number): void {
    if (weight <= (this.#most[place] ?? 0)) return;
    this.#most[place] = weight;
    this.#origin[place] = node;
  }

  add(place: number, weight: number): void {
    this.#self[place] = (this.#self[place] ?? 0) + weight;
  }

  build(): DerivedTree {
    const tree: CallTree = {
      frames: this.#tree.frames,
      frame: Uint32Array.from(this.#frame),
      parent: Int32Array.from(this.#parent),
      self: Float64Array.from(this.#self),
    };
    return { tree, origin: Uint32Array.from(this.#origin) };
  }
}
