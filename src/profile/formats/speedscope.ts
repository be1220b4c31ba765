import { ProfileError } from '../errors.ts';
import type { Frame, Profile, Thread, Unit } from '../model.ts';
import { relateTimes, TimesBudget, TimesBuilder } from '../sampleTimes.ts';
import { TreeBudget, TreeBuilder } from '../tree.ts';
import type { Content } from './content.ts';
import { finite, index, isObject, list, objects, text, type Json } from './json.ts';

/** speedscope's units, in the model's. `none` counts whatever the exporter counted. */
const UNITS: ReadonlyMap<string, { unit: Unit; scale: number }> = new Map([
  ['nanoseconds', { unit: 'microseconds', scale: 1e-3 }],
  ['microseconds', { unit: 'microseconds', scale: 1 }],
  ['milliseconds', { unit: 'microseconds', scale: 1e3 }],
  ['seconds', { unit: 'microseconds', scale: 1e6 }],
  ['bytes', { unit: 'bytes', scale: 1 }],
  ['none', { unit: 'count', scale: 1 }],
]);

const LOST_ALWAYS =
  'speedscope files give a function a name and a place at most: neither its binary nor whether it is the kernel’s, unless the exporter wrote it there';

/** What was odd in the profiles of one file, counted over all of them. */
interface Oddities {
  /** Samples without a stack, or with frames or a weight that are none. */
  samples: number;
  /** Events that close what is not open, name no frame, or go back in time. */
  events: number;
}

/** A tree while its stacks are added, in the file's frames and the file's unit. */
interface Target {
  builder: TreeBuilder;
  /** Frame of the file → frame of the tree; undefined when the file has no such frame. */
  frame: (value: unknown) => number | undefined;
  scale: number;
  odd: Oddities;
  /** Takes the times of an evented profile; the samples of the other kind only have lengths. */
  times: TimesBuilder;
}

/** Is this speedscope's own format: its schema's address, or shared frames beside profiles? */
export function detect(content: Content): boolean {
  if (content.kind !== 'json' || !isObject(content.value)) return false;
  const { $schema, shared, profiles } = content.value;
  if (typeof $schema === 'string' && $schema.includes('speedscope.app')) return true;
  return isObject(shared) && Array.isArray(shared['frames']) && Array.isArray(profiles);
}

/**
 * Reads speedscope's JSON (https://www.speedscope.app/file-format-schema.json): each profile of the file, evented or sampled,
 * is a thread.
 *
 * All threads have one unit, that of the profile that the file shows first; profiles that count something else are left out and named
 * in `lost`. Times are microseconds in the model.
 *
 * @throws {ProfileError} PROFILE_BROKEN, PROFILE_EMPTY, PROFILE_TOO_LARGE
 */
export function parse(content: Content): Profile {
  if (content.kind !== 'json' || !isObject(content.value)) throw broken('it is not a JSON object');
  const { shared, profiles, activeProfileIndex } = content.value;
  if (!isObject(shared) || !Array.isArray(shared['frames'])) throw broken('it has no shared frames');
  if (!Array.isArray(profiles)) throw broken('it has no profiles');
  const frames = shared['frames'] as unknown[];
  const all = objects(profiles);
  const shown = all[index(activeProfileIndex) ?? 0] ?? all[0];
  if (shown === undefined) throw empty();

  const { unit } = unitOf(shown);
  const odd: Oddities = { samples: 0, events: 0 };
  const budget = new TreeBudget();
  const timesBudget = new TimesBudget();
  const threads: Thread[] = [];
  let others = 0;
  for (const [at, profile] of all.entries()) {
    const own = unitOf(profile);
    if (own.unit !== unit) others++;
    else {
      const builder = new TreeBuilder(budget);
      const times = new TimesBuilder(timesBudget);
      const target: Target = { builder, frame: frameReader(frames, builder), scale: own.scale, odd, times };
      const samples = profile['type'] === 'evented' ? addEvents(profile, target) : addSamples(profile, target);
      const name = text(profile['name']) ?? `profile ${at + 1}`;
      const timed = unit === 'microseconds' ? times.build() : undefined;
      if (samples > 0) threads.push({ name, tree: builder.build(), samples, ...(timed && { times: timed }) });
    }
  }
  if (threads.length === 0) throw odd.samples + odd.events > 0 ? broken('none of its stacks can be read') : empty();
  const isWhole = threads.every(({ tree }) => tree.self.every((weight) => Number.isInteger(weight)));
  return {
    format: 'speedscope',
    unit: unit === 'count' && isWhole ? 'samples' : unit,
    threads,
    ...relateTimes(threads),
    lost: [LOST_ALWAYS, ...notes(odd, others)],
  };
}

function notes(odd: Oddities, others: number): string[] {
  const lost: string[] = [];
  if (others > 0)
    lost.push(`${others} profiles of the file count something else than the one shown first and were left out`);
  if (odd.samples > 0)
    lost.push(`${odd.samples} samples have no stack or no weight that can be read and were left out`);
  if (odd.events > 0) lost.push(`${odd.events} events do not fit the ones before them and were left out`);
  return lost;
}

function unitOf(profile: Json): { unit: Unit; scale: number } {
  const name = profile['unit'];
  const known = typeof name === 'string' ? UNITS.get(name) : undefined;
  if (known === undefined) throw broken(`a profile has no unit that is known (${[...UNITS.keys()].join(', ')})`);
  return known;
}

function addSamples(profile: Json, { builder, frame, scale, odd }: Target): number {
  const { samples, weights } = profile;
  if (!Array.isArray(samples)) throw broken('a profile has neither samples nor events');
  let added = 0;
  for (const [at, stack] of samples.entries()) {
    const weight = Array.isArray(weights) ? finite(weights[at]) : 1;
    let node: number | undefined;
    for (const value of list(stack)) {
      const known = frame(value);
      node = known === undefined ? undefined : builder.child(node ?? -1, known);
      if (node === undefined) break;
    }
    if (node === undefined || weight === undefined || weight < 0) odd.samples++;
    else if (weight > 0) {
      builder.add(node, weight * scale);
      added++;
    }
  }
  return added;
}

/** Opening and closing of frames: the time between two events belongs to the innermost frame that is open. */
function addEvents(profile: Json, { builder, frame, scale, odd, times }: Target): number {
  const open: { frame: number; node: number }[] = [];
  // How often a frame is open: without it, an event that closes nothing would search the whole stack.
  const openings = new Map<number, number>();
  let now = finite(profile['startValue']) ?? 0;
  let added = 0;
  const advance = (to: number): void => {
    const top = open.at(-1);
    if (top !== undefined && to > now) {
      builder.add(top.node, (to - now) * scale);
      times.add(top.node, now * scale, to * scale);
      added++;
    }
    now = Math.max(now, to);
  };
  for (const event of objects(profile['events'])) {
    const known = frame(event['frame']);
    const at = finite(event['at']);
    const isOpen = event['type'] === 'O';
    if (known === undefined || at === undefined || !(isOpen || (openings.get(known) ?? 0) > 0)) {
      odd.events++;
      continue;
    }
    if (at < now) odd.events++;
    advance(at);
    if (isOpen) {
      open.push({ frame: known, node: builder.child(open.at(-1)?.node ?? -1, known) });
      openings.set(known, (openings.get(known) ?? 0) + 1);
    } else {
      for (let closed = open.pop(); closed !== undefined; closed = open.pop()) {
        openings.set(closed.frame, (openings.get(closed.frame) ?? 1) - 1);
        if (closed.frame === known) break;
        // Its own end is missing, or comes too late.
        odd.events++;
      }
    }
  }
  advance(finite(profile['endValue']) ?? now);
  return added;
}

/** Frames are looked up when a stack names them, and remembered: a file may have many profiles, and a profile few of the frames. */
function frameReader(frames: readonly unknown[], builder: TreeBuilder): Target['frame'] {
  const known = new Map<unknown, number>();
  return (value) => {
    const before = known.get(value);
    if (before !== undefined) return before;
    const at = index(value);
    const raw = at === undefined ? undefined : frames[at];
    if (!isObject(raw)) return undefined;
    const frame = builder.frame(readFrame(raw));
    known.set(value, frame);
    return frame;
  };
}

function readFrame(raw: Json): Frame {
  const frame: Frame = { name: text(raw['name']) ?? '(anonymous)' };
  const file = text(raw['file']);
  const line = index(raw['line']);
  const column = index(raw['col']);
  if (file !== undefined) frame.file = file;
  if (line !== undefined && line > 0) frame.line = line;
  if (line !== undefined && column !== undefined && column > 0) frame.column = column;
  return frame;
}

function empty(): ProfileError {
  return new ProfileError('PROFILE_EMPTY', 'the speedscope file holds no stack with weight', {
    hint: 'Check that the profiler recorded samples before they were exported.',
  });
}

function broken(what: string): ProfileError {
  return new ProfileError('PROFILE_BROKEN', `the speedscope file is damaged: ${what}`, {
    hint: 'Export the profile again.',
  });
}
