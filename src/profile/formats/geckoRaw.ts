import type { Frame } from '../model.ts';
import type { Process, SampleTable, StackTables } from './gecko.ts';
import { callerAt, isAddress } from './geckoProcessed.ts';
import { column, finite, index, isObject, list, objects, text, type Json } from './json.ts';

/** A library that a process had in memory: addresses from `start`, before `end`. */
export interface Library {
  start: number;
  end: number;
  name: string;
}

/**
 * Tables and samples of a thread of Gecko's own shape: rows, whose places a schema names. A lookup that fails is undefined; the
 * callers of stacks are not checked for circles.
 *
 * @param nameless collects the frames that are addresses only
 */
export function rawTables(
  thread: Json,
  { idle, libraries }: Process,
  nameless: Set<string>,
): { stacks: StackTables; samples: SampleTable } {
  const stackAt = rowReader(thread['stackTable']);
  const frameAt = rowReader(thread['frameTable']);
  const sampleAt = rowReader(thread['samples']);
  const strings = list(thread['stringTable']);
  return {
    stacks: {
      frame: (stack) => {
        const at = index(stackAt(stack, 'frame'));
        const location = at === undefined ? undefined : index(frameAt(at, 'location'));
        const name = location === undefined ? undefined : text(strings[location]);
        return name === undefined ? undefined : readFrame(name, libraries, nameless);
      },
      caller: (stack) => {
        if (stackAt(stack, 'frame') === undefined) return undefined;
        return callerAt(stackAt(stack, 'prefix'));
      },
      isIdle: (stack) => {
        const at = index(stackAt(stack, 'frame'));
        return idle !== undefined && at !== undefined && frameAt(at, 'category') === idle;
      },
    },
    samples: {
      stack: column(thread['samples'], 'data').map((_, at) => sampleAt(at, 'stack')),
      timeMs: column(thread['samples'], 'data').map((_, at) => sampleAt(at, 'time')),
      weightType: 'samples',
    },
  };
}

/** Answers the cell of a row by the name of its column; rows may end before their last columns. */
function rowReader(table: unknown): (row: number, name: string) => unknown {
  const data = column(table, 'data');
  const schema = isObject(table) && isObject(table['schema']) ? table['schema'] : {};
  const places = new Map(Object.entries(schema));
  return (row, name) => {
    const place = index(places.get(name));
    const cells = index(row) === undefined ? undefined : data[row];
    return place === undefined || !Array.isArray(cells) ? undefined : (cells[place] as unknown);
  };
}

/** Where a process had its libraries, in ascending order; other shapes than Gecko's own do not say. */
export function librariesOf(process: Json): Library[] {
  const libraries: Library[] = [];
  for (const lib of objects(process['libs'])) {
    const start = finite(lib['start']);
    const end = finite(lib['end']);
    const name = text(lib['path']) ?? text(lib['name']);
    if (start !== undefined && end !== undefined && name !== undefined) libraries.push({ start, end, name });
  }
  return libraries.sort((a, b) => a.start - b.start);
}

function readFrame(name: string, libraries: readonly Library[], nameless: Set<string>): Frame {
  if (isAddress(name)) {
    nameless.add(name);
    const address = Number(name);
    const library = libraryAt(libraries, address);
    return library === undefined
      ? { name }
      : { name: `0x${(address - library.start).toString(16)}`, file: library.name };
  }
  return scriptFrame(name) ?? { name };
}

/** Scripts' functions are `name (url:line:column)`, then an id in brackets; those without a name are the place alone. */
function scriptFrame(label: string): Frame | undefined {
  const whole = label.replace(/\[\d+\]$/, '');
  const bracket = whole.endsWith(')') ? whole.indexOf(' (') : -1;
  const place = bracket < 0 ? whole : whole.slice(bracket + 2, -1);
  const [end, line, columnNumber] = /:(\d+)(?::(\d+))?$/.exec(place) ?? [];
  if (end === undefined || !/^[a-z-]+:/.test(place)) return undefined;
  const frame: Frame = {
    name: bracket < 0 ? '(anonymous)' : whole.slice(0, bracket),
    file: place.slice(0, -end.length),
  };
  if (Number(line) >= 1) frame.line = Number(line);
  if (frame.line !== undefined && Number(columnNumber) >= 1) frame.column = Number(columnNumber);
  return frame;
}

/** The library that an address is in; libraries do not overlap. */
function libraryAt(libraries: readonly Library[], address: number): Library | undefined {
  let low = 0;
  let high = libraries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((libraries[middle]?.start ?? 0) <= address) low = middle + 1;
    else high = middle;
  }
  const found = libraries[low - 1];
  return found !== undefined && address < found.end ? found : undefined;
}
