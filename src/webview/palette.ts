import type { Category } from '../profile/categories.ts';
import { t } from './l10n.ts';

/** What a colour stands for: categories that are read together. */
export type Family = 'memory' | 'io' | 'copy' | 'gc' | 'crypto' | 'protocol' | 'runtime' | 'code' | 'other';

/** The families in the order of the legend: a name that fits there, and what belongs to them. */
export const FAMILIES: readonly { family: Family; label: string; holds: string }[] = [
  { family: 'memory', label: t('Memory'), holds: t('allocator, page faults, memory system calls, buffers') },
  { family: 'io', label: t('I/O'), holds: t('files and network') },
  { family: 'copy', label: t('Copy'), holds: t('memory that is copied') },
  { family: 'gc', label: t('GC'), holds: t('garbage collection') },
  { family: 'crypto', label: t('Crypto'), holds: t('TLS, cryptography, compression') },
  { family: 'protocol', label: t('Protocols'), holds: t('HTTP, DNS, playlists, regular expressions') },
  { family: 'runtime', label: t('Runtime'), holds: t('streams, event loop, JavaScript engine, runtime libraries') },
  { family: 'code', label: t('Code'), holds: t('the program and its dependencies') },
  { family: 'other', label: t('Other'), holds: t('waiting, idle, kernel, native code without a name') },
];

const FAMILY_OF: Readonly<Record<Category, Family>> = {
  allocator: 'memory',
  'page-fault': 'memory',
  'memory-syscall': 'memory',
  buffer: 'memory',
  'file-io': 'io',
  network: 'io',
  copy: 'copy',
  gc: 'gc',
  tls: 'crypto',
  crypto: 'crypto',
  compression: 'crypto',
  http: 'protocol',
  'http-parse': 'protocol',
  dns: 'protocol',
  'playlist-parse': 'protocol',
  regexp: 'protocol',
  streams: 'runtime',
  'event-loop': 'runtime',
  'rust-runtime': 'runtime',
  'js-engine': 'runtime',
  runtime: 'runtime',
  dependency: 'code',
  user: 'code',
  kernel: 'other',
  native: 'other',
  unknown: 'other',
  wait: 'other',
  idle: 'other',
};

/** The family that a category is coloured as. */
export function familyOf(category: Category): Family {
  return FAMILY_OF[category];
}

/** Kind of colour theme, as VS Code tells it. */
export type Scheme = 'light' | 'dark' | 'contrastDark' | 'contrastLight';

/** OKLCH: lightness 0–1, chroma, hue in degrees. */
export type Tone = readonly [lightness: number, chroma: number, hue: number];

/**
 * Hues of Okabe and Ito's set for colour-blind readers (jfly.uni-koeln.de/color), set apart by lightness too; what is usually
 * widest (runtime, code) is palest, so that the suspects stand out of it.
 */
const LIGHT: Readonly<Record<Family, Tone>> = {
  memory: [0.69, 0.17, 42],
  io: [0.53, 0.13, 250],
  copy: [0.8, 0.14, 72],
  gc: [0.72, 0.12, 350],
  crypto: [0.67, 0.11, 165],
  protocol: [0.78, 0.1, 225],
  runtime: [0.88, 0.045, 295],
  code: [0.93, 0.085, 100],
  other: [0.83, 0.004, 260],
};

const DARK: Readonly<Record<Family, Tone>> = {
  memory: [0.67, 0.17, 42],
  io: [0.52, 0.13, 250],
  copy: [0.78, 0.14, 72],
  gc: [0.69, 0.12, 350],
  crypto: [0.65, 0.11, 165],
  protocol: [0.74, 0.08, 225],
  runtime: [0.47, 0.06, 295],
  code: [0.84, 0.08, 100],
  other: [0.4, 0.006, 260],
};

const CONTRAST: Readonly<Record<Family, Tone>> = {
  memory: [0.72, 0.19, 42],
  io: [0.68, 0.14, 245],
  copy: [0.85, 0.15, 72],
  gc: [0.76, 0.14, 350],
  crypto: [0.82, 0.14, 165],
  protocol: [0.84, 0.1, 225],
  runtime: [0.93, 0.035, 300],
  code: [0.95, 0.14, 105],
  other: [0.66, 0, 0],
};

const TONES: Readonly<Record<Scheme, Readonly<Record<Family, Tone>>>> = {
  light: LIGHT,
  dark: DARK,
  contrastDark: CONTRAST,
  contrastLight: CONTRAST,
};

/** Shades that boxes of one family come in, so that neighbours can be told apart. */
export const SHADES = 4;

/** A box's colour and that of the text on it, as CSS colours. */
export interface BoxColour {
  fill: string;
  text: string;
}

/** Colour of a family in a scheme. `shade` (0 to `SHADES` − 1; 0 is the legend's own) varies the lightness slightly. */
export function boxColour(family: Family, scheme: Scheme, shade = 0): BoxColour {
  const [lightness, chroma, hue] = TONES[scheme][family];
  const isContrast = scheme === 'contrastDark' || scheme === 'contrastLight';
  return paint([lightness - (isContrast ? 0 : shade * 0.013), chroma, hue]);
}

/** What is written on boxes: dark on light ones, light on dark ones. */
export const BOX_TEXTS = ['#141414', '#ffffff'] as const;

/** A tone as a fill, and a text that can be read on it. */
export function paint([lightness, chroma, hue]: Tone): BoxColour {
  return {
    fill: `oklch(${lightness.toFixed(3)} ${chroma} ${hue})`,
    // The middle of the two gives at least 4.5:1 on either side for these chromas.
    text: lightness >= 0.6 ? BOX_TEXTS[0] : BOX_TEXTS[1],
  };
}

/** Steps from a function that has nothing of its own to the hottest ones. */
export const HEAT_LEVELS = 6;

/** Heat from pale to glowing, by OKLCH: every step is told from the next by its lightness alone. */
const HEAT: Readonly<Record<Scheme, readonly Tone[]>> = {
  light: [
    [0.93, 0.004, 260],
    [0.93, 0.05, 95],
    [0.87, 0.1, 85],
    [0.8, 0.14, 70],
    [0.71, 0.17, 50],
    [0.57, 0.19, 30],
  ],
  dark: [
    [0.36, 0.006, 260],
    [0.45, 0.05, 40],
    [0.53, 0.11, 38],
    [0.64, 0.17, 45],
    [0.76, 0.16, 70],
    [0.9, 0.13, 98],
  ],
  contrastDark: [
    [0.5, 0, 0],
    [0.64, 0.06, 60],
    [0.72, 0.12, 60],
    [0.79, 0.15, 68],
    [0.86, 0.16, 85],
    [0.96, 0.14, 105],
  ],
  contrastLight: [
    [0.97, 0, 0],
    [0.9, 0.07, 95],
    [0.83, 0.13, 80],
    [0.74, 0.16, 60],
    [0.62, 0.19, 42],
    [0.48, 0.18, 28],
  ],
};

/** Colour of a step of heat, 0 to `HEAT_LEVELS` − 1. */
export function heatColour(level: number, scheme: Scheme): BoxColour {
  return paint(HEAT[scheme][level] ?? HEAT[scheme][0] ?? [0, 0, 0]);
}

/** The shade of a function: the same one wherever its name stands. */
export function shadeOf(name: string): number {
  let hash = 0;
  for (let index = 0; index < name.length; index += 1) hash = (hash * 31 + name.charCodeAt(index)) | 0;
  return (hash >>> 0) % SHADES;
}

/** The scheme of a page by the classes that VS Code gives its body. */
export function schemeOf(bodyClasses: readonly string[]): Scheme {
  if (bodyClasses.includes('vscode-high-contrast-light')) return 'contrastLight';
  if (bodyClasses.includes('vscode-high-contrast')) return 'contrastDark';
  return bodyClasses.includes('vscode-light') ? 'light' : 'dark';
}
