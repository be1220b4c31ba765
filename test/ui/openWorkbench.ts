import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser } from '../host/browser.ts';
import { pageUrl, type ServerFolders } from '../host/codeServer.ts';
import type { Ending } from '../host/ending.ts';
import { root } from '../host/found.ts';
import { startInstalled } from '../host/installed.ts';
import { WorkbenchPage } from './workbenchPage.ts';

/** Where pictures of the workbench are left for who looks at them. */
export const screenshots = join(root, '.vscode-test', 'screenshots');

/** Where the pictures go that the README and the walkthrough show, when they are asked for; else as the others. */
export const pictures = process.env['HOTFRAME_SCREENSHOTS'] === '1' ? join(root, 'media') : screenshots;

/** How the workbench of a suite is opened. */
export interface WorkbenchOptions {
  width: number;
  height: number;
  /** Width of the side bar with the extension's views; absent: it stays as it comes. */
  sideBar?: number;
  /** The folder is not trusted. */
  isRestricted?: boolean;
  /** Puts files into the folder before it is opened. */
  prepare?: (folder: string) => unknown;
}

/** A real workbench with the packed extension, in a browser. */
export interface OpenedWorkbench {
  workbench: WorkbenchPage;
  /** The one that is open. */
  folder: string;
  folders: ServerFolders;
}

/** Installs the extension and opens the workbench on a folder of its own. */
export async function openWorkbench(ending: Ending, options: WorkbenchOptions): Promise<OpenedWorkbench> {
  const { width, height, sideBar, isRestricted = false, prepare } = options;
  mkdirSync(screenshots, { recursive: true });
  const { address, folders } = await startInstalled(ending, { isRestricted });
  const folder = join(folders.root, 'streams');
  mkdirSync(folder);
  await prepare?.(folder);
  const browser = await launchBrowser(ending);
  const workbench = new WorkbenchPage(await browser.newPage({ viewport: { width, height } }));
  await workbench.open(pageUrl(address, { folder }), 'Hotframe');
  if (sideBar !== undefined) {
    await workbench.showView('Hotframe');
    await workbench.widenSideBar(sideBar);
  }
  return { workbench, folder, folders };
}
