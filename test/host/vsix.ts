import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './found.ts';
import { cleanEnv } from './processes.ts';

/**
 * Packages the extension into `path` as it would be published; builds the production bundles in dist on the way. Rejects
 * with what vsce has to say.
 */
export async function packageVsix(path: string): Promise<void> {
  const vsce = join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  const args = [
    'package',
    '--no-dependencies',
    '--allow-missing-repository',
    '--no-rewrite-relative-links',
    '-o',
    path,
  ];
  await promisify(execFile)(process.execPath, [vsce, ...args], { cwd: root, env: cleanEnv() });
}

if (import.meta.main) {
  const [path] = process.argv.slice(2);
  if (path === undefined) throw new Error('usage: node test/host/vsix.ts <path>');
  await packageVsix(path);
}
