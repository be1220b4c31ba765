import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { ProfileError } from '../errors.ts';

/**
 * Writes a text file atomically: under a temporary name beside the target, then renamed.
 *
 * @throws {ProfileError} PROFILE_UNWRITABLE; nothing is left under either name that was not there before
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new ProfileError('PROFILE_UNWRITABLE', `${path} cannot be written: ${reasonOf(error)}`, {
      hint: 'Choose a folder that exists and that you may write to.',
      cause: error,
    });
  }
}

/** What went wrong with a profiler of V8. */
export function recorderError(message: string, cause?: unknown): ProfileError {
  return new ProfileError('PROFILE_RECORDER', cause === undefined ? message : `${message}: ${reasonOf(cause)}`, {
    hint: 'Download without a profile (hotframe.profile: none), or reload the window and try again.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** `100 MiB`, or `300 KiB`. */
export function describeSize(bytes: number): string {
  return bytes >= 2 ** 20 ? `${Math.round(bytes / 2 ** 20)} MiB` : `${Math.round(bytes / 1024)} KiB`;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
