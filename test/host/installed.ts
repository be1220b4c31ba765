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

/** Installs the extension (from the package that HOTFRAME_VSIX names, or one made now) and starts code-server. */
export async function startInstalled(ending: Ending, userData?: string): Promise<Installed> {
  const folders = makeServerFolders(ending, userData);
  const given = process.env['HOTFRAME_VSIX'];
  const vsix = given !== undefined && existsSync(given) ? given : join(folders.root, 'hotframe.vsix');
  if (vsix !== given) await packageVsix(vsix);
  await installExtension(folders, vsix);
  return { address: await startCodeServer(ending, { folders, hasDriver: false }), folders };
}
