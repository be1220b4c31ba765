import { ProfileError } from '../errors.ts';
import type { Thread } from '../model.ts';
import * as cpuprofile from './cpuprofile.ts';
import { finite, index, isObject, list, text, type Json } from './json.ts';

/** A CPU profile of V8 that was cut out of a trace. */
export interface TraceCpuProfile {
  /** `pid:tid`. */
  thread: string;
  /** Its times are on the trace's own clock. */
  profile: Omit<Thread, 'name'>;
  lost: string[];
}

/** A profile while its chunks are put together. */
interface Parts {
  thread: string;
  startTime: number;
  endTime: number | undefined;
  nodes: unknown[];
  samples: unknown[];
  timeDeltas: unknown[];
}

/**
 * The CPU profiles in events of V8's profiler: `Profile` begins one and says its thread, `ProfileChunk` adds nodes, samples and times, and
 * `CpuProfile` holds a whole one. Profiles without samples are left out, damaged ones answered apart: the beginning of a trace may be overwritten.
 *
 * @throws {ProfileError} PROFILE_TOO_LARGE
 */
export function cpuProfilesOf(events: readonly Json[]): { profiles: TraceCpuProfile[]; damaged: ProfileError[] } {
  const profiles: TraceCpuProfile[] = [];
  const damaged: ProfileError[] = [];
  for (const { thread, ...value } of [...chunked(events), ...whole(events)]) {
    try {
      const { threads, startUs = 0, lost } = cpuprofile.parse({ kind: 'json', value });
      const [read] = threads;
      if (read !== undefined) profiles.push({ thread, profile: onClock(read, startUs), lost });
    } catch (error) {
      if (!(error instanceof ProfileError) || error.code === 'PROFILE_TOO_LARGE') throw error;
      // A worker that was only just started has a profile without a sample.
      if (error.code !== 'PROFILE_EMPTY') damaged.push(error);
    }
  }
  return { profiles, damaged };
}

/** A thread whose times count from 0, put back on the clock that all of the trace's threads share. */
function onClock({ tree, samples, times }: Thread, startUs: number): Omit<Thread, 'name'> {
  if (times === undefined) return { tree, samples };
  const moved = (list: Float64Array): Float64Array => list.map((time) => time + startUs);
  return { tree, samples, times: { node: times.node, startUs: moved(times.startUs), endUs: moved(times.endUs) } };
}

function chunked(events: readonly Json[]): Iterable<Parts> {
  const profiles = new Map<string, Parts>();
  for (const event of events) {
    if (event['name'] === 'CpuProfile') continue;
    const data = dataOf(event);
    const id = `${idOf(event['pid'])}/${profileId(event)}`;
    let parts = profiles.get(id);
    if (parts === undefined) {
      parts = { thread: '', startTime: 0, endTime: undefined, nodes: [], samples: [], timeDeltas: [] };
      profiles.set(id, parts);
    }
    // Chunks come from the profiler's own thread; only `Profile` is written by the one that it looks at.
    if (event['name'] === 'Profile' || parts.thread === '')
      parts.thread = `${idOf(event['pid'])}:${idOf(event['tid'])}`;
    if (event['name'] === 'Profile') parts.startTime = finite(data['startTime']) ?? 0;
    const chunk = isObject(data['cpuProfile']) ? data['cpuProfile'] : {};
    append(parts.nodes, chunk['nodes']);
    append(parts.samples, chunk['samples']);
    append(parts.timeDeltas, data['timeDeltas'] ?? chunk['timeDeltas']);
    parts.endTime = finite(data['endTime']) ?? finite(chunk['endTime']) ?? parts.endTime;
  }
  return profiles.values();
}

function* whole(events: readonly Json[]): Generator<Json & { thread: string }> {
  for (const event of events) {
    const { cpuProfile } = dataOf(event);
    if (event['name'] === 'CpuProfile' && isObject(cpuProfile)) {
      yield { ...cpuProfile, thread: `${idOf(event['pid'])}:${idOf(event['tid'])}` };
    }
  }
}

function append(to: unknown[], more: unknown): void {
  for (const item of list(more)) to.push(item);
}

function dataOf(event: Json): Json {
  const data = isObject(event['args']) ? event['args']['data'] : undefined;
  return isObject(data) ? data : {};
}

function profileId({ id, id2 }: Json): string {
  const local = isObject(id2) ? (id2['local'] ?? id2['global']) : undefined;
  return text(id) ?? text(local) ?? String(index(id) ?? 0);
}

function idOf(value: unknown): string {
  return text(value) ?? String(index(value) ?? 0);
}
