import { basename } from 'node:path';
import { writeWhole } from './profileFile.ts';
import { foldedText, foldSamples, limitsOfReach, lossesOf } from './native.ts';
import { findReach, sampleCommand } from './perf.ts';
import { PerfMap } from './perfMap.ts';

/** How a program is run and sampled. */
export interface CommandProfiling {
  /** Of the folded stacks. */
  path: string;
  /** Time between samples of each processor, in microseconds. */
  intervalUs: number;
  /** Where perf's data may stand meanwhile. */
  dataPath: string;
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Kills the program. */
  signal: AbortSignal;
}

/** A program that ran under perf. */
export interface ProfiledCommand {
  exitCode: number | null;
  stderr: string;
  /** What is not in the profile although one would expect it there, in words. */
  lost: string[];
}

/**
 * Runs a program, without a shell, under perf, and writes its profile as folded stacks, each thread's name outermost. Nothing is written
 * when the program fails: its exit code says so.
 *
 * @throws {ProfileError} PROFILE_RECORDER with what to do, PROFILE_EMPTY, PROFILE_UNWRITABLE; the signal's reason
 */
export async function profileCommand(command: readonly string[], options: CommandProfiling): Promise<ProfiledCommand> {
  const { path, intervalUs, dataPath: data, cwd, env, signal } = options;
  const reach = await findReach();
  const { exitCode, stderr } = await sampleCommand(command, { reach, intervalUs, data, cwd, env, signal });
  if (exitCode !== 0) return { exitCode, stderr, lost: [] };
  const { tree, facts } = await foldSamples(data, new PerfMap(), signal);
  const lost = [...(await limitsOfReach(reach)), ...lossesOf(facts)];
  await writeWhole(path, foldedText(tree, basename(command[0] ?? ''), { reach, intervalUs, lost }));
  return { exitCode, stderr, lost };
}
