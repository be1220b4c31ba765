import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
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

/** State and group of a process, from `/proc/<pid>/stat`; its second field is a name that may hold anything. */
function statOf(pid: string): { state?: string; group: number } | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    // It ended since the folder was listed.
    return undefined;
  }
  const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { ...(state === undefined ? {} : { state }), group: Number(group) };
}

/** Whether a process of the group runs. Those that ended and that nobody has waited for (in a container without an init) don't count. */
export function isGroupAlive(leader: number): boolean {
  if (!signalGroup(leader, 0)) return false;
  if (process.platform !== 'linux') return true;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(statOf)
    .some((stat) => stat?.group === leader && stat.state !== 'Z');
}

/** Resolves with whether the group ended within the time. Nothing tells when its last process is gone; it can only be asked. */
async function hasEnded(leader: number, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (isGroupAlive(leader)) {
    if (performance.now() > deadline) return false;
    await delay(20);
  }
  return true;
}

/** Ends the group that `startGroup` began: asks first, and forces what still runs after `graceMs`. */
export async function endGroup(child: ChildProcess, graceMs = 5000): Promise<void> {
  const { pid } = child;
  if (pid === undefined || !signalGroup(pid, 'SIGTERM') || (await hasEnded(pid, graceMs))) return;
  signalGroup(pid, 'SIGKILL');
  if (!(await hasEnded(pid, graceMs))) throw new Error(`process group ${pid} does not end`);
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
