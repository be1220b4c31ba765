import { analyse, type Analysis } from './analysis.ts';
import type { Category, Decision, Decisions, Suspect } from './categories.ts';
import { categoriesOf, categoriseSymbol } from './categories.ts';
import type { FrameRules } from './frameRules.ts';
import type { Frame, Profile } from './model.ts';
import { addUpwards, totalsByFrame } from './tree.ts';

/** A function, merged over all stacks and threads of a profile. */
export interface HotFrame {
  name: string;
  file?: string;
  /** From 1. */
  line?: number;
  /** From 1. */
  column?: number;
  /** Weight of the samples that ended in it. */
  self: number;
  /** Weight of the samples that it occurs in, each sample once however often it recurs. */
  total: number;
  /** Self in parts of the busy weight (all but idle): 0–1. */
  selfShare: number;
  /** By whole stacks; of several the one with the most self weight. */
  category: Category;
  /** What decided the category. */
  pattern: string;
}

/** Weight of a category, by whole stacks. */
export interface CategoryShare {
  category: Category;
  self: number;
  /** In parts of the busy weight: 0–1. */
  share: number;
}

/** A profile's functions by self weight, and where the weight went by category. Idle is in neither list. */
export interface HotFrames {
  /** Every function with self weight, the heaviest first. */
  frames: HotFrame[];
  /** Heaviest first. */
  categories: CategoryShare[];
  /** Sum of all weights, idle included. */
  total: number;
  idle: number;
}

/** What is judged, and how. */
export interface Judging {
  /** How many hot frames are looked at; `GATE_TOP` unless told. */
  top?: number;
  /** The weight that ranks frames: their own (`self`, unless told) or that of all samples they occur in. */
  metric?: Metric;
  /** What is suspected; the allocator and system calls unless told. */
  suspects?: readonly Suspect[];
  /** The user's rules for categories. */
  rules?: FrameRules;
}

export type Metric = 'self' | 'total';

/** The gate's answer in both readings. */
export interface Gate {
  /** How many hot frames were looked at. */
  top: number;
  metric: Metric;
  /** What was looked for. */
  suspects: readonly Suspect[];
  literal: { hit: boolean; frames: string[]; suspects: Suspect[] };
  owned: { hit: boolean; share: number; categories: Category[]; suspects: Suspect[] };
  /** What decides the readings; ranks are from 1, shares in parts of the busy weight. */
  evidence: {
    literal: { name: string; rank: number; share: number }[];
    /** Each suspect category that has weight, in the top or not, and the frames with most of it. */
    owned: { category: Category; rank: number; share: number; frames: { name: string; share: number }[] }[];
  };
}

/** What the claim suspects. */
export const GATE_SUSPECTS: readonly Suspect[] = ['allocator', 'syscall'];

/** Frames that are named as the evidence for a category. */
const EVIDENCE_FRAMES = 3;

/** How many hot frames the claim's own rule looks at. */
export const GATE_TOP = 10;

/**
 * Symbols that are a system call by their name alone, whichever call it is. A page fault's symbols are neither an allocator nor a
 * system call by name, which is why the literal reading misses what buffers cost.
 */
const SYSCALL_ENTRY =
  /^(?:entry_SYSCALL_\w+|do_syscall_64|x64_sys_call|syscall_return_via_sysret|el0_svc\w*|invoke_syscall\w*)$/;

/**
 * Ranks a profile's functions by self weight, over all threads. A function is its name, file, line and column; a sample counts once
 * towards the total of each function in it, however often that recurs. Stacks that are idle count in `idle` and nowhere else.
 *
 * A function that does different things in different stacks has the category with most of its self weight; `categories` splits its
 * weight exactly.
 */
export function hotFrames(profile: Profile, rules?: FrameRules): HotFrames {
  return rank(analyse(profile, rules));
}

/**
 * Answers the claim's question, "does the flamegraph show allocator or syscall in the top 10 hot frames", twice.
 *
 * *Literal*: each of the top hot frames by self weight is judged by its symbol alone. It hits when one of them is, by its own name and
 * file, an allocator, buffer work, a memory system call, file I/O, network, or the entry of a system call. Page faults have no name that
 * says so and don't count here.
 *
 * *Owned*: every sample is judged by its whole stack, and each suspect category (`SUSPECTS`) is taken as one frame that owns what its
 * samples weigh, page faults under a copy under a buffer included; other frames keep the rest. It hits when a suspect category stands in
 * the top of that ranking. `categories` are those that do, `share` is the part of the busy weight that all suspect categories own, hit or not.
 */
export function gate(profile: Profile, judging: Judging = {}): Gate {
  return answer(analyse(profile, judging.rules), judging);
}

/** Both of the above at the price of one. */
export function judge(profile: Profile, judging: Judging = {}): { hot: HotFrames; gate: Gate } {
  const analysis = analyse(profile, judging.rules);
  return { hot: rank(analysis), gate: answer(analysis, judging) };
}

function rank(analysis: Analysis): HotFrames {
  const { tree, decisions, total, idle, self, byDecision } = analysis;
  const busyTotal = total - idle;
  const totals = totalsByFrame(tree, addUpwards(tree.parent, analysis.busy));
  const byCategory = new Map<Category, number>();
  const frames = ranked(self).map((index): HotFrame => {
    const weights = byDecision[index] ?? new Map<number, number>();
    for (const [decision, weight] of weights) {
      const category = decisions.list[decision]?.category ?? 'unknown';
      byCategory.set(category, (byCategory.get(category) ?? 0) + weight);
    }
    const frame = tree.frames[index] ?? { name: '' };
    const own = self[index] ?? 0;
    return {
      ...frame,
      self: own,
      total: totals[index] ?? 0,
      selfShare: share(own, busyTotal),
      ...strongest(weights, decisions),
    };
  });
  const categories = [...byCategory]
    .map(([category, weight]): CategoryShare => ({ category, self: weight, share: share(weight, busyTotal) }))
    .sort((a, b) => b.self - a.self);
  return { frames, categories, total, idle };
}

/** `gate` of a profile that is analysed already. */
export function answer(analysis: Analysis, judging: Judging): Gate {
  const { top = GATE_TOP, metric = 'self', suspects = GATE_SUSPECTS } = judging;
  const { tree, total, idle } = analysis;
  const busyTotal = total - idle;
  const weights = metric === 'self' ? analysis.self : totalsByFrame(tree, addUpwards(tree.parent, analysis.busy));
  const named = ranked(weights)
    .slice(0, top)
    .map((index, place) => {
      const frame = tree.frames[index] ?? { name: '' };
      const accused = suspectsBySymbol(frame, analysis, suspects);
      return { name: frame.name, rank: place + 1, share: share(weights[index] ?? 0, busyTotal), accused };
    })
    .filter(({ accused }) => accused.length > 0);
  const owned = ownedBy(analysis, suspects, metric === 'self' ? undefined : weights);
  const hits = owned.filter(({ rank }) => rank <= top);
  return {
    top,
    metric,
    suspects,
    literal: {
      hit: named.length > 0,
      frames: named.map(({ name }) => name),
      suspects: suspects.filter((suspect) => named.some(({ accused }) => accused.includes(suspect))),
    },
    owned: {
      hit: hits.length > 0,
      share: share(
        owned.reduce((sum, { weight }) => sum + weight, 0),
        busyTotal,
      ),
      categories: hits.map(({ category }) => category),
      suspects: suspects.filter((suspect) => hits.some(({ category }) => categoriesOf(suspect).includes(category))),
    },
    evidence: {
      literal: named.map(({ name, rank, share }) => ({ name, rank, share })),
      owned: owned.map(({ category, rank, weight, frames }) => ({
        category,
        rank,
        share: share(weight, busyTotal),
        frames: frames.map(([index, part]) => ({
          name: tree.frames[index]?.name ?? '',
          share: share(part, busyTotal),
        })),
      })),
    },
  };
}

interface Owned {
  category: Category;
  weight: number;
  rank: number;
  /** The frames with most of it, by index, and what they have. */
  frames: [frame: number, weight: number][];
}

/**
 * Each suspect category with weight, taken as one frame among what is left of the others: the heaviest first. `others` are the weights that
 * frames compete with; left out, it is their own without what the suspects own.
 */
function ownedBy(
  { tree, decisions, byDecision }: Analysis,
  suspects: readonly Suspect[],
  others?: Float64Array,
): Owned[] {
  const suspected = new Set(suspects.flatMap(categoriesOf));
  const frames = new Map<Category, Map<number, number>>();
  const rest = tree.frames.map((_, index) => {
    let left = 0;
    for (const [decision, weight] of byDecision[index] ?? []) {
      const category = decisions.list[decision]?.category ?? 'unknown';
      if (!suspected.has(category)) {
        left += weight;
        continue;
      }
      const parts = frames.get(category) ?? new Map<number, number>();
      parts.set(index, (parts.get(index) ?? 0) + weight);
      frames.set(category, parts);
    }
    return others?.[index] ?? left;
  });
  const weighed = [...frames].map(([category, parts]) => ({
    category,
    weight: [...parts.values()].reduce((sum, weight) => sum + weight, 0),
    frames: [...parts].sort((a, b) => b[1] - a[1]).slice(0, EVIDENCE_FRAMES),
  }));
  return weighed
    .map((one) => ({
      ...one,
      rank:
        1 +
        weighed.filter(({ weight }) => weight > one.weight).length +
        rest.filter((weight) => weight > one.weight).length,
    }))
    .sort((a, b) => b.weight - a.weight);
}

function suspectsBySymbol(frame: Frame, { origin, rules }: Analysis, suspects: readonly Suspect[]): Suspect[] {
  if (origin === 'native' && SYSCALL_ENTRY.test(frame.name) && suspects.includes('syscall')) return ['syscall'];
  const { category } = categoriseSymbol(frame, origin, rules);
  // No symbol of a page fault says whose it is.
  return suspects.filter(
    (suspect) => categoriesOf(suspect).includes(category) && (category !== 'page-fault' || suspect === category),
  );
}

/** Indexes of the weights above 0, the heaviest first; equal ones in their order. */
function ranked(weights: Float64Array): number[] {
  const indexes = [...weights.keys()].filter((index) => (weights[index] ?? 0) > 0);
  return indexes.sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0) || a - b);
}

function strongest(weights: Map<number, number>, decisions: Decisions): Decision {
  const byCategory = new Map<Category, { weight: number; pattern: string; heaviest: number }>();
  for (const [index, weight] of weights) {
    const { category, pattern } = decisions.list[index] ?? { category: 'unknown', pattern: '' };
    const known = byCategory.get(category);
    if (known === undefined) byCategory.set(category, { weight, pattern, heaviest: weight });
    else {
      known.weight += weight;
      if (weight > known.heaviest) Object.assign(known, { pattern, heaviest: weight });
    }
  }
  const [best] = [...byCategory].sort(([, a], [, b]) => b.weight - a.weight);
  return best === undefined ? { category: 'unknown', pattern: '' } : { category: best[0], pattern: best[1].pattern };
}

function share(weight: number, whole: number): number {
  return whole > 0 ? weight / whole : 0;
}
