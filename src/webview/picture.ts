import type { ColourGroup } from './colouring.ts';
import { Painter, type Scene } from './painter.ts';
import type { BoxColour } from './palette.ts';
import type { Theme } from './theme.ts';
import { graphHeight } from './viewport.ts';

/** What a picture shows: the graphs of a view, what they are of, and what their colours stand for. */
export interface Picture {
  title: string;
  /** Under the title, in smaller words. */
  facts: string;
  parts: readonly { title: string; scene: Scene }[];
  groups: readonly ColourGroup[];
  colours: readonly BoxColour[];
  theme: Theme;
}

const SCALE = 2;
const MARGIN_PX = 16;
const TITLE_PX = 44;
const PART_TITLE_PX = 22;
const LEGEND_PX = 30;
/** A graph that is higher is shown as far as it is in sight. */
const PART_MAX_PX = 3000;
const SWATCH_PX = 10;

/** Draws a view as PNG, twice as fine as the screen: all rows of its graphs, and the part of their width that is shown. */
export async function drawPicture({ title, facts, parts, groups, colours, theme }: Picture): Promise<Uint8Array> {
  const placed = parts.map((part) => ({ ...part, scene: wholeHeight(part.scene) }));
  const width = Math.max(320, ...placed.map(({ scene }) => scene.viewport.width)) + 2 * MARGIN_PX;
  const height =
    TITLE_PX +
    LEGEND_PX +
    2 * MARGIN_PX +
    placed.reduce((sum, part) => sum + part.scene.viewport.height + (part.title === '' ? 0 : PART_TITLE_PX), 0);
  const canvas = new OffscreenCanvas(Math.ceil(width * SCALE), Math.ceil(height * SCALE));
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) throw new Error('This page has no 2D canvas.');
  context.scale(SCALE, SCALE);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, width, height);
  context.textBaseline = 'middle';
  write(context, title, MARGIN_PX + 8, theme.foreground, theme.font.replace('12px', '600 15px'));
  write(context, facts, MARGIN_PX + 29, theme.quiet, theme.font);
  let top = MARGIN_PX + TITLE_PX;
  for (const part of placed) {
    if (part.title !== '') {
      write(context, part.title, top + PART_TITLE_PX / 2, theme.quiet, theme.font);
      top += PART_TITLE_PX;
    }
    drawPart(context, part.scene, top);
    top += part.scene.viewport.height;
  }
  drawLegend(context, groups, colours, theme, top + LEGEND_PX / 2 + 4);
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  return new Uint8Array(await blob.arrayBuffer());
}

/** The scene with all its rows, unless they are too many, and without what is only pointed at. */
function wholeHeight(scene: Scene): Scene {
  const height = graphHeight(scene.viewport);
  const clean = { ...scene, hovered: undefined, pointer: undefined };
  return height > PART_MAX_PX ? clean : { ...clean, viewport: { ...scene.viewport, height, scrollTop: 0 } };
}

/** Graphs paint over their whole canvas, so each has one of its own. */
function drawPart(target: OffscreenCanvasRenderingContext2D, scene: Scene, top: number): void {
  const { width, height } = scene.viewport;
  const canvas = new OffscreenCanvas(Math.max(1, Math.ceil(width * SCALE)), Math.max(1, Math.ceil(height * SCALE)));
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) throw new Error('This page has no 2D canvas.');
  context.scale(SCALE, SCALE);
  new Painter(context).paint(scene);
  target.drawImage(canvas, MARGIN_PX, top, canvas.width / SCALE, canvas.height / SCALE);
}

function drawLegend(
  context: OffscreenCanvasRenderingContext2D,
  groups: readonly ColourGroup[],
  colours: readonly BoxColour[],
  theme: Theme,
  middle: number,
): void {
  let left = MARGIN_PX;
  context.font = theme.font;
  for (const { label, colour, weight } of groups) {
    if (weight <= 0) continue;
    context.fillStyle = colours[colour]?.fill ?? theme.foreground;
    context.fillRect(left, middle - SWATCH_PX / 2, SWATCH_PX, SWATCH_PX);
    context.fillStyle = theme.foreground;
    context.fillText(label, left + SWATCH_PX + 5, middle);
    left += SWATCH_PX + 5 + context.measureText(label).width + 16;
  }
}

function write(
  context: OffscreenCanvasRenderingContext2D,
  text: string,
  middle: number,
  colour: string,
  font: string,
): void {
  context.font = font;
  context.fillStyle = colour;
  context.fillText(text, MARGIN_PX, middle);
}
