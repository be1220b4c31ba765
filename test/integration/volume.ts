import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A file system of its own, in memory. */
export interface Volume extends AsyncDisposable {
  path: string;
  makeReadOnly: () => Promise<void>;
}

/**
 * Mounts a file system of that size at `path`, which is made.
 * @returns why it cannot be done here, in words, instead.
 */
export async function mountVolume(path: string, sizeBytes: number): Promise<Volume | string> {
  if (process.platform !== 'linux') return 'only Linux mounts file systems in memory';
  await mkdir(path);
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes}`, 'tmpfs', path]);
  } catch (error) {
    return `mounting is not allowed here: ${(error as Error).message.trim()}`;
  }
  return {
    path,
    makeReadOnly: async () => {
      await run('mount', ['-o', 'remount,ro', path]);
    },
    [Symbol.asyncDispose]: async () => {
      await run('umount', [path]);
    },
  };
}
