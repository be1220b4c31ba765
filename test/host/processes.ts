import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

/** What `npm run` and a surrounding VS Code say about themselves, which a VS Code started here must not take for its own. */
const foreign =
  /^(npm_|INIT_CWD$|VSCODE_|ELECTRON_|PORT$|PASSWORD$|HASHED_PASSWORD$|CODE_SERVER_|CS_|EXTENSIONS_GALLERY$)/;

/** This process's environment without what belongs to npm and to a VS Code around it, with `extra` on top. */
export function cleanEnv(extra: Record<string, string> = {}): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name, value]) => value !== undefined && !foreign.test(name));
  return { ...(Object.fromEntries(kept) as Record<string, string>), ...extra };
}

/** Starts a program as the leader of a process group, so that `endGroup` reaches what it starts. */
export function startGroup(args: readonly string[], env: Record<string, string>, cwd: string): ChildProcess {
  return spawn(process.execPath, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Ends the group that `startGroup` began: asks first, and forces what still runs after `graceMs`. */
export async function endGroup(child: ChildProcess, graceMs = 3000): Promise<void> {
  const { pid } = child;
  if (pid === undefined || !signalGroup(pid, 'SIGTERM')) return;
  const deadline = Date.now() + graceMs;
  while (signalGroup(pid, 0)) {
    if (Date.now() > deadline) signalGroup(pid, 'SIGKILL');
    // Nothing tells when the last process of a group is gone; it can only be asked.
    await delay(20);
  }
}

/** Resolves with the first line of standard output that matches; rejects when the child ends or `timeoutMs` passes before. */
export function waitForLine(child: ChildProcess, pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = '';
    const fail = (what: string): void => {
      stopWaiting();
      reject(new Error(`${what} before it said ${String(pattern)}:\n${text}`));
    };
    const timer = setTimeout(() => fail(`${timeoutMs} ms passed`), timeoutMs);
    const onExit = (code: number | null): void => fail(`the program ended with ${String(code)}`);
    const onData = (data: Buffer): void => {
      text += data.toString();
      const match = pattern.exec(text);
      if (match === null) return;
      stopWaiting();
      resolve(match);
    };
    const stopWaiting = (): void => {
      clearTimeout(timer);
      child.off('exit', onExit);
      for (const stream of [child.stdout, child.stderr]) {
        stream?.off('data', onData);
        stream?.resume();
      }
    };
    child.once('exit', onExit);
    child.once('error', reject);
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', onData);
  });
}
