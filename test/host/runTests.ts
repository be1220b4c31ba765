import { createWriteStream } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { once } from 'node:events';
import { runTests as runVSCode } from '@vscode/test-electron';
import { need, readFound, root } from './found.ts';

/** What runs in the extension host. */
export interface HostRun {
  /** Bundle that exports `run(): Promise<void>`. */
  tests: string;
  /** Absolute path of the folder opened in the workbench; an empty one by default. */
  folder?: string;
  /** Reaches the extension host. */
  env: Record<string, string>;
}

/** Everything that the last VS Code started here had to say. */
export const hostLog = join(root, '.vscode-test', 'host.log');

/**
 * Runs a bundle in the extension host of the prepared VS Code, with this project as the extension; resolves with the exit
 * code, 0 when `run` resolved. The console of VS Code goes to `hostLog`.
 */
export async function runInHost({ tests, folder, env }: HostRun): Promise<number> {
  const isDesktop = readFound().host === 'desktop';
  const log = createWriteStream(hostLog);
  try {
    return await runVSCode({
      vscodeExecutablePath: isDesktop ? need('desktop') : join(import.meta.dirname, 'launcher.ts'),
      extensionDevelopmentPath: root,
      extensionTestsPath: tests,
      launchArgs: [...(folder === undefined ? [] : [folder]), '--disable-extensions'],
      // The launcher's first line asks PATH for Node, and the machine's own may be too old for it.
      extensionTestsEnv: { ...env, PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter) },
      stdout: log,
      stderr: log,
    });
  } catch (error) {
    // Its own error for a code other than 0 is not exported as a class.
    const { code } = error as { code?: unknown };
    if (typeof code === 'number') return code;
    throw error;
  } finally {
    log.end();
    await once(log, 'close');
  }
}
