import type { Decisions } from '../profile/categories.ts';
import type { HotFrame } from '../profile/hotFrames.ts';
import type { CallTree, Unit } from '../profile/model.ts';

/** A thread of the profile. Its arrays travel as binary data, not as text. */
export interface ThreadModel {
  name: string;
  samples: number;
  tree: CallTree;
  /** What each node's whole stack was spent on. */
  decisions: Decisions;
}

/** One reading of the gate. */
export interface GateReading {
  /** `Literal` or `Owned`. */
  name: string;
  hit: boolean;
  /** A few words for the page's head. */
  answer: string;
  /** What was asked and what the profile says, in one plain sentence. */
  sentence: string;
}

/** A counter of the job, ready to be shown. */
export interface CounterRow {
  label: string;
  value: string;
  /** What it counts and why it matters. */
  note: string;
}

/** Everything that the page shows. */
export interface ProfileModel {
  /** Name of the file. */
  title: string;
  unit: Unit;
  threads: ThreadModel[];
  /** The hottest functions, over all threads, idle not among them. */
  hotFrames: HotFrame[];
  /** Sum of all weights, idle included. */
  total: number;
  idle: number;
  gate: GateReading[];
  /** Empty when the profile belongs to no job or the job counted nothing. */
  counters: CounterRow[];
  /** What the format or the file did not let us know, in words. */
  lost: string[];
}

/** Host to page. */
export type HostMessage =
  | { type: 'profile'; profile: ProfileModel }
  /** The file cannot be shown; `message` says why, in full sentences. */
  | { type: 'failure'; title: string; message: string };

/** Page to host. */
export type PageMessage =
  /** The page listens; the answer is a `profile` or a `failure`. */
  | { type: 'ready' }
  /** Show the source of a function: a URL or path as the profile gives it; line and column from 1. */
  | { type: 'openSource'; file: string; line?: number; column?: number }
  /** Show the profile's own text. */
  | { type: 'openAsText' }
  /** A defect of the page itself, for the log. */
  | { type: 'defect'; message: string };
