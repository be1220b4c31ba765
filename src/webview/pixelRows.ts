import { pixelsOf } from './cssColours.ts';

/**
 * Boxes too narrow to draw one by one, as one image: a line of pixels for each row, stretched to the row's height when it is drawn. However many there are, they
 * cost one drawing.
 */
export class PixelRows {
  #canvas = new OffscreenCanvas(1, 1);
  #pixels = new Uint32Array(0);
  #image: ImageData | undefined;
  #isEmpty = true;

  /** Begins anew, with nothing in it. */
  begin(width: number, rows: number): void {
    const [columns, lines] = [Math.max(1, Math.ceil(width) + 1), Math.max(1, rows)];
    if (this.#image?.width !== columns || this.#image.height !== lines) {
      this.#canvas = new OffscreenCanvas(columns, lines);
      this.#image = new ImageData(columns, lines);
      this.#pixels = new Uint32Array(this.#image.data.buffer);
    } else if (!this.#isEmpty) this.#pixels.fill(0);
    this.#isEmpty = true;
  }

  /** Colours the columns from `left`, `width` wide, at least one; a column keeps its first colour. */
  fill(line: number, left: number, width: number, colour: number): void {
    const columns = this.#image?.width ?? 0;
    const from = Math.max(0, Math.round(left));
    const to = Math.min(columns, Math.max(from + 1, Math.round(left + width)));
    const start = line * columns;
    this.#isEmpty = false;
    for (let column = from; column < to; column += 1) {
      if (this.#pixels[start + column] === 0) this.#pixels[start + column] = colour;
    }
  }

  /** Draws what was filled; returns whether there was anything. */
  draw(
    context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
    left: number,
    top: number,
    rowHeight: number,
  ): boolean {
    const own = this.#canvas.getContext('2d');
    if (this.#isEmpty || this.#image === undefined || own === null) return false;
    const { width, height } = this.#image;
    own.putImageData(this.#image, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(this.#canvas, left, top, width, height * rowHeight);
    return true;
  }
}

/** CSS colours as the numbers that `PixelRows` takes, with an opacity (0–1). */
export function pixelColours(colours: readonly string[], opacity: number): Uint32Array {
  const data = pixelsOf(colours);
  for (let at = 3; at < data.length; at += 4) data[at] = Math.round(255 * opacity);
  return new Uint32Array(data.buffer);
}
