import { dirname, delimiter, join } from 'node:path';
import { runTests as runVSCode } from '@vscode/test-electron';
import { need, readFound, root } from './found.ts';

/** What runs in the extension host. */
export interface HostRun {
  /** Bundle that exports `run(): Promise<void>`. */
  tests: string;
  /** Absolute path of the folder opened in the workbench. */
  folder?: string;
  /** Reaches the extension host. */
  env: Record<string, string>;
}

/** Runs a bundle in the extension host of the prepared VS Code, with this project as the extension. Rejects unless `run` resolved. */
export async function runInHost({ tests, folder, env }: HostRun): Promise<void> {
  const isDesktop = readFound().host === 'desktop';
  await runVSCode({
    vscodeExecutablePath: isDesktop ? need('desktop') : join(import.meta.dirname, 'launcher.ts'),
    extensionDevelopmentPath: root,
    extensionTestsPath: tests,
    launchArgs: [...(folder === undefined ? [] : [folder]), '--disable-extensions'],
    // The launcher's first line asks PATH for Node, and the machine's own may be too old for it.
    extensionTestsEnv: { ...env, PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter) },
  });
}
