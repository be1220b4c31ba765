import type { Allocations } from './allocations.ts';
import type { Figures } from './metrics.ts';

/** Whose turn it is: the arms by what the claim has them for. */
export const ARM_ROLES = ['baseline', 'candidate'] as const;
export type ArmRole = (typeof ARM_ROLES)[number];

/** `warmUp` fills caches and doesn't count; `timed` runs carry no profiler; `profile` and `allocations` runs are not timed. */
export type RunKind = 'warmUp' | 'timed' | 'profile' | 'allocations';

/** What else the machine did during a run: shares of all processors' time, 0–1. Absent where the system doesn't tell. */
export interface Noise {
  /** Of processes that are neither the arm nor its origin. */
  foreignShare?: number;
  /** Taken by the hypervisor. */
  stealShare?: number;
  /** How far the processors were kept below their frequency, or stopped by a quota. */
  throttledShare?: number;
  /** Of the origin's own busiest thread, in parts of one processor: near 1 it was the bottleneck. */
  originShare?: number;
}

/** Why a run doesn't count. The first three are the machine's; after bounded repeats such runs count all the same, and the report says so. */
export type Discount =
  | 'foreignCpu'
  | 'steal'
  | 'throttling'
  /** The origin was the bottleneck. */
  | 'origin'
  /** The program failed, or its output isn't right. */
  | 'failed';

/** One run of one arm, as the record of a test keeps it for good; none is ever removed. */
export interface RunRecord {
  type: 'run';
  kind: RunKind;
  arm: ArmRole;
  /** Place in the whole test, from 0, over all sessions. */
  sequence: number;
  /** How often the test had been interrupted before. Runs of different sessions make no pair. */
  session: number;
  /** From 0; 0 for runs that are not timed. */
  pair: number;
  /** Which try of the pair, or of the run that is not timed, from 1. */
  attempt: number;
  /** 0: it ran first of its pair. */
  position: 0 | 1;
  /** ISO 8601. */
  startedAt: string;
  figures: Figures;
  noise: Noise;
  /** Absent: it counts. */
  discount?: { why: Discount; detail: string };
  /** What the run spent most on, where it is known: `origin 62 %`. */
  bottleneck?: string;
  /** Of a profile run: where its profile is, relative to the record. */
  profile?: string;
  /** Of a run that counted them. */
  allocations?: Allocations;
}
