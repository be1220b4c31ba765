import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { getSystemErrorName } from 'node:util';
import { EvidenceError } from '../errors.ts';
import { SUPERVISOR } from './supervisor.ts';

/** What the system counted of a command and of all processes that it started, from its start to its end. */
export interface Usage {
  wallMs: number;
  cpuUserMs: number;
  cpuSystemMs: number;
  /** Of its largest process. */
  maxRssBytes: number;
  /** Page faults that needed no disk. */
  minorFaults: number;
  /** Voluntary and involuntary ones. */
  contextSwitches: number;
  /** By the write family, to files and sockets together; absent where the system doesn't tell. */
  writtenBytes?: number;
  writeCalls?: number;
}

/** A command that has ended. */
export interface Measured {
  usage: Usage;
  exitCode: number;
  /** Number of the signal that ended it. */
  signal?: number;
  /** The first 16 MiB, and the last 4,000 characters. */
  stdout: string;
  stderr: string;
}

/** How a command is run. */
export interface MeasuringOptions {
  /** Its folder. */
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** It is killed, with all that it started, after that. */
  timeoutMs: number;
  /** Or when this aborts. */
  signal: AbortSignal;
}

const STDOUT_MAX = 16 * 2 ** 20;
const STDERR_MAX = 4000;

/**
 * Runs a program without a shell and measures it with its children, by the same means whatever it is.
 *
 * @param command the program, found by PATH, and its arguments
 * @throws {EvidenceError} CLAIM_RUN where it cannot be started or measured, or takes too long; the signal's reason
 */
export async function measure(command: readonly string[], options: MeasuringOptions): Promise<Measured> {
  if (process.platform !== 'linux') {
    throw failure('Runs are measured on Linux only.', 'Test the claim on a machine with Linux, or in a container.');
  }
  options.signal.throwIfAborted();
  const child = spawn('perl', ['-e', SUPERVISOR, '--', ...command], {
    cwd: options.cwd,
    env: options.env,
    // A group of its own: an interrupt in the terminal is for us, and all of it can be killed at once.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [stdout, stderr, told] = child.stdio.slice(1).map((stream) => collect(stream as Readable)) as [
    Collected,
    Collected,
    Collected,
  ];
  const state = { isLate: false };
  const kill = (): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, 'SIGKILL');
  };
  const timer = setTimeout(() => {
    state.isLate = true;
    kill();
  }, options.timeoutMs);
  options.signal.addEventListener('abort', kill);
  process.once('exit', kill);
  try {
    await once(child, 'close');
  } catch (cause) {
    throw failure(
      'Perl, which measures the runs, cannot be started.',
      'Install it: Debian has it in perl-base.',
      cause,
    );
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', kill);
    process.removeListener('exit', kill);
  }
  options.signal.throwIfAborted();
  if (state.isLate) {
    const hint = 'Give the claim a smaller workload, or more time.';
    throw failure(`${command[0] ?? ''} took longer than ${Math.round(options.timeoutMs / 1000)} s.`, hint);
  }
  const figures = readFigures(told.text(), command, stderr.text());
  return { ...figures, stdout: stdout.text(), stderr: stderr.text().slice(-STDERR_MAX) };
}

interface Told extends Omit<Usage, 'maxRssBytes'> {
  maxRssKib: number;
  exitCode: number;
  signal: number;
  errno?: number;
}

function readFigures(text: string, command: readonly string[], said: string): Omit<Measured, 'stdout' | 'stderr'> {
  if (text === '') {
    throw failure(
      `The run cannot be measured: ${said.trim().slice(-200) || 'Perl said nothing'}.`,
      'It needs Linux on x86_64 or aarch64.',
    );
  }
  const { exitCode, signal, errno, maxRssKib, ...usage } = JSON.parse(text) as Told;
  if (errno !== undefined) {
    const name = getSystemErrorName(-errno);
    throw failure(
      `${command[0] ?? ''} cannot be started (${name}).`,
      'Build or install it, or correct the arm of the claim.',
    );
  }
  return { usage: { ...usage, maxRssBytes: maxRssKib * 1024 }, exitCode, ...(signal === 0 ? {} : { signal }) };
}

interface Collected {
  text(): string;
}

function collect(stream: Readable): Collected {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    if (text.length < STDOUT_MAX) text += chunk;
  });
  return { text: () => text };
}

function failure(message: string, hint: string, cause?: unknown): EvidenceError {
  return new EvidenceError('CLAIM_RUN', message, { hint, cause });
}
