import type { Decisions } from '../profile/categories.ts';
import type { CategoryChange, DiffTree, FrameChange } from '../profile/diffTree.ts';
import type { Unit } from '../profile/model.ts';
import type { GateReading, PageMessage } from './messages.ts';

/** One of the two profiles. */
export interface SideModel {
  name: string;
  samples: number;
  /** Sum of weights without idle. */
  busy: number;
  idle: number;
  gate: GateReading[];
  /** What the format or the file did not let us know, in words. */
  lost: string[];
}

/** A figure of both jobs, ready to be shown. */
export interface PairRow {
  label: string;
  before: string;
  after: string;
  /** What it counts and why it matters. */
  note: string;
}

/** Everything that the page of a difference shows. */
export interface DiffModel {
  /** Name of the tab. */
  title: string;
  unit: Unit;
  before: SideModel;
  after: SideModel;
  /** All stacks without idle ones. */
  tree: DiffTree;
  decisions: Decisions;
  /** The functions that changed most, in shares or in weights. */
  frames: FrameChange[];
  categories: CategoryChange[];
  /** How the jobs ran that the profiles belong to; empty when not both belong to one. */
  jobs: PairRow[];
}

/** Host to page. */
export type DiffHostMessage =
  | { type: 'diff'; diff: DiffModel }
  /** The profiles cannot be compared or read; `message` says why, in full sentences. */
  | { type: 'failure'; title: string; message: string };

/** Page to host. */
export type DiffPageMessage = Extract<PageMessage, { type: 'ready' | 'openSource' | 'copy' | 'defect' }>;
