import { format } from 'node:util';
import { launchBrowser } from './browser.ts';
import { makeServerFolders, pageUrl, startCodeServer } from './codeServer.ts';
import type { Ending } from './ending.ts';

/** An extension's development host in code-server, driven without a person. */
export interface DriverOptions {
  /** Folder of the extension. */
  extension: string;
  /** Bundle that exports `run(): Promise<void>`. */
  tests: string;
  /** Folder or workspace file opened in the workbench. */
  folder: string;
  userData: string;
  /** Takes the lines that the extension host logs. */
  log: (line: string) => void;
}

/** Runs `tests` in a real extension host and resolves with its exit code: 0 when `run` resolved. */
export async function runInCodeServer(ending: Ending, options: DriverOptions): Promise<number> {
  const folders = makeServerFolders(ending, options.userData);
  const address = await startCodeServer(ending, { folders, hasDriver: true });
  const browser = await launchBrowser(ending);
  const page = await browser.newPage();
  const exited = new Promise<number>((resolve, reject) => {
    browser.once('disconnected', () => reject(new Error('the browser ended before the tests did')));
    page.once('crash', () => reject(new Error('the page of the workbench crashed')));
    page.exposeFunction('codeAutomationExit', (code: number) => resolve(code)).catch(reject);
  });
  // It may fail before it is waited for, below; unhandled, that would end this process before anything is undone.
  exited.catch(() => undefined);
  await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => {
    options.log(format(...args).replace(/\n$/, ''));
  });
  const { folder, extension, tests } = options;
  await page.goto(pageUrl(address, { folder, development: { extension, tests } }));
  return exited;
}
