import { listAttributes, type WrittenAttribute } from '../engine/playlist/attributes.ts';
import { TAGS, type TagRule } from '../engine/playlist/lint/tagTable.ts';
import { lexLines, type TagLine } from '../engine/playlist/lines.ts';

/** A piece of the line: UTF-16 columns from 0, `end` exclusive. */
export interface Piece {
  start: number;
  end: number;
}

/** What stands where the cursor is, in a line by itself. */
export type AtCursor =
  /** `#` and what follows up to the colon; `name` is without the `#`. Also an empty line, where a tag can be written. */
  | { kind: 'tag'; name: string; piece: Piece; rule: TagRule | undefined; hasValue: boolean }
  /** A name of an attribute list, or the place where one can be written. `present`: the names that the list has. */
  | { kind: 'attribute'; name: string; piece: Piece; tag: string; rule: TagRule; present: ReadonlySet<string> }
  /** The value of an attribute, with its quotes. */
  | { kind: 'value'; attribute: string; value: string; isQuoted: boolean; piece: Piece; tag: string; rule: TagRule }
  /** What follows the colon of a tag that has no attribute list. */
  | { kind: 'tagValue'; tag: string; value: string; piece: Piece; rule: TagRule }
  | { kind: 'uri'; piece: Piece };

/** Tells what stands at a column of a line, ends included; nothing in comments and in values of tags that are not known. */
export function findAtCursor(text: string, column: number): AtCursor | undefined {
  const start = text.length - text.trimStart().length;
  const trimmed = text.trim();
  const [line] = lexLines(text);
  if (line?.kind === 'uri') return { kind: 'uri', piece: { start, end: start + trimmed.length } };
  const nameEnd = line === undefined ? start + trimmed.length : line.column + line.name.length;
  if (column <= nameEnd) {
    // `#`, `#E` and `#EX` may become a tag.
    if (line === undefined && !/^(?:#\S{0,3})?$/.test(trimmed)) return undefined;
    const name = line?.name ?? trimmed.slice(1);
    const hasValue = text[nameEnd] === ':';
    return { kind: 'tag', name, piece: { start, end: nameEnd }, rule: TAGS.get(name), hasValue };
  }
  const rule = line === undefined ? undefined : TAGS.get(line.name);
  return line === undefined || rule === undefined ? undefined : inValue(line, rule, column, text);
}

function inValue(tag: TagLine, rule: TagRule, column: number, text: string): AtCursor | undefined {
  if (rule.value === 'nothing' || text[tag.column + tag.name.length] !== ':') return undefined;
  if (rule.value === 'something') {
    const start = tag.valueColumn - 1;
    return { kind: 'tagValue', tag: tag.name, value: tag.value, piece: { start, end: start + tag.value.length }, rule };
  }
  const items = listAttributes(tag);
  const item = items.findLast(({ nameColumn }) => nameColumn - 1 <= column);
  const present = new Set(items.map(({ name }) => name));
  if (item === undefined) return nameAt(tag, rule, present, { start: column, end: column }, '');
  const value = valuePiece(item, text);
  if (item.name !== '' && column >= value.start && column <= value.end) {
    const { name: attribute, value: written, isQuoted } = item;
    return { kind: 'value', attribute, value: written, isQuoted, piece: value, tag: tag.name, rule };
  }
  const name = text.slice(item.nameColumn - 1).match(/^[^=,\s]*/)?.[0] ?? '';
  const piece = { start: item.nameColumn - 1, end: item.nameColumn - 1 + name.length };
  if (column <= piece.end) return nameAt(tag, rule, present, piece, name);
  // Behind the comma of the last item.
  return text.slice(0, column).trimEnd().endsWith(',')
    ? nameAt(tag, rule, present, { start: column, end: column }, '')
    : undefined;
}

function nameAt(tag: TagLine, rule: TagRule, present: ReadonlySet<string>, piece: Piece, name: string): AtCursor {
  return { kind: 'attribute', name, piece, tag: tag.name, rule, present };
}

/** A value with its quotes, of which the closing one may be missing. `text` is the line. */
export function valuePiece({ column, value, isQuoted }: WrittenAttribute, text: string): Piece {
  const start = column - 1;
  return { start, end: Math.min(text.length, start + value.length + (isQuoted ? 2 : 0)) };
}
