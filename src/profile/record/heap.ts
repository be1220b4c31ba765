import { Session } from 'node:inspector/promises';
import { addedTo, type RecordedTimeline } from './added.ts';
import { describeSize, recorderError, writeWhole } from './profileFile.ts';

/** V8's sampling heap profile (`HeapProfiler.SamplingHeapProfile` of the DevTools protocol), as it belongs into a `.heapprofile` file. */
interface HeapProfile {
  head: object;
  samples: HeapSample[];
}

interface HeapSample {
  size: number;
  nodeId: number;
  ordinal: number;
}

/** A sampling heap profile that is being recorded on the current thread. */
export interface HeapRecording {
  /**
   * Ends the recording and writes the profile as a standard `.heapprofile` with the timeline in it. Resolves to what got lost, in words.
   *
   * @throws {ProfileError} PROFILE_RECORDER, PROFILE_UNWRITABLE
   */
  save(path: string, recorded?: RecordedTimeline): Promise<string[]>;
}

/** Bytes between two samples, on average. */
const SAMPLING_BYTES = 32 * 1024;
/** When its size is looked at for the first time. */
const FIRST_LOOK_MS = 5_000;
/** It ends by itself at that share of its largest size: it may grow faster from one look to the next. */
const FULL_SHARE = 0.6;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Starts V8's sampling heap profiler on the current thread: what is allocated in V8's heap, objects that died young included. Memory of
 * ArrayBuffers is outside that heap; the timeline counts it. Stops by itself near `sizeMaxBytes`.
 *
 * @throws {ProfileError} PROFILE_RECORDER; nothing is left running then
 */
export async function startHeapProfile(sizeMaxBytes = Infinity): Promise<HeapRecording> {
  const session = new Session();
  const startMs = performance.now();
  try {
    session.connect();
    await session.post('HeapProfiler.startSampling', {
      samplingInterval: SAMPLING_BYTES,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    });
  } catch (error) {
    session.disconnect();
    throw recorderError('the heap profiler could not be started', error);
  }
  const end = async (): Promise<HeapProfile> => {
    try {
      const { profile } = await session.post('HeapProfiler.stopSampling');
      return profile as HeapProfile;
    } catch (error) {
      throw recorderError('the heap profiler could not be stopped', error);
    } finally {
      session.disconnect();
    }
  };
  const guard = new SizeGuard(session, startMs, sizeMaxBytes * FULL_SHARE, end);
  return {
    async save(path, recorded) {
      const full = await guard.end();
      const profile = full?.profile ?? (await end());
      const lost = full ? [stoppedText(full.afterMs, sizeMaxBytes)] : [];
      const textOf = (part: HeapProfile) => JSON.stringify({ ...part, ...addedTo(lost, recorded) });
      const text = textOf(profile);
      await writeWhole(path, text.length > sizeMaxBytes ? textOf(mergeSamples(profile)) : text);
      return lost;
    },
  };
}

/** Looks now and then how large the profile has become, and ends it in time. */
class SizeGuard {
  readonly #session: Session;
  readonly #startMs: number;
  readonly #mostBytes: number;
  readonly #stop: () => Promise<HeapProfile>;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #full: { profile: HeapProfile; afterMs: number } | undefined;

  constructor(session: Session, startMs: number, mostBytes: number, stop: () => Promise<HeapProfile>) {
    this.#session = session;
    this.#startMs = startMs;
    this.#mostBytes = mostBytes;
    this.#stop = stop;
    if (mostBytes < Infinity) this.#wait(FIRST_LOOK_MS);
  }

  /** Looks no more; what it ended before. Rejects with what went wrong on the way. */
  async end(): Promise<{ profile: HeapProfile; afterMs: number } | undefined> {
    clearTimeout(this.#timer);
    await this.#looking;
    clearTimeout(this.#timer);
    return this.#full;
  }

  #wait(ms: number): void {
    const look = (): void => {
      this.#looking = this.#look();
      // Told to who ends it.
      this.#looking.catch(() => undefined);
    };
    this.#timer = setTimeout(look, Math.min(ms, LONGEST_TIMER_MS)).unref();
  }

  async #look(): Promise<void> {
    const { profile } = await this.#session.post('HeapProfiler.getSamplingProfile');
    const bytes = JSON.stringify(profile).length;
    const afterMs = performance.now() - this.#startMs;
    if (bytes >= this.#mostBytes) {
      this.#full = { profile: await this.#stop(), afterMs };
      return;
    }
    // It takes as long as the profile is large: the next look is when it can be full, and no sooner than a tenth of the time later.
    const leftMs = afterMs * (this.#mostBytes / bytes - 1);
    this.#wait(Math.max(afterMs / 10, Math.min(leftMs, afterMs)));
  }
}

/** All samples of a place as one. */
function mergeSamples({ head, samples }: HeapProfile): HeapProfile {
  const merged = new Map<number, HeapSample>();
  for (const { size, nodeId, ordinal } of samples) {
    const known = merged.get(nodeId);
    if (known) known.size += size;
    else merged.set(nodeId, { size, nodeId, ordinal });
  }
  return { head, samples: [...merged.values()] };
}

function stoppedText(afterMs: number, sizeMaxBytes: number): string {
  const seconds = (afterMs / 1000).toFixed(1);
  return `the recording stopped before the end, after ${seconds} s: more would be larger than ${describeSize(sizeMaxBytes)}`;
}
