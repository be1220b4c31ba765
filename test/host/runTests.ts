import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { runTests as runVSCode } from '@vscode/test-electron';
import type { Ending } from './ending.ts';
import { need, readFound, root } from './found.ts';
import { writeSettings } from './settings.ts';

/** What runs in the extension host. */
export interface HostRun {
  /** Bundle that exports `run(): Promise<void>`. */
  tests: string;
  /** Names of the empty folders that are open. With several, the workspace is one of many roots. */
  folders?: readonly string[];
  /** User data that stays; temporary by default. */
  userData?: string;
  /** Reaches the extension host. */
  env: Record<string, string>;
}

/** Everything that the last VS Code started here had to say. */
export const hostLog = join(root, '.vscode-test', 'host.log');

/**
 * Runs a bundle in the extension host of the prepared VS Code, with this project as the extension and empty folders
 * open; resolves with the exit code, 0 when `run` resolved. The console of VS Code goes to `hostLog`.
 */
export async function runInHost(ending: Ending, { tests, folders = ['w'], userData, env }: HostRun): Promise<number> {
  const isDesktop = readFound().host === 'desktop';
  const temporary = mkdtempSync(join(tmpdir(), 'hotframe-run-'));
  ending.add(() => rmSync(temporary, { recursive: true, force: true, maxRetries: 5 }));
  const data = userData ?? join(temporary, 'u');
  mkdirSync(data, { recursive: true });
  const opened = makeWorkspace(temporary, folders);
  writeSettings(data);
  const log = createWriteStream(hostLog);
  let isRunning = true;
  const { result: running, listeners: stop } = unheard(() =>
    runVSCode({
      vscodeExecutablePath: isDesktop ? need('desktop') : join(import.meta.dirname, 'launcher.ts'),
      extensionDevelopmentPath: root,
      extensionTestsPath: tests,
      launchArgs: [
        opened,
        '--disable-extensions',
        `--user-data-dir=${data}`,
        `--extensions-dir=${join(temporary, 'e')}`,
      ],
      // The launcher's first line asks PATH for Node, and the machine's own may be too old for it.
      extensionTestsEnv: { ...env, PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter) },
      stdout: log,
      stderr: log,
    }),
  );
  // It writes into the folders until it has ended.
  ending.add(async () => {
    if (isRunning) unheard(() => stop.forEach((listener) => listener()));
    await running.catch(() => undefined);
  });
  try {
    return await running;
  } catch (error) {
    // The class of its error for a code other than 0 is not exported.
    const { code } = error as { code?: unknown };
    if (typeof code === 'number') return code;
    throw error;
  } finally {
    isRunning = false;
    log.end();
    await once(log, 'close');
  }
}

/** Makes the folders and answers what is opened: the only one, or a workspace file that names them. */
function makeWorkspace(parent: string, names: readonly string[]): string {
  for (const name of names) mkdirSync(join(parent, name));
  const [only = ''] = names;
  if (names.length === 1) return join(parent, only);
  const file = join(parent, 'test.code-workspace');
  writeFileSync(file, JSON.stringify({ folders: names.map((path) => ({ path })) }));
  return file;
}

/**
 * Does something without letting it listen to SIGINT: it would kill VS Code at the second one, before that has tidied up,
 * and npm passes on the SIGINT that a terminal has sent already. Returns what it would have listened with.
 */
function unheard<T>(act: () => T): { result: T; listeners: (() => void)[] } {
  const before = new Set(process.listeners('SIGINT'));
  const result = act();
  const listeners = process.listeners('SIGINT').filter((listener) => !before.has(listener));
  for (const listener of listeners) process.off('SIGINT', listener);
  return { result, listeners: listeners.map((listener) => () => listener('SIGINT')) };
}
