import { existsSync, renameSync } from 'node:fs';
import path from 'node:path';
import { hasBytes } from './checksum.ts';
import { diskError } from './diskFaults.ts';
import { PartFile } from './partFile.ts';
import { removeFiles, type Unfinished } from './unfinished.ts';

/**
 * Saves what an interrupted recording left, from its beginning as far as it is whole, beside its target as
 * `<name>.<number>.<extension>`. Nothing when nothing of it is whole. Throws a DiskError.
 */
export function salvage({ names, contents }: Unfinished): { path: string; bytes: number } | undefined {
  const part = new PartFile(names.part, names.target, 'open');
  let bytes = 0;
  try {
    for (let index = 0; ; index++) {
      const kept = contents.kept.get(index);
      if (kept?.start !== bytes || !hasBytes(part, kept)) break;
      bytes += kept.initBytes + kept.bytes;
    }
    part.truncate(bytes);
  } finally {
    part.close();
  }
  const saved = bytes > 0 ? { path: freeName(names.target), bytes } : undefined;
  try {
    if (saved) renameSync(names.part, saved.path);
  } catch (error) {
    throw diskError(error, names.target);
  }
  removeFiles(names);
  return saved;
}

function freeName(target: string): string {
  const { dir, name, ext } = path.parse(target);
  for (let number = 1; ; number++) {
    const candidate = path.join(dir, `${name}.${number}${ext}`);
    if (!existsSync(candidate)) return candidate;
  }
}
