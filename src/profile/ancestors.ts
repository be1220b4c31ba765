/**
 * Ancestors in a call tree in logarithmic time, however deep it is: beside its parent each node knows one far ancestor, and those lie so that a path
 * of jumps to any depth is short (E. W. Myers, An applicative random-access stack, 1983).
 */
export class Ancestors {
  // Slot 0 is the root, which is no node; slot n + 1 is node n.
  readonly #parent: Int32Array;
  readonly #jump: Int32Array;
  readonly #depth: Uint32Array;
  /** The greatest number of frames in a stack. */
  readonly maxDepth: number;

  /** @param parent node → parent node or −1, parents before children */
  constructor(parent: Int32Array) {
    const count = parent.length + 1;
    this.#parent = new Int32Array(count);
    this.#jump = new Int32Array(count);
    this.#depth = new Uint32Array(count);
    let maxDepth = 0;
    for (let slot = 1; slot < count; slot += 1) {
      const above = (parent[slot - 1] ?? -1) + 1;
      const far = this.#jump[above] ?? 0;
      const farther = this.#jump[far] ?? 0;
      const depth = (this.#depth[above] ?? 0) + 1;
      this.#parent[slot] = above;
      this.#depth[slot] = depth;
      const isDoubled = depth - 1 - (this.#depth[far] ?? 0) === (this.#depth[far] ?? 0) - (this.#depth[farther] ?? 0);
      this.#jump[slot] = isDoubled ? farther : above;
      if (depth > maxDepth) maxDepth = depth;
    }
    this.maxDepth = maxDepth;
  }

  /** Frames of the stack that ends at a node, itself included; 0 for the root (−1). */
  depthOf(node: number): number {
    return this.#depth[node + 1] ?? 0;
  }

  /** The ancestor whose stack has that many frames; the node itself when its own has no more. */
  at(node: number, depth: number): number {
    let slot = node + 1;
    while ((this.#depth[slot] ?? 0) > depth) {
      const far = this.#jump[slot] ?? 0;
      slot = (this.#depth[far] ?? 0) < depth ? (this.#parent[slot] ?? 0) : far;
    }
    return slot - 1;
  }

  /** How many frames two stacks share, counted from the outermost. */
  shared(one: number, other: number): number {
    const depth = Math.min(this.depthOf(one), this.depthOf(other));
    let a = this.at(one, depth) + 1;
    let b = this.at(other, depth) + 1;
    while (a !== b) {
      const [farA, farB] = [this.#jump[a] ?? 0, this.#jump[b] ?? 0];
      const isBelow = farA !== farB;
      a = isBelow ? farA : (this.#parent[a] ?? 0);
      b = isBelow ? farB : (this.#parent[b] ?? 0);
    }
    return this.#depth[a] ?? 0;
  }
}
