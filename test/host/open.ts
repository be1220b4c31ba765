import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startLab } from '../origin/lab.ts';
import { pageUrl } from './codeServer.ts';
import type { Ending } from './ending.ts';
import { need, readFound, root } from './found.ts';
import { startInstalled } from './installed.ts';
import { cleanEnv } from './processes.ts';
import { writeSettings } from './settings.ts';
import { packageVsix } from './vsix.ts';

const home = join(root, '.vscode-test', 'open');
const userData = join(home, 'user-data');
const workspace = join(home, 'workspace');

/** Leaves a workbench with the extension and the lab's streams to a person; resolves when the desktop window is closed. */
export async function leaveOpen(ending: Ending): Promise<number> {
  mkdirSync(workspace, { recursive: true });
  const lab = await startLab();
  ending.add(() => lab.close());
  console.log('Packaging and installing the extension.');
  const isDesktop = readFound().host === 'desktop';
  const ended = isDesktop ? openDesktop(ending) : openServer(ending);
  console.log('Streams to download with "Hotframe: Download Playlist…":');
  for (const stream of ['4k', 'multivariant', 'fmp4'] as const) console.log(`  ${lab.url(stream)}`);
  return ended;
}

async function openServer(ending: Ending): Promise<number> {
  const { address } = await startInstalled(ending, { userData });
  console.log(`The workbench is at ${pageUrl(address, { folder: workspace })}\nCtrl-C ends it.`);
  // Only a signal ends it.
  return new Promise(() => undefined);
}

async function openDesktop(ending: Ending): Promise<number> {
  writeSettings(userData);
  const vsix = join(home, 'hotframe.vsix');
  await packageVsix(vsix);
  const folders = [`--user-data-dir=${userData}`, `--extensions-dir=${join(home, 'extensions')}`];
  const run = async (args: string[]): Promise<number> => {
    const child = spawn(need('desktop'), [...folders, ...args], { env: cleanEnv(), stdio: 'inherit' });
    ending.add(() => child.kill());
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? 1;
  };
  const installed = await run(['--install-extension', vsix, '--force']);
  return installed === 0 ? run(['--wait', workspace]) : installed;
}
