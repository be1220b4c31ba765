import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../jobs/folder.ts';
import type { HostEnd, HostOrder } from '../arms/armHost.ts';
import { armEnvironment } from '../arms/environment.ts';
import type { HostArm, PreparedArm, ProgramArm } from '../arms/prepareArm.ts';
import { noiseBetween, readMachine } from '../measure/machineLoad.ts';
import type { HostUsage } from '../measure/hostUsage.ts';
import { measure, type Usage } from '../measure/measure.ts';
import { EvidenceError } from '../errors.ts';
import type { Figures, MetricName } from '../metrics.ts';
import { discountOf } from '../noiseRule.ts';
import type { OriginLap } from '../origin/messages.ts';
import type { Origin } from '../origin/start.ts';
import type { Noise, RunRecord } from '../runRecord.ts';
import { outputProblem, type RightOutput } from './output.ts';
import { readToldFigures, toldFigures } from './toldFigures.ts';

/** Where and with what arms are run. */
export interface Stage {
  /** A folder of the test's own for what the runs write. */
  scratch: string;
  /** The folder of the claim's file: programs are started there. */
  folder: string;
  origin: Origin;
  /** PEM file of the origin's authority, where it has one. */
  caFile?: string;
  right: RightOutput;
  /** Runs are killed after that. */
  timeoutMs: number;
  signal: AbortSignal;
}

/** What a run finds. */
export type Findings = Pick<RunRecord, 'startedAt' | 'figures' | 'noise' | 'discount' | 'bottleneck'>;

/**
 * Runs an arm once, in a fresh process or a fresh thread of the extension host, with no profiler attached, and checks what it wrote.
 * A run that fails is found to have failed.
 *
 * @throws the signal's reason
 */
export async function runArm(arm: PreparedArm, stage: Stage): Promise<Findings> {
  const { origin } = stage;
  return inRunFolder(stage, async (folder) => {
    const out = join(folder, 'out.ts');
    await origin.lap();
    const startedAt = new Date().toISOString();
    const ownBefore = process.cpuUsage();
    const before = readMachine();
    const ended = await (arm.kind === 'host' ? runInHost(arm, stage, out) : runProgram(arm, stage, out));
    if (typeof ended === 'string') {
      return { startedAt, figures: {}, noise: {}, discount: { why: 'failed', detail: ended } };
    }
    const after = readMachine();
    const own = process.cpuUsage(ownBefore);
    const lap = await origin.lap();
    const { cpuUserMs, cpuSystemMs } = ended.usage;
    const ownMs = cpuUserMs + cpuSystemMs + lap.processCpuMs + (own.user + own.system) / 1000;
    const noise = { ...noiseBetween(before, after, ownMs), ...originNoise(lap) };
    const problem = ended.problem ?? (await outputProblem(out, stage.right));
    const discount = problem === undefined ? discountOf(noise) : { why: 'failed' as const, detail: problem };
    return {
      startedAt,
      figures: { ...figuresOf(ended.usage), ...ended.told },
      noise,
      ...(discount === undefined ? {} : { discount }),
      bottleneck: describeLimit(ended.usage, lap),
    };
  });
}

/** A run that has ended. */
interface Ended {
  usage: HostUsage;
  /** What only the program itself knows. */
  told: Figures;
  problem?: string;
}

/** Runs a program; a string is why there is nothing to measure. */
async function runProgram(arm: ProgramArm, stage: Stage, out: string): Promise<Ended | string> {
  try {
    const measured = await measure(arm.command(given(stage, out)), {
      cwd: stage.folder,
      env: armEnvironment(stage.scratch, stage.caFile),
      timeoutMs: stage.timeoutMs,
      signal: stage.signal,
    });
    const problem = failureOf(measured);
    const told = readToldFigures(measured.stdout, arm.kind);
    return { usage: measured.usage, told, ...(problem === undefined ? {} : { problem }) };
  } catch (error) {
    if (error instanceof EvidenceError) return `${error.message} ${error.hint}`;
    throw error;
  }
}

/** Runs an arm in the extension host. Where that is gone, the test is over: no run is blamed for it. */
async function runInHost(arm: HostArm, stage: Stage, out: string): Promise<Ended> {
  const { usage, counters, problem } = await downloadInHost(arm, stage, out, stage.timeoutMs);
  return { usage, told: toldFigures(counters), ...(problem === undefined ? {} : { problem }) };
}

/**
 * A download of an arm in the extension host, which is cancelled after a time.
 * @throws {EvidenceError} CLAIM_RUN; the signal's reason
 */
export async function downloadInHost(
  arm: HostArm,
  stage: Stage,
  out: string,
  timeoutMs: number,
  profile?: HostOrder['profile'],
): Promise<HostEnd> {
  const late = AbortSignal.timeout(timeoutMs);
  const end = await arm.download(given(stage, out), AbortSignal.any([stage.signal, late]), profile);
  stage.signal.throwIfAborted();
  return late.aborted ? { ...end, problem: `it took longer than ${Math.round(timeoutMs / 1000)} s` } : end;
}

/** What an arm's command is given on this stage. */
export function given({ origin, caFile }: Stage, out: string): { url: string; out: string; caFile?: string } {
  return { url: origin.address.url, out, ...(caFile === undefined ? {} : { caFile }) };
}

/** Calls `body` with a new folder, which is removed afterwards. */
export async function inRunFolder<T>({ scratch }: Stage, body: (folder: string) => Promise<T>): Promise<T> {
  const folder = join(scratch, 'run');
  await rm(folder, { recursive: true, force: true });
  await makeFolder(folder);
  try {
    return await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How a program failed, in words; undefined where it didn't. */
export function failureOf({
  exitCode,
  signal,
  stderr,
}: {
  exitCode: number | null;
  signal?: number;
  stderr: string;
}): string | undefined {
  if (signal !== undefined) return `signal ${signal} ended it${complaintOf(stderr)}`;
  return exitCode === 0 ? undefined : `it ended with exit code ${exitCode ?? 'none'}${complaintOf(stderr)}`;
}

/** The line of standard error that says most: the first that speaks of an error, else the last. URLs keep no query. */
function complaintOf(stderr: string): string {
  const lines = stderr.trim().split('\n');
  const line = (lines.find((text) => /error/i.test(text)) ?? lines.at(-1) ?? '').trim();
  return line === '' ? '' : `: ${line.replaceAll(/\?\S*/g, '?…').slice(0, 200)}`;
}

const METRIC_OF = {
  wallMs: 'wall',
  cpuUserMs: 'cpuUser',
  cpuSystemMs: 'cpuSystem',
  maxRssBytes: 'peakMemory',
  minorFaults: 'pageFaults',
  contextSwitches: 'contextSwitches',
  writtenBytes: 'writtenBytes',
  writeCalls: 'writeCalls',
} as const satisfies Record<keyof Usage, MetricName>;

function figuresOf(usage: HostUsage): Figures {
  const figures: Figures = { cpu: usage.cpuUserMs + usage.cpuSystemMs };
  for (const [name, metric] of Object.entries(METRIC_OF) as [keyof Usage, MetricName][]) {
    const value = usage[name];
    if (value !== undefined) figures[metric] = value;
  }
  return figures;
}

function originNoise({ activeMs, busyMs }: OriginLap): Noise {
  return activeMs > 0 ? { originShare: Math.min(1, busyMs / activeMs) } : {};
}

/** Shares of a processor from which on somebody has no time left. */
const BUSY_SHARE = 0.9;

/** What kept the run from being shorter, with how busy both ends were. */
function describeLimit({ wallMs, cpuUserMs, cpuSystemMs }: HostUsage, { activeMs, busyMs }: OriginLap): string {
  const own = (cpuUserMs + cpuSystemMs) / Math.max(1, wallMs);
  const others = busyMs / Math.max(1, activeMs);
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  const figures = `it used ${percent(own)} of a processor, the origin's thread was busy for ${percent(others)} of the time`;
  if (others >= BUSY_SHARE) return `the origin (${figures})`;
  return own >= BUSY_SHARE ? `its own processor time (${figures})` : `what it waited for (${figures})`;
}
