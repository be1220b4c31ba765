import { ROOT, type BoxSpace } from './boxSpace.ts';
import { CharacterWidths } from './characterWidths.ts';
import { readColours } from './cssColours.ts';
import { ABOVE_ZOOM_OPACITY, FADED_OPACITY, textsOver } from './fading.ts';
import { fitLabel } from './label.ts';
import { BOX_TEXTS, type BoxColour } from './palette.ts';
import { PixelRows, pixelColours } from './pixelRows.ts';
import { ticksOf } from './ruler.ts';
import type { Theme } from './theme.ts';
import type { TimeRange } from './timeAxis.ts';
import { graphWidth, rowTop, spanOf, visibleRows, type Range, type Viewport } from './viewport.ts';

/** How the nodes look and what stands in their boxes. */
export interface NodeLook {
  labelOf(node: number): string;
  /** Index in the scene's colours. */
  colourOf(node: number): number;
}

/** What the root's row shows: a text, or a scale of the time that the whole width stands for. */
export type RootRow = { kind: 'label'; text: string } | { kind: 'ruler'; whole: TimeRange };

/** A picture of the graph at one moment. */
export interface Scene {
  viewport: Viewport;
  space: BoxSpace;
  look: NodeLook;
  colours: readonly BoxColour[];
  theme: Theme;
  root: RootRow;
  /** Box that was zoomed to; what lies above it is faded. */
  zoom: number;
  /** Node → 1 if it is to stand out; everything else is faded. Absent when nothing is. */
  highlight?: Uint8Array | undefined;
  selected?: number | undefined;
  hovered?: number | undefined;
  /** A stretch of the width that is chosen: the rest is dimmed. */
  chosen?: Range | undefined;
  /** A place of the width that is pointed at elsewhere. */
  pointer?: number | undefined;
}

/** What is drawn on: the page's canvas, or one for a picture. */
export type PaintContext = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Below this width a box has no room for letters. */
const SMALLEST_LABEL_PX = 30;
const PADDING_PX = 4;
const CRUMB_ALPHA = 0.75;
const DIMMED_ALPHA = 0.6;

interface Placed {
  node: number;
  row: number;
  left: number;
  width: number;
  alpha: number;
}

/** Opacity of a box → index of its colour → colour of its name. */
type Texts = ReadonlyMap<number, readonly string[]>;

/** Names of boxes through which the background is seen: as quiet as can be read on each of them. */
function textsOn(fills: readonly string[], { background, foreground, quiet }: Theme): Texts {
  const texts = [quiet, foreground, ...BOX_TEXTS];
  const [under, ...colours] = readColours([background, ...texts]);
  if (under === undefined) return new Map();
  const boxes = readColours(fills);
  const textOn = (opacity: number): string[] =>
    textsOver(boxes, opacity, under, colours).map((index) => texts[index] ?? foreground);
  return new Map([FADED_OPACITY, ABOVE_ZOOM_OPACITY].map((opacity) => [opacity, textOn(opacity)]));
}

/** Draws scenes on one canvas, and keeps what makes that quick. The context's unit is the CSS pixel. */
export class Painter {
  readonly #context: PaintContext;
  readonly #widths: CharacterWidths;
  readonly #pixels = new PixelRows();
  #colours: readonly BoxColour[] = [];
  #theme: Theme | undefined;
  #texts: Texts = new Map();
  #crumbs: Uint32Array = new Uint32Array(0);
  #fadedCrumbs: Uint32Array = new Uint32Array(0);

  constructor(context: PaintContext) {
    this.#context = context;
    this.#widths = new CharacterWidths(context);
  }

  /** Draws a scene over whatever the canvas held. */
  paint(scene: Scene): void {
    const { viewport, theme, space, highlight } = scene;
    const context = this.#context;
    this.#prepare(scene.colours, theme);
    context.globalAlpha = 1;
    context.fillStyle = theme.background;
    context.fillRect(0, 0, viewport.width, viewport.height);
    context.font = theme.font;
    context.textBaseline = 'middle';
    const { first, last } = visibleRows(viewport);
    this.#pixels.begin(viewport.width, last - first + 1);
    const boxes: Placed[] = [];
    const firstZoomedRow = space.rowOf(scene.zoom);
    space.visit(viewport, {
      box: (_, node, row, left, width) => {
        const isFaded = highlight !== undefined && highlight[node] !== 1;
        const alpha = isFaded ? FADED_OPACITY : row < firstZoomedRow ? ABOVE_ZOOM_OPACITY : 1;
        boxes.push({ node, row, left, width, alpha });
      },
      crumb: (row, left, width, node) => {
        const isFaded = highlight !== undefined && highlight[node] !== 1;
        const line = viewport.orientation === 'icicle' ? row - first : last - row;
        const colours = isFaded ? this.#fadedCrumbs : this.#crumbs;
        this.#pixels.fill(line, left, width, colours[scene.look.colourOf(node)] ?? 0);
      },
      isPreferred: (node) => highlight?.[node] === 1,
    });
    this.#paintCrumbs(scene, first, last);
    this.#paintBoxes(scene, boxes);
    this.#paintRoot(scene);
    this.#paintTime(scene);
    if (scene.hovered !== undefined) this.#outline(scene, scene.hovered, theme.foreground, 1);
    if (scene.selected !== undefined) this.#outline(scene, scene.selected, theme.focus, 2);
  }

  #prepare(colours: readonly BoxColour[], theme: Theme): void {
    if (colours === this.#colours && theme === this.#theme) return;
    this.#colours = colours;
    this.#theme = theme;
    const fills = colours.map(({ fill }) => fill);
    this.#texts = textsOn(fills, theme);
    this.#crumbs = pixelColours(fills, CRUMB_ALPHA);
    this.#fadedCrumbs = pixelColours(fills, FADED_OPACITY * CRUMB_ALPHA);
  }

  #paintCrumbs({ viewport, theme }: Scene, first: number, last: number): void {
    const top = rowTop(viewport, viewport.orientation === 'icicle' ? first : last) - viewport.scrollTop;
    if (!this.#pixels.draw(this.#context, 0, top, viewport.rowHeight)) return;
    if (viewport.rowHeight < 4) return;
    this.#context.fillStyle = theme.background;
    for (let line = 1; line <= last - first + 1; line += 1) {
      this.#context.fillRect(0, top + line * viewport.rowHeight - 1, viewport.width, 1);
    }
  }

  #paintBoxes(scene: Scene, boxes: readonly Placed[]): void {
    for (const box of boxes) this.#paintBox(scene, box);
    this.#context.globalAlpha = 1;
    if (scene.viewport.rowHeight < 10) return;
    for (const box of boxes) if (box.width >= SMALLEST_LABEL_PX) this.#paintName(scene, box);
  }

  #paintBox({ viewport, theme, look, colours, highlight }: Scene, { node, row, left, width, alpha }: Placed): void {
    const context = this.#context;
    const top = rowTop(viewport, row) - viewport.scrollTop;
    const height = viewport.rowHeight < 4 ? viewport.rowHeight : viewport.rowHeight - 1;
    // The gap between neighbours shrinks with them, or narrow boxes would be more gap than box.
    const drawn = width - Math.min(1, width / 4);
    context.globalAlpha = alpha;
    context.fillStyle = colours[look.colourOf(node)]?.fill ?? theme.foreground;
    context.fillRect(left, top, drawn, height);
    const isFound = highlight?.[node] === 1;
    if ((theme.border === undefined && !isFound) || width <= 3 || height < 6) return;
    context.globalAlpha = 1;
    context.strokeStyle = isFound ? theme.match : (theme.border ?? theme.match);
    context.lineWidth = 1;
    context.strokeRect(left + 0.5, top + 0.5, drawn - 1, height - 1);
  }

  #paintName({ viewport, theme, look, colours }: Scene, { node, row, left, width, alpha }: Placed): void {
    const height = viewport.rowHeight - 1;
    const colour = look.colourOf(node);
    const text = this.#texts.get(alpha)?.[colour] ?? colours[colour]?.text;
    this.#context.fillStyle = text ?? theme.foreground;
    const middle = rowTop(viewport, row) - viewport.scrollTop + height / 2;
    this.#paintLabel(look.labelOf(node), left + PADDING_PX, middle, width - 1 - 2 * PADDING_PX);
  }

  #paintRoot({ viewport, theme, root }: Scene): void {
    const context = this.#context;
    const top = rowTop(viewport, 0) - viewport.scrollTop;
    const height = viewport.rowHeight - 1;
    if (top + height < 0 || top > viewport.height || viewport.rowHeight < 10) return;
    if (root.kind === 'ruler') {
      this.#paintRuler(viewport, theme, root.whole, top, height);
      return;
    }
    context.globalAlpha = 0.12;
    context.fillStyle = theme.foreground;
    context.fillRect(0, top, viewport.width, height);
    context.globalAlpha = 1;
    this.#paintLabel(root.text, PADDING_PX, top + height / 2, viewport.width - 2 * PADDING_PX);
  }

  #paintRuler(viewport: Viewport, theme: Theme, { fromUs, toUs }: TimeRange, top: number, height: number): void {
    const context = this.#context;
    const lengthUs = toUs - fromUs;
    const { from, to } = viewport.range;
    const shown = { fromUs: fromUs + from * lengthUs, toUs: fromUs + to * lengthUs };
    context.fillStyle = theme.quiet;
    for (const { atUs, label } of ticksOf(shown, viewport.width)) {
      const left = ((atUs - shown.fromUs) / (shown.toUs - shown.fromUs)) * viewport.width;
      context.fillRect(Math.round(left), top, 1, height);
      context.fillText(label, Math.round(left) + PADDING_PX, top + height / 2 + 0.5);
    }
  }

  /** What is chosen in time, and where another pane is pointed at. */
  #paintTime({ viewport, theme, chosen, pointer }: Scene): void {
    const context = this.#context;
    if (chosen !== undefined) {
      const { left, width } = spanOf(viewport, chosen);
      context.globalAlpha = DIMMED_ALPHA;
      context.fillStyle = theme.background;
      context.fillRect(0, 0, left, viewport.height);
      context.fillRect(left + width, 0, viewport.width - left - width, viewport.height);
      context.globalAlpha = 1;
      context.fillStyle = theme.focus;
      context.fillRect(left - 1, 0, 1, viewport.height);
      context.fillRect(left + width, 0, 1, viewport.height);
    }
    if (pointer === undefined) return;
    context.fillStyle = theme.foreground;
    context.fillRect(Math.round((pointer - viewport.range.from) * graphWidth(viewport)), 0, 1, viewport.height);
  }

  /** Writes a text into its room, cut with an ellipsis if it is longer. */
  #paintLabel(label: string, left: number, middle: number, room: number): void {
    const fitted = fitLabel(label, room, this.#widths.measure);
    if (fitted !== '') this.#context.fillText(fitted, left, middle + 0.5);
  }

  #outline({ viewport, space }: Scene, box: number, colour: string, lineWidth: number): void {
    const context = this.#context;
    const { left, width } = spanOf(viewport, space.rangeOf(box));
    if (width === 0 && box !== ROOT) return;
    const top = rowTop(viewport, space.rowOf(box)) - viewport.scrollTop;
    const inset = lineWidth / 2;
    context.strokeStyle = colour;
    context.lineWidth = lineWidth;
    // A box thinner than its outline keeps a mark that can be seen.
    const drawn = Math.max(width - 1, 2 * lineWidth);
    context.strokeRect(left + inset, top + inset, drawn - lineWidth, viewport.rowHeight - 1 - lineWidth);
  }
}
