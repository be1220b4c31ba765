import type { Frame } from '../profile/model.ts';
import type { Facts } from './facts.ts';
import { formatShare } from './format.ts';
import { moduleOf } from './module.ts';
import {
  FAMILIES,
  HEAT_LEVELS,
  SHADES,
  boxColour,
  familyOf,
  heatColour,
  shadeOf,
  type BoxColour,
  type Family,
  type Scheme,
} from './palette.ts';
import { t } from './l10n.ts';

/** What colours stand for. */
export const COLOUR_MODES = [
  { mode: 'category', label: t('Category'), title: t('What the time was spent on, by whole stacks') },
  { mode: 'module', label: t('Module'), title: t('The package, library or binary that a function is of') },
  { mode: 'heat', label: t('Heat'), title: t('How much weight the function has of its own, over all its occurrences') },
] as const;
export type ColourMode = (typeof COLOUR_MODES)[number]['mode'];

/** What one colour stands for, for the legend. */
export interface ColourGroup {
  label: string;
  /** What belongs to it, in words. */
  holds: string;
  /** The colour, as an index for `coloursOf`. */
  colour: number;
  /** Self weight. */
  weight: number;
}

/** A colour for each node. */
export interface Colouring {
  mode: ColourMode;
  /** Node → index of its colour in `coloursOf`. */
  colour: Uint8Array;
  /** Node → index in `groups`. */
  group: Uint8Array;
  groups: ColourGroup[];
}

/** Colours of a mode, in the scheme of a theme. */
export function coloursOf(mode: ColourMode, scheme: Scheme): BoxColour[] {
  if (mode === 'heat') return Array.from({ length: HEAT_LEVELS }, (_, level) => heatColour(level, scheme));
  return FAMILIES.flatMap(({ family }) =>
    Array.from({ length: SHADES }, (_, shade) => boxColour(family, scheme, shade)),
  );
}

/** Colours the nodes of a call tree; groups without weight are left out of the legend by their weight of 0. */
export function colourNodes(facts: Facts, mode: ColourMode): Colouring {
  switch (mode) {
    case 'category':
      return colourCategories(facts);
    case 'module':
      return colourModules(facts);
    case 'heat':
      return colourHeat(facts);
  }
}

const FAMILY_INDEX = new Map<Family, number>(FAMILIES.map(({ family }, index) => [family, index]));

function colourCategories(facts: Facts): Colouring {
  const groups = FAMILIES.map(({ label, holds }, index) => ({ label, holds, colour: index * SHADES, weight: 0 }));
  const ofDecision = facts.decisions.list.map(({ category }) => FAMILY_INDEX.get(familyOf(category)) ?? 0);
  return colour(facts, 'category', groups, (node) => ofDecision[facts.decisions.of[node] ?? 0] ?? 0);
}

function colourModules(facts: Facts): Colouring {
  const modules = facts.tree.frames.map(moduleOf);
  const weights = new Map<string, number>();
  for (let node = 0; node < facts.tree.parent.length; node += 1) {
    const name = modules[facts.tree.frame[node] ?? 0] ?? '';
    weights.set(name, (weights.get(name) ?? 0) + facts.selfOf(node));
  }
  const ranked = [...weights].sort((a, b) => b[1] - a[1]);
  // The last colour is that of all others, and of what no module is known of.
  const named = ranked.filter(([name]) => name !== '').slice(0, FAMILIES.length - 1);
  const rankOf = new Map(named.map(([name], index) => [name, index]));
  const others = FAMILIES.length - 1;
  const groups = named.map(([name], index) => ({ label: name, holds: name, colour: index * SHADES, weight: 0 }));
  while (groups.length < others) groups.push({ label: '', holds: '', colour: groups.length * SHADES, weight: 0 });
  groups.push({
    label: t('Other'),
    holds: t('all other modules, and functions without one'),
    colour: others * SHADES,
    weight: 0,
  });
  const ofFrame = modules.map((name) => rankOf.get(name) ?? others);
  return colour(facts, 'module', groups, (node) => ofFrame[facts.tree.frame[node] ?? 0] ?? others);
}

function colour(facts: Facts, mode: ColourMode, groups: ColourGroup[], groupOf: (node: number) => number): Colouring {
  const shades = facts.tree.frames.map(({ name }: Frame) => shadeOf(name));
  const count = facts.tree.parent.length;
  const [colours, group] = [new Uint8Array(count), new Uint8Array(count)];
  for (let node = 0; node < count; node += 1) {
    const own = groupOf(node);
    group[node] = own;
    colours[node] = own * SHADES + (shades[facts.tree.frame[node] ?? 0] ?? 0);
    const found = groups[own];
    if (found !== undefined) found.weight += facts.selfOf(node);
  }
  return { mode, colour: colours, group, groups };
}

/** The least share of everything that a function has of its own, for each step of heat but the first. */
const HEAT_FROM = [0, 0.001, 0.01, 0.05, 0.2] as const;

function colourHeat(facts: Facts): Colouring {
  const { tree, weight } = facts;
  const self = new Float64Array(tree.frames.length);
  for (let node = 0; node < tree.parent.length; node += 1) {
    const frame = tree.frame[node] ?? 0;
    self[frame] = (self[frame] ?? 0) + facts.selfOf(node);
  }
  const levelOf = Uint8Array.from(self, (own) =>
    own > 0 ? 1 + HEAT_FROM.findLastIndex((least) => own >= least * weight) : 0,
  );
  const groups = Array.from({ length: HEAT_LEVELS }, (_, level): ColourGroup => heatGroup(level));
  const group = new Uint8Array(tree.parent.length);
  for (let node = 0; node < group.length; node += 1) {
    const level = levelOf[tree.frame[node] ?? 0] ?? 0;
    group[node] = level;
    const found = groups[level];
    if (found !== undefined) found.weight += facts.selfOf(node);
  }
  return { mode: 'heat', colour: group, group, groups };
}

function heatGroup(level: number): ColourGroup {
  const base = { colour: level, weight: 0 };
  if (level === 0) return { ...base, label: t('none'), holds: t('functions that only call others') };
  const [from, to] = [HEAT_FROM[level - 1] ?? 0, HEAT_FROM[level]];
  if (to === undefined) {
    return {
      ...base,
      label: `≥ ${formatShare(from, 1)}`,
      holds: t('functions with {0} or more of their own', formatShare(from, 1)),
    };
  }
  return {
    ...base,
    label: `< ${formatShare(to, 1)}`,
    holds: t('functions with less than {0} of their own', formatShare(to, 1)),
  };
}
