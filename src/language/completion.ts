import { TAGS, type TagRule } from '../engine/playlist/lint/tagTable.ts';
import type { AttributeRule } from '../engine/playlist/lint/attributeTypes.ts';
import { IDENTITY } from '../engine/playlist/keys.ts';
import type { TagLine } from '../engine/playlist/lines.ts';
import { findAtCursor, type AtCursor, type Piece } from './cursor.ts';
import { writtenAttributes } from './fragments.ts';
import type { PlaylistText } from './playlistText.ts';

/** Something that can be written at the cursor. */
export interface Proposal {
  kind: 'tag' | 'attribute' | 'value' | 'variable';
  label: string;
  /** Replaces `piece`, in the syntax of snippets. */
  snippet: string;
  piece: Piece;
  /** The tag that an attribute is of. */
  tag?: string;
  isRequired?: boolean;
  /** There is more to propose behind it. */
  goesOn?: boolean;
}

/** What can be written at a place of a playlist: tags, attributes, their values, variables; line and column from 0. */
export function proposeAt(playlist: PlaylistText, line: number, column: number): Proposal[] {
  const text = playlist.raw[line] ?? '';
  const variables = proposeVariables(playlist, line, text, column);
  if (variables !== undefined) return variables;
  const at = findAtCursor(text, column);
  switch (at?.kind) {
    case 'tag':
      return proposeTags(playlist, line, at);
    case 'attribute':
      return proposeAttributes(at);
    case 'value':
      return proposeValues(playlist, at);
    case 'tagValue':
      return (at.rule.values ?? []).map((value) => toValue(value, at.piece));
    case 'uri':
    case undefined:
      return [];
  }
}

type At<Kind extends AtCursor['kind']> = Extract<AtCursor, { kind: Kind }>;

function proposeTags(playlist: PlaylistText, line: number, { piece, hasValue }: At<'tag'>): Proposal[] {
  const present = new Set<string>();
  let hasOther = false;
  for (const item of playlist.lines) {
    if (item.line - 1 === line) continue;
    hasOther = true;
    if (item.kind === 'tag') present.add(item.name);
  }
  // In a text that says nothing yet both kinds can be meant.
  const isOpen =
    playlist.kind === 'list' || !hasOther || [...present].every((name) => TAGS.get(name)?.scope === 'both');
  return [...TAGS].flatMap(([name, rule]): Proposal[] => {
    const fits = isOpen || rule.scope === 'both' || rule.scope === playlist.kind;
    if (!fits || (rule.isOnce && present.has(name))) return [];
    const goesOn = !hasValue && (rule.value === 'attributes' || rule.values !== undefined);
    return [{ kind: 'tag', label: `#${name}`, snippet: hasValue ? `#${name}` : tagSnippet(name, rule), piece, goesOn }];
  });
}

/** A tag with the attributes that it must have. */
function tagSnippet(name: string, rule: TagRule): string {
  if (rule.value === 'nothing' || rule.isForeign) return `#${name}`;
  if (rule.values !== undefined) return `#${name}:\${1|${rule.values.join()}|}`;
  if (name === 'EXTINF') return `#${name}:\${1:6},`;
  if (rule.value === 'something') return `#${name}:$1`;
  const required = [...rule.attributes].filter(([, { isRequired }]) => isRequired === true);
  const list = required.map(([attribute, { isQuoted, values }], index) => {
    const place = values === undefined || isQuoted ? `$${index + 1}` : `\${${index + 1}|${values.join()}|}`;
    return `${attribute}=${isQuoted ? `"${place}"` : place}`;
  });
  return `#${name}:${list.length === 0 ? '$1' : list.join()}`;
}

function proposeAttributes({ rule, present, name, piece, tag }: At<'attribute'>): Proposal[] {
  return [...rule.attributes].flatMap(([attribute, { isQuoted, isRequired = false, values }]): Proposal[] => {
    if (present.has(attribute) && attribute !== name) return [];
    const snippet = isQuoted ? `${attribute}="$1"` : `${attribute}=$1`;
    const goesOn = values !== undefined || REFERENCES.has(attribute);
    return [{ kind: 'attribute', label: attribute, snippet, piece, tag, isRequired, goesOn }];
  });
}

function proposeValues(playlist: PlaylistText, at: At<'value'>): Proposal[] {
  const rule = at.rule.attributes.get(at.attribute);
  if (rule === undefined) return [];
  const inner = at.isQuoted ? within(at.piece, at.value) : at.piece;
  const values = knownValues(playlist, at, rule);
  const proposals = values.map((value) => toValue(at.isQuoted || !rule.isQuoted ? value : `"${value}"`, inner));
  return at.attribute === 'CLOSED-CAPTIONS' && !at.isQuoted ? [...proposals, toValue('NONE', at.piece)] : proposals;
}

/** Attributes whose value is one that stands elsewhere in the playlist, by the attribute where it stands. */
const REFERENCES: ReadonlyMap<string, string> = new Map([
  ['AUDIO', 'GROUP-ID'],
  ['VIDEO', 'GROUP-ID'],
  ['SUBTITLES', 'GROUP-ID'],
  ['CLOSED-CAPTIONS', 'GROUP-ID'],
  ['GROUP-ID', 'GROUP-ID'],
  ['PATHWAY-ID', 'PATHWAY-ID'],
]);

function knownValues(playlist: PlaylistText, { attribute, tag }: At<'value'>, rule: AttributeRule): readonly string[] {
  if (rule.values !== undefined) return rule.values;
  if (attribute === 'KEYFORMAT') return [IDENTITY];
  const source = REFERENCES.get(attribute);
  if (source === undefined) return [];
  const found = new Set<string>();
  for (const line of playlist.lines) {
    if (line.kind !== 'tag' || !line.value.includes(`${source}=`)) continue;
    const attributes = writtenAttributes(line);
    const isOfType = source !== 'GROUP-ID' || tag === 'EXT-X-MEDIA' || attributes.get('TYPE')?.value === attribute;
    const value = attributes.get(source)?.value ?? '';
    if (isOfType && value !== '') found.add(value);
  }
  return [...found];
}

/** The piece between the quotes. */
function within({ start }: Piece, value: string): Piece {
  return { start: start + 1, end: start + 1 + value.length };
}

/** Variables that are defined above, after `{$`. */
function proposeVariables({ lines }: PlaylistText, line: number, text: string, column: number): Proposal[] | undefined {
  const match = /\{\$[\w-]*$/.exec(text.slice(0, column));
  if (match === null) return undefined;
  const isAbove = (item: PlaylistText['lines'][number]): item is TagLine =>
    item.kind === 'tag' && item.name === 'EXT-X-DEFINE' && item.line - 1 < line;
  const names = lines.filter(isAbove).flatMap((tag) => {
    const attributes = writtenAttributes(tag);
    return ['NAME', 'IMPORT', 'QUERYPARAM'].flatMap((source) => attributes.get(source)?.value ?? []);
  });
  // Editors close the brace by themselves.
  const piece = { start: match.index, end: text[column] === '}' ? column + 1 : column };
  return [...new Set(names)].map((name) => ({
    kind: 'variable',
    label: `{$${name}}`,
    snippet: `{\\$${name}\\}`,
    piece,
  }));
}

function toValue(value: string, piece: Piece): Proposal {
  return { kind: 'value', label: value, snippet: value.replaceAll(/[$}\\]/g, String.raw`\$&`), piece };
}
