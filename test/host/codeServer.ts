import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ending } from './ending.ts';
import { need } from './found.ts';
import { cleanEnv, endGroup, startGroup, waitForLine } from './processes.ts';
import { writeSettings } from './settings.ts';

/** Folders of one code-server, below one temporary folder that its ending removes. */
export interface ServerFolders {
  root: string;
  /** The user data: settings, storage, logs. */
  userData: string;
  extensions: string;
  /** TMPDIR of the server and of the extensions. */
  temporary: string;
}

/** Makes the folders; `userData` may be one that stays. The root's name is short: sockets below it allow 107 characters. */
export function makeServerFolders(
  ending: Ending,
  userData?: string,
  settings: Readonly<Record<string, unknown>> = {},
): ServerFolders {
  const top = mkdtempSync(join(tmpdir(), 'hotframe-host-'));
  ending.add(() => rmSync(top, { recursive: true, force: true, maxRetries: 5 }));
  const folders = {
    root: top,
    userData: userData ?? join(top, 'u'),
    extensions: join(top, 'e'),
    temporary: join(top, 't'),
  };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  writeSettings(folders.userData, settings);
  return folders;
}

function commonArgs(folders: ServerFolders): string[] {
  return [
    join(need('codeServer'), 'out', 'node', 'entry.js'),
    `--config=${join(folders.root, 'config.yaml')}`,
    `--user-data-dir=${folders.userData}`,
    `--extensions-dir=${folders.extensions}`,
  ];
}

/** code-server writes logs and settings of its own below these, whatever its arguments say. */
function serverEnv(folders: ServerFolders, extra: Record<string, string>): Record<string, string> {
  return cleanEnv({
    XDG_DATA_HOME: folders.root,
    XDG_CONFIG_HOME: folders.root,
    XDG_CACHE_HOME: folders.root,
    XDG_RUNTIME_DIR: folders.temporary,
    TMPDIR: folders.temporary,
    // Without a gallery it looks for updates of extensions nowhere.
    EXTENSIONS_GALLERY: '{}',
    ...extra,
  });
}

/** Installs a VSIX into the folders' extensions. */
export async function installExtension(folders: ServerFolders, vsix: string): Promise<void> {
  await runOnce(folders, ['--install-extension', vsix]);
}

/** Takes an extension out of the folders again, by its id. */
export async function uninstallExtension(folders: ServerFolders, id: string): Promise<void> {
  await runOnce(folders, ['--uninstall-extension', id]);
}

/** Lets code-server do something other than serve. Rejects with what it has to say when it fails. */
async function runOnce(folders: ServerFolders, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [...commonArgs(folders), ...args], {
    env: serverEnv(folders, {}),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (text += data.toString()));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`code-server ${args.join(' ')} ended with code ${String(code)}:\n${text}`);
}

/** How a code-server is started. */
export interface ServerOptions {
  folders: ServerFolders;
  /** Lets a page run extension tests; notification toasts stay hidden then. */
  hasDriver: boolean;
  /** No folder is trusted before a person says so; else all are. */
  isRestricted?: boolean;
  /** Reaches the extension host. */
  env?: Record<string, string>;
}

/**
 * Starts code-server on a port of the system's choice and resolves with its address, `127.0.0.1:<port>`, when it listens.
 * Its whole process group ends with `ending`.
 */
export async function startCodeServer(
  ending: Ending,
  { folders, hasDriver, isRestricted = false, env = {} }: ServerOptions,
): Promise<string> {
  const args = [
    ...commonArgs(folders),
    '--bind-addr=127.0.0.1:0',
    '--auth=none',
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-getting-started-override',
    ...(isRestricted ? [] : ['--disable-workspace-trust']),
    `--session-socket=${join(folders.root, 's')}`,
    ...(hasDriver ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
  const child = startGroup(args, serverEnv(folders, env), folders.root);
  ending.add(() => endGroup(child));
  const [, address = ''] = await waitForLine(child, /HTTP server listening on http:\/\/(127\.0\.0\.1:\d+)/, 30_000);
  return address;
}

/** What a page of the workbench is opened with. */
export interface PageOptions {
  /** Absolute path of what is opened in the workbench: a folder, or a `.code-workspace` file. */
  folder: string;
  /** Runs an extension from its sources; `tests` is the bundle whose `run` is called. Needs the driver. */
  development?: { extension: string; tests: string };
}

/** URL of the workbench. Host and port have to be the same in the page and in the paths that it is told. */
export function pageUrl(address: string, { folder, development }: PageOptions): string {
  const remote = (path: string): string => `vscode-remote://${address}${path}`;
  const payload = [
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
    ...(development === undefined
      ? []
      : [
          ['extensionDevelopmentPath', remote(development.extension)],
          ['extensionTestsPath', remote(development.tests)],
        ]),
  ];
  const kind = folder.endsWith('.code-workspace') ? 'workspace' : 'folder';
  return `http://${address}/?${kind}=${encodeURIComponent(folder)}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}
