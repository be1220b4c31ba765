import { ROOT, type Boxes } from './boxes.ts';

/** What part of the graph's width is shown, in parts of the whole: 0–1. */
export interface Range {
  from: number;
  to: number;
}

/** Which end the outermost frames stand at: `icicle` at the top, `flame` at the bottom. */
export type Orientation = 'icicle' | 'flame';

/** The window through which the graph is seen, in CSS pixels. */
export interface Viewport {
  width: number;
  height: number;
  rowHeight: number;
  /** Rows of the whole graph, the root's own included. */
  rows: number;
  /** Pixels of the graph above the window. */
  scrollTop: number;
  range: Range;
  orientation: Orientation;
}

/** Narrower boxes are not drawn one by one. */
export const SMALLEST_BOX_PX = 0.5;

/** Width that the whole graph would have at this zoom, in pixels. */
export function graphWidth({ width, range }: Viewport): number {
  return range.to > range.from ? width / (range.to - range.from) : 0;
}

/** Height of the whole graph in pixels. */
export function graphHeight({ rows, rowHeight }: Viewport): number {
  return rows * rowHeight;
}

/** Top of a row within the graph, in pixels. Row 0 is the root's, row d + 1 that of depth d. */
export function rowTop({ orientation, rows, rowHeight }: Viewport, row: number): number {
  return (orientation === 'icicle' ? row : rows - 1 - row) * rowHeight;
}

/** Row of a box or of the root. */
export function rowOf(boxes: Boxes, box: number): number {
  return box === ROOT ? 0 : (boxes.depth[box] ?? 0) + 1;
}

/** First and last row that the window shows, both inclusive. */
export function visibleRows({ scrollTop, height, rowHeight, rows, orientation }: Viewport): {
  first: number;
  last: number;
} {
  const top = Math.max(0, Math.floor(scrollTop / rowHeight));
  const bottom = Math.min(rows - 1, Math.ceil((scrollTop + height) / rowHeight) - 1);
  return orientation === 'icicle' ? { first: top, last: bottom } : { first: rows - 1 - bottom, last: rows - 1 - top };
}

/** The part of the graph that a box covers; a zoom into it shows this. */
export function rangeOf(boxes: Boxes, box: number): Range {
  if (box === ROOT) return { from: 0, to: 1 };
  const from = boxes.x[box] ?? 0;
  return { from, to: from + (boxes.width[box] ?? 0) };
}

/** Left edge and width of a part of the graph in the window, cut to it, in pixels. */
export function spanOf(viewport: Viewport, part: Range): { left: number; width: number } {
  const scale = graphWidth(viewport);
  const left = Math.max(0, (part.from - viewport.range.from) * scale);
  const right = Math.min(viewport.width, (part.to - viewport.range.from) * scale);
  return { left, width: Math.max(0, right - left) };
}

/** Scroll position nearest to the present one at which a row is wholly seen. */
export function scrollToRow(viewport: Viewport, row: number): number {
  const top = rowTop(viewport, row);
  const lowest = top + viewport.rowHeight - viewport.height;
  return Math.max(Math.min(viewport.scrollTop, top), lowest, 0);
}

/**
 * Box under a point of the window: its index, `ROOT` for the root's row, undefined where nothing is. Boxes too narrow to be
 * drawn are found too.
 */
export function boxAt(viewport: Viewport, boxes: Boxes, x: number, y: number): number | undefined {
  const line = Math.floor((y + viewport.scrollTop) / viewport.rowHeight);
  const scale = graphWidth(viewport);
  if (line < 0 || line >= viewport.rows || scale === 0 || x < 0 || x >= viewport.width) return undefined;
  const row = viewport.orientation === 'icicle' ? line : viewport.rows - 1 - line;
  return row === 0 ? ROOT : boxCovering(boxes, row - 1, viewport.range.from + x / scale);
}

/** Box at a depth that covers a place (0–1) of the graph's width, found by descending from the outermost frames. */
function boxCovering(boxes: Boxes, depth: number, place: number): number | undefined {
  let box = 0;
  let end = boxes.count;
  while (box < end) {
    const left = boxes.x[box] ?? 0;
    const after = boxes.end[box] ?? end;
    if (place < left) return undefined;
    if (place >= left + (boxes.width[box] ?? 0)) {
      box = after;
    } else if (boxes.depth[box] === depth) {
      return box;
    } else {
      end = after;
      box += 1;
    }
  }
  return undefined;
}

/** What `visitVisible` tells: boxes to draw, and stretches of boxes too narrow to draw one by one. */
export interface VisibleVisitor {
  /** `left` and `width` in pixels, cut to the window. */
  box(box: number, row: number, left: number, width: number): void;
  /** Boxes side by side in a row, each too narrow, together `width` pixels wide. */
  crumbs(row: number, left: number, width: number): void;
}

/** Visits what the window shows, in the order of the boxes. Subtrees outside of it or too narrow are skipped whole. */
export function visitVisible(viewport: Viewport, boxes: Boxes, visitor: VisibleVisitor): void {
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
      if (row >= first) crumbs.add(row, left, right);
      box = boxes.end[box] ?? boxes.count;
    } else {
      const cut = Math.max(0, left);
      if (row >= first) visitor.box(box, row, cut, Math.min(width, right) - cut);
      box += 1;
    }
  }
  crumbs.flush();
}

/** Joins boxes that are too narrow into stretches, one pending for each row. */
class Crumbs {
  readonly #from: Float64Array;
  readonly #to: Float64Array;
  readonly #visitor: VisibleVisitor;

  constructor(rows: number, visitor: VisibleVisitor) {
    this.#from = new Float64Array(rows);
    this.#to = new Float64Array(rows);
    this.#visitor = visitor;
  }

  add(row: number, left: number, right: number): void {
    const to = this.#to[row] ?? 0;
    // A gap below half a pixel cannot be seen: the stretch goes on.
    if (to > (this.#from[row] ?? 0) && left - to < SMALLEST_BOX_PX) {
      this.#to[row] = right;
      return;
    }
    this.#tell(row);
    this.#from[row] = left;
    this.#to[row] = right;
  }

  flush(): void {
    for (let row = 0; row < this.#from.length; row += 1) this.#tell(row);
  }

  #tell(row: number): void {
    const from = this.#from[row] ?? 0;
    const width = (this.#to[row] ?? 0) - from;
    if (width >= SMALLEST_BOX_PX) this.#visitor.crumbs(row, from, width);
  }
}
