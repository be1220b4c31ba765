import { CAUSES, type Cause } from './bottleneck.ts';
import { PEAKS, record, SUMS, type FragmentSpan, type Peak, type Slot, type Sum, type Timeline } from './timeline.ts';

/** What Hotframe adds to a profile that it records, under a name that other readers leave alone. */
export const ADDED_KEY = 'hotframe';

const SPAN_NUMBERS = [
  'index',
  'startMs',
  'delayMs',
  'connectMs',
  'firstByteMs',
  'bodyMs',
  'rateMs',
  'pausedMs',
  'decryptMs',
  'orderMs',
  'writeMs',
  'bytes',
  'chunks',
  'buffers',
  'tries',
] as const satisfies (keyof FragmentSpan)[];

type Columns<T extends string> = Record<T, number[]>;

/** A timeline as it lies in a file: a list for each column, which is a third of a list of objects. */
export interface PackedTimeline extends Omit<Timeline, 'slots' | 'fragments'> {
  slots: { endMs: number[]; sums: Columns<Sum>; peaks: Columns<Peak>; time: Partial<Columns<Cause>> };
  /** `stream` is an index into `streams`. */
  fragments: { streams: string[]; stream: number[] } & Columns<(typeof SPAN_NUMBERS)[number]>;
}

export function packTimeline({ slots, fragments, ...rest }: Timeline): PackedTimeline {
  const streams = [...new Set(fragments.map(({ stream }) => stream))];
  const causes = CAUSES.filter((cause) => slots.some(({ time }) => time[cause] !== undefined));
  return {
    ...rest,
    slots: {
      endMs: slots.map(({ endMs }) => endMs),
      sums: columns(SUMS, slots, (slot, name) => slot.sums[name]),
      peaks: columns(PEAKS, slots, (slot, name) => slot.peaks[name]),
      time: columns(causes, slots, (slot, cause) => slot.time[cause] ?? 0),
    },
    fragments: {
      streams,
      stream: fragments.map(({ stream }) => streams.indexOf(stream)),
      ...columns(SPAN_NUMBERS, fragments, (span, name) => span[name]),
    },
  };
}

/** The timeline in what a profile's file holds under `ADDED_KEY`; undefined where there is none, or none that can be read. */
export function unpackTimeline(added: unknown): Timeline | undefined {
  const packed = property(added, 'timeline');
  if (property(packed, 'schema') !== 1) return undefined;
  const slots = unpackSlots(property(packed, 'slots'));
  const fragments = unpackFragments(property(packed, 'fragments'));
  if (slots === undefined || fragments === undefined) return undefined;
  const originUs = property(packed, 'originUs');
  const omitted = property(packed, 'omittedFragments');
  return {
    schema: 1,
    ...(isNumber(originUs) ? { originUs } : {}),
    slots,
    fragments,
    omittedFragments: isNumber(omitted) ? omitted : 0,
  };
}

/** What a recorder says under `ADDED_KEY` that the profile does not hold, in words. */
export function toldLosses(added: unknown): string[] {
  const lost = property(added, 'lost');
  return Array.isArray(lost) ? lost.filter((text) => typeof text === 'string') : [];
}

function unpackSlots(packed: unknown): Slot[] | undefined {
  const ends = numbers(property(packed, 'endMs'));
  if (ends === undefined || ends.some((endMs, at) => endMs <= (at === 0 ? 0 : (ends[at - 1] ?? 0)))) return undefined;
  const sums = readColumns(SUMS, property(packed, 'sums'), ends.length);
  const peaks = readColumns(PEAKS, property(packed, 'peaks'), ends.length);
  const time = property(packed, 'time');
  const known = CAUSES.filter((cause) => property(time, cause) !== undefined);
  const times = readColumns(known, time, ends.length);
  if (!sums || !peaks || !times) return undefined;
  return ends.map((endMs, at) => ({
    endMs,
    sums: record(SUMS, (name) => sums[name][at] ?? 0),
    peaks: record(PEAKS, (name) => peaks[name][at] ?? 0),
    time: record(known, (cause) => times[cause][at] ?? 0),
  }));
}

function unpackFragments(packed: unknown): FragmentSpan[] | undefined {
  const streams = property(packed, 'streams');
  const stream = numbers(property(packed, 'stream'));
  if (!Array.isArray(streams) || !stream) return undefined;
  const columns = readColumns(SPAN_NUMBERS, packed, stream.length);
  if (!columns) return undefined;
  return stream.map((index, at) => ({
    stream: String(streams[index] ?? ''),
    ...record(SPAN_NUMBERS, (name) => columns[name][at] ?? 0),
  }));
}

function columns<T extends string, Row>(
  names: readonly T[],
  rows: readonly Row[],
  value: (row: Row, name: T) => number,
): Columns<T> {
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => value(row, name))])) as Columns<T>;
}

/** Columns of numbers, all of that length; undefined where one is something else. */
function readColumns<T extends string>(names: readonly T[], packed: unknown, length: number): Columns<T> | undefined {
  const entries = names.map((name) => [name, numbers(property(packed, name))] as const);
  if (entries.some(([, column]) => column?.length !== length)) return undefined;
  return Object.fromEntries(entries) as Columns<T>;
}

function numbers(value: unknown): number[] | undefined {
  return Array.isArray(value) && value.every((item) => isNumber(item) && item >= 0) ? (value as number[]) : undefined;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function property(object: unknown, name: string): unknown {
  if (typeof object !== 'object' || object === null) return undefined;
  return Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined;
}
