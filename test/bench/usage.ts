import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';

/** What a whole process tree took. */
export interface Usage {
  wallS: number;
  /** User and system time of the process and of all that it waited for. */
  cpuS: number;
  /** Of the largest process of the tree. */
  maxRssBytes: number;
  /** Handed to the block layer; 0 on a file system without one (tmpfs). */
  writtenBytes: number;
}

/** How a measured process ended. */
export interface Ending {
  exitCode: number;
  /** Set where it had to be ended for taking too long. */
  timedOut: boolean;
  stdout: string;
  /** The last 4,000 characters. */
  stderr: string;
}

/** Format for GNU time: user s, system s, peak RSS in KiB, blocks of 512 bytes written, exit status. */
const timeFormat = '%U %S %M %O %x';

/** Reads what GNU time wrote with our format; words about a bad ending come before the figures. Throws on anything else. */
export function parseTime(text: string): Omit<Usage, 'wallS'> & { exitCode: number } {
  const last = text.trim().split('\n').at(-1) ?? '';
  const match = /^(\d+\.\d+) (\d+\.\d+) (\d+) (\d+) (\d+)$/.exec(last);
  if (!match) throw new Error(`GNU time wrote no figures: ${JSON.stringify(text)}`);
  const [user, system, rssKib, blocks, exitCode] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return { cpuS: user + system, maxRssBytes: rssKib * 1024, writtenBytes: blocks * 512, exitCode };
}

export interface RunOptions {
  cwd: string;
  /** Where GNU time leaves its figures; overwritten. */
  timeFile: string;
  /** The process and its children are killed after that. */
  timeoutMs: number;
}

/** Runs a command to its end and measures it with its children. Needs GNU time at /usr/bin/time. */
export async function measure(command: readonly string[], options: RunOptions): Promise<Usage & Ending> {
  const start = performance.now();
  const child = spawn('/usr/bin/time', ['-f', timeFormat, '-o', options.timeFile, '--', ...command], {
    cwd: options.cwd,
    env: isolatedEnvironment(options.cwd),
    // A group of its own, so that a timeout also reaches what the program started.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-4000)));
  const state = { timedOut: false };
  const end = (): boolean => child.pid !== undefined && child.exitCode === null && process.kill(-child.pid, 'SIGKILL');
  const timer = setTimeout(() => (state.timedOut = end()), options.timeoutMs);
  process.once('exit', end);
  try {
    // GNU time ends after the program; its exit is the end of the program, before the pipes are drained.
    const wallS = await new Promise<number>((resolve, reject) => {
      let wall = 0;
      child.once('error', reject);
      child.once('exit', () => {
        wall = (performance.now() - start) / 1000;
        clearTimeout(timer);
      });
      child.once('close', () => resolve(wall));
    });
    const figures = state.timedOut
      ? { cpuS: 0, maxRssBytes: 0, writtenBytes: 0, exitCode: 137 }
      : parseTime(await readFile(options.timeFile, 'utf8'));
    return { wallS, ...figures, ...state, stdout, stderr };
  } finally {
    clearTimeout(timer);
    process.removeListener('exit', end);
  }
}

/** No proxy, no configuration of the person who runs the bench: every program starts as freshly installed. */
function isolatedEnvironment(home: string): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LANG: 'C.UTF-8', HOME: home, XDG_CONFIG_HOME: home, TMPDIR: home, no_proxy: '*' };
}
