import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

/** What a process of the command line came to. */
export interface Ended {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A process of the command line that runs. */
export interface Running extends AsyncDisposable {
  child: ChildProcessByStdio<null, Readable, Readable>;
  ended: Promise<Ended>;
  /** Resolves once standard error matches; rejects when the process ends before. */
  said(pattern: RegExp): Promise<void>;
}

/** Starts `hotframe` with these arguments, on this Node. It is killed when it goes out of scope. */
export function startCli(...args: string[]): Running {
  const child = spawn(process.execPath, [main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_NO_WARNINGS: '1', HOTFRAME_HEADERS: '' },
  });
  const told = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (told[name] += text));
  }
  const ended = once(child, 'close').then((end): Ended => {
    const [exitCode, signal] = end as [number | null, NodeJS.Signals | null];
    return { exitCode, signal, ...told };
  });
  return {
    child,
    ended,
    async said(pattern) {
      const over = ended.then((end) => {
        throw new Error(`It ended before it said ${String(pattern)}: ${JSON.stringify(end)}`);
      });
      while (!pattern.test(told.stderr)) await Promise.race([once(child.stderr, 'data'), over]);
      over.catch(() => undefined);
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
