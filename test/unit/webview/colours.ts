import { coloursOf, COLOUR_MODES } from '../../../src/webview/colouring.ts';
import { contrastOf, cover, READABLE, type Rgba } from '../../../src/webview/contrast.ts';
import { ABOVE_ZOOM_OPACITY, FADED_OPACITY, NAME_OPACITY, textsOver } from '../../../src/webview/fading.ts';
import { BOX_TEXTS, boxColour, FAMILIES, type Scheme } from '../../../src/webview/palette.ts';

/** Red, green and blue. */
export type Rgb = [number, number, number];

/** Linear sRGB of a CSS colour as the palette writes it: `oklch(L C h)` (CSS Color 4, §9) or `#rrggbb`. */
export function linearRgb(colour: string): Rgb {
  const hex = /^#(..)(..)(..)$/.exec(colour);
  if (hex !== null) {
    return hex.slice(1).map((part) => {
      const value = parseInt(part, 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    }) as Rgb;
  }
  const [lightness, chroma, hue] = /^oklch\((\S+) (\S+) (\S+)\)$/.exec(colour)!.slice(1).map(Number) as Rgb;
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const rgb: Rgb = [
    4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short,
  ];
  return rgb.map((value) => Math.min(1, Math.max(0, value))) as Rgb;
}

/** A CSS colour as a browser shows it: what `linearRgb` takes, or `#rrggbbaa`. */
export function readColour(colour: string): Rgba {
  const [, hex, opacity = 'ff'] = /^(#[0-9a-f]{6})([0-9a-f]{2})?$/i.exec(colour) ?? [];
  const [red, green, blue] = linearRgb(hex ?? colour).map((value) =>
    Math.round(255 * (value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055)),
  ) as Rgb;
  return { rgb: [red, green, blue], opacity: parseInt(opacity, 16) / 255 };
}

/** What the page draws with, of a theme. */
export interface ThemeColours {
  scheme: Scheme;
  background: Rgba;
  foreground: Rgba;
  quiet: Rgba;
}

/** Every text that the page draws in such a theme and that cannot be read well, with its contrast. */
export function weakTexts(theme: ThemeColours): string[] {
  return [...boxNames(theme), ...laneNames(theme)].flatMap(({ name, text, under }) => {
    const contrast = contrastOf(cover(text, under), under);
    return contrast >= READABLE ? [] : [`${name}: ${contrast.toFixed(2)}`];
  });
}

interface DrawnText {
  name: string;
  text: Rgba;
  under: Rgba;
}

function boxNames({ scheme, background, foreground, quiet }: ThemeColours): DrawnText[] {
  const texts = [quiet, foreground, ...BOX_TEXTS.map(readColour)];
  return COLOUR_MODES.flatMap(({ mode }) => {
    const colours = coloursOf(mode, scheme);
    const fills = colours.map(({ fill }) => readColour(fill));
    const whole = colours.map(({ fill, text }, at) => {
      return { name: `${mode} ${at}`, text: readColour(text), under: readColour(fill) };
    });
    const faded = [FADED_OPACITY, ABOVE_ZOOM_OPACITY].flatMap((opacity) =>
      textsOver(fills, opacity, background, texts).map((index, at) => {
        const under = cover({ ...fills[at]!, opacity }, background);
        return { name: `${mode} ${at} at ${opacity}`, text: texts[index]!, under };
      }),
    );
    return [...whole, ...faded];
  });
}

function laneNames({ scheme, background, foreground, quiet }: ThemeColours): DrawnText[] {
  return FAMILIES.flatMap(({ family }) => {
    const under = cover({ ...background, opacity: NAME_OPACITY }, readColour(boxColour(family, scheme).fill));
    return [foreground, quiet].map((text) => ({ name: `lane of ${family}`, text, under }));
  });
}
