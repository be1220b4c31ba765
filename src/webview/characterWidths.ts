import type { PaintContext } from './painter.ts';

/** Widths of single characters in one font, each measured once. */
export class CharacterWidths {
  readonly #context: PaintContext;
  readonly #widths = new Map<string, number>();
  #font = '';

  constructor(context: PaintContext) {
    this.#context = context;
  }

  /** The width of a character in the font that the context has now. */
  readonly measure = (character: string): number => {
    if (this.#context.font !== this.#font) {
      this.#font = this.#context.font;
      this.#widths.clear();
    }
    const known = this.#widths.get(character);
    if (known !== undefined) return known;
    const { width } = this.#context.measureText(character);
    this.#widths.set(character, width);
    return width;
  };
}
