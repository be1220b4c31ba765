import type { Category, Suspect } from './categories.ts';
import type { Profile } from './model.ts';

/** A function, merged over all stacks and threads of a profile. */
export interface HotFrame {
  name: string;
  file?: string;
  /** From 1. */
  line?: number;
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
  /** Every function with weight, heaviest self first. */
  frames: HotFrame[];
  /** Heaviest first. */
  categories: CategoryShare[];
  /** Sum of all weights, idle included. */
  total: number;
  idle: number;
}

/** The gate's answer in both readings. */
export interface Gate {
  /** How many hot frames were looked at. */
  top: number;
  literal: { hit: boolean; frames: string[]; suspects: Suspect[] };
  owned: { hit: boolean; share: number; categories: Category[]; suspects: Suspect[] };
}

/** Ranks a profile's functions by self weight. */
export declare function hotFrames(profile: Profile): HotFrames;

/** Answers whether an allocator or a syscall stands among the top hot frames, in both readings. */
export declare function gate(profile: Profile, top?: number): Gate;
