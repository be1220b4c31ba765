import type { Decision } from './categories.ts';
import type { Frame } from './model.ts';

/** What rules beside the built-in ones say of frames by themselves. */
export interface FrameDecisions {
  /** Frame → index in `decisions` of what holds for the frame itself, or −1. */
  own: Int32Array;
  /** Frame → index in `decisions` of what holds for all that is called below it, or −1. */
  stack: Int32Array;
  decisions: Decision[];
}

/** Rules that go before the built-in ones, ready to be held against a profile's frames, each once. */
export type FrameRules = (frames: readonly Frame[]) => FrameDecisions;
