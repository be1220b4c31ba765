import type { Rgba } from './contrast.ts';

/** CSS colours of any notation as the page shows them. */
export function readColours(colours: readonly string[]): Rgba[] {
  const data = pixelsOf(colours);
  return colours.map((_, index) => {
    const [red = 0, green = 0, blue = 0, opacity = 255] = data.subarray(4 * index, 4 * index + 4);
    return { rgb: [red, green, blue], opacity: opacity / 255 };
  });
}

/** CSS colours as pixels, four bytes each. */
export function pixelsOf(colours: readonly string[]): Uint8ClampedArray<ArrayBuffer> {
  const context = new OffscreenCanvas(Math.max(1, colours.length), 1).getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('This page has no 2D canvas.');
  for (const [index, colour] of colours.entries()) {
    context.fillStyle = colour;
    context.fillRect(index, 0, 1, 1);
  }
  return new Uint8ClampedArray(context.getImageData(0, 0, Math.max(1, colours.length), 1).data);
}
