import { indexOrEnd, type Place, type TagLine } from './lines.ts';

/** One `NAME=value` of an attribute list. */
export interface Attribute extends Place {
  /** Without its quotes. */
  value: string;
  isQuoted: boolean;
}

/** Attributes by name; where one is given twice, the last. */
export type Attributes = ReadonlyMap<string, Attribute>;

/** Replaces variable references; the identity where there are none. */
export type Substitute = (text: string, place: Place) => string;

/**
 * Reads a tag's attribute list (RFC 8216bis §4.2). A quoted value ends at the next double quote and may hold commas,
 * apostrophes and equal signs. Lenient: white space around names and values is dropped, a quote that is never closed runs
 * to the end of the line, items without `=` are skipped. Linear in the length of the list.
 */
export function readAttributes(tag: TagLine, substitute: Substitute): Attributes {
  const list = tag.value;
  const attributes = new Map<string, Attribute>();
  for (let position = 0; position < list.length;) {
    const item = readItem(list, position);
    position = item.end;
    if (item.name === '') continue;
    const place = { line: tag.line, column: tag.valueColumn + item.valueStart };
    attributes.set(item.name, { value: substitute(item.value, place), isQuoted: item.isQuoted, ...place });
  }
  return attributes;
}

/** One item of an attribute list as it is written, for those who judge it. */
export interface WrittenAttribute extends Attribute {
  /** Empty when the item has no `=`. */
  name: string;
  /** Column of the name, or of the item. */
  nameColumn: number;
  /** The form is that of the RFC: no white space, the quote closed and nothing behind it. */
  isWellFormed: boolean;
}

const WELL_FORMED = /^[A-Z0-9-]+=(?:"[^"]*"|[^\s",]+)$/;

/** Every item of a tag's attribute list in its order, repeated and malformed ones too; variables are not substituted. */
export function listAttributes(tag: TagLine): WrittenAttribute[] {
  const items: WrittenAttribute[] = [];
  const list = tag.value;
  for (let position = 0; position < list.length;) {
    const { name, value, valueStart, isQuoted, end } = readItem(list, position);
    const text = list.slice(position, list[end - 1] === ',' ? end - 1 : end);
    const nameColumn = tag.valueColumn + position + (text.length - text.trimStart().length);
    const isWellFormed = WELL_FORMED.test(text);
    items.push({
      name,
      value,
      isQuoted,
      nameColumn,
      line: tag.line,
      column: tag.valueColumn + valueStart,
      isWellFormed,
    });
    position = end;
  }
  return items;
}

interface Item {
  /** Empty when the item has no name. */
  name: string;
  value: string;
  valueStart: number;
  isQuoted: boolean;
  /** Where the next item starts. */
  end: number;
}

function readItem(list: string, start: number): Item {
  const nameEnd = findEither(list, '=', ',', start);
  if (list[nameEnd] !== '=') return { name: '', value: '', valueStart: start, isQuoted: false, end: nameEnd + 1 };
  const name = list.slice(start, nameEnd).trim();
  let valueStart = nameEnd + 1;
  while (list[valueStart] === ' ' || list[valueStart] === '\t') valueStart++;
  if (list[valueStart] === '"') {
    const close = indexOrEnd(list, '"', valueStart + 1);
    const value = list.slice(valueStart + 1, close);
    return { name, value, valueStart, isQuoted: true, end: indexOrEnd(list, ',', close) + 1 };
  }
  const end = indexOrEnd(list, ',', valueStart);
  return { name, value: list.slice(valueStart, end).trim(), valueStart, isQuoted: false, end: end + 1 };
}

function findEither(text: string, a: string, b: string, from: number): number {
  for (let index = from; index < text.length; index++) {
    if (text[index] === a || text[index] === b) return index;
  }
  return text.length;
}
