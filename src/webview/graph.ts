import { ROOT, type Boxes } from './boxes.ts';
import { stepFrom, type Step } from './navigation.ts';
import { paint, type BoxLook } from './painter.ts';
import type { Theme } from './theme.ts';
import {
  SMALLEST_BOX_PX,
  boxAt,
  graphHeight,
  graphWidth,
  rangeOf,
  rowOf,
  scrollToRow,
  type Orientation,
  type Range,
  type Viewport,
} from './viewport.ts';

/** What the graph shows. */
export interface GraphContent {
  boxes: Boxes;
  look: BoxLook;
  /** Text of the root's row. */
  rootLabel: string;
}

/** What a person does with the graph. Boxes may be `ROOT`. */
export interface GraphListener {
  onSelect(box: number | undefined): void;
  onHover(box: number | undefined, pointer: { x: number; y: number }): void;
  onZoom(box: number): void;
  onBack(): void;
  onOpenSource(box: number): void;
}

/** Where the graph is shown: a window that scrolls, and in it the canvas and an element that gives the window its depth. */
export interface GraphElements {
  scroller: HTMLElement;
  canvas: HTMLCanvasElement;
  spacer: HTMLElement;
}

const ROW_HEIGHT_PX = 20;
const ZOOM_MS = 130;

const EMPTY: Viewport = {
  width: 0,
  height: 0,
  rowHeight: ROW_HEIGHT_PX,
  rows: 0,
  scrollTop: 0,
  range: { from: 0, to: 1 },
  orientation: 'icicle',
};

/**
 * The canvas: as high as the window that scrolls it, never as high as the graph, so that the depth of a stack costs no
 * memory. Drawn at most once a frame.
 */
export class FlameGraph {
  readonly #scroller: HTMLElement;
  readonly #spacer: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #listener: GraphListener;
  #theme: Theme;
  #content: GraphContent | undefined;
  #viewport: Viewport = EMPTY;
  #zoom = ROOT;
  #selected: number | undefined;
  #hovered: number | undefined;
  #highlight: Uint8Array | undefined;
  #frameRequest = 0;
  #tween: { from: Range; to: Range; startMs: number } | undefined;

  constructor({ scroller, canvas, spacer }: GraphElements, theme: Theme, listener: GraphListener) {
    const context = canvas.getContext('2d', { alpha: false });
    if (context === null) throw new Error('This page has no 2D canvas.');
    this.#scroller = scroller;
    this.#canvas = canvas;
    this.#spacer = spacer;
    this.#context = context;
    this.#theme = theme;
    this.#listener = listener;
    this.#listen();
  }

  /** Shows other content, with nothing selected or highlighted and the whole width in view. */
  show(content: GraphContent, orientation: Orientation): void {
    this.#content = content;
    this.#zoom = ROOT;
    this.#selected = undefined;
    this.#hovered = undefined;
    this.#highlight = undefined;
    this.#tween = undefined;
    this.#viewport = { ...this.#viewport, rows: content.boxes.rows, orientation, range: { from: 0, to: 1 } };
    this.#scroller.style.height = `${graphHeight(this.#viewport)}px`;
    this.#resize();
    this.#scroller.scrollTop = orientation === 'icicle' ? 0 : graphHeight(this.#viewport);
    this.#schedule();
  }

  set theme(theme: Theme) {
    this.#theme = theme;
    this.#schedule();
  }

  /** Makes boxes stand out, or none. */
  set highlight(highlight: Uint8Array | undefined) {
    this.#highlight = highlight;
    this.#schedule();
  }

  get selected(): number | undefined {
    return this.#selected;
  }

  get zoom(): number {
    return this.#zoom;
  }

  select(box: number | undefined): void {
    this.#selected = box;
    if (box !== undefined) this.#revealRow(box);
    this.#schedule();
  }

  /** Lets a box fill the width. */
  zoomTo(box: number, { animated }: { animated: boolean }): void {
    if (this.#content === undefined) return;
    this.#zoom = box;
    this.#hovered = undefined;
    const to = rangeOf(this.#content.boxes, box);
    const isStill = !animated || matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#tween = isStill ? undefined : { from: this.#viewport.range, to, startMs: performance.now() };
    if (isStill) this.#viewport = { ...this.#viewport, range: to };
    this.#revealRow(box);
    this.#schedule();
  }

  focus(): void {
    this.#canvas.focus({ preventScroll: true });
  }

  #listen(): void {
    const canvas = this.#canvas;
    new ResizeObserver(() => this.#resize()).observe(this.#scroller);
    this.#scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    canvas.addEventListener('pointermove', (event) => this.#hover(event));
    canvas.addEventListener('pointerleave', (event) => this.#setHovered(undefined, event));
    canvas.addEventListener('click', (event) => this.#click(event));
    canvas.addEventListener('keydown', (event) => {
      if (this.#press(event)) event.preventDefault();
    });
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#scroller;
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
    this.#viewport = { ...this.#viewport, scrollTop: this.#scroller.scrollTop };
    this.#schedule();
  }

  #revealRow(box: number): void {
    if (this.#content === undefined) return;
    this.#scroller.scrollTop = scrollToRow(this.#viewport, rowOf(this.#content.boxes, box));
  }

  #schedule(): void {
    if (this.#frameRequest !== 0) return;
    this.#frameRequest = requestAnimationFrame(() => {
      this.#frameRequest = 0;
      this.#advanceZoom();
      this.#draw();
      if (this.#tween !== undefined) this.#schedule();
    });
  }

  #advanceZoom(): void {
    if (this.#tween === undefined) return;
    const { from, to, startMs } = this.#tween;
    const time = Math.min(1, Math.max(0, performance.now() - startMs) / ZOOM_MS);
    const eased = 1 - (1 - time) ** 3;
    const between = (a: number, b: number): number => (time === 1 ? b : a + (b - a) * eased);
    this.#viewport = { ...this.#viewport, range: { from: between(from.from, to.from), to: between(from.to, to.to) } };
    if (time === 1) this.#tween = undefined;
  }

  #draw(): void {
    if (this.#content === undefined || this.#viewport.width === 0) return;
    const { boxes, look, rootLabel } = this.#content;
    this.#context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    const scene = {
      viewport: this.#viewport,
      boxes,
      look,
      theme: this.#theme,
      zoom: this.#zoom,
      highlight: this.#highlight,
      selected: this.#selected,
      hovered: this.#hovered,
    };
    paint(this.#context, scene, rootLabel);
  }

  #boxUnder(event: MouseEvent): number | undefined {
    if (this.#content === undefined) return undefined;
    return boxAt(this.#viewport, this.#content.boxes, event.offsetX, event.offsetY);
  }

  #hover(event: PointerEvent): void {
    this.#setHovered(this.#boxUnder(event), event);
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
    else this.#listener.onZoom(box);
  }

  /** Answers whether the key was one of the graph's. */
  #press(event: KeyboardEvent): boolean {
    const box = this.#selected ?? this.#zoom;
    const step = this.#stepOf(event.key);
    if (step !== undefined) {
      this.#walk(step);
      return true;
    }
    switch (event.key) {
      case 'Enter':
        if (event.ctrlKey || event.metaKey) this.#listener.onOpenSource(box);
        else this.#listener.onZoom(box);
        return true;
      case 'Escape':
        this.#listener.onBack();
        return true;
      case 'Home':
        this.#listener.onZoom(ROOT);
        return true;
      default:
        return false;
    }
  }

  #stepOf(key: string): Step | undefined {
    const isIcicle = this.#viewport.orientation === 'icicle';
    switch (key) {
      case 'ArrowDown':
        return isIcicle ? 'callee' : 'caller';
      case 'ArrowUp':
        return isIcicle ? 'caller' : 'callee';
      case 'ArrowLeft':
        return 'previous';
      case 'ArrowRight':
        return 'next';
      default:
        return undefined;
    }
  }

  #walk(step: Step): void {
    if (this.#content === undefined) return;
    const { boxes } = this.#content;
    const range = rangeOf(boxes, this.#zoom);
    const smallest = SMALLEST_BOX_PX / graphWidth({ ...this.#viewport, range });
    const box = this.#selected === undefined ? this.#zoom : stepFrom(boxes, this.#selected, step, { range, smallest });
    this.select(box);
    this.#listener.onSelect(box);
  }
}
