import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
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
  // The very command of `npm run package`, without npm around it.
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    scripts: { package: string };
  };
  const [program, ...args] = scripts.package.split(' ');
  if (program !== 'vsce') throw new Error(`npm run package runs ${String(program)}, not vsce`);
  await promisify(execFile)(process.execPath, [vsce, ...args, '-o', path], { cwd: root, env: cleanEnv() });
}

if (import.meta.main) {
  const [path] = process.argv.slice(2);
  if (path === undefined) throw new Error('usage: node test/host/vsix.ts <path>');
  await packageVsix(path);
}
