import type { HotFrame } from '../profile/hotFrames.ts';
import type { SampleTimes, Unit } from '../profile/model.ts';
import type { PackedThread } from '../profile/packedThread.ts';
import type { Timeline } from '../profile/timeline.ts';

/** What is known of a thread before its stacks are there. */
export interface ThreadHead {
  name: string;
  samples: number;
  /** Nodes of its call tree. */
  nodes: number;
  /** Weight that is not idle. */
  busy: number;
  /** How many samples have times; 0 where the file does not say when they were taken. */
  timed: number;
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

/** Everything that the page shows but the stacks, which follow thread by thread. */
export interface ProfileModel {
  /** Name of the file. */
  title: string;
  unit: Unit;
  threads: ThreadHead[];
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
  /** How the download went meanwhile, where Hotframe recorded it. */
  timeline?: Timeline;
  /** Where that begins, in microseconds of the samples' time; absent for 0. */
  timelineOffsetUs?: number;
}

/** Host to page. */
export type HostMessage =
  | { type: 'profile'; profile: ProfileModel }
  /** The stacks of a thread of the profile that was told last, the busiest thread first. */
  | { type: 'thread'; thread: number; stacks: PackedThread }
  /** A piece of a thread's samples, from the sample `at` on; the pieces come in order, after the thread's stacks. */
  | { type: 'times'; thread: number; at: number; times: SampleTimes }
  /** Do what the page's own button does. */
  | { type: 'savePicture' }
  /** The file cannot be shown; `message` says why, in full sentences. */
  | { type: 'failure'; title: string; message: string };

/** Page to host. */
export type PageMessage =
  /** The page listens; the answer is a `profile` or a `failure`. */
  | { type: 'ready' }
  /** Show the source of a function: a URL or path as the profile gives it; line and column from 1. */
  | { type: 'openSource'; file: string; line?: number; column?: number }
  /** Put a text into the clipboard. */
  | { type: 'copy'; text: string }
  /** Ask where to save a PNG, and save it there. `name` is what the file is called unless told. */
  | { type: 'picture'; png: Uint8Array; name: string }
  /** Show the profile's own text. */
  | { type: 'openAsText' }
  /** A defect of the page itself, for the log. */
  | { type: 'defect'; message: string };
