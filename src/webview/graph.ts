import { ROOT, boxAround, type BoxSpace, type Step } from './boxSpace.ts';
import { Camera } from './camera.ts';
import { element } from './elements.ts';
import { listenToGraph, type GraphHandle } from './graphInput.ts';
import type { GraphCommand } from './graphKeys.ts';
import { Painter, type NodeLook, type RootRow, type Scene } from './painter.ts';
import type { BoxColour } from './palette.ts';
import type { Theme } from './theme.ts';
import {
  SMALLEST_BOX_PX,
  WHOLE,
  boxAt,
  graphHeight,
  graphWidth,
  panRange,
  placeAt,
  scrollToRow,
  withinWhole,
  zoomRange,
  type Orientation,
  type Range,
  type Viewport,
} from './viewport.ts';

/** What the graph shows. */
export interface GraphContent {
  space: BoxSpace;
  look: NodeLook;
  colours: readonly BoxColour[];
  root: RootRow;
}

/** What a person does with the graph. Boxes may be `ROOT`. */
export interface GraphListener {
  onSelect(box: number): void;
  onHover(box: number | undefined, pointer: { x: number; y: number }): void;
  /** Another part of the graph is shown, or another box was zoomed to. */
  onView(): void;
  onOpenSource(box: number): void;
  onCopy(box: number): void;
  /** Escape where there is no zoom to go back from. */
  onLeave(): void;
  /** A stretch was chosen with Shift and the pointer, or by a click with Shift none. Absent: nothing can be chosen. */
  onChoose?(part: Range | undefined): void;
  /** The pointer is over a place of the width, or left. */
  onPoint?(place: number | undefined): void;
}

const ROW_HEIGHT_PX = 20;

const EMPTY: Viewport = {
  width: 0,
  height: 0,
  rowHeight: ROW_HEIGHT_PX,
  rows: 0,
  scrollTop: 0,
  range: WHOLE,
  orientation: 'icicle',
};

/**
 * A graph of boxes on a canvas as high as the window that scrolls it, never as high as the graph, so that the depth of a stack costs no
 * memory. Drawn at most once a frame.
 */
export class Graph {
  /** The window that scrolls. */
  readonly element: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #spacer: HTMLElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #painter: Painter;
  readonly #listener: GraphListener;
  #theme: Theme;
  #content: GraphContent | undefined;
  #viewport: Viewport = EMPTY;
  readonly #camera = new Camera();
  #selected: number | undefined;
  #hovered: number | undefined;
  #highlight: Uint8Array | undefined;
  #chosen: Range | undefined;
  #pointer: number | undefined;
  #frameRequest = 0;

  /** @param label what a screen reader calls it */
  constructor(label: string, theme: Theme, listener: GraphListener) {
    this.#canvas = element('canvas', {
      class: 'boxes',
      role: 'application',
      'aria-roledescription': 'flamegraph',
      'aria-label': label,
      'aria-describedby': 'keys',
    });
    this.#canvas.tabIndex = 0;
    this.#spacer = element('div');
    this.element = element('div', { class: 'graph' }, this.#canvas, this.#spacer);
    const context = this.#canvas.getContext('2d', { alpha: false });
    if (context === null) throw new Error('This page has no 2D canvas.');
    this.#context = context;
    this.#painter = new Painter(context);
    this.#theme = theme;
    this.#listener = listener;
    this.#listen();
  }

  /** Shows other content, with nothing selected or highlighted. */
  show(content: GraphContent, orientation: Orientation, range: Range = WHOLE): void {
    this.#content = content;
    this.#camera.reset(range);
    this.#selected = undefined;
    this.#hovered = undefined;
    this.#highlight = undefined;
    this.#viewport = { ...this.#viewport, rows: content.space.rows, orientation, range: this.#camera.look.range };
    this.element.style.height = `${graphHeight(this.#viewport) + 2}px`;
    this.#resize();
    this.element.scrollTop = orientation === 'icicle' ? 0 : graphHeight(this.#viewport);
    this.#schedule();
  }

  /** Shows the same boxes in other colours. */
  recolour(look: NodeLook, colours: readonly BoxColour[]): void {
    if (this.#content !== undefined) this.#content = { ...this.#content, look, colours };
    this.#schedule();
  }

  set theme(theme: Theme) {
    this.#theme = theme;
    this.#schedule();
  }

  /** Makes nodes stand out, or none. */
  set highlight(highlight: Uint8Array | undefined) {
    this.#highlight = highlight;
    this.#schedule();
  }

  /** Sets off a stretch of the width, or none. */
  set chosen(part: Range | undefined) {
    this.#chosen = part;
    this.#schedule();
  }

  /** Marks a place of the width that is pointed at elsewhere, or none. */
  set pointer(place: number | undefined) {
    if (place === this.#pointer) return;
    this.#pointer = place;
    this.#schedule();
  }

  get selected(): number | undefined {
    return this.#selected;
  }

  /** The box that was zoomed to, or the root. */
  get zoom(): number {
    return this.#camera.look.zoom;
  }

  /** The part that is shown, once a move is over. */
  get range(): Range {
    return this.#camera.look.range;
  }

  get viewport(): Viewport {
    return this.#viewport;
  }

  /** All that is drawn, for a picture of it; undefined where nothing is. */
  get scene(): Scene | undefined {
    if (this.#content === undefined) return undefined;
    return {
      ...this.#content,
      viewport: this.#viewport,
      theme: this.#theme,
      zoom: this.zoom,
      highlight: this.#highlight,
      selected: this.#selected,
      hovered: this.#hovered,
      chosen: this.#chosen,
      pointer: this.#pointer,
    };
  }

  select(box: number | undefined): void {
    this.#selected = box;
    if (box !== undefined) this.#revealRow(box);
    this.#schedule();
  }

  /** Lets a box fill the width. */
  zoomTo(box: number, { isAnimated = true }: { isAnimated?: boolean } = {}): void {
    if (this.#content === undefined) return;
    const range = this.#content.space.rangeOf(box);
    this.#camera.zoomTo({ range, zoom: box }, { isAnimated }, this.#viewport.range);
    this.#moved();
    this.#revealRow(box);
  }

  /** Shows a part of the width, whatever boxes are there. */
  showRange(range: Range): void {
    const { from, to } = this.range;
    if (this.#content === undefined || (range.from === from && range.to === to)) return;
    const within = withinWhole(range);
    const zoom = boxAround(this.#content.space, this.zoom, within);
    this.#camera.move({ range: within, zoom }, { isAnimated: false }, this.#viewport.range);
    this.#moved();
  }

  focus(): void {
    this.#canvas.focus({ preventScroll: true });
  }

  #moved(): void {
    this.#hovered = undefined;
    this.#schedule();
    this.#listener.onView();
  }

  #back(): void {
    if (this.#camera.back(this.#viewport.range)) this.#moved();
    else if (this.range.from > WHOLE.from || this.range.to < WHOLE.to) this.zoomTo(ROOT);
    else this.#listener.onLeave();
  }

  #listen(): void {
    new ResizeObserver(() => this.#resize()).observe(this.element);
    this.element.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    listenToGraph(this.#canvas, this.#handle());
  }

  #handle(): GraphHandle {
    const viewport = (): Viewport => this.#viewport;
    const range = (): Range => this.range;
    return {
      get viewport() {
        return viewport();
      },
      get range() {
        return range();
      },
      canChoose: this.#listener.onChoose !== undefined,
      showRange: (part) => this.showRange(part),
      scrollBy: (pixels) => (this.element.scrollTop += pixels),
      click: (event) => this.#click(event),
      hover: (event) => this.#hover(event),
      leave: (event) => {
        this.#setHovered(undefined, event);
        this.#listener.onPoint?.(undefined);
      },
      choose: (part) => this.#listener.onChoose?.(part),
      obey: (command) => this.#obey(command),
    };
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    const ratio = devicePixelRatio;
    this.#canvas.width = Math.max(1, Math.round(width * ratio));
    this.#canvas.height = Math.max(1, Math.round(height * ratio));
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
    this.#viewport = { ...this.#viewport, width, height };
    // The canvas sticks to the window; the spacer gives the rest of the graph's height something to scroll.
    this.#spacer.style.height = `${Math.max(0, graphHeight(this.#viewport) - height)}px`;
    this.#scrolled();
    // Setting its size has emptied the canvas: waiting for the next frame would show that.
    this.#draw();
  }

  #scrolled(): void {
    this.#viewport = { ...this.#viewport, scrollTop: this.element.scrollTop };
    this.#schedule();
  }

  #revealRow(box: number): void {
    if (this.#content === undefined) return;
    this.element.scrollTop = scrollToRow(this.#viewport, this.#content.space.rowOf(box));
  }

  #schedule(): void {
    if (this.#frameRequest !== 0) return;
    this.#frameRequest = requestAnimationFrame(() => {
      this.#frameRequest = 0;
      this.#viewport = { ...this.#viewport, range: this.#camera.advance() };
      this.#draw();
      if (this.#camera.isMoving) this.#schedule();
    });
  }

  #draw(): void {
    const scene = this.scene;
    if (scene === undefined || this.#viewport.width === 0) return;
    this.#context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    this.#painter.paint(scene);
  }

  #boxUnder(event: MouseEvent): number | undefined {
    if (this.#content === undefined) return undefined;
    return boxAt(this.#viewport, this.#content.space, event.offsetX, event.offsetY);
  }

  #hover(event: PointerEvent): void {
    this.#setHovered(event.buttons === 0 ? this.#boxUnder(event) : undefined, event);
    this.#listener.onPoint?.(placeAt(this.#viewport, event.offsetX));
  }

  #setHovered(box: number | undefined, { clientX, clientY }: PointerEvent): void {
    this.#canvas.classList.toggle('over', box !== undefined);
    if (box !== this.#hovered) {
      this.#hovered = box;
      this.#schedule();
    }
    this.#listener.onHover(box, { x: clientX, y: clientY });
  }

  #click(event: MouseEvent): void {
    const box = this.#boxUnder(event);
    if (box === undefined) return;
    this.select(box);
    this.#listener.onSelect(box);
    if (event.ctrlKey || event.metaKey) this.#listener.onOpenSource(box);
    else this.zoomTo(box);
  }

  #obey(command: GraphCommand): void {
    const box = this.#selected ?? this.zoom;
    switch (command.kind) {
      case 'step':
        this.#walk(command.step);
        break;
      case 'pan':
        this.showRange(panRange(this.range, command.part));
        break;
      case 'zoom':
        this.showRange(zoomRange(this.range, command.factor, this.#zoomCentre(box)));
        break;
      case 'enter':
        this.zoomTo(box);
        break;
      case 'back':
        this.#back();
        break;
      case 'whole':
        this.zoomTo(ROOT);
        break;
      case 'openSource':
        this.#listener.onOpenSource(box);
        break;
      case 'copy':
        this.#listener.onCopy(box);
        break;
    }
  }

  /** The middle of the selected box where it is in sight, else of what is shown. */
  #zoomCentre(box: number): number {
    const { from, to } = this.range;
    const own = box === ROOT ? WHOLE : (this.#content?.space.rangeOf(box) ?? WHOLE);
    const [left, right] = [Math.max(from, own.from), Math.min(to, own.to)];
    return left < right ? (left + right) / 2 : (from + to) / 2;
  }

  #walk(step: Step): void {
    if (this.#content === undefined) return;
    const { space } = this.#content;
    const { range } = this;
    const smallest = SMALLEST_BOX_PX / graphWidth({ ...this.#viewport, range });
    const box = this.#selected === undefined ? this.zoom : space.step(this.#selected, step, { range, smallest });
    this.select(box);
    this.#listener.onSelect(box);
  }
}
