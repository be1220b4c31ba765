import type { DownloadRequest } from '../engine/request.ts';
import type { Suspect } from '../profile/categories.ts';
import type { MetricName } from './metrics.ts';

/** How a claim's file ends; what stands before is up to the author. */
export const CLAIM_SUFFIX = '.claim.json';

/**
 * A statement about performance that can be settled: by two arms against each other on a workload, by a profile of one arm on it, or by a
 * profile that is there already.
 */
export interface Claim {
  /** Short, and the claim's own within its audit: `F4`. */
  id: string;
  title: string;
  /** Who says so, and where. */
  source: string;
  /** In the words of the source. */
  statement: string;
  claimed: Claimed;
  baseline?: Arm;
  candidate?: Arm;
  /** With it there is one arm at least. */
  workload?: Workload;
  /** A profile of any known format, which alone decides: its path, relative to the claim's file. Takes the place of arms and workload. */
  profile?: string;
  gate: GateRule;
  /** Changes by less than so many percent of the baseline matter to nobody; equivalence is a change within them. */
  smallestEffectPercent: number;
}

/** A claim with all that a test of two arms needs. */
export type TestableClaim = Claim & Required<Pick<Claim, 'baseline' | 'candidate' | 'workload'>>;

/** A claim with an arm that can be profiled, or two. */
export type ProfilableClaim = Claim & Required<Pick<Claim, 'workload'>>;

/** A claim that names the profile that decides it. */
export type ClaimWithProfile = Claim & Required<Pick<Claim, 'profile'>>;

/** What the candidate is said to do to one metric. */
export interface Claimed {
  /** It decides the claim; the other metrics are told beside it. */
  metric: MetricName;
  change: 'decrease' | 'increase';
  /** From and to how many percent of the baseline. Absent: the source names no size. */
  percent?: readonly [least: number, most: number];
}

/** One of the two things that are run against each other. */
export type Arm = EngineArm | CommandArm;

interface NamedArm {
  /** As the report calls it, unlike the other arm's. */
  name: string;
}

/** A download by this engine with options of its own. */
export interface EngineArm extends NamedArm {
  engine: EngineOptions;
  /** Default `process`: each run in a fresh one. */
  runsIn?: 'process' | 'extensionHost';
}

/** The options of a download that an arm may set. */
export type EngineOptions = Pick<DownloadRequest, 'write' | 'http' | 'concurrency' | 'reads'>;

/** Any program, started without a shell in the folder of the claim's file. */
export interface CommandArm extends NamedArm {
  /** The program and its arguments. `{url}` stands for the playlist, `{out}` for the file to write. */
  command: readonly string[];
}

/** What both arms download, from a loopback origin. */
export type Workload = LabWorkload | JobWorkload;

/** A generated stream. */
export interface LabWorkload {
  kind: 'lab';
  fragments: number;
  fragmentBytes: number;
  encryption: 'none' | 'aes-128';
  http: '1.1' | '2';
  /** Of the way there and back together. */
  latencyMs: number;
  /** Absent: without bound. */
  connectionMbitPerSecond?: number;
  /** Of all connections together. Absent: without bound. */
  totalMbitPerSecond?: number;
}

/** A finished job, served again with its sizes, headers and timings. */
export interface JobWorkload {
  kind: 'job';
  /** Its id, or the path of its folder relative to the claim's file. */
  job: string;
}

/** How the claim reads a profile. Both readings are always printed. */
export interface GateRule {
  suspects: readonly Suspect[];
  /** So many hot frames are looked at. */
  top: number;
  /** The owned reading hits where the suspects together hold so many percent of the busy samples. */
  ownedPercent: number;
  /** The reading that decides where there are no arms. */
  reading: 'owned' | 'literal';
}

/** Whether the claim has both arms and a workload. */
export function isTestable(claim: Claim): claim is TestableClaim {
  return claim.baseline !== undefined && claim.candidate !== undefined && claim.workload !== undefined;
}

/** Whether the claim has a workload, and with it an arm. */
export function isProfilable(claim: Claim): claim is ProfilableClaim {
  return claim.workload !== undefined;
}

/** Whether the claim names the profile that decides it. */
export function hasProfile(claim: Claim): claim is ClaimWithProfile {
  return claim.profile !== undefined;
}
