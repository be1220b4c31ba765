import type { RecordedTimeline } from './added.ts';
import { saveCpuProfile, startCpuProfile } from './cpu.ts';
import { startHeapProfile } from './heap.ts';
import { startNativeProfile } from './native.ts';

/** What to record, how finely, and where it is saved. */
export interface ProfileRequest {
  /** `cpu`: V8's profile of the current thread; `heap`: V8's profile of what that allocates; `native`: what perf sees of the whole process. */
  kind: 'cpu' | 'native' | 'heap';
  path: string;
  /** Of `cpu` and `native`. */
  intervalUs: number;
  /** The recording stops by itself before its file is larger. Default `PROFILE_MAX_BYTES`. */
  sizeMaxBytes?: number;
}

/** Largest profile, where nothing else is said. */
export const PROFILE_MAX_BYTES = 100 * 2 ** 20;

/** What the file of each kind is called by. */
export const PROFILE_EXTENSIONS: Readonly<Record<ProfileRequest['kind'], string>> = {
  cpu: 'cpuprofile',
  heap: 'heapprofile',
  native: 'folded',
};

/** A profile that is being recorded. */
export interface ProfileRecording {
  readonly kind: ProfileRequest['kind'];
  readonly path: string;
  /** What it cannot see although one would expect it to, in words; known from the start. */
  readonly limits: readonly string[];
  /**
   * Ends the recording and writes the profile; resolves to what got lost, in words, `limits` included.
   *
   * @param recorded goes into the file, too
   * @param signal gives it up, where that takes long
   * @throws {ProfileError} PROFILE_RECORDER, PROFILE_EMPTY, PROFILE_UNWRITABLE; an AbortError
   */
  save(recorded?: RecordedTimeline, signal?: AbortSignal): Promise<readonly string[]>;
}

/**
 * Starts to record.
 *
 * @throws {ProfileError} PROFILE_RECORDER, PROFILE_UNWRITABLE; nothing is left running then
 */
export async function startProfile(request: ProfileRequest): Promise<ProfileRecording> {
  const { kind, path, intervalUs, sizeMaxBytes = PROFILE_MAX_BYTES } = request;
  switch (kind) {
    case 'native':
      return { kind, path, ...(await startNativeProfile({ path, intervalUs, sizeMaxBytes })) };
    case 'heap': {
      const heap = await startHeapProfile(sizeMaxBytes);
      return { kind, path, limits: [], save: (recorded) => heap.save(path, recorded) };
    }
    case 'cpu': {
      const cpu = await startCpuProfile(intervalUs, sizeMaxBytes);
      return { kind, path, limits: [], save: (recorded) => saveCpuProfile(path, cpu, { sizeMaxBytes, recorded }) };
    }
  }
}
