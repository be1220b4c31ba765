import type { ErrorReport } from '../engine/errors.ts';
import type { Receipt } from '../engine/receipt.ts';
import type { DownloadRequest, WriteStrategyName } from '../engine/request.ts';

/** Version of `job.json`; a higher one was written by a newer Hotframe and is left alone. */
export const JOB_SCHEMA = 1;

/**
 * `queued`: a window lets it wait for its turn. `paused`: a person stopped it for a while. `interrupted`: its owner died,
 * or closed its window, before the download ended.
 */
export type JobState =
  'queued' | 'running' | 'paused' | 'complete' | 'completeWithGaps' | 'failed' | 'cancelled' | 'interrupted';

/** States of a job that a window works on: it holds the job's lock, and is its only writer. */
export type ActiveState = Extract<JobState, 'queued' | 'running'>;

const STATES: readonly string[] = [
  'queued',
  'running',
  'paused',
  'complete',
  'completeWithGaps',
  'failed',
  'cancelled',
  'interrupted',
] satisfies JobState[];

/** Settings that make two downloads comparable: the arm. */
export interface ArmSettings {
  write?: WriteStrategyName;
  concurrency?: number | 'auto';
  http?: '1.1' | '2' | 'auto';
  /** What is recorded of each run: V8's profile of the engine's thread, or perf's of the whole process, or V8's of what that allocates. */
  profile: 'cpu' | 'native' | 'heap' | 'none';
  profileIntervalUs?: number;
  reorderMemoryBytes?: number;
}

/** What is wanted of a stream, and as what file: a job that goes on wants the same. */
export type JobWishes = Pick<
  DownloadRequest,
  | 'variant'
  | 'audio'
  | 'subtitles'
  | 'subtitleFormat'
  | 'mux'
  | 'durationS'
  | 'from'
  | 'deadAfterS'
  | 'sha256'
  | 'allowGaps'
>;

/** What was asked for, without its secrets. */
export interface JobRequest extends JobWishes {
  /** Redacted. */
  url: string;
  /** Absolute path. */
  output: string;
  settings: ArmSettings;
  /** It was not to come from the network. */
  replay?: JobReplay;
}

/** A finished job that was served again on this machine. Its file is kept by nobody. */
export interface JobReplay {
  /** Its id. */
  job: string;
  /** What a person called it then. */
  title: string;
  /** What was served, in words. */
  workload: string;
}

/** The suspects (`allocator`, `syscall`) that the gate found in each reading; empty when it found none. */
export interface GateSummary {
  /** Among the top ten frames by self time. */
  literal: string[];
  /** Among the categories of whole stacks. */
  owned: string[];
}

/** A profile in the job's `profiles/` folder. */
export interface JobProfile {
  /** `cpu`, `native`, `heap`: recorded by Hotframe; `attached`: brought by a person. */
  kind: 'cpu' | 'native' | 'heap' | 'attached';
  /** File name in `profiles/`. */
  file: string;
  /** What a person calls it: the name of the attached file, or the one that they gave it. */
  name: string;
  /** ISO 8601. */
  attachedAt: string;
  format: string;
  /** Length of the recording, or the sum of weights, in `unit`. */
  total: number;
  unit: string;
  gate: GateSummary;
  /** The hottest frame; `share` is of the busy time, 0 to 1. */
  topFrame?: { name: string; share: number };
  /** Names the settings that it was judged by, where they are not the claim's own. */
  judgedBy?: string;
}

/** How far a download has come. */
export interface JobProgress {
  fragments: number;
  fragmentsTotal: number;
  bytes: number;
  bytesPerSecond: number;
  remainingS?: number;
}

/** The variant that was downloaded. */
export interface JobVariant {
  bandwidth?: number;
  width?: number;
  height?: number;
  codecs?: string;
}

/** `job.json`: what is known about a download. Holds no query value and no header. */
export interface JobRecord {
  schema: typeof JOB_SCHEMA;
  id: string;
  /** A short name for people: the output's name without its extension. */
  title: string;
  /** ISO 8601. */
  createdAt: string;
  /**
   * ISO 8601; when it last began to run, which is later than `createdAt` for a job that was resumed or had to wait. Nothing
   * while it never ran: then nothing beside its target is its own.
   */
  startedAt?: string;
  /** ISO 8601. */
  endedAt?: string;
  state: JobState;
  request: JobRequest;
  variant?: JobVariant;
  /** Absolute paths of the files that the download writes; known once it is planned. */
  outputs?: string[];
  /** Whether it is the recording of a live stream; known once it is planned. */
  isLive?: boolean;
  /** Written now and then while the job runs, so that an interrupted one can say how far it came. */
  progress?: JobProgress;
  /** The receipt without its list of fragments; that list is `receipt.jsonl`. */
  receipt?: Omit<Receipt, 'perFragment'>;
  error?: ErrorReport;
  /** What an earlier run of this job left, while no later one has told what it left itself. */
  kept?: NonNullable<Receipt['kept']>;
  profiles: JobProfile[];
}

/** Whether what was wanted is there, gaps aside. */
export function isFinished({ state }: Pick<JobRecord, 'state'>): boolean {
  return state === 'complete' || state === 'completeWithGaps';
}

/** Whether the download can go on: it stopped before its end, and nobody wanted it to be over. */
export function isResumable({ state, request }: Pick<JobRecord, 'state' | 'request'>): boolean {
  const isStopped = state === 'failed' || state === 'interrupted' || state === 'paused';
  // Whence a replay came is gone with it.
  return isStopped && request.replay === undefined;
}

/**
 * Whether it can be stopped for a while and go on: what a recording misses meanwhile no resume brings back, and a replay
 * has its origin only while it runs.
 */
export function isPausable({ state, request, isLive }: Pick<JobRecord, 'state' | 'request' | 'isLive'>): boolean {
  return isActive({ state }) && isLive !== true && request.replay === undefined;
}

/** Whether a window works on it: it runs there, or waits for its turn. */
export function isActive({ state }: Pick<JobRecord, 'state'>): boolean {
  return state === 'queued' || state === 'running';
}

/** A job whose `job.json` cannot be used. It is shown, and never deleted or overwritten by itself. */
export interface BrokenJob {
  id: string;
  folder: string;
  /** `newer`: written by a newer version; `unreadable`: no JSON, or not a job. */
  reason: 'newer' | 'unreadable';
  detail: string;
}

/** Raised by `parseRecord`; tells a newer schema from a broken file. */
export class RecordError extends Error {
  readonly reason: BrokenJob['reason'];

  constructor(reason: BrokenJob['reason'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'RecordError';
    this.reason = reason;
  }
}

/**
 * Reads the text of a `job.json`.
 * @throws RecordError when it is no JSON, is of a newer schema, or lacks what the tree needs.
 */
export function parseRecord(text: string): JobRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RecordError('unreadable', 'job.json is not JSON', error);
  }
  if (!isObject(value)) throw new RecordError('unreadable', 'job.json is not an object');
  const { schema } = value;
  if (typeof schema === 'number' && schema > JOB_SCHEMA) {
    throw new RecordError('newer', `job.json has schema ${schema}, this version reads ${JOB_SCHEMA}`);
  }
  const missing = findMissing(value);
  if (missing !== undefined) throw new RecordError('unreadable', `job.json has no valid "${missing}"`);
  return value as unknown as JobRecord;
}

/** The first field that the tree relies on and that is absent or of the wrong type. */
function findMissing(value: Record<string, unknown>): string | undefined {
  const { request, receipt, progress } = value;
  const checks: [string, boolean][] = [
    ['schema', value['schema'] === JOB_SCHEMA],
    ['id', isText(value['id'])],
    ['title', isText(value['title'])],
    ['createdAt', isText(value['createdAt'])],
    ['state', STATES.includes(value['state'] as string)],
    ['request', isObject(request) && isText(request['url']) && isText(request['output'])],
    ['request.settings', isObject(request) && isObject(request['settings'])],
    ['request.replay', isObject(request) && (request['replay'] === undefined || isReplay(request['replay']))],
    ['profiles', Array.isArray(value['profiles']) && value['profiles'].every(isProfile)],
    ['receipt', receipt === undefined || isReceipt(receipt)],
    ['outputs', value['outputs'] === undefined || (Array.isArray(value['outputs']) && value['outputs'].every(isText))],
    ['progress', progress === undefined || hasNumbers(progress, ['fragments', 'fragmentsTotal', 'bytes'])],
  ];
  return checks.find(([, isValid]) => !isValid)?.[0];
}

function isReplay(value: unknown): boolean {
  return isObject(value) && ['job', 'title', 'workload'].every((name) => isText(value[name]));
}

function isReceipt(value: unknown): boolean {
  return (
    isObject(value) &&
    hasNumbers(value, ['wallMs']) &&
    hasNumbers(value['fragments'], ['total', 'fetched', 'gaps', 'retries']) &&
    hasNumbers(value['bytes'], ['payload'])
  );
}

function isProfile(value: unknown): boolean {
  return (
    isObject(value) &&
    isText(value['file']) &&
    !/[/\\]/.test(value['file'] as string) &&
    isText(value['name']) &&
    hasNumbers(value, ['total']) &&
    isObject(value['gate']) &&
    Array.isArray(value['gate']['literal']) &&
    Array.isArray(value['gate']['owned'])
  );
}

function hasNumbers(value: unknown, names: string[]): boolean {
  return isObject(value) && names.every((name) => typeof value[name] === 'number');
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `job.json` as text. */
export function formatRecord(record: JobRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}

/**
 * A new id: the time of creation, to the millisecond in UTC, then random digits. Ids sort by time as text
 * and are safe as a folder name on every platform.
 */
export function createJobId(now: Date, random: () => number = Math.random): string {
  const stamp = now.toISOString().replace('T', '-').replaceAll(':', '').replace('.', '-').replace('Z', '');
  const digits = Math.floor(random() * 0x1000000)
    .toString(16)
    .padStart(6, '0');
  return `${stamp.replace(/^(\d{4})-(\d\d)-(\d\d)/, '$1$2$3')}-${digits}`;
}

/** What `createJobId` makes. */
export const JOB_ID = /^\d{8}-\d{6}-\d{3}-[0-9a-f]{6}$/;

/** Whether a name in the store is a job's folder. */
export function isJobId(name: string): boolean {
  return JOB_ID.test(name);
}
