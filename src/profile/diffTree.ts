import type { Category } from './categories.ts';
import type { CallTree, Frame } from './model.ts';

/** Two values of one thing, in the first profile and in the second one. */
export interface Pair {
  before: number;
  after: number;
}

/** What changes are counted in: `share`, parts of what each profile was busy with; `weight`, the profiles' own unit. */
export type Basis = 'share' | 'weight';

/** The stacks of two profiles as one tree: a node has what each of them spent in the stack that ends there. */
export interface DiffTree extends Omit<CallTree, 'self'> {
  /** Node → self weight in the first profile. */
  before: Float64Array;
  /** Node → self weight in the second one. */
  after: Float64Array;
}

/** A function in two profiles, over all stacks and threads. */
export interface FrameChange extends Frame {
  category: Category;
  /** Weight of the samples that ended in it, and in parts of the busy weight of each profile. */
  self: Pair;
  selfShare: Pair;
  /** Weight of the samples that it occurs in, each once, and in parts of the busy weight. */
  total: Pair;
  totalShare: Pair;
  /** Set when the other profile has none of it. */
  onlyIn?: 'before' | 'after';
}

/** A category in two profiles, by whole stacks. */
export interface CategoryChange {
  category: Category;
  self: Pair;
  share: Pair;
}

/**
 * The merged tree as one to draw: each stack as heavy as the mean of the two, so that what is in one profile only has its place too.
 *
 * @param whole what the weights of each profile are divided by; 1 leaves them as they are
 */
export function meanTree({ frames, frame, parent, before, after }: DiffTree, whole: Pair): CallTree {
  const self = before.map((weight, node) => (part(weight, whole.before) + part(after[node] ?? 0, whole.after)) / 2);
  return { frames, frame, parent, self };
}

/** How much a value has grown, in parts of the two together: −1 it is gone, 0 it stayed, 1 it is new. */
export function growth({ before, after }: Pair): number {
  const sum = before + after;
  return sum === 0 ? 0 : (after - before) / sum;
}

/** How strongly a change is coloured, 0–1: wholly where a stack has become three times as heavy or a third, is new or gone. */
export function strength(pair: Pair): number {
  return Math.min(1, 2 * Math.abs(growth(pair)));
}

/** A weight in parts of a whole; 0 of nothing. */
export function part(weight: number, whole: number): number {
  return whole > 0 ? weight / whole : 0;
}
