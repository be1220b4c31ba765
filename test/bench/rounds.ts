import { spawnSync } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Row } from './floors.ts';
import { countPackets, sha256Of, sizeOf } from './output.ts';
import type { Job, Peer } from './peers.ts';
import { rotate, summarize } from './statistics.ts';
import { type Ending, measure, type Usage } from './usage.ts';

/** What a right download is; SHA-256 in hexadecimal digits. */
export interface RightOutput {
  sha256: string;
  bytes: number;
}

/** What a scenario's downloads have in common. */
export interface Task {
  job: Omit<Job, 'folder' | 'output'>;
  right: RightOutput;
  rounds: number;
  /** Of this bench alone; each run gets a folder in it, removed after the run. */
  scratch: string;
  timeoutMs: number;
  say: (line: string) => void;
}

/** One run of one program. */
export interface Run {
  usage: Usage;
  /** Of the output; 0 where there is none. */
  bytes: number;
  /** What is wrong with it, in words. */
  problem?: string;
  /** Video packets of the output, where they were counted. */
  packets?: number;
}

/** Runs the programs in turn, each round starting with another one, and sums up what each did. */
export async function runRounds(
  chosen: readonly Peer[],
  versions: ReadonlyMap<string, string>,
  task: Task,
): Promise<Row[]> {
  const runs = new Map<string, Run[]>(chosen.map((peer) => [peer.name, []]));
  const hasRemux = chosen.some((peer) => peer.output === 'remuxed');
  let rightPackets: number | undefined;
  for (let round = 0; round < task.rounds; round++) {
    for (const peer of rotate(chosen, round)) {
      const run = await runOnce(peer, task, hasRemux && rightPackets === undefined);
      if (peer.output === 'exact') rightPackets ??= run.packets;
      runs.get(peer.name)!.push(run);
      const outcome = run.problem ?? `${run.usage.wallS.toFixed(2)} s`;
      task.say(`round ${round + 1} of ${task.rounds}: ${peer.title} ${outcome}`);
    }
  }
  return chosen.map((peer) =>
    toRow(peer, versions.get(peer.name)!, runs.get(peer.name)!, { bytes: task.right.bytes, packets: rightPackets }),
  );
}

async function runOnce(peer: Peer, task: Task, countsExact: boolean): Promise<Run> {
  const folder = join(task.scratch, 'run');
  const output = join(folder, 'out.ts');
  await mkdir(folder);
  try {
    const command = peer.command({ ...task.job, folder, output });
    const timeFile = join(task.scratch, 'time.txt');
    const result = await measure(command, { cwd: folder, timeFile, timeoutMs: task.timeoutMs });
    const { wallS, cpuS, maxRssBytes, writtenBytes } = result;
    const problem = await findProblem(peer, output, result, task.right);
    const counts = problem === undefined && (peer.output === 'remuxed' || (countsExact && peer.output === 'exact'));
    return {
      bytes: (await sizeOf(output)) ?? 0,
      usage: { wallS, cpuS, maxRssBytes, writtenBytes },
      ...(problem !== undefined && { problem }),
      ...(counts && { packets: countPackets(output) }),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
    // What one program left to the disk must not slow the next.
    spawnSync('sync', ['-f', task.scratch]);
  }
}

async function findProblem(
  peer: Peer,
  output: string,
  ending: Ending,
  right: RightOutput,
): Promise<string | undefined> {
  if (ending.timedOut) return 'timed out';
  if (ending.exitCode !== 0) return `exit ${ending.exitCode}: ${findComplaint(ending.stderr)}`;
  const size = await sizeOf(output);
  if (size === undefined) return `no output: ${findComplaint(ending.stderr)}`;
  if (peer.output === 'remuxed') return undefined;
  if (peer.output === 'counted') return compareCount(await readFile(output, 'utf8'), right.bytes);
  if (size !== right.bytes) return `WRONG: ${size} of ${right.bytes} bytes`;
  return (await sha256Of(output)) === right.sha256 ? undefined : 'WRONG: another SHA-256';
}

function compareCount(text: string, right: number): string | undefined {
  return Number(text) === right ? undefined : `WRONG: ${text} of ${right} bytes`;
}

/** The line of a program's standard error that says most: the first that speaks of an error, else the last. */
export function findComplaint(stderr: string): string {
  const lines = stderr.trim().split('\n');
  return (lines.find((line) => /error/i.test(line)) ?? lines.at(-1)!).trim().slice(0, 160);
}

/** Sums up one program's runs; only correct ones count. A remux is correct where no packet of the right output is missing. */
export function toRow(
  peer: Peer,
  version: string,
  runs: readonly Run[],
  right: { bytes: number; packets: number | undefined },
): Row {
  const judged = runs.map((run) => ({
    ...run,
    problem: run.problem ?? comparePackets(run.packets, right.packets),
  }));
  const correct = judged.filter((run) => run.problem === undefined);
  const figure = (read: (usage: Usage) => number) => summarize(correct.map((run) => read(run.usage)));
  const wallS = figure((usage) => usage.wallS);
  const cpuS = figure((usage) => usage.cpuS);
  const maxRssBytes = figure((usage) => usage.maxRssBytes);
  const bytes = summarize(correct.map((run) => run.bytes))?.median;
  const written = figure((usage) => usage.writtenBytes)?.median;
  return {
    name: peer.name,
    title: peer.title,
    kind: peer.kind,
    version,
    runs: runs.length,
    correct: correct.length,
    output: judged.find((run) => run.problem !== undefined)?.problem ?? peer.output,
    ...(wallS && { wallS }),
    ...(cpuS && { cpuS }),
    ...(maxRssBytes && { maxRssBytes }),
    ...(bytes !== undefined && { outputRatio: bytes / right.bytes }),
    ...(written !== undefined && written > 0 && { writtenRatio: written / right.bytes }),
  };
}

function comparePackets(found: number | undefined, expected: number | undefined): string | undefined {
  if (found === undefined || expected === undefined || found === expected) return undefined;
  return `WRONG: ${found} of ${expected} video packets`;
}
