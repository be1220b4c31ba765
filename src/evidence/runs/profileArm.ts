import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, readdir, rm, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { armEnvironment } from '../arms/environment.ts';
import type { HostArm, PreparedArm, ProgramArm } from '../arms/prepareArm.ts';
import { measure } from '../measure/measure.ts';
import { ProfileError } from '../../profile/errors.ts';
import { profileCommand } from '../../profile/record/command.ts';
import { findReach } from '../../profile/record/perf.ts';
import { PROFILE_EXTENSIONS } from '../../profile/record/recording.ts';
import type { RunRecord } from '../runRecord.ts';
import { outputProblem } from './output.ts';
import { downloadInHost, failureOf, given, inRunFolder, type Stage } from './runArm.ts';

/** Time between samples, in microseconds. */
const INTERVAL_US = 1000;

/** What a run with a profiler finds: it is not timed. */
export type ProfileFindings = Pick<RunRecord, 'startedAt' | 'figures' | 'noise' | 'discount' | 'profile'>;

/**
 * Runs an arm once under a profiler: natively with perf, or, for an arm of the engine where perf cannot be had, with V8's own.
 *
 * @param folder where the profile is kept
 * @param name of its file, without an extension; it is packed with gzip
 * @throws {EvidenceError} CLAIM_RUN where it cannot be run at all; the signal's reason
 */
export async function profileArm(
  arm: PreparedArm,
  stage: Stage,
  folder: string,
  name: string,
): Promise<ProfileFindings> {
  const startedAt = new Date().toISOString();
  const outcome = await inRunFolder(stage, (runFolder) => profileBy(arm, stage, runFolder, join(folder, name)));
  const found = { startedAt, figures: {}, noise: {} };
  if ('problem' in outcome) return { ...found, discount: { why: 'failed', detail: outcome.problem } };
  return { ...found, profile: basename(await pack(outcome.path)) };
}

/** Stacks are text that says the same again and again: a twentieth is left of it, so that a report can be kept with the code. */
async function pack(path: string): Promise<string> {
  const packed = `${path}.gz`;
  await pipeline(createReadStream(path), createGzip({ level: 9 }), createWriteStream(packed));
  await rm(path);
  return packed;
}

type Outcome = { problem: string } | { path: string };

/** @param target path of the profile without its extension */
async function profileBy(arm: PreparedArm, stage: Stage, runFolder: string, target: string): Promise<Outcome> {
  switch (arm.kind) {
    case 'engine':
      return profileEngine(arm, stage, runFolder, target);
    case 'host':
      return profileInHost(arm, stage, runFolder, target);
    case 'command':
      return profileProgram(arm, stage, runFolder, `${target}.folded`);
  }
}

async function profileProgram(arm: ProgramArm, stage: Stage, runFolder: string, path: string): Promise<Outcome> {
  const out = join(runFolder, 'out.ts');
  try {
    const ended = await profileCommand(arm.command(given(stage, out)), {
      path,
      intervalUs: INTERVAL_US,
      dataPath: join(stage.scratch, 'perf.data'),
      cwd: stage.folder,
      env: armEnvironment(stage.scratch, stage.caFile),
      signal: stage.signal,
    });
    const problem = failureOf(ended) ?? (await outputProblem(out, stage.right));
    return problem === undefined ? { path } : { problem };
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error;
    return { problem: `${error.message} ${error.hint}` };
  }
}

async function profileEngine(arm: ProgramArm, stage: Stage, runFolder: string, target: string): Promise<Outcome> {
  const out = join(runFolder, 'out.ts');
  const kind = await engineProfiler();
  const command = [...arm.command(given(stage, out)), '--profile', kind, '--profile-interval', String(INTERVAL_US)];
  const measured = await measure(command, {
    cwd: stage.folder,
    env: armEnvironment(stage.scratch, stage.caFile),
    timeoutMs: 2 * stage.timeoutMs,
    signal: stage.signal,
  });
  const problem = failureOf(measured) ?? (await outputProblem(out, stage.right));
  return problem === undefined ? takeProfile(runFolder, target) : { problem };
}

async function profileInHost(arm: HostArm, stage: Stage, runFolder: string, target: string): Promise<Outcome> {
  const out = join(runFolder, 'out.ts');
  const kind = await engineProfiler();
  const profile = { kind, path: `${out}.${PROFILE_EXTENSIONS[kind]}`, intervalUs: INTERVAL_US };
  const ended = await downloadInHost(arm, stage, out, 2 * stage.timeoutMs, profile);
  const problem = ended.problem ?? (await outputProblem(out, stage.right));
  return problem === undefined ? takeProfile(runFolder, target) : { problem };
}

/** Keeps the profile that a run of the engine left beside its output. */
async function takeProfile(runFolder: string, target: string): Promise<Outcome> {
  const made = (await readdir(runFolder)).find((file) => file.startsWith('out.ts.'));
  if (made === undefined || (await stat(join(runFolder, made))).size === 0) return { problem: 'it left no profile' };
  const path = `${target}${extname(made)}`;
  await copyFile(join(runFolder, made), path);
  return { path };
}

async function engineProfiler(): Promise<'native' | 'cpu'> {
  try {
    await findReach();
    return 'native';
  } catch (error) {
    if (error instanceof ProfileError) return 'cpu';
    throw error;
  }
}
