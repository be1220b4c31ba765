import type { Decisions, Origin } from './categories.ts';
import { categorise, originOf } from './categories.ts';
import type { FrameRules } from './frameRules.ts';
import type { CallTree, Profile } from './model.ts';
import { mergeTrees } from './tree.ts';

/** A profile as one tree over all threads, each stack with its category. */
export interface Analysis {
  tree: CallTree;
  origin: Origin;
  rules: FrameRules | undefined;
  decisions: Decisions;
  /** Node → self weight without idle. */
  busy: Float64Array;
  total: number;
  idle: number;
  /** Frame → self weight, and that by decision. */
  self: Float64Array;
  byDecision: Map<number, number>[];
}

/** Merges a profile's threads and classifies every stack, the user's rules first. */
export function analyse(profile: Profile, rules?: FrameRules): Analysis {
  const tree = mergeTrees(profile.threads.map((thread) => thread.tree));
  const origin = originOf(profile);
  const decisions = categorise(tree, origin, rules);
  const busy = Float64Array.from(tree.self);
  const self = new Float64Array(tree.frames.length);
  const byDecision = tree.frames.map(() => new Map<number, number>());
  let total = 0;
  let idle = 0;
  for (let node = 0; node < busy.length; node++) {
    const weight = busy[node] ?? 0;
    if (weight === 0) continue;
    total += weight;
    const decision = decisions.of[node] ?? 0;
    if (decisions.list[decision]?.category === 'idle') {
      idle += weight;
      busy[node] = 0;
      continue;
    }
    const frame = tree.frame[node] ?? 0;
    self[frame] = (self[frame] ?? 0) + weight;
    const weights = byDecision[frame];
    weights?.set(decision, (weights.get(decision) ?? 0) + weight);
  }
  return { tree, origin, rules, decisions, busy, total, idle, self, byDecision };
}
