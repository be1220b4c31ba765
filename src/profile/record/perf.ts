import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { ProfileError } from '../errors.ts';
import { LEAF_FIELDS, SCRIPT_FIELDS } from './perfStacks.ts';

/** Whether the kernel's part of the stacks can be had. */
export type Reach = 'kernel and user' | 'user';

const PROGRAM = 'perf';
/** How long perf may take to begin or to end; it is killed then. */
const PATIENCE_MS = 10_000;
const V8_ONLY = 'A profile of V8 alone needs no permission (--profile cpu, hotframe.profile: cpu).';

/** perf reads no configuration of the user's, and asks no server for symbols. */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, PERF_CONFIG: '/dev/null', LC_ALL: 'C', DEBUGINFOD_URLS: '' };
}

/**
 * Looks for perf and tries what it may do with this process.
 *
 * @throws {ProfileError} PROFILE_RECORDER where there is no perf, or it may not even sample user space; the hint says what to do
 */
export async function findReach(): Promise<Reach> {
  if (process.platform !== 'linux') {
    throw new ProfileError('PROFILE_RECORDER', 'Native profiles are recorded with perf, on Linux only.', {
      hint: V8_ONLY,
    });
  }
  let refusal: unknown;
  for (const reach of ['kernel and user', 'user'] as const) {
    try {
      // With `k` alone perf cannot fall back, in silence, to what it may have.
      await run(['stat', '-e', reach === 'user' ? 'cpu-clock:u' : 'cpu-clock:k', ...target(), '--', 'true']);
      return reach;
    } catch (error) {
      if (isMissing(error)) throw missing(error);
      refusal = error;
    }
  }
  throw await forbidden(refusal);
}

function target(): string[] {
  return ['-p', String(process.pid)];
}

async function run(args: string[]): Promise<void> {
  await promisify(execFile)(PROGRAM, args, { env: environment(), encoding: 'buffer', timeout: PATIENCE_MS });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function missing(cause: unknown): ProfileError {
  return new ProfileError('PROFILE_RECORDER', 'There is no perf on this machine, which records native profiles.', {
    hint: `Install it: Debian's package is linux-perf, Ubuntu's linux-tools-generic. ${V8_ONLY}`,
    cause,
  });
}

async function forbidden(cause: unknown): Promise<ProfileError> {
  const level = await readLevel();
  const said = cause instanceof Error && 'stderr' in cause ? firstLine(String(cause.stderr)) : '';
  return new ProfileError('PROFILE_RECORDER', `perf may not sample this process${said === '' ? '' : `: ${said}`}.`, {
    hint: `kernel.perf_event_paranoid is ${level}; with 1 (sysctl kernel.perf_event_paranoid=1) kernel and user stacks can be recorded, with 2 those of user space. In a container it needs CAP_PERFMON. ${V8_ONLY}`,
    cause,
  });
}

/** The system's setting, as it is written there. */
export async function readLevel(): Promise<string> {
  try {
    return (await readFile('/proc/sys/kernel/perf_event_paranoid', 'utf8')).trim();
  } catch {
    // Kernels without perf have no such file: that is the answer then.
    return 'not there';
  }
}

function firstLine(text: string): string {
  const line = text
    .split('\n')
    .map((part) => part.trim())
    .find((part) => part !== '' && part !== 'Error:');
  return line?.replace(/\.$/, '') ?? '';
}

/** A perf that samples this process, with all its threads. */
export interface Sampling {
  /** Ends it, and tells whether it had ended by itself: `size` when it reached its bound, `early` for any other reason. */
  stop(): Promise<'told' | 'size' | 'early'>;
}

/** What and how finely to sample. */
export interface SamplingOptions {
  reach: Reach;
  intervalUs: number;
  /** perf stops before its data is larger, within one buffer of the kernel. */
  sizeMaxBytes: number;
  /** Descriptor of an empty file, which gets perf's data in its pipe form. */
  data: number;
}

/**
 * Starts perf; resolves when it samples.
 *
 * It runs for as long as it has a `cat` to watch, whose input is a pipe of ours: when this process, or the thread that called,
 * is gone, however it went, the pipe ends, and with it `cat` and perf.
 *
 * @throws {ProfileError} PROFILE_RECORDER; nothing is left running then
 */
export async function startSampling({ reach, intervalUs, sizeMaxBytes, data }: SamplingOptions): Promise<Sampling> {
  const args = [
    ...[
      'record',
      '-o',
      '-',
      '-e',
      reach === 'user' ? 'cpu-clock:u' : 'cpu-clock',
      '-F',
      String(Math.max(1, Math.round(1e6 / intervalUs))),
    ],
    ...[
      '--call-graph',
      'fp',
      '--no-bpf-event',
      '--no-buildid',
      '--no-buildid-cache',
      `--max-size=${Math.max(1, Math.round(sizeMaxBytes / 1024))}K`,
    ],
    // Off until it is told; then it answers that it samples.
    ...['-D', '-1', '--control=fd:3,4', ...target(), '--', 'cat'],
  ];
  const perf = spawn(PROGRAM, args, {
    stdio: ['pipe', data, 'pipe', 'pipe', 'pipe'],
    env: environment(),
    // An interrupt in the terminal is for the download, which ends the recording in its time.
    detached: true,
  });
  const [input, , errors, control, answers] = perf.stdio as [Writable, null, Readable, Writable, Readable];
  const said = collect(errors);
  const ended = endOf(perf);
  // A perf that died shows in its exit.
  for (const stream of [input, control]) stream.on('error', () => undefined);
  const end = async (): Promise<void> => {
    input.end();
    const timer = setTimeout(() => perf.kill('SIGKILL'), PATIENCE_MS);
    await ended;
    clearTimeout(timer);
    for (const stream of [control, answers]) stream.destroy();
  };
  control.write('enable\n');
  if (!(await isAnswered(answers, ended))) {
    await end();
    throw failure(`perf could not be started: ${firstLine(said()) || 'it did not answer'}`);
  }
  return {
    async stop() {
      const wasOver = perf.exitCode !== null || perf.signalCode !== null;
      await end();
      if (/size limit reached/.test(said())) return 'size';
      return wasOver ? 'early' : 'told';
    },
  };
}

/** Whether anything comes before the end, in time. */
async function isAnswered(answers: Readable, ended: Promise<void>): Promise<boolean> {
  const answer = once(answers, 'data', { signal: AbortSignal.timeout(PATIENCE_MS) });
  const isIn = answer.then(
    () => true,
    () => false,
  );
  return Promise.race([isIn, ended.then(() => false)]);
}

/** Text of a stream, so far. */
function collect(stream: Readable | null): () => string {
  let text = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => (text = (text + chunk).slice(-10_000)));
  return () => text;
}

/** Resolves when a process is gone, or was never there. */
function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
}

/** How a command is sampled. */
export interface CommandSampling {
  reach: Reach;
  intervalUs: number;
  /** Of perf's data; overwritten. */
  data: string;
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Kills perf and the command. */
  signal: AbortSignal;
}

/**
 * Runs a program, without a shell, and samples it with all that it starts, from its first instruction on. Stacks are unwound by the debug
 * information of each binary: few programs keep frame pointers.
 *
 * @returns the program's exit code, and the last it wrote on standard error
 * @throws {ProfileError} PROFILE_RECORDER; the signal's reason
 */
export async function sampleCommand(
  command: readonly string[],
  { reach, intervalUs, data, cwd, env, signal }: CommandSampling,
): Promise<{ exitCode: number | null; stderr: string }> {
  const frequency = String(Math.max(1, Math.round(1e6 / intervalUs)));
  const args = [
    ...['record', '-q', '-o', data, '-e', reach === 'user' ? 'cpu-clock:u' : 'cpu-clock', '-F', frequency],
    ...['--call-graph', 'dwarf', '--no-bpf-event', '--no-buildid', '--no-buildid-cache', '--', ...command],
  ];
  signal.throwIfAborted();
  // A group of its own: an interrupt in the terminal is for us, and the command goes with perf.
  const perf = spawn(PROGRAM, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd,
    env: { ...env, PERF_CONFIG: '/dev/null' },
    detached: true,
  });
  const kill = (): void => {
    if (perf.pid !== undefined && perf.exitCode === null && perf.signalCode === null)
      process.kill(-perf.pid, 'SIGKILL');
  };
  signal.addEventListener('abort', kill);
  process.once('exit', kill);
  const said = collect(perf.stderr);
  await endOf(perf);
  signal.removeEventListener('abort', kill);
  process.removeListener('exit', kill);
  signal.throwIfAborted();
  return { exitCode: perf.exitCode, stderr: said() };
}

/**
 * The samples in perf's data, as text, line by line.
 *
 * @param data descriptor of the data, at its start, or the path of its file
 * @throws {ProfileError} PROFILE_RECORDER; an AbortError when `signal` aborts first
 */
export function readSamples(data: number | string, signal?: AbortSignal): AsyncGenerator<string> {
  return readScript(data, ['-F', SCRIPT_FIELDS, '--show-lost-events'], signal);
}

/**
 * Where each sample in perf's data was itself, a line for each in the order of `readSamples`.
 *
 * @param data as `readSamples` takes it
 * @throws {ProfileError} PROFILE_RECORDER; an AbortError when `signal` aborts first
 */
export function readLeaves(data: number | string, signal?: AbortSignal): AsyncGenerator<string> {
  return readScript(data, ['-F', LEAF_FIELDS, '--hide-call-graph'], signal);
}

async function* readScript(
  data: number | string,
  options: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<string> {
  const input = typeof data === 'number' ? '-' : data;
  const perf = spawn(PROGRAM, ['script', '-i', input, ...options, '--no-inline'], {
    stdio: [typeof data === 'number' ? data : 'ignore', 'pipe', 'pipe'],
    env: environment(),
    ...(signal ? { signal } : {}),
  });
  const stdout = perf.stdout as Readable;
  const said = collect(perf.stderr);
  const ended = endOf(perf);
  try {
    let rest = '';
    for await (const chunk of stdout.setEncoding('utf8') as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
    if (rest !== '') yield rest;
  } finally {
    // Without a reader it ends.
    stdout.destroy();
    await ended;
  }
  signal?.throwIfAborted();
  if (perf.exitCode !== 0) throw failure(`perf's data cannot be read: ${firstLine(said())}`);
}

function failure(message: string): ProfileError {
  return new ProfileError('PROFILE_RECORDER', message, { hint: `perf from 5.10 on is needed. ${V8_ONLY}` });
}
