import { analyse, type Analysis } from './analysis.ts';
import { categoriseSymbol, type Category, type Decision, type Decisions, type Origin } from './categories.ts';
import { gather, mergeForDiff, type MergedTrees } from './diffMerge.ts';
import { part, type Basis, type CategoryChange, type DiffTree, type FrameChange, type Pair } from './diffTree.ts';
import { ProfileError } from './errors.ts';
import { answer, type Gate, type Judging } from './hotFrames.ts';
import type { Profile, ProfileFormat, Unit } from './model.ts';
import { addUpwards, totalsByFrame } from './tree.ts';

/** One of the two profiles. */
export interface DiffSide {
  /** What people call it. */
  name: string;
  format: ProfileFormat;
  /** Stacks with weight, before merging. */
  samples: number;
  /** Sum of weights, idle included. */
  total: number;
  idle: number;
  gate: Gate;
  lost: string[];
}

/** What changed between two profiles. */
export interface ProfileDiff {
  unit: Unit;
  before: DiffSide;
  after: DiffSide;
  /** All stacks of both, idle ones too. */
  tree: DiffTree;
  /** Node → self weight without idle. */
  busy: { before: Float64Array; after: Float64Array };
  /** What each node's stack was spent on, in the profile where it weighs more. */
  decisions: Decisions;
  /** Every function that is not idle, what changed most in self share first. */
  frames: FrameChange[];
  /** What changed most first. */
  categories: CategoryChange[];
}

/** What may be told of how profiles are compared. */
export interface Comparing extends Judging {
  /** Whether functions of one name at another line are others. Off unless told: lines move between builds. */
  hasLines?: boolean;
}

/** A profile and what people call it. */
export interface NamedProfile {
  name: string;
  profile: Profile;
}

/**
 * Compares two profiles: their stacks are matched by the functions on them, and every weight stands in both.
 *
 * @throws {ProfileError} PROFILE_MISMATCH when they count different things or are of different kinds; PROFILE_RULE
 */
export function diffProfiles(first: NamedProfile, second: NamedProfile, comparing: Comparing = {}): ProfileDiff {
  const before = analyse(first.profile, comparing.rules);
  const after = analyse(second.profile, comparing.rules);
  mustMatch(first, second, before.origin, after.origin);
  const merged = mergeForDiff(before.tree, after.tree, comparing.hasLines ?? false);
  const nodes = merged.tree.parent.length;
  const busy = {
    before: gather(before.busy, merged.beforeNode, nodes),
    after: gather(after.busy, merged.afterNode, nodes),
  };
  return {
    unit: first.profile.unit,
    before: sideOf(first, before, comparing),
    after: sideOf(second, after, comparing),
    tree: merged.tree,
    busy,
    decisions: mergeDecisions(merged, before, after),
    frames: frameChanges(merged, busy, before, after),
    categories: categoryChanges(before, after),
  };
}

/** Changes by size, whether they grew or shrank: of the self weight or the total one, in shares or weights. */
export function rankChanges(
  frames: readonly FrameChange[],
  { metric = 'self' }: Pick<Judging, 'metric'>,
  basis: Basis,
): FrameChange[] {
  const sizeOf = (frame: FrameChange): number => Math.abs(delta(valuesOf(frame, metric, basis)));
  return [...frames].sort((a, b) => sizeOf(b) - sizeOf(a));
}

/** The two values of a function that are compared. */
export function valuesOf(frame: FrameChange, metric: 'self' | 'total', basis: Basis): Pair {
  if (metric === 'self') return basis === 'share' ? frame.selfShare : frame.self;
  return basis === 'share' ? frame.totalShare : frame.total;
}

/** What was added. */
export function delta({ before, after }: Pair): number {
  return after - before;
}

const UNIT_NAMES: Readonly<Record<Unit, string>> = {
  microseconds: 'time',
  samples: 'samples',
  bytes: 'bytes',
  count: 'counts of an event',
};
const ORIGIN_NAMES: Readonly<Record<Origin, string>> = {
  v8: 'V8’s functions of scripts',
  native: 'native stacks',
};

function mustMatch(first: NamedProfile, second: NamedProfile, before: Origin, after: Origin): void {
  if (before !== after) {
    throw new ProfileError(
      'PROFILE_MISMATCH',
      `${first.name} holds ${ORIGIN_NAMES[before]} and ${second.name} ${ORIGIN_NAMES[after]}: they have no stacks in common`,
      { hint: 'Compare two V8 profiles, or two native ones.' },
    );
  }
  const { unit } = first.profile;
  if (unit === second.profile.unit) return;
  throw new ProfileError(
    'PROFILE_MISMATCH',
    `${first.name} counts ${UNIT_NAMES[unit]} and ${second.name} ${UNIT_NAMES[second.profile.unit]}: they cannot be compared`,
    { hint: 'Record both in the same way, or convert both from their originals into the same format.' },
  );
}

function sideOf({ name, profile }: NamedProfile, analysis: Analysis, judging: Judging): DiffSide {
  return {
    name,
    format: profile.format,
    samples: profile.threads.reduce((sum, { samples }) => sum + samples, 0),
    total: analysis.total,
    idle: analysis.idle,
    gate: answer(analysis, judging),
    lost: profile.lost,
  };
}

/** Decisions of both, at the nodes of the merged tree; where both have one, that of the profile with more of its weight there. */
function mergeDecisions({ tree, beforeNode, afterNode }: MergedTrees, before: Analysis, after: Analysis): Decisions {
  const list: Decision[] = [];
  const of = new Uint32Array(tree.parent.length);
  const weightOf = new Float64Array(of.length).fill(-1);
  const known = new Map<string, number>();
  const take = ({ decisions, tree: own, total }: Analysis, nodeOf: Int32Array): void => {
    const indexes = decisions.list.map((decision) => {
      const key = `${decision.category}\n${decision.pattern}`;
      const index = known.get(key) ?? list.push(decision) - 1;
      known.set(key, index);
      return index;
    });
    nodeOf.forEach((at, node) => {
      const weight = part(own.self[node] ?? 0, total);
      if (weight <= (weightOf[at] ?? 0)) return;
      weightOf[at] = weight;
      of[at] = indexes[decisions.of[node] ?? 0] ?? 0;
    });
  };
  take(after, afterNode);
  take(before, beforeNode);
  return { list, of };
}

function frameChanges(
  { tree, beforeNode, afterNode }: MergedTrees,
  busy: ProfileDiff['busy'],
  before: Analysis,
  after: Analysis,
): FrameChange[] {
  const sides = { before: weightsByFrame(tree, busy.before), after: weightsByFrame(tree, busy.after) };
  const whole = { before: before.total - before.idle, after: after.total - after.idle };
  const categories = heaviestCategories(tree, [
    { analysis: before, nodeOf: beforeNode },
    { analysis: after, nodeOf: afterNode },
  ]);
  const changes: FrameChange[] = [];
  tree.frames.forEach((frame, index) => {
    const self = { before: sides.before.self[index] ?? 0, after: sides.after.self[index] ?? 0 };
    const total = { before: sides.before.total[index] ?? 0, after: sides.after.total[index] ?? 0 };
    if (total.before === 0 && total.after === 0) return;
    changes.push({
      ...frame,
      category: categories[index] ?? categoriseSymbol(frame, after.origin, after.rules).category,
      self,
      selfShare: sharesOf(self, whole),
      total,
      totalShare: sharesOf(total, whole),
      ...(total.before === 0 ? { onlyIn: 'after' } : total.after === 0 ? { onlyIn: 'before' } : {}),
    });
  });
  return rankChanges(changes, {}, 'share');
}

function weightsByFrame(tree: DiffTree, busy: Float64Array): { self: Float64Array; total: Float64Array } {
  const self = new Float64Array(tree.frames.length);
  busy.forEach((weight, node) => {
    const frame = tree.frame[node] ?? 0;
    self[frame] = (self[frame] ?? 0) + weight;
  });
  return { self, total: totalsByFrame({ ...tree, self: busy }, addUpwards(tree.parent, busy)) };
}

/** Frame → the category with most of its self weight in both, each profile counting the same; none for a frame without any. */
function heaviestCategories(
  tree: DiffTree,
  sides: readonly { analysis: Analysis; nodeOf: Int32Array }[],
): (Category | undefined)[] {
  const weights = tree.frames.map(() => new Map<Category, number>());
  for (const { analysis, nodeOf } of sides) {
    const { busy, decisions, total, idle } = analysis;
    busy.forEach((weight, node) => {
      const category = decisions.list[decisions.of[node] ?? 0]?.category;
      const of = weights[tree.frame[nodeOf[node] ?? 0] ?? 0];
      if (weight === 0 || category === undefined || of === undefined) return;
      of.set(category, (of.get(category) ?? 0) + part(weight, total - idle));
    });
  }
  return weights.map((of) => [...of].sort(([, a], [, b]) => b - a)[0]?.[0]);
}

function categoryChanges(before: Analysis, after: Analysis): CategoryChange[] {
  const own = { before: weightsByCategory(before), after: weightsByCategory(after) };
  const busy = { before: before.total - before.idle, after: after.total - after.idle };
  const changes = [...new Set([...own.before.keys(), ...own.after.keys()])].map((category): CategoryChange => {
    const self = { before: own.before.get(category) ?? 0, after: own.after.get(category) ?? 0 };
    return { category, self, share: sharesOf(self, busy) };
  });
  return changes.sort((a, b) => Math.abs(delta(b.share)) - Math.abs(delta(a.share)));
}

function weightsByCategory({ busy, decisions }: Analysis): Map<Category, number> {
  const weights = new Map<Category, number>();
  busy.forEach((weight, node) => {
    const category = decisions.list[decisions.of[node] ?? 0]?.category;
    if (weight > 0 && category !== undefined) weights.set(category, (weights.get(category) ?? 0) + weight);
  });
  return weights;
}

function sharesOf({ before, after }: Pair, busy: Pair): Pair {
  return { before: part(before, busy.before), after: part(after, busy.after) };
}
