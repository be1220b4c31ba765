import type { WrittenAttribute } from '../attributes.ts';
import type { TagLine } from '../lines.ts';
import type { AttributeRule } from './attributeTypes.ts';
import { nearestName } from './nearest.ts';
import type { Report, Written } from './rule.ts';
import { valuePlace } from './rule.ts';
import { TAGS } from './tagTable.ts';
import type { TagRule } from './tagTable.ts';

/** Comparing names takes time: a text of nothing but unknown ones gets no more suggestions than this. */
const MAX_SUGGESTIONS = 100;

/** What of a tag can be judged by itself: whether it is known, where it may stand, its attribute list (RFC 8216bis §4.2). */
export class FormRules {
  readonly #report: Report;
  readonly #kind: 'multivariant' | 'media';
  readonly #seen = new Set<string>();
  #suggestions = 0;

  constructor(kind: 'multivariant' | 'media', report: Report) {
    this.#kind = kind;
    this.#report = report;
  }

  unknownTag(tag: TagLine): void {
    const nearest = this.#suggest(tag.name, TAGS.keys(), 'EXT-X-');
    const meant = nearest === undefined ? '' : ` Is #${nearest} meant?`;
    const message = `#${tag.name.slice(0, 60)} is not known; it is ignored.${meant}`;
    this.#report('info', 'unknown-tag', message, tag, nearest);
  }

  tag(tag: TagLine, rule: TagRule, items: readonly WrittenAttribute[], attributes: Written): void {
    if (rule.scope !== 'both' && rule.scope !== this.#kind) this.#misplaced(tag, rule.scope);
    if (rule.isOnce) this.#once(tag);
    if (rule.value === 'attributes') this.#attributes(tag, rule, items, attributes);
    else if (rule.value === 'nothing' && tag.value !== '' && tag.name !== 'EXTM3U') {
      this.#report('warning', 'unexpected-value', `#${tag.name} takes no value.`, valuePlace(tag));
    }
  }

  #misplaced(tag: TagLine, scope: 'media' | 'multivariant'): void {
    if (scope === 'media') {
      const message = `#${tag.name} belongs into a media playlist; this is a multivariant one.`;
      this.#report('error', 'media-tag-in-multivariant', message, tag);
    } else {
      const message = `#${tag.name} belongs into a multivariant playlist; this is a media one.`;
      this.#report('error', 'multivariant-tag-in-media', message, tag);
    }
  }

  #once(tag: TagLine): void {
    if (this.#seen.has(tag.name)) {
      this.#report('error', 'duplicate-tag', `#${tag.name} stands here again; it may stand once.`, tag);
    }
    this.#seen.add(tag.name);
  }

  #attributes(tag: TagLine, rule: TagRule, items: readonly WrittenAttribute[], attributes: Written): void {
    for (const item of items) this.#attribute(tag, rule, item, attributes);
    for (const [name, { isRequired }] of rule.attributes) {
      if (isRequired !== true || attributes.has(name)) continue;
      this.#report('error', 'missing-attribute', `#${tag.name} has no ${name}.`, tag);
    }
  }

  #attribute(tag: TagLine, rule: TagRule, item: WrittenAttribute, attributes: Written): void {
    const { name, line, nameColumn: column } = item;
    if (!item.isWellFormed) {
      const message = `The attribute list of #${tag.name} is not well formed here.`;
      this.#report('error', 'bad-attribute-list', message, { line, column });
      return;
    }
    if (attributes.get(name) !== item) {
      this.#report('error', 'duplicate-attribute', `${name} is given again below; the last one counts.`, {
        line,
        column,
      });
    }
    const expected = rule.attributes.get(name);
    if (expected === undefined) this.#unknownAttribute(tag, rule, item);
    else if (expected.isJudgedApart !== true) this.#value(item, expected);
  }

  #value(item: WrittenAttribute, rule: AttributeRule): void {
    if (item.value.includes('{$') && rule.isQuoted) return;
    if (item.isQuoted === rule.isQuoted) {
      if (!rule.isValid(item.value)) this.#report('error', 'bad-attribute', `${item.name} is not ${rule.what}.`, item);
      return;
    }
    const message = rule.isQuoted ? `The value of ${item.name} has no quotes.` : `${item.name} takes no quotes.`;
    this.#report('warning', rule.isQuoted ? 'missing-quotes' : 'needless-quotes', message, item);
  }

  #unknownAttribute(
    tag: TagLine,
    rule: TagRule,
    { name, line, nameColumn: column, value, isQuoted }: WrittenAttribute,
  ): void {
    if (tag.name === 'EXT-X-DATERANGE' && name.startsWith('X-')) {
      if (isQuoted || /^(?:0[xX][\dA-Fa-f]+|-?\d+(?:\.\d*)?)$/.test(value)) return;
      const message = `${name.slice(0, 60)} is neither a quoted string nor a number.`;
      this.#report('error', 'bad-attribute', message, { line, column: column + name.length + 1 });
      return;
    }
    if (name.startsWith('REQ-')) {
      const message = `${name.slice(0, 60)} is not known; players that heed the RFC leave this variant out.`;
      this.#report('warning', 'unknown-requirement', message, { line, column });
      return;
    }
    const nearest = this.#suggest(name, rule.attributes.keys());
    const meant = nearest === undefined ? '' : ` Is ${nearest} meant?`;
    const message = `#${tag.name} has no attribute ${name.slice(0, 60)}; it is ignored.${meant}`;
    this.#report('info', 'unknown-attribute', message, { line, column }, nearest);
  }

  #suggest(name: string, names: Iterable<string>, prefix?: string): string | undefined {
    if (this.#suggestions++ >= MAX_SUGGESTIONS || name.length > 60) return undefined;
    return nearestName(name, names, prefix);
  }
}
