import { fileURLToPath } from 'node:url';
import type { Programs } from '../evidence/arms/prepareArm.ts';
import { readVersion } from './version.ts';

/** Of the engine in this bundle; not there where its sources run. */
declare const ENGINE_HASH: string | undefined;

/** The programs of this product: bundled beside the command line, or their sources. */
export function ownPrograms(): Programs {
  const isSource = import.meta.url.endsWith('.ts');
  const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
  return {
    cli: here(isSource ? './entry.ts' : './cli.js'),
    origin: here(isSource ? '../evidence/origin/main.ts' : './origin.cjs'),
    version: readVersion(),
    ...(typeof ENGINE_HASH === 'undefined' ? {} : { engineHash: ENGINE_HASH }),
  };
}
