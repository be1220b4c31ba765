import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** The version in the manifest that lies nearest above this file, in the sources as in the bundle. */
export function readVersion(): string {
  const manifest = findPackageJSON('.', import.meta.url);
  if (manifest === undefined) throw new Error('There is no package.json above the program.');
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
