/** A colour as the screen shows it: red, green and blue, 0 to 255 each, and how much of it covers what lies under it, 0 to 1. */
export interface Rgba {
  rgb: readonly [number, number, number];
  opacity: number;
}

/** What text needs to be read by people with moderately low vision (WCAG 2.2, 1.4.3). */
export const READABLE = 4.5;

/** A colour that lies over an opaque one. */
export function cover(over: Rgba, under: Rgba): Rgba {
  const [red, green, blue] = over.rgb.map((value, at) => mix(value, under.rgb[at] ?? 0, over.opacity)) as [
    number,
    number,
    number,
  ];
  return { rgb: [red, green, blue], opacity: 1 };
}

/** Contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrastOf(one: Rgba, other: Rgba): number {
  const [darker = 0, lighter = 0] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** The first of the texts that can be read on an opaque colour, as its place in the list; else the one that can be read best. */
export function readableOn(background: Rgba, texts: readonly Rgba[]): number {
  const contrasts = texts.map((text) => contrastOf(cover(text, background), background));
  const readable = contrasts.findIndex((contrast) => contrast >= READABLE);
  return readable >= 0 ? readable : contrasts.indexOf(Math.max(...contrasts));
}

function mix(over: number, under: number, opacity: number): number {
  return over * opacity + under * (1 - opacity);
}

function luminanceOf({ rgb: [red, green, blue] }: Rgba): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function linear(value: number): number {
  const part = value / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}
