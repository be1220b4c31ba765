import { ProfileError } from '../errors.ts';
import { fields, signed, unsigned, varintEnd, type Field } from './protobuf.ts';

/** An id of the file: any uint64, some producers take addresses or hashes. */
export type Id = number | bigint;

/** A type of value that each sample has: names are indexes of the string table. */
export interface ValueType {
  type: number;
  unit: number;
}

export interface Mapping {
  file: number;
}

export interface Location {
  mapping: Id;
  address: Id;
  /** Functions at this address, the innermost of the inlined ones first. */
  functions: Id[];
}

export interface Func {
  name: number;
  file: number;
  /** From 1: the function's first line, else the line that all its locations without an address have; 0 when neither is known. */
  line: number;
}

/** What a pprof file holds, its samples aside: they are read afterwards, one by one. */
export interface Tables {
  sampleTypes: ValueType[];
  defaultType: number;
  mappings: Map<Id, Mapping>;
  locations: Map<Id, Location>;
  functions: Map<Id, Func>;
  /** The text at an index of the string table; empty when there is none. */
  string: (index: number) => string;
  /** Where samples are in the file. */
  samples: Field[];
}

/** Entries that all tables may have together: tiny messages would otherwise take many times the file's size in memory. */
const ENTRIES_MAX = 2 ** 23;

/** Fields of the message Profile (profile.proto). */
export const PROFILE = { sampleType: 1, sample: 2, mapping: 3, location: 4, function: 5, string: 6, defaultType: 14 };

/**
 * Reads all tables of a pprof profile.
 *
 * @throws {ProtobufError} when the bytes are no protocol-buffers message
 * @throws {ProfileError} PROFILE_TOO_LARGE
 */
export function readTables(bytes: Uint8Array): Tables {
  const strings: Field[] = [];
  const functions = new Map<Id, Func>();
  const lines: { id: Id; line: number }[] = [];
  const tables: Tables = {
    sampleTypes: [],
    defaultType: 0,
    mappings: new Map(),
    locations: new Map(),
    functions,
    string: stringReader(bytes, strings),
    samples: [],
  };
  let entries = 0;
  const count = (): void => {
    if (++entries > ENTRIES_MAX) throw tooLarge();
  };
  for (const field of fields(bytes, 0, bytes.length)) {
    count();
    if (field.number === PROFILE.defaultType && field.wire === 0) tables.defaultType = integer(bytes, field);
    if (field.wire !== 2) continue;
    if (field.number === PROFILE.sampleType) tables.sampleTypes.push(readValueType(bytes, field));
    else if (field.number === PROFILE.sample) tables.samples.push(field);
    else if (field.number === PROFILE.mapping) readMapping(bytes, field, tables.mappings);
    else if (field.number === PROFILE.location) readLocation(bytes, field, tables.locations, lines, count);
    else if (field.number === PROFILE.function) readFunction(bytes, field, functions);
    else if (field.number === PROFILE.string) strings.push(field);
  }
  addLines(functions, lines);
  return tables;
}

/** Values of a repeated number, packed or not. */
export function* numbers(bytes: Uint8Array, field: Field): Generator<{ start: number; end: number }> {
  if (field.wire === 0) yield field;
  if (field.wire !== 2) return;
  for (let at = field.start; at < field.end;) {
    const end = varintEnd(bytes, at, field.end);
    yield { start: at, end };
    at = end;
  }
}

/** A field's number as an index or an int64. */
export function integer(bytes: Uint8Array, field: { start: number; end: number }): number {
  return signed(bytes, field.start, field.end);
}

export function readValueType(bytes: Uint8Array, { start, end }: Field): ValueType {
  const value: ValueType = { type: 0, unit: 0 };
  for (const field of fields(bytes, start, end)) {
    if (field.wire !== 0) continue;
    if (field.number === 1) value.type = integer(bytes, field);
    else if (field.number === 2) value.unit = integer(bytes, field);
  }
  return value;
}

function readMapping(bytes: Uint8Array, { start, end }: Field, mappings: Map<Id, Mapping>): void {
  let id: Id = 0;
  let file = 0;
  for (const field of fields(bytes, start, end)) {
    if (field.wire !== 0) continue;
    if (field.number === 1) id = unsigned(bytes, field.start, field.end);
    else if (field.number === 5) file = integer(bytes, field);
  }
  mappings.set(id, { file });
}

function readLocation(
  bytes: Uint8Array,
  { start, end }: Field,
  locations: Map<Id, Location>,
  lines: { id: Id; line: number }[],
  count: () => void,
): void {
  let id: Id = 0;
  const location: Location = { mapping: 0, address: 0, functions: [] };
  const own: { id: Id; line: number }[] = [];
  for (const field of fields(bytes, start, end)) {
    if (field.number === 4 && field.wire === 2) {
      count();
      const line = readLine(bytes, field);
      location.functions.push(line.id);
      own.push(line);
    }
    if (field.wire !== 0) continue;
    if (field.number === 1) id = unsigned(bytes, field.start, field.end);
    else if (field.number === 2) location.mapping = unsigned(bytes, field.start, field.end);
    else if (field.number === 3) location.address = unsigned(bytes, field.start, field.end);
  }
  // Machine code has the line of each address; virtual machines have no addresses, and give the function's line.
  if (location.address === 0) for (const line of own) lines.push(line);
  locations.set(id, location);
}

function readLine(bytes: Uint8Array, { start, end }: Field): { id: Id; line: number } {
  const read: { id: Id; line: number } = { id: 0, line: 0 };
  for (const field of fields(bytes, start, end)) {
    if (field.wire !== 0) continue;
    if (field.number === 1) read.id = unsigned(bytes, field.start, field.end);
    else if (field.number === 2) read.line = integer(bytes, field);
  }
  return read;
}

function readFunction(bytes: Uint8Array, { start, end }: Field, functions: Map<Id, Func>): void {
  let id: Id = 0;
  let systemName = 0;
  const read: Func = { name: 0, file: 0, line: 0 };
  for (const field of fields(bytes, start, end)) {
    if (field.wire !== 0) continue;
    if (field.number === 1) id = unsigned(bytes, field.start, field.end);
    else if (field.number === 2) read.name = integer(bytes, field);
    else if (field.number === 3) systemName = integer(bytes, field);
    else if (field.number === 4) read.file = integer(bytes, field);
    else if (field.number === 5) read.line = integer(bytes, field);
  }
  if (read.name === 0) read.name = systemName;
  functions.set(id, read);
}

/** A function without a first line gets the line of its locations, when they agree: profilers of virtual machines write the function's own there. */
function addLines(functions: Map<Id, Func>, lines: readonly { id: Id; line: number }[]): void {
  const agreed = new Map<Id, number>();
  for (const { id, line } of lines) {
    const before = agreed.get(id);
    agreed.set(id, before === undefined || before === line ? line : 0);
  }
  for (const [id, line] of agreed) {
    const found = functions.get(id);
    if (found !== undefined && found.line <= 0) found.line = line;
  }
}

function stringReader(bytes: Uint8Array, strings: readonly Field[]): (index: number) => string {
  const decoder = new TextDecoder('utf-8');
  return (index) => {
    const field = strings[index];
    return field === undefined ? '' : decoder.decode(bytes.subarray(field.start, field.end));
  };
}

function tooLarge(): ProfileError {
  return new ProfileError('PROFILE_TOO_LARGE', `the pprof profile has more than ${ENTRIES_MAX} entries`, {
    hint: 'Record for a shorter time, or merge equal samples (`pprof -proto`).',
  });
}
