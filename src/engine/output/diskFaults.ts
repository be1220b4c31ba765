import path from 'node:path';
import { DiskError } from '../errors.ts';

/** Turns an error of the file system into a DiskError that names the target and the way out. */
export function diskError(cause: unknown, target: string): DiskError {
  const folder = path.dirname(target);
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new DiskError('HLS_DISK_FULL', `There is no space left to write ${target}.`, {
        hint: 'Free space or choose another folder.',
        cause,
      });
    case 'ENOENT':
    case 'ENOTDIR':
      return new DiskError('HLS_DISK_NO_FOLDER', `The folder ${folder} does not exist.`, {
        hint: 'Create it or choose another folder.',
        cause,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new DiskError('HLS_DISK_DENIED', `The folder ${folder} cannot be written.`, {
        hint: 'Change its permissions or choose another folder.',
        cause,
      });
    case 'ENAMETOOLONG':
      return new DiskError(
        'HLS_DISK_NAME',
        `The name ${path.basename(target).slice(0, 40)}… is too long for the disk.`,
        {
          hint: 'Choose a shorter one.',
          cause,
        },
      );
    default:
      return new DiskError('HLS_DISK_IO', `${target} cannot be written (${code || String(cause)}).`, {
        hint: 'Check the disk or choose another folder.',
        cause,
      });
  }
}

/** The target's name is that of a folder. */
export function isFolder(target: string): DiskError {
  return new DiskError('HLS_DISK_IO', `${target} is a folder.`, { hint: 'Give the name of a file.' });
}
