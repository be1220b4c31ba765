import { listAttributes } from './attributes.ts';
import type { WrittenAttribute } from './attributes.ts';
import type { Line, TagLine } from './lines.ts';
import { DateRangeRules } from './lint/dateRangeRules.ts';
import { FormRules } from './lint/formRules.ts';
import { FragmentRules, PlaylistRules } from './lint/fragmentRules.ts';
import { KeyRules } from './lint/keyRules.ts';
import { LiveRules } from './lint/liveRules.ts';
import { MapRules } from './lint/mapRules.ts';
import { RenditionRules, SessionDataRules, VariantRules } from './lint/multivariantRules.ts';
import type { Check, Report, Rule, Written } from './lint/rule.ts';
import { TAGS } from './lint/tagTable.ts';
import type { TagRule } from './lint/tagTable.ts';
import { VariableRules } from './lint/variableRules.ts';
import { VersionRules } from './lint/versionRules.ts';
import type { Finding } from './model.ts';
import { readDecimal } from './numbers.ts';

/** Findings of one code that are listed one by one; the rest is counted. */
const MAX_PER_CODE = 50;

const NO_ATTRIBUTES: Written = new Map();

/**
 * What a playlist's lines break of RFC 8216bis, or hold that a person should know. Values that hold variables are not
 * judged. Pure, linear, never throws.
 */
export function lintLines(lines: readonly Line[], kind: 'multivariant' | 'media'): Finding[] {
  const lint = new Lint(lines, kind);
  for (const line of lines) lint.take(line);
  return lint.end();
}

class Lint {
  readonly #findings: Finding[] = [];
  readonly #form: FormRules;
  readonly #variables: VariableRules;
  readonly #rules: readonly Rule[];
  readonly #uriRules: readonly Rule[];
  /** By name, what a tag has to be and who judges it. */
  readonly #tags: ReadonlyMap<string, { rule: TagRule; checks: readonly Check[] }>;

  constructor(lines: readonly Line[], kind: 'multivariant' | 'media') {
    const report: Report = (severity, code, message, { line, column }, expected) => {
      const finding = { severity, code, message, line, column };
      this.#findings.push(expected === undefined ? finding : { ...finding, expected });
    };
    this.#form = new FormRules(kind, report);
    this.#variables = new VariableRules(kind, report);
    this.#rules = [
      this.#variables,
      new VersionRules(kind, report),
      new KeyRules(report),
      ...(kind === 'media' ? mediaRules(lines, report) : multivariantRules(report)),
    ];
    this.#uriRules = this.#rules.filter(({ uri }) => uri !== undefined);
    this.#tags = new Map(
      [...TAGS].map(([name, rule]) => [
        name,
        {
          rule,
          checks: this.#rules.flatMap(({ checks }) => (Object.hasOwn(checks, name) ? (checks[name] ?? []) : [])),
        },
      ]),
    );
    checkHeader(lines[0], report);
  }

  take(line: Line): void {
    if (line.kind === 'tag') {
      this.#tag(line);
      return;
    }
    this.#variables.use(line.text, line);
    for (const rule of this.#uriRules) rule.uri?.(line);
  }

  #tag(tag: TagLine): void {
    const known = this.#tags.get(tag.name);
    if (known === undefined) {
      this.#form.unknownTag(tag);
      return;
    }
    const { rule, checks } = known;
    if (rule.isForeign) return;
    const items = rule.value === 'attributes' ? listAttributes(tag) : [];
    const attributes = items.length === 0 ? NO_ATTRIBUTES : byName(items);
    this.#form.tag(tag, rule, items, attributes);
    for (const { value, isQuoted, line, column } of items) {
      if (value.includes('{$')) this.#variables.use(value, { line, column: column + (isQuoted ? 1 : 0) });
    }
    for (const check of checks) check(tag, attributes);
  }

  end(): Finding[] {
    for (const rule of this.#rules) rule.end?.();
    return this.#findings;
  }
}

function mediaRules(lines: readonly Line[], report: Report): Rule[] {
  const target = lines.find((line) => line.kind === 'tag' && line.name === 'EXT-X-TARGETDURATION');
  const targetDurationS = target?.kind === 'tag' ? readDecimal(target.value) : undefined;
  return [
    new PlaylistRules(lines[0], report),
    new FragmentRules(targetDurationS, report),
    new MapRules(report),
    new LiveRules(targetDurationS, report),
    new DateRangeRules(report),
  ];
}

function multivariantRules(report: Report): Rule[] {
  return [new RenditionRules(report), new VariantRules(report), new SessionDataRules(report)];
}

function byName(items: readonly WrittenAttribute[]): Written {
  const attributes = new Map<string, WrittenAttribute>();
  for (const item of items) if (item.name !== '') attributes.set(item.name, item);
  return attributes;
}

function checkHeader(first: Line | undefined, report: Report): void {
  if (first?.kind !== 'tag' || first.name !== 'EXTM3U') {
    report('error', 'missing-header', 'The playlist does not begin with #EXTM3U.', first ?? { line: 1, column: 1 });
  } else if (first.line > 1 || first.column > 1) {
    report('error', 'header-not-first', '#EXTM3U is not the very beginning of the playlist.', first);
  }
}

/** The findings in the order of the text, at most 50 of a code; the last of a longer list says how many more there are. */
export function arrangeFindings(findings: readonly Finding[]): Finding[] {
  const counts = new Map<string, number>();
  for (const { code } of findings) counts.set(code, (counts.get(code) ?? 0) + 1);
  const seen = new Map<string, number>();
  const kept: Finding[] = [];
  for (const finding of findings.toSorted((a, b) => a.line - b.line || a.column - b.column)) {
    const place = (seen.get(finding.code) ?? 0) + 1;
    seen.set(finding.code, place);
    const more = (counts.get(finding.code) ?? 0) - MAX_PER_CODE;
    if (place < MAX_PER_CODE || (place === MAX_PER_CODE && more === 0)) kept.push(finding);
    else if (place === MAX_PER_CODE)
      kept.push({ ...finding, message: `${finding.message} (and ${more} more like this)` });
  }
  return kept;
}
