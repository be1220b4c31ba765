import { ROOT, type Boxes } from './boxes.ts';
import { fitLabel } from './label.ts';
import type { Family } from './palette.ts';
import type { Theme } from './theme.ts';
import { type Viewport, rangeOf, rowOf, rowTop, spanOf, visitVisible } from './viewport.ts';

/** How the boxes look and what stands in them. */
export interface BoxLook {
  labelOf(box: number): string;
  familyOf(box: number): Family;
  shadeOf(box: number): number;
}

/** A picture of the graph at one moment. */
export interface Scene {
  viewport: Viewport;
  boxes: Boxes;
  look: BoxLook;
  theme: Theme;
  /** Box that fills the width; what lies above it is faded. */
  zoom: number;
  /** Box → 1 if it is to stand out; everything else is faded. Absent when nothing is. */
  highlight?: Uint8Array | undefined;
  selected?: number | undefined;
  hovered?: number | undefined;
}

/** Below this width a box has no room for letters. */
const SMALLEST_LABEL_PX = 30;
const PADDING_PX = 4;
const FADED_ALPHA = 0.28;
const ABOVE_ZOOM_ALPHA = 0.5;

/** Draws a scene over whatever the context held. The context's unit is the CSS pixel. */
export function paint(context: CanvasRenderingContext2D, scene: Scene, rootLabel: string): void {
  const { viewport, theme } = scene;
  context.fillStyle = theme.background;
  context.fillRect(0, 0, viewport.width, viewport.height);
  context.font = theme.font;
  context.textBaseline = 'middle';
  paintRoot(context, scene, rootLabel);
  const firstZoomedRow = rowOf(scene.boxes, scene.zoom);
  visitVisible(viewport, scene.boxes, {
    box: (box, row, left, width) => {
      const isFaded = scene.highlight !== undefined && scene.highlight[box] !== 1;
      const alpha = isFaded ? FADED_ALPHA : row < firstZoomedRow ? ABOVE_ZOOM_ALPHA : 1;
      paintBox(context, scene, { box, row, left, width, alpha });
    },
    crumbs: (row, left, width) => {
      context.globalAlpha = scene.highlight === undefined ? 0.55 : FADED_ALPHA;
      context.fillStyle = theme.colourOf('other', 2).fill;
      context.fillRect(left, rowTop(viewport, row) - viewport.scrollTop, width, viewport.rowHeight - 1);
      context.globalAlpha = 1;
    },
  });
  if (scene.hovered !== undefined) outline(context, scene, scene.hovered, theme.foreground, 1);
  if (scene.selected !== undefined) outline(context, scene, scene.selected, theme.focus, 2);
}

interface Placed {
  box: number;
  row: number;
  left: number;
  width: number;
  alpha: number;
}

function paintBox(context: CanvasRenderingContext2D, scene: Scene, { box, row, left, width, alpha }: Placed): void {
  const { viewport, theme, look } = scene;
  const colour = theme.colourOf(look.familyOf(box), look.shadeOf(box));
  const top = rowTop(viewport, row) - viewport.scrollTop;
  const height = viewport.rowHeight - 1;
  // The gap between neighbours shrinks with them, or narrow boxes would be more gap than box.
  const drawn = width - Math.min(1, width / 4);
  context.globalAlpha = alpha;
  context.fillStyle = colour.fill;
  context.fillRect(left, top, drawn, height);
  context.globalAlpha = 1;
  const isFound = scene.highlight?.[box] === 1;
  if ((theme.border !== undefined || isFound) && width > 3) {
    context.strokeStyle = isFound ? theme.match : (theme.border ?? theme.match);
    context.lineWidth = 1;
    context.strokeRect(left + 0.5, top + 0.5, drawn - 1, height - 1);
  }
  if (width < SMALLEST_LABEL_PX) return;
  context.fillStyle = alpha < 1 ? theme.foreground : colour.text;
  context.globalAlpha = alpha < ABOVE_ZOOM_ALPHA ? 0.65 : 1;
  paintLabel(context, look.labelOf(box), {
    left: left + PADDING_PX,
    middle: top + height / 2,
    room: drawn - 2 * PADDING_PX,
  });
  context.globalAlpha = 1;
}

function paintRoot(context: CanvasRenderingContext2D, { viewport, theme }: Scene, label: string): void {
  const top = rowTop(viewport, 0) - viewport.scrollTop;
  const height = viewport.rowHeight - 1;
  if (top + height < 0 || top > viewport.height) return;
  context.globalAlpha = 0.12;
  context.fillStyle = theme.foreground;
  context.fillRect(0, top, viewport.width, height);
  context.globalAlpha = 1;
  paintLabel(context, label, { left: PADDING_PX, middle: top + height / 2, room: viewport.width - 2 * PADDING_PX });
}

/** Writes a text into its room, cut with an ellipsis if it is longer. */
function paintLabel(
  context: CanvasRenderingContext2D,
  label: string,
  { left, middle, room }: { left: number; middle: number; room: number },
): void {
  const fitted = fitLabel(label, room, (text) => context.measureText(text).width);
  if (fitted !== '') context.fillText(fitted, left, middle + 0.5);
}

function outline(
  context: CanvasRenderingContext2D,
  { viewport, boxes }: Scene,
  box: number,
  colour: string,
  lineWidth: number,
): void {
  const { left, width } = spanOf(viewport, rangeOf(boxes, box));
  if (width === 0 && box !== ROOT) return;
  const top = rowTop(viewport, rowOf(boxes, box)) - viewport.scrollTop;
  const inset = lineWidth / 2;
  context.strokeStyle = colour;
  context.lineWidth = lineWidth;
  // A box thinner than its outline keeps a mark that can be seen.
  const drawn = Math.max(width - 1, 2 * lineWidth);
  context.strokeRect(left + inset, top + inset, drawn - lineWidth, viewport.rowHeight - 1 - lineWidth);
}
