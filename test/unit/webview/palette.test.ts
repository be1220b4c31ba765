import assert from 'node:assert/strict';
import { SUSPECTS } from '../../../src/profile/categories.ts';
import {
  FAMILIES,
  HEAT_LEVELS,
  SHADES,
  boxColour,
  familyOf,
  heatColour,
  schemeOf,
  shadeOf,
  type BoxColour,
  type Scheme,
} from '../../../src/webview/palette.ts';

const SCHEMES: readonly Scheme[] = ['light', 'dark', 'contrastDark', 'contrastLight'];

type Rgb = [number, number, number];

/** Linear sRGB of a CSS colour as the palette writes it: `oklch(L C h)` (CSS Color 4, §9) or `#rrggbb`. */
function linearRgb(colour: string): Rgb {
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

/** Contrast ratio of WCAG 2.2. */
function contrast({ fill, text }: BoxColour): number {
  const [one, other] = [fill, text].map((colour) => {
    const [red, green, blue] = linearRgb(colour);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  });
  return Math.max(one!, other!) / Math.min(one!, other!);
}

/** What a person without red or green receptors sees of a linear colour (Viénot, Brettel and Mollon, 1999). */
function withoutReceptor([red, green, blue]: Rgb, kind: 'protan' | 'deutan'): Rgb {
  return kind === 'protan'
    ? [0.11238 * red + 0.88762 * green, 0.11238 * red + 0.88762 * green, 0.00401 * red - 0.00401 * green + blue]
    : [0.29275 * red + 0.70725 * green, 0.29275 * red + 0.70725 * green, -0.02234 * red + 0.02234 * green + blue];
}

/** Distance of two linear colours as seen: Euclidean in OKLab, where 0.02 is just noticeable. */
function distance(one: Rgb, other: Rgb): number {
  const [a, b] = [one, other].map(([red, green, blue]) => {
    const long = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
    const middle = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
    const short = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
    return [
      0.2104542553 * long + 0.793617785 * middle - 0.0040720468 * short,
      1.9779984951 * long - 2.428592205 * middle + 0.4505937099 * short,
      0.0259040371 * long + 0.7827717662 * middle - 0.808675766 * short,
    ];
  });
  return Math.hypot(...a!.map((value, index) => value - b![index]!));
}

describe('palette', () => {
  it('keeps the text on every box readable', () => {
    for (const scheme of SCHEMES) {
      for (const { family } of FAMILIES) {
        for (let shade = 0; shade < SHADES; shade += 1) {
          const colour = boxColour(family, scheme, shade);
          assert.ok(contrast(colour) >= 4.5, `${scheme} ${family} ${shade}: ${contrast(colour).toFixed(2)}`);
        }
      }
    }
  });

  it('keeps the steps of heat readable and apart', () => {
    for (const scheme of SCHEMES) {
      const steps = Array.from({ length: HEAT_LEVELS }, (_, level) => heatColour(level, scheme));
      for (const [level, colour] of steps.entries()) {
        assert.ok(contrast(colour) >= 4.5, `${scheme} ${level}: ${contrast(colour).toFixed(2)}`);
      }
      for (const [level, { fill }] of steps.slice(1).entries()) {
        for (const kind of ['protan', 'deutan'] as const) {
          const apart = distance(
            withoutReceptor(linearRgb(fill), kind),
            withoutReceptor(linearRgb(steps[level]!.fill), kind),
          );
          assert.ok(apart >= 0.04, `${scheme} ${kind} ${level}: ${apart.toFixed(3)}`);
        }
      }
    }
  });

  it('keeps families apart for colour-blind readers', () => {
    for (const scheme of SCHEMES) {
      for (const kind of ['protan', 'deutan'] as const) {
        const seen = FAMILIES.map(({ family }) => ({
          family,
          colour: withoutReceptor(linearRgb(boxColour(family, scheme).fill), kind),
        }));
        for (const [index, one] of seen.entries()) {
          for (const other of seen.slice(index + 1)) {
            const apart = distance(one.colour, other.colour);
            assert.ok(apart >= 0.04, `${scheme} ${kind} ${one.family} ${other.family}: ${apart.toFixed(3)}`);
          }
        }
      }
    }
  });

  it('colours both suspects as nothing else is coloured', () => {
    assert.deepEqual([...new Set(SUSPECTS.allocator.map(familyOf))], ['memory']);
    assert.deepEqual(new Set(SUSPECTS.syscall.map(familyOf)), new Set(['io', 'memory']));
    assert.equal(familyOf('copy'), 'copy');
  });

  it('gives a function one shade', () => {
    assert.equal(shadeOf('readFile'), shadeOf('readFile'));
    assert.ok(new Set(['a', 'b', 'c', 'd', 'e'].map(shadeOf)).size > 1);
  });

  it('reads the scheme from the classes of the body', () => {
    assert.equal(schemeOf(['vscode-light']), 'light');
    assert.equal(schemeOf(['vscode-dark']), 'dark');
    assert.equal(schemeOf(['vscode-high-contrast']), 'contrastDark');
    assert.equal(schemeOf(['vscode-high-contrast', 'vscode-high-contrast-light']), 'contrastLight');
  });
});
