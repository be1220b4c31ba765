import { element } from './elements.ts';

/** What a canvas shows: a picture that is kept as long as it holds, and what changes with the pointer over it. */
export interface LayeredDrawing {
  height(): number;
  /** Draws the picture anew; the context is scaled to CSS pixels and empty. */
  picture(context: Canvas, width: number, height: number): void;
  overlay(context: Canvas, width: number, height: number): void;
}

/** Where either is drawn. */
export type Canvas = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** A canvas as wide as its parent that is drawn at most once a frame. */
export class LayeredCanvas {
  readonly canvas: HTMLCanvasElement;
  readonly #parent: HTMLElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #picture = new OffscreenCanvas(1, 1);
  readonly #drawing: LayeredDrawing;
  #isStale = true;
  #frameRequest = 0;

  /** Puts the canvas into `parent`. */
  constructor(parent: HTMLElement, drawing: LayeredDrawing) {
    this.#parent = parent;
    this.#drawing = drawing;
    this.canvas = element('canvas');
    parent.append(this.canvas);
    const context = this.canvas.getContext('2d', { alpha: false });
    if (context === null) throw new Error('This page has no 2D canvas.');
    this.#context = context;
    new ResizeObserver(() => this.refresh(true)).observe(parent);
  }

  /** Draws with the next frame; the picture, too, if it does not hold any more. */
  refresh(isPictureStale: boolean): void {
    this.#isStale ||= isPictureStale;
    if (this.#frameRequest !== 0) return;
    this.#frameRequest = requestAnimationFrame(() => {
      this.#frameRequest = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const [width, height] = [this.#parent.clientWidth, this.#drawing.height()];
    if (width === 0 || height === 0) return;
    const ratio = devicePixelRatio;
    if (this.#isStale) this.#paint(width, height, ratio);
    this.#isStale = false;
    const context = this.#context;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(this.#picture, 0, 0);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#drawing.overlay(context, width, height);
  }

  #paint(width: number, height: number, ratio: number): void {
    for (const canvas of [this.canvas, this.#picture])
      [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    const context = this.#picture.getContext('2d', { alpha: false });
    if (context === null) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#drawing.picture(context, width, height);
  }
}
