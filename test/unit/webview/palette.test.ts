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
import { contrastOf } from '../../../src/webview/contrast.ts';
import { linearRgb, readColour, type Rgb } from './colours.ts';

const SCHEMES: readonly Scheme[] = ['light', 'dark', 'contrastDark', 'contrastLight'];

/** Contrast ratio of a box's colour and of the text on it. */
function contrast({ fill, text }: BoxColour): number {
  return contrastOf(readColour(fill), readColour(text));
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
