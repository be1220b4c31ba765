import { join } from 'node:path';
import { build } from 'esbuild';

/** Makes one file of bareUndici.ts, as the command line is one: what a package costs to load is no part of the comparison. */
export async function bundleBareUndici(folder: string): Promise<string> {
  const outfile = join(folder, 'bareUndici.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'bareUndici.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
    },
  });
  return outfile;
}
