import type { Frame } from '../model.ts';
import type { Process, SampleTable, StackTables } from './gecko.ts';
import { column, finite, index, isObject, text, type Json } from './json.ts';

/**
 * Tables and samples of a thread of a processed profile: columns, in the thread or in `profile.shared`. A lookup that fails is undefined;
 * the callers of stacks are not checked for circles.
 *
 * @param nameless collects the frames that are addresses only
 */
export function processedTables(
  thread: Json,
  { profile, idle }: Process,
  nameless: Set<string>,
): { stacks: StackTables; samples: SampleTable } {
  const shared = isObject(profile['shared']) ? profile['shared'] : {};
  const table = (name: string): Json => {
    const found = thread[name] ?? shared[name];
    return isObject(found) ? found : {};
  };
  const stackTable = table('stackTable');
  const frames = column(stackTable, 'frame');
  const prefix = stackTable['prefixOffset'] === undefined ? column(stackTable, 'prefix') : undefined;
  const offsets = column(stackTable, 'prefixOffset');
  const frameTable = table('frameTable');
  const categories = column(frameTable, 'category');
  const readFrame = frameReader(table, profile, thread, nameless);
  const isStack = (stack: number): boolean => index(stack) !== undefined && stack < frames.length;
  return {
    stacks: {
      frame: (stack) => {
        const at = isStack(stack) ? index(frames[stack]) : undefined;
        return at === undefined ? undefined : readFrame(at);
      },
      caller: (stack) => {
        if (!isStack(stack)) return undefined;
        if (prefix !== undefined) return callerAt(prefix[stack]);
        const offset = index(offsets[stack]) ?? 0;
        return offset === 0 ? null : stack - offset;
      },
      isIdle: (stack) => idle !== undefined && categories[index(frames[stack]) ?? -1] === idle,
    },
    samples: readSamples(thread),
  };
}

/** A caller as a cell has it: none for the outermost, −1 in columns of numbers only; undefined for what is no index. */
export function callerAt(cell: unknown): number | null | undefined {
  return cell === null || cell === undefined || cell === -1 ? null : index(cell);
}

function readSamples(thread: Json): SampleTable {
  const samples = isObject(thread['samples']) ? thread['samples'] : {};
  const table: SampleTable = { stack: column(samples, 'stack'), weightType: text(samples['weightType']) ?? 'samples' };
  if (Array.isArray(samples['weight'])) table.weight = samples['weight'] as unknown[];
  const timeMs = timesOf(samples);
  if (timeMs !== undefined) table.timeMs = timeMs;
  return table;
}

/** Times, or since version 47 the distances between them. */
function timesOf(samples: Json): readonly unknown[] | undefined {
  if (Array.isArray(samples['time'])) return samples['time'] as unknown[];
  if (!Array.isArray(samples['timeDeltas'])) return undefined;
  let now = 0;
  return (samples['timeDeltas'] as unknown[]).map((delta) => (now += finite(delta) ?? 0));
}

function frameReader(
  table: (name: string) => Json,
  profile: Json,
  thread: Json,
  nameless: Set<string>,
): (frame: number) => Frame | undefined {
  const frames = table('frameTable');
  const funcs = table('funcTable');
  const sources = table('sources');
  const resources = table('resourceTable');
  const symbols = table('nativeSymbols');
  const strings = stringsOf(thread, profile);
  const libs = column(thread['libs'] === undefined ? profile : thread, 'libs');
  const cell = (owner: Json, name: string, row: number | undefined): number | undefined =>
    row === undefined ? undefined : index(column(owner, name)[row]);
  const stringAt = (at: number | undefined): string | undefined => (at === undefined ? undefined : text(strings[at]));
  const libName = (at: number | undefined): string | undefined => {
    const lib = at === undefined ? undefined : libs[at];
    return isObject(lib) ? (text(lib['path']) ?? text(lib['name']) ?? text(lib['debugName'])) : undefined;
  };
  return (at) => {
    const func = cell(frames, 'func', at);
    if (func === undefined) return undefined;
    const resource = cell(funcs, 'resource', func);
    const lib = libName(cell(frames, 'lib', at)) ?? libName(cell(resources, 'lib', resource));
    const library =
      lib ?? (cell(resources, 'type', resource) === 1 ? stringAt(cell(resources, 'name', resource)) : undefined);
    const source = cell(funcs, 'source', func);
    const file = stringAt(cell(funcs, 'fileName', func)) ?? stringAt(cell(sources, 'filename', source)) ?? library;
    const symbol = stringAt(cell(symbols, 'name', cell(frames, 'nativeSymbol', at)));
    const own = stringAt(cell(funcs, 'name', func));
    // Inlined functions share the symbol of the one around them, so the function's own name comes first.
    const name = own === undefined || isAddress(own) ? (symbol ?? own) : own;
    if (name !== undefined && isAddress(name)) nameless.add(`${file ?? ''} ${name}`);
    const frame: Frame = { name: name ?? '(anonymous)' };
    if (file !== undefined) frame.file = file;
    const line = finite(column(funcs, 'lineNumber')[func]);
    const columnNumber = finite(column(funcs, 'columnNumber')[func]);
    if (line !== undefined && line >= 1) frame.line = line;
    if (frame.line !== undefined && columnNumber !== undefined && columnNumber >= 1) frame.column = columnNumber;
    return frame;
  };
}

/** Texts: of the thread, or of all threads since version 56; `stringTable` before version 41. */
function stringsOf(thread: Json, profile: Json): readonly unknown[] {
  for (const owner of [thread, profile['shared']]) {
    for (const name of ['stringArray', 'stringTable']) {
      const found = column(owner, name);
      if (found.length > 0) return found;
    }
  }
  return [];
}

/** Is a name nothing but an address? */
export function isAddress(name: string): boolean {
  return /^0x[0-9a-f]+$/i.test(name);
}
