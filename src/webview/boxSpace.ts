import type { Range, Viewport } from './viewport.ts';

/** The graph as a whole, wherever a box can stand: it is no box itself, and lies in the row before the outermost frames. */
export const ROOT = -1;

/** A step of the keyboard through the graph. */
export type Step = 'caller' | 'callee' | 'previous' | 'next';

/** What a step may lead to: boxes of at least `smallest` (in parts of the graph, 0–1) inside `range`. */
export interface StepLimits {
  range: Range;
  smallest: number;
}

/** What a space tells of the boxes in a window, in pixels, cut to the window. */
export interface BoxVisitor {
  box(box: number, node: number, row: number, left: number, width: number): void;
  /** Boxes side by side in a row, each too narrow to draw by itself; the node is of one that stands for them. */
  crumb(row: number, left: number, width: number, node: number): void;
  /** Whether a node should stand for its crumb rather than others. */
  isPreferred?(node: number): boolean;
}

/**
 * Boxes in rows, each within the edges of the one above it, each for a node of a call tree: merged stacks by weight, or samples by time. A box
 * is a number that only its space understands. Places are in parts of the whole width: 0–1; row 0 is the root's own.
 */
export interface BoxSpace {
  /** With the root's own. */
  readonly rows: number;
  /** The node that a box shows; −1 for the root. */
  nodeOf(box: number): number;
  rowOf(box: number): number;
  rangeOf(box: number): Range;
  /** The box above; of the outermost ones and of the root, the root. */
  parentOf(box: number): number;
  /** The box of a node, of several the widest, one inside of `near` before all others; the root for one that is not drawn. */
  boxOfNode(node: number, near: Range): number;
  /** The box that covers a place in a row, however narrow; undefined where there is none. */
  at(row: number, place: number): number | undefined;
  /** Where a step leads: the caller, the widest callee, or the neighbour in the row. Without one, the box itself. */
  step(box: number, step: Step, limits: StepLimits): number;
  /** Tells what the window shows, in time that depends on the window alone or little more. */
  visit(viewport: Viewport, visitor: BoxVisitor): void;
}

/** Boxes above a box, outermost first, `ROOT` at the front; the box itself is not among them. */
export function ancestorsOf(space: BoxSpace, box: number): number[] {
  const path: number[] = [];
  for (let above = box; above !== ROOT;) {
    above = space.parentOf(above);
    path.push(above);
  }
  return path.reverse();
}

/** The innermost of a box and those above it that spans a range whole. */
export function boxAround(space: BoxSpace, box: number, range: Range): number {
  let around = box;
  while (around !== ROOT) {
    const { from, to } = space.rangeOf(around);
    const slack = (to - from) * 1e-9;
    if (from <= range.from + slack && to >= range.to - slack) break;
    around = space.parentOf(around);
  }
  return around;
}
