import { listAttributes, type WrittenAttribute } from '../engine/playlist/attributes.ts';
import type { TagLine } from '../engine/playlist/lines.ts';
import { readDecimal } from '../engine/playlist/numbers.ts';
import { longestFragmentS } from './fragments.ts';
import type { Judgement } from './judge.ts';
import type { PlaylistText } from './playlistText.ts';

/** A place in the text, from 0. */
export interface Point {
  line: number;
  column: number;
}

/** Replaces what stands between two places. */
export interface Edit {
  from: Point;
  to: Point;
  text: string;
}

/** What a fix does, for a title: `what` is the tag, attribute, or value that it is about. */
export interface Fix {
  kind:
    | 'insert'
    | 'move'
    | 'remove'
    | 'replace'
    | 'setTargetDuration'
    | 'setVersion'
    | 'addQuotes'
    | 'removeQuotes'
    | 'addComma'
    | 'removeValue';
  what: string;
  edits: Edit[];
}

/** Seconds of a target duration where no fragment gives one. */
const COMMON_TARGET_S = 6;

/**
 * How a finding can be put right without asking anybody; nothing where only a person can know.
 * @param all every judgement of the text: a version has to be enough for all features.
 */
export function findFix(playlist: PlaylistText, judgement: Judgement, all: readonly Judgement[]): Fix | undefined {
  return FIXES[judgement.code]?.({ playlist, judgement, all });
}

interface Case {
  playlist: PlaylistText;
  judgement: Judgement;
  all: readonly Judgement[];
}

type Fixer = (given: Case) => Fix | undefined;

const FIXES: Readonly<Record<string, Fixer>> = {
  'missing-header': () => insertion('#EXTM3U', { line: 0, column: 0 }, '#EXTM3U\n'),
  'header-not-first': ({ playlist, judgement: { span } }) => {
    const hasTextAbove = playlist.raw.slice(0, span.line).some((line) => line.trim() !== '');
    const start = { line: 0, column: 0 };
    const edits = hasTextAbove
      ? [replaceAt(start, '#EXTM3U\n'), removeLine(playlist, span.line)]
      : [{ from: start, to: { line: span.line, column: span.start }, text: '' }];
    return { kind: 'move', what: '#EXTM3U', edits };
  },
  'missing-target-duration': ({ playlist }) => {
    const tag = `#EXT-X-TARGETDURATION:${longestFragmentS(playlist.lines) ?? COMMON_TARGET_S}`;
    return insertion(tag, ...belowHead(playlist, tag));
  },
  'duration-above-target': ({ playlist }) => {
    const target = findTag(playlist, 'EXT-X-TARGETDURATION');
    const longest = `${longestFragmentS(playlist.lines) ?? COMMON_TARGET_S}`;
    return target && { kind: 'setTargetDuration', what: longest, edits: [replaceValue(target, longest)] };
  },
  'bad-target-duration': ({ playlist, judgement }) => {
    const tag = tagAt(playlist, judgement);
    const value = readDecimal(tag?.value ?? '');
    const rounded = `${Math.max(Math.ceil(value ?? 0), longestFragmentS(playlist.lines) ?? 1)}`;
    if (tag === undefined || value === undefined) return undefined;
    return { kind: 'setTargetDuration', what: rounded, edits: [replaceValue(tag, rounded)] };
  },
  'version-too-low': ({ playlist, all }) => {
    const needs = all.filter(({ code }) => code === 'version-too-low').map(({ expected }) => Number(expected));
    const version = `${Math.max(...needs)}`;
    const declared = findTag(playlist, 'EXT-X-VERSION');
    const tag = `#EXT-X-VERSION:${version}`;
    const edit = declared ? replaceValue(declared, version) : replaceAt(...belowHeader(playlist, tag));
    return { kind: 'setVersion', what: version, edits: [edit] };
  },
  'unknown-tag': ({ judgement }) => replacement(judgement, judgement.expected, '#'),
  'unknown-attribute': ({ judgement }) => replacement(judgement, judgement.expected),
  'map-range-without-offset': ({ judgement }) => replacement(judgement, judgement.expected, '"', '"'),
  'default-without-autoselect': ({ judgement }) => replacement(judgement, 'YES'),
  'duplicate-tag': removeTag,
  'duplicate-fragment-tag': removeTag,
  'gap-without-fragment': removeTag,
  'byte-range-without-fragment': removeTag,
  'unused-map': removeTag,
  'duplicate-attribute': removeAttribute,
  'forced-without-subtitles': removeAttribute,
  'closed-captions-with-uri': removeAttribute,
  'late-sequence': moveTagUp,
  'late-discontinuity-sequence': moveTagUp,
  'missing-quotes': ({ playlist, judgement }) => {
    const value = attributeAt(playlist, judgement, 'column');
    return value && { kind: 'addQuotes', what: value.name, edits: [replaceSpan(judgement, `"${value.value}"`)] };
  },
  'needless-quotes': ({ playlist, judgement }) => {
    const value = attributeAt(playlist, judgement, 'column');
    return value && { kind: 'removeQuotes', what: value.name, edits: [replaceSpan(judgement, value.value)] };
  },
  'extinf-without-comma': ({ judgement: { span } }) => ({
    kind: 'addComma',
    what: ',',
    edits: [replaceAt({ line: span.line, column: span.end }, ',')],
  }),
  'unexpected-value': ({ playlist, judgement }) => {
    const tag = tagAt(playlist, judgement);
    if (tag === undefined) return undefined;
    const { line } = judgement.span;
    const from = { line, column: tag.column + tag.name.length };
    const to = { line, column: (playlist.raw[line] ?? '').trimEnd().length };
    return { kind: 'removeValue', what: `#${tag.name}`, edits: [{ from, to, text: '' }] };
  },
  'key-none-with-attributes': ({ playlist, judgement }) => {
    const tag = tagAt(playlist, judgement);
    return tag && { kind: 'replace', what: 'METHOD=NONE', edits: [replaceValue(tag, 'METHOD=NONE')] };
  },
  'vod-without-end': ({ playlist: { raw } }) => {
    const line = raw.length - 1;
    const column = raw[line]?.length ?? 0;
    return insertion('#EXT-X-ENDLIST', { line, column }, `${column > 0 ? '\n' : ''}#EXT-X-ENDLIST\n`);
  },
};

function insertion(what: string, at: Point, text: string): Fix {
  return { kind: 'insert', what, edits: [replaceAt(at, text)] };
}

function replacement({ span }: Judgement, to: string | undefined, before = '', after = ''): Fix | undefined {
  if (to === undefined) return undefined;
  return { kind: 'replace', what: `${before}${to}${after}`, edits: [replaceSpan({ span }, `${before}${to}${after}`)] };
}

function removeTag({ playlist, judgement: { span } }: Case): Fix {
  const what = (playlist.raw[span.line] ?? '').slice(span.start, span.end);
  return { kind: 'remove', what, edits: [removeLine(playlist, span.line)] };
}

function moveTagUp({ playlist, judgement }: Case): Fix | undefined {
  const tag = tagAt(playlist, judgement);
  if (tag === undefined) return undefined;
  const text = (playlist.raw[judgement.span.line] ?? '').trim();
  const edits = [replaceAt(...belowHead(playlist, text)), removeLine(playlist, judgement.span.line)];
  return { kind: 'move', what: `#${tag.name}`, edits };
}

function removeAttribute({ playlist, judgement }: Case): Fix | undefined {
  const attribute = attributeAt(playlist, judgement, 'nameColumn');
  if (attribute === undefined) return undefined;
  const { line, start } = judgement.span;
  const text = playlist.raw[line] ?? '';
  const end = attribute.column - 1 + attribute.value.length + (attribute.isQuoted ? 2 : 0);
  // With the comma behind it, or the one before it where it is the last.
  const isLast = text[end] !== ',';
  const from = { line, column: isLast && text[start - 1] === ',' ? start - 1 : start };
  return {
    kind: 'remove',
    what: attribute.name,
    edits: [{ from, to: { line, column: isLast ? end : end + 1 }, text: '' }],
  };
}

function tagAt({ lines }: PlaylistText, { span }: Judgement): TagLine | undefined {
  return lines.find((line): line is TagLine => line.kind === 'tag' && line.line - 1 === span.line);
}

function findTag({ lines }: PlaylistText, name: string): TagLine | undefined {
  return lines.find((line): line is TagLine => line.kind === 'tag' && line.name === name);
}

/** The attribute whose name, or whose value, the judgement is about. */
function attributeAt(
  playlist: PlaylistText,
  judgement: Judgement,
  column: 'column' | 'nameColumn',
): WrittenAttribute | undefined {
  const tag = tagAt(playlist, judgement);
  return tag && listAttributes(tag).find((item) => item[column] - 1 === judgement.span.start);
}

/** Where a tag can be put below the header, and its text with the line end that it needs there. */
function belowHeader(playlist: PlaylistText, tag: string): [at: Point, text: string] {
  return below(playlist, findTag(playlist, 'EXTM3U'), tag);
}

/** As `belowHeader`, but below the version, where there is one. */
function belowHead(playlist: PlaylistText, tag: string): [at: Point, text: string] {
  return below(playlist, findTag(playlist, 'EXT-X-VERSION') ?? findTag(playlist, 'EXTM3U'), tag);
}

function below({ raw }: PlaylistText, anchor: TagLine | undefined, tag: string): [at: Point, text: string] {
  if (anchor === undefined) return [{ line: 0, column: 0 }, `${tag}\n`];
  const line = anchor.line - 1;
  return [{ line, column: (raw[line] ?? '').length }, `\n${tag}`];
}

function replaceAt(at: Point, text: string): Edit {
  return { from: at, to: at, text };
}

function replaceSpan({ span: { line, start, end } }: Pick<Judgement, 'span'>, text: string): Edit {
  return { from: { line, column: start }, to: { line, column: end }, text };
}

function replaceValue({ line, valueColumn, value }: TagLine, text: string): Edit {
  const from = { line: line - 1, column: valueColumn - 1 };
  return { from, to: { line: line - 1, column: from.column + value.length }, text };
}

/** Removes a line with its end; of the last one the end of the line before. */
function removeLine({ raw }: PlaylistText, line: number): Edit {
  const isLast = line === raw.length - 1;
  if (!isLast) return { from: { line, column: 0 }, to: { line: line + 1, column: 0 }, text: '' };
  const from = line === 0 ? { line, column: 0 } : { line: line - 1, column: (raw[line - 1] ?? '').length };
  return { from, to: { line, column: (raw[line] ?? '').length }, text: '' };
}
