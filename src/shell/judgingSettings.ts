import { createHash } from 'node:crypto';
import { CATEGORIES, type Suspect } from '../profile/categories.ts';
import { ProfileError } from '../profile/errors.ts';
import type { FrameRules } from '../profile/frameRules.ts';
import { GATE_SUSPECTS, GATE_TOP, type Judging, type Metric } from '../profile/hotFrames.ts';
import { readUserRules } from '../profile/userRules.ts';

/** Bounds of `hotframe.gate.top`. */
export const GATE_TOP_MAX = 1000;
export const METRICS: readonly Metric[] = ['self', 'total'];
/** Everything that `hotframe.gate.suspects` may name. */
export const SUSPECT_NAMES: readonly Suspect[] = [
  ...GATE_SUSPECTS,
  ...CATEGORIES.filter((name) => name !== 'allocator'),
];

/** How profiles are judged, as a person set it. */
export interface JudgingChoice {
  judging: Omit<Judging, 'rules'>;
  /** The rules for categories, if there are any that can be used. */
  rules?: FrameRules;
  /** The same text for the same settings; empty where nothing is set. */
  key: string;
  /** What is wrong with the rules for categories; there are none then. */
  problem?: ProfileError;
}

/**
 * How profiles are judged by the settings. The workbench only warns about values out of bounds: a number is moved to the nearest one, what
 * is not known counts as not set. Rules are taken whole or not at all.
 * @param read gives the value of a setting under `hotframe`.
 */
export function readJudging(read: (name: string) => unknown): JudgingChoice {
  const top = readTop(read('gate.top'));
  const metric = METRICS.find((name) => name === read('gate.metric')) ?? 'self';
  const suspects = readSuspects(read('gate.suspects'));
  const given = read('categoryRules') ?? [];
  const isEmpty = Array.isArray(given) && given.length === 0;
  const text = JSON.stringify({ top, metric, suspects, rules: given });
  const isDefault = isEmpty && top === GATE_TOP && metric === 'self' && suspects.join() === GATE_SUSPECTS.join();
  // Kept with each profile that was judged so: long rules must not be copied into every job.
  const key = isDefault ? '' : createHash('sha256').update(text).digest('hex').slice(0, 16);
  const judging = { top, metric, suspects };
  if (isEmpty) return { judging, key };
  try {
    return { judging, rules: readUserRules(given), key };
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error;
    return { judging, key, problem: error };
  }
}

function readTop(value: unknown): number {
  if (typeof value !== 'number' || Number.isNaN(value)) return GATE_TOP;
  return Math.round(Math.min(GATE_TOP_MAX, Math.max(1, value)));
}

function readSuspects(value: unknown): readonly Suspect[] {
  const names: readonly unknown[] = Array.isArray(value) ? value : [];
  const known = SUSPECT_NAMES.filter((name) => names.includes(name));
  return known.length === 0 ? GATE_SUSPECTS : known;
}
