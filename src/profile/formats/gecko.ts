import { ProfileError } from '../errors.ts';
import type { Frame, Profile, Thread, Unit } from '../model.ts';
import { relateTimes, TimesBudget, TimesBuilder } from '../sampleTimes.ts';
import { TreeBudget, TreeBuilder } from '../tree.ts';
import type { Content } from './content.ts';
import { processedTables } from './geckoProcessed.ts';
import { librariesOf, rawTables, type Library } from './geckoRaw.ts';
import { column, finite, isObject, objects, text, type Json } from './json.ts';

/** Stacks of a thread as both shapes of the format let them be asked for. Indexes are the file's, of any kind until they are checked. */
export interface StackTables {
  /** The frame of a stack; undefined when there is no such stack. */
  frame: (stack: number) => Frame | undefined;
  /** The stack of a stack's caller; null for the outermost, undefined when there is no such stack. */
  caller: (stack: number) => number | null | undefined;
  /** Is a sample that ends in this stack one of waiting? */
  isIdle: (stack: number) => boolean;
}

/** Samples of a thread, one entry each. */
export interface SampleTable {
  stack: readonly unknown[];
  /** Absent: 1 each. */
  weight?: readonly unknown[];
  /** When each was taken, in milliseconds since the process's own beginning; absent where the file does not say. */
  timeMs?: readonly unknown[];
  /** What weights are: `samples`, `tracing-ms` or `bytes`. */
  weightType: string;
}

/** What all threads of a process share. */
export interface Process {
  profile: Json;
  /** Index of the category `Idle`. */
  idle: number | undefined;
  /** Where Gecko's own shape says that libraries were in memory, in ascending order. */
  libraries: Library[];
}

/** Frames of one stack: a caller that is further away is taken for a circle. */
const DEPTH_MAX = 2 ** 17;
/** Stacks that the samples of a thread may name. */
const STACKS_MAX = 2 ** 22;

interface Losses {
  stackless: number;
  weightless: number;
  otherUnits: Set<string>;
  /** Addresses that stand for functions, without a name. */
  nameless: Set<string>;
}

const LOST_ALWAYS = 'markers, counters and screenshots of a Firefox profile were left out';

/** Is this a profile of the Firefox Profiler: Gecko's own shape, or the processed one, which samply and others write too? */
export function detect(content: Content): boolean {
  const profile = profileIn(content);
  if (profile === undefined || !isObject(profile['meta'])) return false;
  if ('preprocessedProfileVersion' in profile['meta']) return true;
  return Array.isArray(profile['threads']) && ('version' in profile['meta'] || 'interval' in profile['meta']);
}

/**
 * Reads a profile of the Firefox Profiler. Gecko's own shape (rows with a schema, processes inside each other) and the processed one (columns; tables in
 * each thread, or shared by all since version 56 and 60; callers as `prefix`, or as `prefixOffset` since version 66).
 *
 * A sample without a weight of its own lasts as long as the profile's interval. Samples whose innermost frame has the category `Idle` get a frame
 * `(idle)`. Threads that count something else than the first one with samples are left out and named in `lost`.
 *
 * @throws {ProfileError} PROFILE_BROKEN, PROFILE_EMPTY, PROFILE_TOO_LARGE
 */
export function parse(content: Content): Profile {
  const profile = profileIn(content);
  if (profile === undefined) throw broken('it is not a JSON object');
  const meta = isObject(profile['meta']) ? profile['meta'] : {};
  const isProcessed = 'preprocessedProfileVersion' in meta;
  const intervalMs = Math.max(0, finite(meta['interval']) ?? 0);
  const losses: Losses = { stackless: 0, weightless: 0, otherUnits: new Set(), nameless: new Set() };
  const budget = new TreeBudget();
  const timesBudget = new TimesBudget();
  const originMs = beginningMs(profile);
  const threads: Thread[] = [];
  let unit: Unit | undefined;
  for (const { thread, process } of threadsOf(profile)) {
    const read = isProcessed ? processedTables : rawTables;
    const { stacks, samples } = read(thread, process, losses.nameless);
    if (samples.stack.length === 0) continue;
    const name = nameOf(thread);
    const measure = measureOf(samples, intervalMs);
    if (measure.unit !== (unit ?? measure.unit)) {
      losses.otherUnits.add(name);
      continue;
    }
    const builder = new TreeBuilder(budget);
    const times = new TimesBuilder(timesBudget);
    // Each process of Gecko's own shape counts from its own beginning.
    const offsetMs = isProcessed ? 0 : beginningMs(process.profile) - originMs;
    const added = addSamples(samples, stacks, measure.scale, builder, losses, (at, node, weight) => {
      const startMs = finite(samples.timeMs?.[at]);
      const lengthMs = measure.unit === 'microseconds' ? weight / 1000 : intervalMs;
      if (startMs !== undefined) times.add(node, (startMs + offsetMs) * 1000, (startMs + offsetMs + lengthMs) * 1000);
    });
    if (added === 0) continue;
    unit = measure.unit;
    const timed = times.build({ isSampled: true });
    threads.push({ name, tree: builder.build(), samples: added, ...(timed && { times: timed }) });
  }
  if (unit === undefined) throw empty();
  return { format: 'gecko', unit, threads, ...relateTimes(threads), lost: notes(losses, unit, intervalMs) };
}

/** The profile itself: Firefox's tools also write it inside an object `profile`. */
function profileIn(content: Content): Json | undefined {
  if (content.kind !== 'json' || !isObject(content.value)) return undefined;
  const { profile } = content.value;
  return !isObject(content.value['meta']) && isObject(profile) ? profile : content.value;
}

/** All threads with the process that they are of: Gecko puts the profiles of child processes inside that of their parent. */
function* threadsOf(whole: Json): Generator<{ thread: Json; process: Process }> {
  const open = [whole];
  for (let profile = open.pop(); profile !== undefined; profile = open.pop()) {
    const process = { profile, idle: idleCategory(profile), libraries: librariesOf(profile) };
    for (const thread of objects(profile['threads'])) yield { thread, process };
    for (const child of objects(profile['processes']).reverse()) open.push(child);
  }
}

/** When a process began, in milliseconds of the machine's own time; 0 where the file does not say. */
function beginningMs(profile: Json): number {
  return (isObject(profile['meta']) ? finite(profile['meta']['startTime']) : undefined) ?? 0;
}

function idleCategory(profile: Json): number | undefined {
  const found = column(profile['meta'], 'categories').findIndex(
    (category) => isObject(category) && category['name'] === 'Idle',
  );
  return found < 0 ? undefined : found;
}

function nameOf(thread: Json): string {
  const name = text(thread['name']) ?? 'thread';
  const process = text(thread['processName']);
  const tid = text(thread['tid']) ?? finite(thread['tid'])?.toString();
  return `${process === undefined || process === name ? name : `${process}: ${name}`}${tid === undefined ? '' : ` (${tid})`}`;
}

function measureOf(samples: SampleTable, intervalMs: number): { unit: Unit; scale: number } {
  if (samples.weightType === 'bytes') return { unit: 'bytes', scale: 1 };
  if (samples.weightType === 'tracing-ms' && samples.weight !== undefined) return { unit: 'microseconds', scale: 1000 };
  return intervalMs > 0 ? { unit: 'microseconds', scale: intervalMs * 1000 } : { unit: 'samples', scale: 1 };
}

function addSamples(
  samples: SampleTable,
  stacks: StackTables,
  scale: number,
  builder: TreeBuilder,
  losses: Losses,
  tell: (at: number, node: number, weight: number) => void,
): number {
  const nodeOf = stackNodes(stacks, builder);
  let added = 0;
  for (const [at, stack] of samples.stack.entries()) {
    const weight = samples.weight === undefined ? 1 : finite(samples.weight[at]);
    if (stack === null || stack === undefined) losses.stackless++;
    else if (weight === undefined || weight < 0) losses.weightless++;
    else if (weight > 0) {
      const node = nodeOf(stack);
      if (node < 0) {
        losses.stackless++;
        continue;
      }
      const isIdle = stacks.isIdle(stack as number);
      const own = isIdle ? builder.child(node, builder.frame({ name: '(idle)' })) : node;
      builder.add(own, weight * scale);
      tell(at, own, weight * scale);
      added++;
    }
  }
  return added;
}

/** Stack of the file → node of the tree, callers first. Only stacks that samples name are made: threads may share a table. */
function stackNodes({ frame, caller }: StackTables, builder: TreeBuilder): (stack: unknown) => number {
  const nodes = new Map<number, number>();
  return (stack) => {
    if (typeof stack !== 'number') throw broken('a sample names its stack by something that is no number');
    const path: number[] = [];
    let at: number | null = stack;
    while (at !== null && !nodes.has(at)) {
      if (path.length >= DEPTH_MAX)
        throw broken(`stack ${stack} has more than ${DEPTH_MAX} callers, or is its own caller`);
      path.push(at);
      const next: number | null | undefined = caller(at);
      if (next === undefined) throw broken(`there is no stack ${at}`);
      at = next;
    }
    let node = at === null ? -1 : (nodes.get(at) ?? -1);
    for (let next = path.pop(); next !== undefined; next = path.pop()) {
      const known = frame(next);
      if (known === undefined) throw broken(`stack ${next} has no frame`);
      // Gecko puts a frame of its own under all others.
      if (known.name !== '(root)' || node >= 0) node = builder.child(node, builder.frame(known));
      if (nodes.size >= STACKS_MAX) throw tooLarge();
      nodes.set(next, node);
    }
    return node;
  };
}

function notes({ stackless, weightless, otherUnits, nameless }: Losses, unit: Unit, intervalMs: number): string[] {
  const lost = [LOST_ALWAYS];
  if (unit === 'microseconds' && intervalMs > 0) {
    lost.push(`samples without a time of their own count as the profile’s interval of ${intervalMs} ms each`);
  }
  if (nameless.size > 0) {
    lost.push(
      `${nameless.size} addresses have no name: the file was not symbolicated (samply does that when the profile is viewed)`,
    );
  }
  if (stackless > 0) lost.push(`${stackless} samples have no stack and were left out`);
  if (weightless > 0) lost.push(`${weightless} samples have no weight, or less than none, and were left out`);
  if (otherUnits.size > 0) {
    lost.push(
      `${otherUnits.size} threads count something else and were left out: ${[...otherUnits].slice(0, 8).join(', ')}`,
    );
  }
  return lost;
}

function empty(): ProfileError {
  return new ProfileError('PROFILE_EMPTY', 'the Firefox profile holds no sample with a stack', {
    hint: 'Record for longer, with stack sampling on, and with the thread that you look for.',
  });
}

function tooLarge(): ProfileError {
  return new ProfileError('PROFILE_TOO_LARGE', `a thread of the Firefox profile has more than ${STACKS_MAX} stacks`, {
    hint: 'Record for a shorter time or with a longer interval.',
  });
}

function broken(what: string): ProfileError {
  return new ProfileError('PROFILE_BROKEN', `the Firefox profile is damaged: ${what}`, {
    hint: 'Save the profile again.',
  });
}
