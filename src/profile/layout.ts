import type { CallTree } from './model.ts';
import { addUpwards, childrenAt, groupChildren } from './tree.ts';

/** How siblings stand beside each other, from the left. */
export type SiblingOrder = 'weight' | 'name';

export interface LayoutOptions {
  /** `weight`: the heaviest at the left (default); `name`: alphabetically, so that two profiles can be compared. */
  order?: SiblingOrder;
  /** Nodes on and above a frame named `(idle)` get no width (default: they are drawn). */
  hideIdle?: boolean;
}

/** A flamegraph's boxes, one a node of the tree, in the tree's order; the box of node `i` is at `[i]` of each array. */
export interface FlameLayout {
  /** Left edge, in parts of the whole width: 0–1. */
  x: Float64Array;
  /** In parts of the whole width: 0–1. */
  width: Float64Array;
  /** Distance from the outermost frame, which is at 0. */
  depth: Uint32Array;
  /** Self weight and that of all descendants, in the profile's unit. Hidden idle time is 0. */
  total: Float64Array;
  /** Sum of all weights that are drawn; the width 1 stands for it. */
  weight: number;
  /** Greatest depth, or −1 for an empty tree. */
  maxDepth: number;
}

/** What a search found. */
export interface Matches {
  /** 1 for each node whose frame matches. */
  isMatch: Uint8Array;
  nodes: number;
  /** Weight of the samples with at least one matching frame, each sample once. */
  weight: number;
  /** That weight in parts of all that is drawn: 0–1. */
  share: number;
}

/**
 * Lays out a call tree as a flamegraph: every box as wide as its total weight, above its parent, within its parent's edges.
 * Linear but for the sorting of siblings, without recursion; a stack may be of any depth.
 */
export function layoutFlame(tree: CallTree, options: LayoutOptions = {}): FlameLayout {
  const count = tree.parent.length;
  const total = totals(tree, options.hideIdle ?? false);
  const children = groupChildren(tree.parent);
  const compare = comparator(tree, total, options.order ?? 'weight');
  const x = new Float64Array(count);
  const width = new Float64Array(count);
  const depth = new Uint32Array(count);
  let weight = 0;
  for (const root of childrenAt(children, 0)) weight += total[root] ?? 0;

  let maxDepth = -1;
  // Slot 0 holds the outermost frames; a parent comes before its children, so its own edge is known by then.
  for (let slot = 0; slot <= count; slot++) {
    const siblings = childrenAt(children, slot);
    if (siblings.length === 0) continue;
    if (siblings.length > 1) siblings.sort(compare);
    const level = slot === 0 ? 0 : (depth[slot - 1] ?? 0) + 1;
    if (level > maxDepth) maxDepth = level;
    let left = slot === 0 ? 0 : (x[slot - 1] ?? 0);
    for (const node of siblings) {
      const part = weight === 0 ? 0 : (total[node] ?? 0) / weight;
      x[node] = left;
      width[node] = part;
      depth[node] = level;
      left += part;
    }
  }
  return { x, width, depth, total, weight, maxDepth };
}

/**
 * Finds frames by name or file. A string matches case-insensitively anywhere; a regular expression as it is written.
 * A sample with several matching frames counts once, so a recursive function never exceeds 100 %.
 */
export function findMatches(tree: CallTree, layout: FlameLayout, query: string | RegExp): Matches {
  const matchesFrame = tree.frames.map(
    ({ name, file }) => isTextMatch(name, query) || (file !== undefined && isTextMatch(file, query)),
  );
  return matchNodes(tree, layout, (node) => matchesFrame[tree.frame[node] ?? 0] === true);
}

/** Finds nodes by any sign; nodes without weight never match, and a sample with several counts once. */
export function matchNodes(tree: CallTree, layout: FlameLayout, isHitAt: (node: number) => boolean): Matches {
  const count = tree.parent.length;
  const isMatch = new Uint8Array(count);
  const isCovered = new Uint8Array(count);
  let nodes = 0;
  let weight = 0;
  for (let node = 0; node < count; node++) {
    const parent = tree.parent[node] ?? -1;
    const isInside = parent >= 0 && isCovered[parent] === 1;
    const total = layout.total[node] ?? 0;
    const isHit = total > 0 && isHitAt(node);
    if (isHit) {
      isMatch[node] = 1;
      nodes++;
      if (!isInside) weight += total;
    }
    if (isHit || isInside) isCovered[node] = 1;
  }
  return { isMatch, nodes, weight, share: layout.weight === 0 ? 0 : weight / layout.weight };
}

function isTextMatch(text: string, query: string | RegExp): boolean {
  if (typeof query === 'string') return query !== '' && text.toLowerCase().includes(query.toLowerCase());
  // A global or sticky expression remembers where it stopped and would skip every other frame.
  query.lastIndex = 0;
  return query.test(text);
}

function totals(tree: CallTree, hideIdle: boolean): Float64Array {
  if (!hideIdle) return addUpwards(tree.parent, tree.self);
  const isIdle = tree.frames.map((frame) => frame.name === '(idle)');
  const busy = tree.self.map((weight, node) => (isIdle[tree.frame[node] ?? 0] === true ? 0 : weight));
  return addUpwards(tree.parent, busy);
}

function comparator(tree: CallTree, total: Float64Array, order: SiblingOrder): (a: number, b: number) => number {
  const nameOf = (node: number): string => tree.frames[tree.frame[node] ?? 0]?.name ?? '';
  const byName = (a: number, b: number): number => {
    const left = nameOf(a);
    const right = nameOf(b);
    return left < right ? -1 : left > right ? 1 : a - b;
  };
  if (order === 'name') return byName;
  return (a, b) => (total[b] ?? 0) - (total[a] ?? 0) || byName(a, b);
}
