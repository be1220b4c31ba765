import type { Category } from './categories.ts';
import type { CategoryShare, Gate, HotFrame } from './hotFrames.ts';
import { GATE_TOP, judge, type Judging } from './hotFrames.ts';
import type { Profile, ProfileFormat, Unit } from './model.ts';

/** What `hotframe profile <file> --json` prints. */
export interface ProfileSummary {
  schema: 1;
  format: ProfileFormat;
  unit: Unit;
  threads: { name: string; total: number }[];
  /** Stacks with weight, before merging. */
  samples: number;
  /** Sum of weights, idle included. */
  total: number;
  idle: number;
  /** The top ones by self weight. */
  hotFrames: HotFrame[];
  categories: CategoryShare[];
  gate: Gate;
  /** What the format or the file did not let us know, in words. */
  lost: string[];
}

/** A profile in one object. `judging.top` is how many hot frames are listed and looked at by the gate. */
export function summarise(profile: Profile, judging: Judging = {}): ProfileSummary {
  const { hot, gate } = judge(profile, judging);
  const { top = GATE_TOP } = judging;
  return {
    schema: 1,
    format: profile.format,
    unit: profile.unit,
    threads: profile.threads.map(({ name, tree }) => ({
      name,
      total: tree.self.reduce((sum, weight) => sum + weight, 0),
    })),
    samples: profile.threads.reduce((sum, thread) => sum + thread.samples, 0),
    total: hot.total,
    idle: hot.idle,
    hotFrames: hot.frames.slice(0, top),
    categories: hot.categories,
    gate,
    lost: profile.lost,
  };
}

/** The category with most weight, or undefined for a profile that is idle throughout. */
export function topCategory(summary: ProfileSummary): Category | undefined {
  return summary.categories[0]?.category;
}
