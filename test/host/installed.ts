import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ServerFolders, installExtension, makeServerFolders, startCodeServer } from './codeServer.ts';
import type { Ending } from './ending.ts';
import { packageVsix } from './vsix.ts';

/** A code-server with the extension installed as a person has it: from its package, without the driver. */
export interface Installed {
  /** `127.0.0.1:<port>`. */
  address: string;
  folders: ServerFolders;
}

/** The extension's package: the one that HOTFRAME_VSIX names, or one made now, in that folder. */
export async function findVsix(folder: string): Promise<string> {
  const given = process.env['HOTFRAME_VSIX'];
  if (given !== undefined && existsSync(given)) return given;
  const made = join(folder, 'hotframe.vsix');
  await packageVsix(made);
  return made;
}

/** Settings of a workbench that trusts no folder, and doesn't ask when it opens one. */
const RESTRICTED = {
  'security.workspace.trust.enabled': true,
  'security.workspace.trust.startupPrompt': 'never',
};

/** How a code-server with the extension is started. */
export interface InstalledOptions {
  /** User data that stays; temporary by default. */
  userData?: string;
  isRestricted?: boolean;
}

/** Installs the extension from its package and starts code-server. */
export async function startInstalled(
  ending: Ending,
  { userData, isRestricted = false }: InstalledOptions = {},
): Promise<Installed> {
  const folders = makeServerFolders(ending, userData, isRestricted ? RESTRICTED : {});
  await installExtension(folders, await findVsix(folders.root));
  return { address: await startCodeServer(ending, { folders, hasDriver: false, isRestricted }), folders };
}
