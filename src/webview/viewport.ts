import { ROOT, type BoxSpace } from './boxSpace.ts';

/** What part of the graph's width is shown, in parts of the whole: 0–1. */
export interface Range {
  from: number;
  to: number;
}

/** Everything. */
export const WHOLE: Range = { from: 0, to: 1 };

/** What a view shows of a thread. */
export interface ViewLook {
  /** Node that was zoomed to, or −1. */
  zoom: number;
  range: Range;
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

/** Zooming further than to this part of the whole shows rounding, not boxes. */
const SHORTEST_RANGE = 1e-11;

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

/** First and last row that the window shows, both inclusive. */
export function visibleRows({ scrollTop, height, rowHeight, rows, orientation }: Viewport): {
  first: number;
  last: number;
} {
  const top = Math.max(0, Math.floor(scrollTop / rowHeight));
  const bottom = Math.min(rows - 1, Math.ceil((scrollTop + height) / rowHeight) - 1);
  return orientation === 'icicle' ? { first: top, last: bottom } : { first: rows - 1 - bottom, last: rows - 1 - top };
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

/** Place of the graph (0–1) under a point of the window. */
export function placeAt({ width, range }: Pick<Viewport, 'width' | 'range'>, x: number): number {
  return width > 0 ? range.from + (x / width) * (range.to - range.from) : range.from;
}

/**
 * Box under a point of the window: the box, `ROOT` for the root's row, undefined where nothing is. Boxes too narrow to be
 * drawn are found too.
 */
export function boxAt(viewport: Viewport, space: BoxSpace, x: number, y: number): number | undefined {
  const line = Math.floor((y + viewport.scrollTop) / viewport.rowHeight);
  if (line < 0 || line >= viewport.rows || x < 0 || x >= viewport.width) return undefined;
  const row = viewport.orientation === 'icicle' ? line : viewport.rows - 1 - line;
  return row === 0 ? ROOT : space.at(row, placeAt(viewport, x));
}

/** A range moved and cut so that it lies within the whole. */
export function withinWhole({ from, to }: Range): Range {
  const length = Math.min(1, Math.max(to - from, SHORTEST_RANGE));
  const start = Math.min(Math.max(0, from), 1 - length);
  return { from: start, to: start + length };
}

/** A range made longer (`factor` above 1) or shorter, the place `around` staying where it is in the window. */
export function zoomRange({ from, to }: Range, factor: number, around: number): Range {
  const length = Math.max(SHORTEST_RANGE, Math.min(1, (to - from) * factor));
  const part = (around - from) / (to - from);
  return withinWhole({ from: around - part * length, to: around + (1 - part) * length });
}

/** A range moved by a part of its own length. */
export function panRange({ from, to }: Range, part: number): Range {
  const step = (to - from) * part;
  return withinWhole({ from: from + step, to: to + step });
}
