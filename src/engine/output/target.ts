import { lstatSync, readlinkSync, realpathSync, statSync, type Stats } from 'node:fs';
import path from 'node:path';
import { DiskError } from '../errors.ts';
import { diskError, isFolder } from './diskFaults.ts';

/**
 * The file that a target stands for: where a symbolic link leads, else the target itself. Throws a DiskError for what
 * no file can be put in the place of: a folder, a device, a name that is too long.
 */
export function resolveTarget(target: string): string {
  try {
    const there = statSync(target, { throwIfNoEntry: false });
    if (there !== undefined && !there.isFile()) throw notAFile(target, there);
    if (!lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink()) return target;
    return there ? realpathSync(target) : path.resolve(path.dirname(target), readlinkSync(target));
  } catch (error) {
    throw error instanceof DiskError ? error : diskError(error, target);
  }
}

function notAFile(target: string, there: Stats): DiskError {
  if (there.isDirectory()) return isFolder(target);
  return new DiskError('HLS_DISK_IO', `${target} is a device or a pipe.`, { hint: 'Give the name of a file.' });
}
