import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import { ProfileError } from '../errors.ts';

/** A CPU profile that is being recorded on the current thread. */
export interface CpuRecording {
  /**
   * Ends the recording and releases the profiler, whatever happens.
   *
   * @returns the profile in V8's own format, as it belongs into a `.cpuprofile` file
   * @throws {ProfileError} PROFILE_RECORDER; also when it was stopped before
   */
  stop(): Promise<object>;
}

/**
 * Starts V8's sampling profiler on the current thread, main or worker; no inspector port is opened.
 *
 * @param intervalUs time between samples, in microseconds; 1,000 costs about a tenth of the CPU of a tight loop
 * @throws {ProfileError} PROFILE_RECORDER; nothing is left running then
 */
export async function startCpuProfile(intervalUs: number): Promise<CpuRecording> {
  if (!Number.isInteger(intervalUs) || intervalUs < 50 || intervalUs > 1_000_000) {
    throw failure(`a sampling interval of ${intervalUs} µs is not between 50 and 1,000,000 µs`);
  }
  const session = new Session();
  try {
    session.connect();
    await session.post('Profiler.enable');
    // The interval can't change while a profile is running.
    await session.post('Profiler.setSamplingInterval', { interval: intervalUs });
    await session.post('Profiler.start');
  } catch (error) {
    session.disconnect();
    throw failure('the CPU profiler could not be started', error);
  }
  let isStopped = false;
  return {
    async stop() {
      if (isStopped) throw failure('the CPU profile was stopped before');
      isStopped = true;
      try {
        const { profile } = await session.post('Profiler.stop');
        await session.post('Profiler.disable');
        return profile;
      } catch (error) {
        throw failure('the CPU profiler could not be stopped', error);
      } finally {
        session.disconnect();
      }
    },
  };
}

/**
 * Writes a CPU profile as a standard `.cpuprofile`: under a temporary name beside the target, then renamed, so that nobody ever reads half of one.
 *
 * @throws {ProfileError} PROFILE_UNWRITABLE; nothing is left under either name that was not there before
 */
export async function saveCpuProfile(path: string, profile: object): Promise<void> {
  await writeWhole(path, JSON.stringify(profile));
}

/** Writes a text file atomically; errors as `saveCpuProfile`. */
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

function failure(message: string, cause?: unknown): ProfileError {
  return new ProfileError('PROFILE_RECORDER', cause === undefined ? message : `${message}: ${reasonOf(cause)}`, {
    hint: 'Download without a profile (hotframe.profile: none), or reload the window and try again.',
    ...(cause === undefined ? {} : { cause }),
  });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
