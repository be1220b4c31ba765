import { saveCpuProfile, startCpuProfile } from './cpu.ts';
import { startNativeProfile } from './native.ts';

/** What to record, how finely, and where it is saved. */
export interface ProfileRequest {
  /** `cpu`: V8's profile of the current thread; `native`: what perf sees of the whole process. */
  kind: 'cpu' | 'native';
  path: string;
  intervalUs: number;
}

/** A profile that is being recorded. */
export interface ProfileRecording {
  readonly kind: ProfileRequest['kind'];
  readonly path: string;
  /** What it cannot see although one would expect it to, in words; known from the start. */
  readonly limits: readonly string[];
  /**
   * Ends the recording and writes the profile; resolves to what got lost, in words, `limits` included.
   *
   * @param signal gives it up, where that takes long
   * @throws {ProfileError} PROFILE_RECORDER, PROFILE_EMPTY, PROFILE_UNWRITABLE; an AbortError
   */
  save(signal?: AbortSignal): Promise<readonly string[]>;
}

/**
 * Starts to record.
 *
 * @throws {ProfileError} PROFILE_RECORDER, PROFILE_UNWRITABLE; nothing is left running then
 */
export async function startProfile({ kind, path, intervalUs }: ProfileRequest): Promise<ProfileRecording> {
  if (kind === 'native') return { kind, path, ...(await startNativeProfile({ path, intervalUs })) };
  const recording = await startCpuProfile(intervalUs);
  return {
    kind,
    path,
    limits: [],
    async save() {
      await saveCpuProfile(path, await recording.stop());
      return [];
    },
  };
}
