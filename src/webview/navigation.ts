import { ROOT, type Boxes } from './boxes.ts';
import type { Range } from './viewport.ts';

/** A step of the keyboard through the graph. */
export type Step = 'caller' | 'callee' | 'previous' | 'next';

/** Frames above a box, outermost first, `ROOT` at the front; the box itself is not among them. */
export function ancestorsOf(boxes: Boxes, box: number): number[] {
  const path: number[] = [];
  for (let above = box; above !== ROOT;) {
    above = boxes.parent[above] ?? ROOT;
    path.push(above);
  }
  return path.reverse();
}

/** Whether a box lies in the subtree of another, or is it. */
export function isWithin(boxes: Boxes, box: number, outer: number): boolean {
  if (outer === ROOT) return true;
  return box >= outer && box < (boxes.end[outer] ?? 0);
}

/**
 * Where a step leads: the caller, the heaviest callee, or the neighbour in the row, of the same caller or of another one.
 * Only boxes of at least `smallest` (in parts of the graph, 0–1) inside `range` are stepped on. Without one, `box` itself.
 */
export function stepFrom(
  boxes: Boxes,
  box: number,
  step: Step,
  { range, smallest }: { range: Range; smallest: number },
): number {
  switch (step) {
    case 'caller':
      return box === ROOT ? ROOT : (boxes.parent[box] ?? ROOT);
    case 'callee':
      return widestCallee(boxes, box, (candidate) => isSeen(boxes, candidate, range, smallest)) ?? box;
    case 'previous':
    case 'next':
      return neighbour(boxes, box, step, (candidate) => isSeen(boxes, candidate, range, smallest)) ?? box;
  }
}

function isSeen(boxes: Boxes, box: number, range: Range, smallest: number): boolean {
  const left = boxes.x[box] ?? 0;
  const width = boxes.width[box] ?? 0;
  return width >= smallest && left < range.to && left + width > range.from;
}

function widestCallee(boxes: Boxes, box: number, isCandidate: (box: number) => boolean): number | undefined {
  const end = box === ROOT ? boxes.count : (boxes.end[box] ?? 0);
  let widest: number | undefined;
  for (let callee = box + 1; callee < end; callee = boxes.end[callee] ?? end) {
    const isWider = widest === undefined || (boxes.width[callee] ?? 0) > (boxes.width[widest] ?? 0);
    if (isWider && isCandidate(callee)) widest = callee;
  }
  return widest;
}

function neighbour(
  boxes: Boxes,
  box: number,
  direction: 'previous' | 'next',
  isCandidate: (box: number) => boolean,
): number | undefined {
  if (box === ROOT) return undefined;
  const depth = boxes.depth[box];
  // In preorder the boxes of a row stand in the order of their left edges.
  const step = direction === 'next' ? 1 : -1;
  for (let other = box + step; other >= 0 && other < boxes.count; other += step) {
    if (boxes.depth[other] === depth && isCandidate(other)) return other;
  }
  return undefined;
}
