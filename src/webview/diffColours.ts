import { growth, strength, type Pair } from '../profile/diffTree.ts';
import { paint, type BoxColour, type Scheme, type Tone } from './palette.ts';
import { t } from './l10n.ts';

/** Steps of colour on each side of what stayed the same. */
const STEPS = 4;

/** The colours of a difference from what is gone to what is new; the middle one is for what stayed the same. */
export const CHANGE_COLOURS = 2 * STEPS + 1;

interface Ends {
  shrunk: Tone;
  same: Tone;
  grown: Tone;
}

/**
 * Blue and vermilion of Okabe and Ito's set, which readers with any kind of colour blindness tell apart, over a grey: what stayed the same
 * stands back.
 */
const ENDS: Readonly<Record<Scheme, Ends>> = {
  light: { shrunk: [0.64, 0.14, 248], same: [0.93, 0.003, 260], grown: [0.66, 0.19, 36] },
  dark: { shrunk: [0.62, 0.14, 248], same: [0.36, 0.004, 260], grown: [0.66, 0.19, 36] },
  contrastDark: { shrunk: [0.74, 0.13, 240], same: [0.5, 0, 0], grown: [0.74, 0.18, 45] },
  contrastLight: { shrunk: [0.62, 0.16, 250], same: [0.95, 0, 0], grown: [0.64, 0.21, 34] },
};

/** The colours, from what is gone to what is new. */
export function changeColours(scheme: Scheme): BoxColour[] {
  const { shrunk, same, grown } = ENDS[scheme];
  return Array.from({ length: CHANGE_COLOURS }, (_, index) => {
    const step = index - STEPS;
    const part = Math.abs(step) / STEPS;
    const [lightness, chroma, hue] = step < 0 ? shrunk : grown;
    const mix = (from: number, to: number): number => from + (to - from) * part;
    return paint([mix(same[0], lightness), mix(same[1], chroma), step === 0 ? same[2] : hue]);
  });
}

/** Index of a change's colour. */
export function changeColour(pair: Pair): number {
  return STEPS + Math.sign(growth(pair)) * Math.round(STEPS * strength(pair));
}

/** What colours are called in the legend, by the steps that they stand for. */
export const CHANGE_GROUPS: readonly { label: string; holds: string; from: number; to: number }[] = [
  {
    label: t('Gone or a third'),
    holds: t('stacks of the first profile of which a third or less is left'),
    from: 0,
    to: 0,
  },
  { label: t('Less'), holds: t('stacks that have shrunk'), from: 1, to: STEPS - 1 },
  { label: t('As before'), holds: t('stacks that weigh about as much as before'), from: STEPS, to: STEPS },
  { label: t('More'), holds: t('stacks that have grown'), from: STEPS + 1, to: CHANGE_COLOURS - 2 },
  {
    label: t('New or three times'),
    holds: t('stacks that only the second profile has, or that have grown to three times what they were'),
    from: CHANGE_COLOURS - 1,
    to: CHANGE_COLOURS - 1,
  },
];
