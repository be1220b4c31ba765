import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { startLab, type LivePosition, type RequestRecord } from '../../../origin/lab.ts';
import { fragmentBytes, window, type Broadcast } from './broadcast.ts';
import type { Line, Recording } from './recorder.ts';

/** What a broadcast's recording left, and what the origin saw of it. */
export interface Recorded {
  lines: Line[];
  /** Before the restart of the origin, and after it. */
  requests: [RequestRecord[], RequestRecord[]];
  output: string;
}

// The young generation as large as it may get from the start: that it grows there by and by would look like a leak.
const nodeOptions = ['--expose-gc', '--min-semi-space-size=16', '--max-semi-space-size=16'];

/** Records a broadcast into the folder, the origin being restarted at the fragment `restartAt`. Aborting the signal kills it. */
export async function runRecorder(
  folder: string,
  broadcast: Broadcast,
  restartAt: number,
  signal: AbortSignal,
): Promise<Recorded> {
  const { fragments, settings } = broadcast;
  const session = randomUUID();
  const tokenUses = Math.floor(fragments / 10);
  let lab = await startLab();
  let before: RequestRecord[] = [];
  const begin = async (position: LivePosition): Promise<void> => {
    await lab.begin(session, settings, position);
    for (const fault of broadcast.faults) await lab.fault({ ...fault, session });
  };
  const restart = async (position: LivePosition): Promise<void> => {
    // What it answers from here on is not in the log any more.
    await lab.fault({ kind: 'reset-before', session });
    before = await lab.requests(session);
    await lab.close();
    lab = await startLab({ port: Number(new URL(lab.http).port) });
    await begin(position);
  };
  try {
    await begin({ fragments: window, parts: 0 });
    const url = lab.url('live-window', {
      session,
      fragments,
      fragmentBytes,
      tokens: 'fresh',
      tokenUses,
      live: { audio: true },
    });
    const output = path.join(folder, 'out.ts');
    const lines = path.join(folder, 'lines.jsonl');
    await runChild({ url, lab: lab.http, session, fragments, settings, output, lines, restartAt }, restart, signal);
    const requests = await lab.requests(session);
    return { lines: await readLines(lines), requests: [before, requests], output };
  } finally {
    await lab.close();
  }
}

async function runChild(
  recording: Recording,
  restart: (position: LivePosition) => Promise<void>,
  ending: AbortSignal,
): Promise<void> {
  const script = path.join(import.meta.dirname, 'recorder.ts');
  const child = fork(script, [JSON.stringify(recording)], { execArgv: nodeOptions, signal: ending });
  try {
    const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    const restarting = new Promise<never>((_, reject) => {
      child.once('message', (position: LivePosition) => {
        restart(position).then(() => child.send('back'), reject);
      });
    });
    const [code, signal] = await Promise.race([exited, restarting]);
    if (code !== 0) throw new Error(`The recorder ended with ${String(code ?? signal)}.`);
  } finally {
    child.kill('SIGKILL');
  }
}

async function readLines(file: string): Promise<Line[]> {
  const text = await readFile(file, 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}
