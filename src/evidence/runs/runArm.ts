import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { armEnvironment } from '../arms/environment.ts';
import type { PreparedArm } from '../arms/prepareArm.ts';
import { noiseBetween, readMachine } from '../measure/machineLoad.ts';
import { measure, type Measured, type Usage } from '../measure/measure.ts';
import { EvidenceError } from '../errors.ts';
import type { Figures } from '../metrics.ts';
import { discountOf } from '../noiseRule.ts';
import type { OriginLap } from '../origin/messages.ts';
import type { Origin } from '../origin/start.ts';
import type { Noise, RunRecord } from '../runRecord.ts';
import { outputProblem, type RightOutput } from './output.ts';
import { readToldFigures } from './toldFigures.ts';

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
 * Runs an arm once, in a fresh process with no profiler attached, and checks what it wrote.
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
    const measured = await measureArm(arm.command(given(stage, out)), stage);
    if (typeof measured === 'string') {
      return { startedAt, figures: {}, noise: {}, discount: { why: 'failed', detail: measured } };
    }
    const after = readMachine();
    const own = process.cpuUsage(ownBefore);
    const lap = await origin.lap();
    const { cpuUserMs, cpuSystemMs } = measured.usage;
    const ownMs = cpuUserMs + cpuSystemMs + lap.processCpuMs + (own.user + own.system) / 1000;
    const noise = { ...noiseBetween(before, after, ownMs), ...originNoise(lap) };
    const problem = failureOf(measured) ?? (await outputProblem(out, stage.right));
    const discount = problem === undefined ? discountOf(noise) : { why: 'failed' as const, detail: problem };
    return {
      startedAt,
      figures: { ...figuresOf(measured.usage), ...readToldFigures(measured.stdout, arm.kind) },
      noise,
      ...(discount === undefined ? {} : { discount }),
      bottleneck: describeLimit(measured.usage, lap),
    };
  });
}

/** Runs a command; a string is why there is nothing to measure. */
async function measureArm(command: readonly string[], stage: Stage): Promise<Measured | string> {
  try {
    return await measure(command, {
      cwd: stage.folder,
      env: armEnvironment(stage.scratch, stage.caFile),
      timeoutMs: stage.timeoutMs,
      signal: stage.signal,
    });
  } catch (error) {
    if (error instanceof EvidenceError) return `${error.message} ${error.hint}`;
    throw error;
  }
}

/** What an arm's command is given on this stage. */
export function given({ origin, caFile }: Stage, out: string): { url: string; out: string; caFile?: string } {
  return { url: origin.address.url, out, ...(caFile === undefined ? {} : { caFile }) };
}

/** Calls `body` with a new folder, which is removed afterwards. */
export async function inRunFolder<T>({ scratch }: Stage, body: (folder: string) => Promise<T>): Promise<T> {
  const folder = join(scratch, 'run');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
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

function figuresOf(usage: Usage): Figures {
  return {
    wall: usage.wallMs,
    cpu: usage.cpuUserMs + usage.cpuSystemMs,
    cpuUser: usage.cpuUserMs,
    cpuSystem: usage.cpuSystemMs,
    peakMemory: usage.maxRssBytes,
    pageFaults: usage.minorFaults,
    contextSwitches: usage.contextSwitches,
    ...(usage.writtenBytes === undefined ? {} : { writtenBytes: usage.writtenBytes }),
    ...(usage.writeCalls === undefined ? {} : { writeCalls: usage.writeCalls }),
  };
}

function originNoise({ activeMs, busyMs }: OriginLap): Noise {
  return activeMs > 0 ? { originShare: Math.min(1, busyMs / activeMs) } : {};
}

/** Shares of a processor from which on somebody has no time left. */
const BUSY_SHARE = 0.9;

/** What kept the run from being shorter, with how busy both ends were. */
function describeLimit({ wallMs, cpuUserMs, cpuSystemMs }: Usage, { activeMs, busyMs }: OriginLap): string {
  const own = (cpuUserMs + cpuSystemMs) / Math.max(1, wallMs);
  const others = busyMs / Math.max(1, activeMs);
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  const figures = `it used ${percent(own)} of a processor, the origin's thread was busy for ${percent(others)} of the time`;
  if (others >= BUSY_SHARE) return `the origin (${figures})`;
  return own >= BUSY_SHARE ? `its own processor time (${figures})` : `what it waited for (${figures})`;
}
