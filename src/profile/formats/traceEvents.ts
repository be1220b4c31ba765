import { ProfileError } from '../errors.ts';
import type { Profile, Thread } from '../model.ts';
import { relateTimes, TimesBudget, TimesBuilder } from '../sampleTimes.ts';
import { TreeBudget } from '../tree.ts';
import type { Content } from './content.ts';
import { index, isObject, list, objects, text, type Json } from './json.ts';
import { cpuProfilesOf } from './traceCpu.ts';
import { durationTree, type Span } from './traceSpans.ts';
import { wholeEvents } from './traceText.ts';

const LOST_DURATIONS =
  'a trace has no samples: each span of time counts for the name of its event, and what ran inside without an event of its own is not seen';

/** Events that carry stacks, sorted out of all events of a trace. */
interface Events {
  /** V8's CPU profiler: `Profile`, `ProfileChunk`, `CpuProfile`. */
  cpu: Json[];
  /** `B`, `E` and `X`, by thread. */
  spans: Map<string, Span[]>;
  /** Thread → its name, from metadata. */
  names: Map<string, string>;
  /** Events of other kinds. */
  others: number;
}

/** Is this a trace of events, whole or cut off: an array of objects with a phase, alone or as `traceEvents`? */
export function detect(content: Content): boolean {
  if (content.kind === 'brokenJson') {
    return /^\s*(?:\{\s*"traceEvents"\s*:\s*)?\[\s*\{[^}]*"ph"\s*:/.test(content.text.slice(0, 10_000));
  }
  if (content.kind !== 'json') return false;
  const [first] = eventsIn(content.value);
  return isObject(first) && 'ph' in first && ('ts' in first || first['ph'] === 'M');
}

/**
 * Reads Chrome's trace events. When the trace has CPU profiles of V8, they are the threads and nothing else is read; otherwise spans of time
 * (`B` to `E`, and `X`) become a call tree for each thread, in microseconds. A trace that was cut off is read as far as its events are whole.
 *
 * @throws {ProfileError} PROFILE_BROKEN, PROFILE_EMPTY, PROFILE_TOO_LARGE
 */
export function parse(content: Content): Profile {
  const lost: string[] = [];
  let value: unknown;
  if (content.kind === 'json') ({ value } = content);
  else if (content.kind === 'brokenJson') {
    value = wholeEvents(content.text);
    if (value === undefined) throw broken(content.reason);
    lost.push('the trace was cut off: what came after its last whole event is missing');
  } else throw broken('it is not JSON');
  const events = sortOut(eventsIn(value));
  const { profiles, damaged } = cpuProfilesOf(events.cpu);
  const [damage] = damaged;
  if (damage !== undefined) lost.push(`${damaged.length} CPU profiles of the trace were left out: ${damage.message}`);
  const threads = profiles.map(({ thread, profile }): Thread => ({ ...profile, name: nameOf(thread, events) }));
  if (threads.length > 0) {
    const spans = [...events.spans.values()].reduce((sum, { length }) => sum + length, 0);
    if (spans + events.others > 0) {
      lost.push(
        `${spans} events of spans of time and ${events.others} of other kinds were left out: V8’s CPU profiles in the trace carry the stacks`,
      );
    }
    return {
      format: 'trace-events',
      unit: 'microseconds',
      threads,
      ...relateTimes(threads),
      lost: [...new Set(profiles.flatMap(({ lost: notes }) => notes)), ...lost],
    };
  }
  if (events.spans.size === 0 && damage !== undefined) throw damage;
  return readDurations(events, lost);
}

function readDurations(events: Events, lost: string[]): Profile {
  const budget = new TreeBudget();
  const timesBudget = new TimesBudget();
  const threads: Thread[] = [];
  const odd = { overlapping: 0, unmatched: 0 };
  for (const [thread, spans] of events.spans) {
    const read = durationTree(spans, budget, odd, new TimesBuilder(timesBudget));
    if (read.samples > 0) threads.push({ name: nameOf(thread, events), ...read });
  }
  if (threads.length === 0) {
    throw new ProfileError('PROFILE_EMPTY', 'the trace holds neither a CPU profile nor a span of time', {
      hint: 'Record it with the category disabled-by-default-v8.cpu_profiler.',
    });
  }
  lost.unshift(LOST_DURATIONS);
  if (odd.overlapping > 0)
    lost.push(`${odd.overlapping} spans end after the span that they began in and were cut there`);
  if (odd.unmatched > 0)
    lost.push(`${odd.unmatched} ends or beginnings of spans have no counterpart and were left out`);
  if (events.others > 0)
    lost.push(`${events.others} events without a stack (counters, instants, asynchronous ones) were left out`);
  return { format: 'trace-events', unit: 'microseconds', threads, ...relateTimes(threads), lost };
}

function eventsIn(value: unknown): readonly unknown[] {
  return isObject(value) ? list(value['traceEvents']) : list(value);
}

function sortOut(all: readonly unknown[]): Events {
  const events: Events = { cpu: [], spans: new Map(), names: new Map(), others: 0 };
  for (const event of objects(all)) {
    const { ph, name } = event;
    const thread = `${idOf(event['pid'])}:${idOf(event['tid'])}`;
    if (name === 'Profile' || name === 'ProfileChunk' || name === 'CpuProfile') events.cpu.push(event);
    else if (ph === 'B' || ph === 'E' || ph === 'X') {
      const spans = events.spans.get(thread);
      const span: Span = { phase: ph, name: text(name), startUs: event['ts'], lengthUs: event['dur'] };
      if (spans === undefined) events.spans.set(thread, [span]);
      else spans.push(span);
    } else if (ph === 'M') {
      const given = isObject(event['args']) ? text(event['args']['name']) : undefined;
      if (name === 'thread_name' && given !== undefined) events.names.set(thread, given);
    } else events.others++;
  }
  return events;
}

function nameOf(thread: string, { names }: Events): string {
  const name = names.get(thread);
  return name === undefined ? `thread ${thread}` : `${name} (${thread})`;
}

/** Ids of processes and threads are numbers, in some traces texts. */
function idOf(value: unknown): string {
  return text(value) ?? String(index(value) ?? 0);
}

function broken(what: string): ProfileError {
  return new ProfileError('PROFILE_BROKEN', `the trace is damaged: ${what}`, { hint: 'Record the trace again.' });
}
