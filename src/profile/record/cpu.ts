import { Session } from 'node:inspector/promises';
import { addedTo, type RecordedTimeline } from './added.ts';
import { describeSize, recorderError, writeWhole } from './profileFile.ts';

/** V8's CPU profile (`Profiler.Profile` of the DevTools protocol), as it belongs into a `.cpuprofile` file. */
export interface CpuProfile {
  nodes: object[];
  /** Microseconds of V8's clock, as the sums of `timeDeltas`. */
  startTime: number;
  endTime: number;
  samples: number[];
  timeDeltas: number[];
}

/** A CPU profile that is being recorded on the current thread. */
export interface CpuRecording {
  /** When it began, `performance.now()`: the profile's `startTime` is of that moment. */
  readonly startMs: number;
  /**
   * Ends the recording and releases the profiler, whatever happens.
   *
   * @returns the profile, and whether it ended before by itself because it came near its largest size
   * @throws {ProfileError} PROFILE_RECORDER; also when it was stopped before
   */
  stop(): Promise<{ profile: CpuProfile; isFull: boolean }>;
}

/** What a sample takes in the file at most: its node and its delta, each with a comma. */
const SAMPLE_BYTES = 16;
/** Of the largest size; the rest is for the tree of the stacks, and the timeline. */
const SAMPLES_SHARE = 0.75;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Starts V8's sampling profiler on the current thread, main or worker; no inspector port is opened. It stops by itself when its samples
 * come near `sizeMaxBytes`.
 *
 * @param intervalUs time between samples, in microseconds; 1,000 costs about a tenth of the CPU of a tight loop
 * @throws {ProfileError} PROFILE_RECORDER; nothing is left running then
 */
export async function startCpuProfile(intervalUs: number, sizeMaxBytes = Infinity): Promise<CpuRecording> {
  if (!Number.isInteger(intervalUs) || intervalUs < 50 || intervalUs > 1_000_000) {
    throw recorderError(`a sampling interval of ${intervalUs} µs is not between 50 and 1,000,000 µs`);
  }
  const session = new Session();
  let startMs: number;
  try {
    session.connect();
    await session.post('Profiler.enable');
    // The interval can't change while a profile is running.
    await session.post('Profiler.setSamplingInterval', { interval: intervalUs });
    startMs = performance.now();
    await session.post('Profiler.start');
  } catch (error) {
    session.disconnect();
    throw recorderError('the CPU profiler could not be started', error);
  }
  const end = async (): Promise<CpuProfile> => {
    try {
      const { profile } = await session.post('Profiler.stop');
      await session.post('Profiler.disable');
      return profile as CpuProfile;
    } catch (error) {
      throw recorderError('the CPU profiler could not be stopped', error);
    } finally {
      session.disconnect();
    }
  };
  const full = endLater(end, ((sizeMaxBytes * SAMPLES_SHARE) / SAMPLE_BYTES) * (intervalUs / 1000));
  let isStopped = false;
  return {
    startMs,
    async stop() {
      if (isStopped) throw recorderError('the CPU profile was stopped before');
      isStopped = true;
      const profile = full.take();
      return { profile: await (profile ?? end()), isFull: profile !== undefined };
    },
  };
}

/** Ends it after that time, unless it is taken before. A failure is told to who takes it. */
function endLater(end: () => Promise<CpuProfile>, afterMs: number): { take(): Promise<CpuProfile> | undefined } {
  let profile: Promise<CpuProfile> | undefined;
  const due = (): void => {
    profile = end();
    profile.catch(() => undefined);
  };
  const timer = afterMs > LONGEST_TIMER_MS ? undefined : setTimeout(due, afterMs).unref();
  return {
    take() {
      clearTimeout(timer);
      return profile;
    },
  };
}

/**
 * Ends a recording and writes its profile as a standard `.cpuprofile` with the timeline in it: under a temporary name beside the target, then
 * renamed, so that nobody ever reads half of one. Resolves to what got lost, in words.
 *
 * @param sizeMaxBytes samples at the end are left out where the file would be larger
 * @throws {ProfileError} PROFILE_RECORDER, PROFILE_UNWRITABLE; nothing is left under either name that was not there before
 */
export async function saveCpuProfile(
  path: string,
  recording: CpuRecording,
  { sizeMaxBytes = Infinity, recorded }: { sizeMaxBytes?: number; recorded?: RecordedTimeline | undefined } = {},
): Promise<string[]> {
  const { profile, isFull } = await recording.stop();
  const clock = { profileUs: profile.startTime, nowMs: recording.startMs };
  const textOf = (part: CpuProfile, lost: readonly string[]) =>
    JSON.stringify({ ...part, ...addedTo(lost, recorded, clock) });
  const lost = isFull ? [stoppedText(profile, sizeMaxBytes)] : [];
  let text = textOf(profile, lost);
  if (text.length > sizeMaxBytes) {
    const part = shorten(profile, text.length, sizeMaxBytes);
    lost.splice(0, 1, stoppedText(part, sizeMaxBytes));
    text = textOf(part, lost);
  }
  await writeWhole(path, text);
  return lost;
}

/** As much of it from the beginning on as there is room for. */
function shorten(profile: CpuProfile, bytes: number, sizeMaxBytes: number): CpuProfile {
  const { samples, timeDeltas } = profile;
  const sampleBytes = JSON.stringify([samples, timeDeltas]).length;
  const share = Math.max(0, 1 - (bytes - sizeMaxBytes + 1024) / sampleBytes);
  // Numbers at the end are no shorter than those at the beginning.
  const count = Math.floor(samples.length * share);
  const kept = timeDeltas.slice(0, count);
  const endTime = profile.startTime + kept.reduce((sum, delta) => sum + delta, 0);
  return { ...profile, samples: samples.slice(0, count), timeDeltas: kept, endTime };
}

function stoppedText({ startTime, endTime }: CpuProfile, sizeMaxBytes: number): string {
  const seconds = ((endTime - startTime) / 1e6).toFixed(1);
  return `the recording stopped before the end, after ${seconds} s: more would be larger than ${describeSize(sizeMaxBytes)}`;
}
