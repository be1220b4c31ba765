import type { FlameLayout } from '../profile/layout.ts';
import { childrenAt, groupChildren } from '../profile/tree.ts';

/**
 * The boxes of a flamegraph in preorder: a box, then all that it called, so that a subtree is the stretch from `box` to
 * `end[box]` and can be skipped whole. Nodes without weight have no box.
 */
export interface Boxes {
  count: number;
  /** Box → node of the call tree. */
  node: Uint32Array;
  /** Node → its box, or −1. */
  boxOf: Int32Array;
  /** Box → box of the caller, or `ROOT`. */
  parent: Int32Array;
  /** Box → first box after its subtree. */
  end: Int32Array;
  /** Distance from the outermost frames, which are at 0. */
  depth: Uint32Array;
  /** Left edge, in parts of the whole graph: 0–1. */
  x: Float64Array;
  /** In parts of the whole graph: 0–1. */
  width: Float64Array;
  /** Rows of the graph with the root's own. */
  rows: number;
}

/** The graph as a whole, wherever a box can stand: it is no box itself, and lies in the row before the outermost frames. */
export const ROOT = -1;

/** Most callers have few callees, and a call of the library's sort costs more than moving those. */
const MANY_SIBLINGS = 24;

/** Puts a layout into the order in which it is drawn, searched and walked. `parent` is the call tree's. */
export function arrangeBoxes(parent: Int32Array, layout: FlameLayout): Boxes {
  const { nextSibling, firstChild } = linkSiblings(parent, layout);
  const boxes = emptyBoxes(parent.length, layout);
  let count = 0;
  let node = firstChild[0] ?? -1;
  let open = -1;
  while (node >= 0 || open >= 0) {
    if (node < 0) {
      // All callees are placed: close the box and go on beside it.
      boxes.end[boxes.boxOf[open] ?? 0] = count;
      node = nextSibling[open] ?? -1;
      open = parent[open] ?? -1;
      continue;
    }
    boxes.node[count] = node;
    boxes.boxOf[node] = count;
    boxes.parent[count] = open < 0 ? ROOT : (boxes.boxOf[open] ?? ROOT);
    boxes.depth[count] = layout.depth[node] ?? 0;
    boxes.x[count] = layout.x[node] ?? 0;
    boxes.width[count] = layout.width[node] ?? 0;
    count += 1;
    open = node;
    node = firstChild[node + 1] ?? -1;
  }
  return { ...boxes, count };
}

function emptyBoxes(nodes: number, layout: FlameLayout): Boxes {
  return {
    count: 0,
    node: new Uint32Array(nodes),
    boxOf: new Int32Array(nodes).fill(-1),
    parent: new Int32Array(nodes),
    end: new Int32Array(nodes),
    depth: new Uint32Array(nodes),
    x: new Float64Array(nodes),
    width: new Float64Array(nodes),
    rows: layout.maxDepth + 2,
  };
}

/** Siblings with weight as linked lists from left to right; slot 0 of `firstChild` is the outermost frames', n + 1 node n's. */
function linkSiblings(parent: Int32Array, layout: FlameLayout): { firstChild: Int32Array; nextSibling: Int32Array } {
  const groups = groupChildren(parent);
  const firstChild = new Int32Array(parent.length + 1).fill(-1);
  const nextSibling = new Int32Array(parent.length).fill(-1);
  const { x, width } = layout;
  for (let slot = 0; slot <= parent.length; slot += 1) {
    const siblings = childrenAt(groups, slot);
    sortByEdge(siblings, x);
    let last = -1;
    for (const node of siblings) {
      if (!((width[node] ?? 0) > 0)) continue;
      if (last < 0) firstChild[slot] = node;
      else nextSibling[last] = node;
      last = node;
    }
  }
  return { firstChild, nextSibling };
}

/** Sorts siblings from left to right, in place. */
function sortByEdge(siblings: Uint32Array, x: Float64Array): void {
  if (siblings.length > MANY_SIBLINGS) {
    siblings.sort((a, b) => (x[a] ?? 0) - (x[b] ?? 0));
    return;
  }
  for (let index = 1; index < siblings.length; index += 1) {
    const node = siblings[index] ?? 0;
    const edge = x[node] ?? 0;
    let place = index;
    for (; place > 0 && (x[siblings[place - 1] ?? 0] ?? 0) > edge; place -= 1)
      siblings[place] = siblings[place - 1] ?? 0;
    siblings[place] = node;
  }
}
