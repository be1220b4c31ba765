import type { Box } from './svgBoxes.ts';

/** How many boxes a narrow one can seem to lie over; more overlap only in damaged pictures. */
const CANDIDATES_MAX = 16;

/**
 * The boxes as rows from the root on, each row from left to right. The root's row is the first or the last one of the picture (an icicle
 * graph or a flame graph) and holds one box that weighs as much as any; where both do, the one named `all` is it, else the last.
 *
 * @returns undefined when neither row is one
 */
export function stackRows(boxes: readonly Box[]): Box[][] | undefined {
  const byTop = new Map<number, Box[]>();
  let heaviest = 0;
  for (const box of boxes) {
    heaviest = Math.max(heaviest, box.weight);
    const top = Math.round(box.y);
    const row = byTop.get(top);
    if (row === undefined) byTop.set(top, [box]);
    else row.push(box);
  }
  const rows = [...byTop].sort(([a], [b]) => a - b).map(([, row]) => row.sort((a, b) => a.x - b.x));
  const isRoot = (row: Box[] | undefined): boolean => row?.length === 1 && row[0]?.weight === heaviest;
  const [first, last] = [rows[0], rows.at(-1)];
  const isIcicle = isRoot(first) && (!isRoot(last) || (first?.[0]?.name === 'all' && last?.[0]?.name !== 'all'));
  if (isIcicle) return rows;
  return isRoot(last) ? rows.reverse() : undefined;
}

/**
 * Pairs each box with the one of the row below that it lies over. Edges are rounded, so a narrow box can seem to lie over two: the
 * first that still has its weight left takes it.
 *
 * @param left what the boxes below have left of their weight
 */
export function parentsOf(
  row: readonly Box[],
  below: readonly Box[],
  left: ReadonlyMap<Box, number>,
): [Box, Box | undefined][] {
  let at = 0;
  const taken = new Map<Box, number>();
  return row.map((box) => {
    for (
      let next = below[at];
      next !== undefined && rightOf(next) < rightOf(box) - tolerance(box, next);
      next = below[at]
    )
      at++;
    const parent = pick(box, below, at, (candidate) => (left.get(candidate) ?? 0) - (taken.get(candidate) ?? 0));
    if (parent !== undefined) taken.set(parent, (taken.get(parent) ?? 0) + box.weight);
    return [box, parent];
  });
}

function pick(box: Box, below: readonly Box[], at: number, leftOf: (candidate: Box) => number): Box | undefined {
  let first: Box | undefined;
  for (let index = at; index < Math.min(below.length, at + CANDIDATES_MAX); index++) {
    const candidate = below[index];
    if (candidate === undefined || candidate.x > box.x + tolerance(box, candidate)) break;
    if (rightOf(candidate) < rightOf(box) - tolerance(box, candidate)) continue;
    if (leftOf(candidate) >= box.weight) return candidate;
    first ??= candidate;
  }
  return first;
}

function rightOf(box: Box): number {
  return box.x + box.width;
}

function tolerance(a: Box, b: Box): number {
  return Math.max(a.tolerance, b.tolerance) + 1e-6;
}
