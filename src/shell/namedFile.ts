import { posix, win32 } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Where a file can be that a profile or a source map names: a path on this machine, or one relative to something; nothing for
 * what is not a file, and for one on a server, as anybody can write a profile, and looking there would send that server credentials.
 *
 * @param isWindows how paths are written here
 */
export function findNamed(
  file: string,
  isWindows = process.platform === 'win32',
): { absolute: string } | { relative: string } | undefined {
  if (/^file:/i.test(file)) return fileOf(file, isWindows);
  if (isOnServer(file) || /^[a-z][a-z0-9+.-]+:/i.test(file)) return undefined;
  if (isWindows) return win32.isAbsolute(file) ? { absolute: file } : isOnDrive(file) ? undefined : { relative: file };
  if (posix.isAbsolute(file)) return { absolute: file };
  return isOnDrive(file) ? undefined : { relative: file };
}

/** Whether a path leads to another machine, as Windows reads it: `\\server\share`, in either kind of slashes. */
export function isOnServer(path: string): boolean {
  return /^[/\\]{2}/.test(path);
}

/** `C:x` too, which is relative to wherever that drive is. */
function isOnDrive(path: string): boolean {
  return /^[a-z]:/i.test(path);
}

function fileOf(url: string, isWindows: boolean): { absolute: string } | undefined {
  if (!/^file:\/\/\/(?![/\\])/i.test(url)) return undefined;
  try {
    const absolute = fileURLToPath(url, { windows: isWindows });
    return isOnServer(absolute) ? undefined : { absolute };
  } catch (error) {
    // An escaped slash, a path without its drive, a broken escape: no file here has such an address.
    if (error instanceof TypeError || error instanceof URIError) return undefined;
    throw error;
  }
}
