import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { ProfileError } from '../errors.ts';
import { toFolded } from '../export.ts';
import type { CallTree } from '../model.ts';
import { ADDED_KEY } from '../timelineFile.ts';
import { addedTo, type RecordedTimeline } from './added.ts';
import { describeSize, writeWhole } from './profileFile.ts';
import { findReach, readLeaves, readLevel, readSamples, startSampling, type Reach, type Sampling } from './perf.ts';
import { PerfMap } from './perfMap.ts';
import { PerfStacks, type SampleFacts } from './perfStacks.ts';

/**
 * Flag of V8 under which it writes a perf map of the code that it makes. It has to be there when an isolate begins: from the
 * start of a process, or when a worker is started.
 */
export const MAP_FLAG = '--perf-basic-prof';

/** Flag of V8 that gives interpreted functions a place of their own in the stack; it counts when a function is compiled. */
export const INTERPRETED_FLAG = '--interpreted-frames-native-stack';

/** A native profile that is being recorded. */
export interface NativeRecording {
  /** What this recording cannot see, in words; known from the start. */
  readonly limits: readonly string[];
  /**
   * Ends the recording and writes the profile as folded stacks, each thread's name outermost.
   *
   * @param recorded goes into a comment of the file
   * @param signal gives it up: nothing is written then
   * @returns what got lost, in words, `limits` included; the file says so too
   * @throws {ProfileError} PROFILE_RECORDER, PROFILE_EMPTY, PROFILE_UNWRITABLE; an AbortError
   */
  save(recorded?: RecordedTimeline, signal?: AbortSignal): Promise<string[]>;
}

export interface NativeOptions {
  /** Of the folded stacks. What perf writes meanwhile stands, without a name, in the same folder. */
  path: string;
  /** Time between samples of each processor, in microseconds. */
  intervalUs: number;
  /** The recording stops by itself before perf's data is larger. */
  sizeMaxBytes: number;
}

/**
 * Starts to sample this process with `perf`: all threads, kernel and user stacks, or those of user space where no more is allowed.
 * JavaScript has names where V8 was started under `MAP_FLAG`; its map is taken out of /tmp here. All files are without a name
 * from the start, and perf ends with this thread: whatever happens, nothing stays.
 *
 * @throws {ProfileError} PROFILE_RECORDER with what to do; nothing is left running then
 */
export async function startNativeProfile(options: NativeOptions): Promise<NativeRecording> {
  const { path, intervalUs, sizeMaxBytes } = options;
  const reach = await findReach();
  const map = await takeMap();
  const limits = await limitsOf(reach, map !== undefined);
  const data = await Data.create(path).catch(async (error: unknown) => {
    await map?.close();
    throw error;
  });
  const close = async (): Promise<void> => {
    await data.close();
    await map?.close();
  };
  let sampling: Sampling;
  try {
    sampling = await startSampling({ reach, intervalUs, sizeMaxBytes, data: data.writer.fd });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    limits,
    async save(recorded, signal) {
      try {
        const end = await sampling.stop();
        const names = await readMap(map);
        const { tree, facts } = await foldSamples(data.reader.fd, names, signal);
        const lost = [...limits, ...endOf(end, sizeMaxBytes), ...lossesOf(facts)];
        await writeWhole(path, foldedText(tree, `Node ${process.version}`, { reach, intervalUs, lost, recorded }));
        return lost;
      } finally {
        await close();
      }
    },
  };
}

/** perf's data: a file that has no name any more, so that it goes with its descriptors. */
class Data {
  readonly writer: FileHandle;
  readonly reader: FileHandle;

  private constructor(writer: FileHandle, reader: FileHandle) {
    this.writer = writer;
    this.reader = reader;
  }

  static async create(path: string): Promise<Data> {
    const name = `${path}.${randomUUID()}.part`;
    try {
      const writer = await open(name, 'wx', 0o600);
      return new Data(writer, await open(name, 'r'));
    } catch (error) {
      throw new ProfileError('PROFILE_UNWRITABLE', `${name} cannot be written: ${String(error)}`, {
        hint: 'Choose a folder that exists and that you may write to.',
        cause: error,
      });
    } finally {
      await rm(name, { force: true });
    }
  }

  async close(): Promise<void> {
    await this.writer.close();
    await this.reader.close();
  }
}

/** Opens the map that V8 writes, and takes its name away: V8 goes on writing, and nobody has to remove it. */
async function takeMap(): Promise<FileHandle | undefined> {
  const path = `/tmp/perf-${process.pid}.map`;
  try {
    // /tmp is everybody's: what is read there must be a file of this process, not a link.
    const map = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    await rm(path);
    return map;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new ProfileError('PROFILE_RECORDER', `V8's map of names (${path}) cannot be read: ${String(error)}`, {
      hint: 'Remove it and try again.',
      cause: error,
    });
  }
}

async function readMap(file: FileHandle | undefined): Promise<PerfMap> {
  const map = new PerfMap();
  if (file !== undefined) for await (const line of file.readLines({ autoClose: false })) map.add(line);
  return map;
}

/**
 * Merges perf's data into a call tree.
 *
 * @param data descriptor or path, as `readSamples` takes it
 * @throws {ProfileError} PROFILE_RECORDER, PROFILE_EMPTY; an AbortError
 */
export async function foldSamples(
  data: number | string,
  names: PerfMap,
  signal?: AbortSignal,
): Promise<{ tree: CallTree; facts: SampleFacts }> {
  const stacks = new PerfStacks(names);
  for await (const line of readSamples(data, signal)) stacks.add(line);
  stacks.end();
  if (stacks.lacking > 0) await addLeaves(stacks, data, signal);
  const tree = stacks.finish();
  if (stacks.facts.samples === 0) {
    throw new ProfileError('PROFILE_EMPTY', 'perf took no sample.', {
      hint: 'The download was too short, or did nothing but wait: take a longer one, or a shorter interval.',
    });
  }
  return { tree, facts: stacks.facts };
}

/** Reads the data again for the samples that have no call chain. */
async function addLeaves(stacks: PerfStacks, data: number | string, signal?: AbortSignal): Promise<void> {
  // The descriptor is at the end of the data, and the file has no name: another one of it begins at the start.
  const again = typeof data === 'number' ? await open(`/proc/self/fd/${data}`, 'r') : undefined;
  try {
    for await (const line of readLeaves(again?.fd ?? data, signal)) stacks.addLeaf(line);
  } finally {
    await again?.close();
  }
}

async function limitsOf(reach: Reach, hasNames: boolean): Promise<string[]> {
  const limits = await limitsOfReach(reach);
  if (!hasNames)
    limits.push('functions of JavaScript have no names: V8 writes no perf map, or another recording has it');
  return limits;
}

/** What cannot be seen with such a reach, in words. */
export async function limitsOfReach(reach: Reach): Promise<string[]> {
  if (reach !== 'user') return [];
  return [
    `user space only: no system call and no page fault is in it, for kernel.perf_event_paranoid is ${await readLevel()} (1 lets the kernel be sampled)`,
  ];
}

function endOf(end: 'told' | 'size' | 'early', sizeMaxBytes: number): string[] {
  if (end === 'size') return [`the recording stopped before the end, at ${describeSize(sizeMaxBytes)} of samples`];
  return end === 'early' ? ['perf ended before the download did'] : [];
}

/** What got lost between the kernel and the stacks, in words. */
export function lossesOf({ dropped, kernelFrames, unnamedKernelFrames }: SampleFacts): string[] {
  const losses: string[] = [];
  if (dropped > 0) losses.push(`the kernel dropped ${dropped} samples`);
  if (unnamedKernelFrames > kernelFrames / 2)
    losses.push('functions of the kernel have no names (kernel.kptr_restrict hides them)');
  return losses;
}

/** Folded stacks, with what was recorded and what is lost in comments, which readers leave out. */
export function foldedText(
  tree: CallTree,
  program: string,
  {
    reach,
    intervalUs,
    lost,
    recorded,
  }: { reach: Reach; intervalUs: number; lost: readonly string[]; recorded?: RecordedTimeline | undefined },
): string {
  const what = `# Recorded with perf every ${intervalUs} µs of processor time; ${reach} stacks; ${program}.`;
  // At the end: readers judge a file by its beginning.
  const added = recorded ? `# ${ADDED_KEY}: ${JSON.stringify(addedTo([], recorded)[ADDED_KEY])}\n` : '';
  const header = [what, ...lost.map((text) => `# lost: ${text}.`)].map((line) => `${line}\n`).join('');
  const threads = [{ name: 'all', tree, samples: 0 }];
  return `${header}${toFolded({ format: 'folded', unit: 'samples', threads, lost: [] })}${added}`;
}
