import { ProfileError } from '../errors.ts';
import type { Frame, Profile, Thread, Unit } from '../model.ts';
import { TreeBudget, TreeBuilder } from '../tree.ts';
import type { Content } from './content.ts';
import {
  integer,
  numbers,
  PROFILE,
  readTables,
  readValueType,
  type Id,
  type Location,
  type Tables,
} from './pprofTables.ts';
import { fields, ProtobufError, unsigned, type Field } from './protobuf.ts';

/** Fields that tell enough of a file to know it. */
const FIELDS_TO_JUDGE = 200;
const FIELD_NUMBER_MAX = 31;
/** Locations, values or labels of one sample. */
const SAMPLE_MAX = 2 ** 17;

const UNITS: ReadonlyMap<string, { unit: Unit; scale: number }> = new Map([
  ['nanoseconds', { unit: 'microseconds', scale: 1e-3 }],
  ['microseconds', { unit: 'microseconds', scale: 1 }],
  ['milliseconds', { unit: 'microseconds', scale: 1e3 }],
  ['seconds', { unit: 'microseconds', scale: 1e6 }],
  ['bytes', { unit: 'bytes', scale: 1 }],
  ['kilobytes', { unit: 'bytes', scale: 2 ** 10 }],
  ['megabytes', { unit: 'bytes', scale: 2 ** 20 }],
]);

/** Labels that name the thread of a sample, the most readable first. */
const THREAD_LABELS = ['thread name', 'thread_name', 'thread', 'thread id', 'thread_id', 'os thread id', 'tid'];

const LOST_ALWAYS = 'a pprof profile has no order in time: equal stacks were merged when it was written';

interface Sample {
  /** The innermost location first. */
  locations: Id[];
  values: number[];
  labels: { key: number; text: number; number: number }[];
}

/** What was left out while reading. */
interface Losses {
  negative: number;
  stackless: number;
  nameless: Set<Id>;
  labels: Set<number>;
}

/**
 * Is this pprof's message Profile? Nothing in it says so: its first fields must all be possible ones, with a type of sample
 * or the empty text that begins its string table among them. A file that was cut off is still known.
 */
export function detect(content: Content): boolean {
  if (content.kind !== 'binary') return false;
  let seen = 0;
  let signs = 0;
  let strings = 0;
  try {
    for (const field of fields(content.bytes, 0, content.bytes.length)) {
      if (field.number > FIELD_NUMBER_MAX || (field.wire !== 0 && field.wire !== 2)) return false;
      if (field.number === PROFILE.string && strings++ === 0) {
        if (field.wire !== 2 || field.end > field.start) return false;
        signs++;
      }
      if (field.number === PROFILE.sampleType) {
        if (field.wire !== 2) return false;
        readValueType(content.bytes, field);
        signs++;
      }
      if (++seen >= FIELDS_TO_JUDGE) break;
    }
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
  }
  return signs > 0;
}

/**
 * Reads a pprof profile (profile.proto), unpacked.
 *
 * A sample may have several values: the type that the file names as its default is read, else the last one, as pprof does;
 * when that weighs nothing, the last one before it that weighs something. Inlined functions are frames of their own. Samples with a label for
 * their thread go to that thread. A function's line is the one where it begins.
 *
 * @throws {ProfileError} PROFILE_BROKEN, PROFILE_EMPTY, PROFILE_TOO_LARGE
 */
export function parse(content: Content): Profile {
  if (content.kind !== 'binary') throw broken('it is no binary file');
  try {
    return readProfile(content.bytes);
  } catch (error) {
    if (error instanceof ProtobufError) throw broken(error.message, error);
    throw error;
  }
}

function readProfile(bytes: Uint8Array): Profile {
  const tables = readTables(bytes);
  if (tables.sampleTypes.length === 0) throw broken('it does not say what its samples count');
  const type = chooseType(bytes, tables);
  const { unit, scale } = unitOf(tables, type);
  const losses: Losses = { negative: 0, stackless: 0, nameless: new Set(), labels: new Set() };
  const budget = new TreeBudget();
  const threads = new Map<string, { builder: TreeBuilder; samples: number; nodeFrames: Map<Id, number[]> }>();
  for (const field of tables.samples) {
    const sample = readSample(bytes, field);
    const weight = sample.values[type] ?? 0;
    if (weight < 0) losses.negative++;
    if (weight <= 0) continue;
    const name = threadOf(sample, tables, losses);
    let thread = threads.get(name);
    if (thread === undefined)
      threads.set(name, (thread = { builder: new TreeBuilder(budget), samples: 0, nodeFrames: new Map() }));
    const node = addStack(sample.locations, thread.builder, thread.nodeFrames, tables, losses);
    if (node < 0) losses.stackless++;
    else {
      thread.builder.add(node, weight * scale);
      thread.samples++;
    }
  }
  const read = [...threads].filter(([, { samples }]) => samples > 0);
  if (read.length === 0) throw empty(losses);
  return {
    format: 'pprof',
    unit,
    threads: read.map(([name, { builder, samples }]): Thread => ({ name, tree: builder.build(), samples })),
    lost: notes(tables, type, losses),
  };
}

function readSample(bytes: Uint8Array, { start, end }: Field): Sample {
  const sample: Sample = { locations: [], values: [], labels: [] };
  for (const field of fields(bytes, start, end)) {
    if (field.number === 1) {
      for (const at of numbers(bytes, field)) push(sample.locations, unsigned(bytes, at.start, at.end));
    } else if (field.number === 2) {
      for (const at of numbers(bytes, field)) push(sample.values, integer(bytes, at));
    } else if (field.number === 3 && field.wire === 2) {
      const label = { key: 0, text: 0, number: 0 };
      for (const part of fields(bytes, field.start, field.end)) {
        if (part.wire !== 0) continue;
        if (part.number === 1) label.key = integer(bytes, part);
        else if (part.number === 2) label.text = integer(bytes, part);
        else if (part.number === 3) label.number = integer(bytes, part);
      }
      push(sample.labels, label);
    }
  }
  return sample;
}

function push<T>(items: T[], item: T): void {
  if (items.length >= SAMPLE_MAX) {
    throw new ProfileError('PROFILE_TOO_LARGE', `a sample of the pprof profile has more than ${SAMPLE_MAX} entries`, {
      hint: 'Record it with a limit to the depth of stacks.',
    });
  }
  items.push(item);
}

/** Index of the type of value that is read. */
function chooseType(bytes: Uint8Array, tables: Tables): number {
  const { sampleTypes, defaultType, samples } = tables;
  const name = tables.string(defaultType);
  const named = name === '' ? -1 : sampleTypes.findIndex(({ type }) => tables.string(type) === name);
  const chosen = named >= 0 ? named : sampleTypes.length - 1;
  const hasWeight = sampleTypes.map(() => false);
  for (const field of samples) {
    readSample(bytes, field).values.forEach((value, type) => {
      if (value > 0 && type < hasWeight.length) hasWeight[type] = true;
    });
    if (hasWeight[chosen] === true) return chosen;
  }
  const other = hasWeight.lastIndexOf(true);
  return other >= 0 ? other : chosen;
}

function unitOf(tables: Tables, index: number): { unit: Unit; scale: number } {
  const { type, unit } = tables.sampleTypes[index] ?? { type: 0, unit: 0 };
  const known = UNITS.get(tables.string(unit));
  return known ?? { unit: /^samples?$/.test(tables.string(type)) ? 'samples' : 'count', scale: 1 };
}

function threadOf({ labels }: Sample, { string }: Tables, { labels: left }: Losses): string {
  let best = THREAD_LABELS.length;
  let name = 'all';
  for (const label of labels) {
    const rank = THREAD_LABELS.indexOf(string(label.key).toLowerCase());
    if (rank < 0) left.add(label.key);
    else if (rank < best) {
      best = rank;
      name = string(label.text) || `thread ${label.number}`;
    }
  }
  return name;
}

/** Adds a stack and answers its innermost node, −1 for a stack without frames. */
function addStack(
  locations: readonly Id[],
  builder: TreeBuilder,
  framesOf: Map<Id, number[]>,
  tables: Tables,
  losses: Losses,
): number {
  let node = -1;
  for (let at = locations.length - 1; at >= 0; at--) {
    const id = locations[at] ?? 0;
    let frames = framesOf.get(id);
    if (frames === undefined) {
      frames = framesAt(id, tables, losses).map((frame) => builder.frame(frame));
      framesOf.set(id, frames);
    }
    for (const frame of frames) node = builder.child(node, frame);
  }
  return node;
}

/** The frames of a location, the outermost of the inlined ones first. */
function framesAt(id: Id, tables: Tables, { nameless }: Losses): Frame[] {
  const location = tables.locations.get(id);
  if (location === undefined) throw broken(`a sample names location ${id}, which is not there`);
  const { string } = tables;
  const named = location.functions
    .map((functionId): Frame | undefined => {
      const found = tables.functions.get(functionId);
      const name = found === undefined ? '' : string(found.name);
      if (found === undefined || name === '') return undefined;
      const file = string(found.file) || moduleOf(location, tables);
      return { name, ...(file === '' ? {} : { file }), ...(found.line > 0 ? { line: found.line } : {}) };
    })
    .filter((frame) => frame !== undefined);
  if (named.length > 0) return named.reverse();
  nameless.add(id);
  const file = moduleOf(location, tables);
  return [{ name: `0x${location.address.toString(16)}`, ...(file === '' ? {} : { file }) }];
}

function moduleOf({ mapping }: Location, { mappings, string }: Tables): string {
  return string(mappings.get(mapping)?.file ?? 0);
}

function notes({ sampleTypes, string }: Tables, chosen: number, losses: Losses): string[] {
  const lost = [LOST_ALWAYS];
  const words = sampleTypes.map(({ type, unit }) => `${string(type)} in ${string(unit)}`);
  const others = words.filter((_, index) => index !== chosen);
  if (others.length > 0) lost.push(`${words[chosen] ?? ''} was read; the file also has ${listed(others)}`);
  const { negative, stackless, nameless, labels } = losses;
  if (nameless.size > 0) lost.push(`${nameless.size} addresses have no name in the file`);
  if (negative > 0)
    lost.push(`${negative} samples weigh less than nothing, as in a difference of two profiles, and were left out`);
  if (stackless > 0) lost.push(`${stackless} samples have no stack and were left out`);
  if (labels.size > 0) lost.push(`labels of samples were left out: ${listed([...labels].map(string))}`);
  return lost;
}

function listed(words: string[]): string {
  return words.length <= 8 ? words.join(', ') : `${words.slice(0, 8).join(', ')} and ${words.length - 8} more`;
}

function empty({ negative, stackless }: Losses): ProfileError {
  const hint =
    negative > 0
      ? 'It looks like a difference of two profiles: open both of them instead.'
      : 'Record for longer, under load.';
  const why = stackless > 0 ? 'no sample with a stack' : 'no sample with weight';
  return new ProfileError('PROFILE_EMPTY', `the pprof profile holds ${why}`, { hint });
}

function broken(what: string, cause?: unknown): ProfileError {
  return new ProfileError('PROFILE_BROKEN', `the pprof profile is damaged: ${what}`, {
    hint: 'Copy or record the profile again.',
    ...(cause === undefined ? {} : { cause }),
  });
}
