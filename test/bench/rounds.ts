import { spawnSync } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Row } from './floors.ts';
import { countPackets, sha256Of, sizeOf } from './output.ts';
import type { Job, Peer } from './peers.ts';
import { rotate, summarize } from './statistics.ts';
import { type Ending, measure, type Usage } from './usage.ts';

/** What a scenario's downloads have in common. */
export interface Task {
  job: Omit<Job, 'folder' | 'output'>;
  /** SHA-256 of the right output. */
  digest: string;
  rounds: number;
  /** Of this bench alone; each run gets a folder in it, removed after the run. */
  scratch: string;
  timeoutMs: number;
  say: (line: string) => void;
}

/** One run of one program. */
export interface Run {
  usage: Usage;
  /** What is wrong with it, in words. */
  problem?: string;
  /** Video packets, of a remuxed output. */
  packets?: number;
}

interface Reference {
  /** Bytes and video packets of the right output, once a program has made it. */
  bytes?: number;
  packets?: number;
}

/** Runs the programs in turn, each round starting with another one, and sums up what each did. `bytes`: of the right output, where any program made it. */
export async function runRounds(
  chosen: readonly Peer[],
  versions: ReadonlyMap<string, string>,
  task: Task,
): Promise<{ rows: Row[]; bytes?: number }> {
  const runs = new Map<string, Run[]>(chosen.map((peer) => [peer.name, []]));
  const reference: Reference = {};
  const needsPackets = chosen.some((peer) => peer.output === 'remuxed');
  for (let round = 0; round < task.rounds; round++) {
    for (const peer of rotate(chosen, round)) {
      const run = await runOnce(peer, task, needsPackets, reference);
      runs.get(peer.name)!.push(run);
      task.say(
        `round ${round + 1} of ${task.rounds}: ${peer.title} ${run.problem ?? `${run.usage.wallS.toFixed(2)} s`}`,
      );
    }
  }
  const rows = chosen.map((peer) => toRow(peer, versions.get(peer.name)!, runs.get(peer.name)!, reference));
  return { rows, ...(reference.bytes !== undefined && { bytes: reference.bytes }) };
}

async function runOnce(peer: Peer, task: Task, needsPackets: boolean, reference: Reference): Promise<Run> {
  const folder = join(task.scratch, 'run');
  const output = join(folder, 'out.ts');
  await mkdir(folder);
  try {
    const command = peer.command({ ...task.job, folder, output });
    const timeFile = join(task.scratch, 'time.txt');
    const result = await measure(command, { cwd: folder, timeFile, timeoutMs: task.timeoutMs });
    const { wallS, cpuS, maxRssBytes, writtenBytes } = result;
    const judged = await judge(peer, output, result, task.digest);
    if (judged.problem === undefined && peer.output === 'exact' && reference.bytes === undefined) {
      reference.bytes = (await sizeOf(output))!;
      if (needsPackets) reference.packets = countPackets(output);
    }
    return { usage: { wallS, cpuS, maxRssBytes, writtenBytes }, ...judged };
  } finally {
    await rm(folder, { recursive: true, force: true });
    // What one program left to the disk must not slow the next.
    spawnSync('sync', ['-f', task.scratch]);
  }
}

async function judge(peer: Peer, output: string, ending: Ending, digest: string): Promise<Omit<Run, 'usage'>> {
  if (ending.timedOut) return { problem: 'timed out' };
  if (ending.exitCode !== 0) return { problem: `exit ${ending.exitCode}: ${lastLine(ending.stderr)}` };
  const size = await sizeOf(output);
  if (size === undefined) return { problem: `no output: ${lastLine(ending.stderr)}` };
  if (peer.output === 'remuxed') return { packets: countPackets(output) };
  return (await sha256Of(output)) === digest ? {} : { problem: `WRONG: ${size} bytes, another SHA-256` };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)!.slice(-160);
}

/** Sums up one program's runs; only correct ones count. A remux is correct where no packet of the right output is missing. */
export function toRow(peer: Peer, version: string, runs: readonly Run[], reference: Reference): Row {
  const judged = runs.map((run) => ({
    ...run,
    problem: run.problem ?? comparePackets(run.packets, reference.packets),
  }));
  const correct = judged.filter((run) => run.problem === undefined);
  const figure = (read: (usage: Usage) => number) => summarize(correct.map((run) => read(run.usage)));
  const wallS = figure((usage) => usage.wallS);
  const cpuS = figure((usage) => usage.cpuS);
  const maxRssBytes = figure((usage) => usage.maxRssBytes);
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
    ...(written !== undefined && written > 0 && reference.bytes !== undefined
      ? { writtenRatio: written / reference.bytes }
      : {}),
  };
}

function comparePackets(found: number | undefined, expected: number | undefined): string | undefined {
  if (found === undefined || expected === undefined || found === expected) return undefined;
  return `WRONG: ${found} of ${expected} video packets`;
}
