import type { Timeline } from './timeline.ts';

/** Formats that can be read; `formats/` has one file for each. */
export type ProfileFormat =
  | 'cpuprofile'
  | 'heapprofile'
  | 'perf-script'
  | 'folded'
  | 'flamegraph-svg'
  | 'speedscope'
  | 'pprof'
  | 'gecko'
  | 'trace-events';

/** What a weight counts. */
export type Unit = 'microseconds' | 'samples' | 'bytes' | 'count';

/** A function as a profile names it. */
export interface Frame {
  name: string;
  /** URL or path of the script or binary, as the profile gives it. */
  file?: string;
  /** From 1. */
  line?: number;
  /** From 1. */
  column?: number;
}

/**
 * Merged stacks as a tree in flat arrays, one entry a node. A parent's index is smaller than its children's.
 * The root is not a node: `parent` is −1 for the outermost frames.
 */
export interface CallTree {
  /** Distinct frames; nodes refer to them by index. */
  frames: Frame[];
  /** Node → index in `frames`. */
  frame: Uint32Array;
  /** Node → index of the parent node, or −1. */
  parent: Int32Array;
  /** Node → weight whose stack ends here, in the profile's unit. */
  self: Float64Array;
}

/** Samples of a thread in the order of time, one entry each. Between two samples there may be time of none, never time of both. */
export interface SampleTimes {
  /** Sample → node of the call tree that its stack ends at. */
  node: Uint32Array;
  /** Sample → its beginning, in microseconds since the profile's beginning; ascending. */
  startUs: Float64Array;
  /** Sample → its end, on the same scale; never after the next one's beginning. */
  endUs: Float64Array;
}

export interface Thread {
  name: string;
  tree: CallTree;
  /** Stacks with weight, before merging. */
  samples: number;
  /** Absent where the file does not say when its samples were taken. */
  times?: SampleTimes;
}

/** Any profile, whatever its format. Idle is a frame named `(idle)` in the tree. */
export interface Profile {
  format: ProfileFormat;
  unit: Unit;
  threads: Thread[];
  /**
   * What 0 of all threads' times is on the recorder's own clock, in microseconds: V8's and perf's are those of the machine since it started.
   * Present when a thread has times.
   */
  startUs?: number;
  /** What the format or the file did not let us know, in words. */
  lost: string[];
  /** How the download went meanwhile, where Hotframe recorded it. */
  timeline?: Timeline;
}
