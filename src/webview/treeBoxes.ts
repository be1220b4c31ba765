import type { FlameLayout } from '../profile/layout.ts';
import { ROOT, type BoxSpace, type BoxVisitor, type Step, type StepLimits } from './boxSpace.ts';
import { arrangeBoxes, type Boxes } from './boxes.ts';
import { SMALLEST_BOX_PX, WHOLE, graphWidth, visibleRows, type Range, type Viewport } from './viewport.ts';

/** Merged stacks as boxes: as wide as their weight, one for each node that has some. */
export class TreeBoxes implements BoxSpace {
  readonly boxes: Boxes;

  /** `parent` is the call tree's. */
  constructor(parent: Int32Array, layout: FlameLayout) {
    this.boxes = arrangeBoxes(parent, layout);
  }

  get rows(): number {
    return this.boxes.rows;
  }

  nodeOf(box: number): number {
    return box === ROOT ? -1 : (this.boxes.node[box] ?? -1);
  }

  rowOf(box: number): number {
    return box === ROOT ? 0 : (this.boxes.depth[box] ?? 0) + 1;
  }

  rangeOf(box: number): Range {
    if (box === ROOT) return WHOLE;
    const from = this.boxes.x[box] ?? 0;
    return { from, to: from + (this.boxes.width[box] ?? 0) };
  }

  parentOf(box: number): number {
    return box === ROOT ? ROOT : (this.boxes.parent[box] ?? ROOT);
  }

  boxOfNode(node: number): number {
    return this.boxes.boxOf[node] ?? ROOT;
  }

  at(row: number, place: number): number | undefined {
    const { boxes } = this;
    let box = 0;
    let end = boxes.count;
    while (box < end) {
      const left = boxes.x[box] ?? 0;
      const after = boxes.end[box] ?? end;
      if (place < left) return undefined;
      if (place >= left + (boxes.width[box] ?? 0)) {
        box = after;
      } else if (boxes.depth[box] === row - 1) {
        return box;
      } else {
        end = after;
        box += 1;
      }
    }
    return undefined;
  }

  step(box: number, step: Step, limits: StepLimits): number {
    switch (step) {
      case 'caller':
        return this.parentOf(box);
      case 'callee':
        return this.#widestCallee(box, limits) ?? box;
      case 'previous':
      case 'next':
        return this.#neighbour(box, step === 'next' ? 1 : -1, limits) ?? box;
    }
  }

  visit(viewport: Viewport, visitor: BoxVisitor): void {
    const { boxes } = this;
    const { range, width } = viewport;
    const scale = graphWidth(viewport);
    const { first, last } = visibleRows(viewport);
    const crumbs = new Crumbs(viewport.rows, visitor);
    let box = 0;
    while (box < boxes.count) {
      const row = (boxes.depth[box] ?? 0) + 1;
      const left = ((boxes.x[box] ?? 0) - range.from) * scale;
      const right = left + (boxes.width[box] ?? 0) * scale;
      if (left >= width && row === 1) break;
      if (right <= 0 || left >= width || row > last) {
        box = boxes.end[box] ?? boxes.count;
      } else if (right - left < SMALLEST_BOX_PX) {
        if (row >= first) crumbs.add(row, left, right, boxes.node[box] ?? 0);
        box = boxes.end[box] ?? boxes.count;
      } else {
        const cut = Math.max(0, left);
        if (row >= first) visitor.box(box, boxes.node[box] ?? 0, row, cut, Math.min(width, right) - cut);
        box += 1;
      }
    }
    crumbs.flush();
  }

  #widestCallee(box: number, limits: StepLimits): number | undefined {
    const { boxes } = this;
    const end = box === ROOT ? boxes.count : (boxes.end[box] ?? 0);
    let widest: number | undefined;
    for (let callee = box + 1; callee < end; callee = boxes.end[callee] ?? end) {
      const isWider = widest === undefined || (boxes.width[callee] ?? 0) > (boxes.width[widest] ?? 0);
      if (isWider && this.#isSeen(callee, limits)) widest = callee;
    }
    return widest;
  }

  #neighbour(box: number, direction: 1 | -1, limits: StepLimits): number | undefined {
    if (box === ROOT) return undefined;
    const { count, depth } = this.boxes;
    const own = depth[box];
    // In preorder the boxes of a row stand in the order of their left edges.
    for (let other = box + direction; other >= 0 && other < count; other += direction) {
      if (depth[other] === own && this.#isSeen(other, limits)) return other;
    }
    return undefined;
  }

  #isSeen(box: number, { range, smallest }: StepLimits): boolean {
    const { from, to } = this.rangeOf(box);
    return to - from >= smallest && from < range.to && to > range.from;
  }
}

/** Joins boxes that are too narrow into stretches, one pending for each row. */
class Crumbs {
  readonly #from: Float64Array;
  readonly #to: Float64Array;
  readonly #node: Int32Array;
  readonly #widest: Float64Array;
  readonly #visitor: BoxVisitor;

  constructor(rows: number, visitor: BoxVisitor) {
    this.#from = new Float64Array(rows);
    this.#to = new Float64Array(rows);
    this.#node = new Int32Array(rows);
    this.#widest = new Float64Array(rows);
    this.#visitor = visitor;
  }

  add(row: number, left: number, right: number, node: number): void {
    const to = this.#to[row] ?? 0;
    // A gap below half a pixel cannot be seen: the stretch goes on.
    if (!(to > (this.#from[row] ?? 0) && left - to < SMALLEST_BOX_PX)) {
      this.#tell(row);
      this.#from[row] = left;
      this.#widest[row] = -1;
    }
    this.#to[row] = right;
    const weight = this.#visitor.isPreferred?.(node) === true ? Infinity : right - left;
    if (weight <= (this.#widest[row] ?? 0)) return;
    this.#widest[row] = weight;
    this.#node[row] = node;
  }

  flush(): void {
    for (let row = 0; row < this.#from.length; row += 1) this.#tell(row);
  }

  #tell(row: number): void {
    const from = this.#from[row] ?? 0;
    const width = (this.#to[row] ?? 0) - from;
    if (width >= SMALLEST_BOX_PX) this.#visitor.crumb(row, from, width, this.#node[row] ?? 0);
  }
}
