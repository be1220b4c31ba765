import type { WrittenAttribute } from '../attributes.ts';
import type { Place, TagLine } from '../lines.ts';
import type { Report, Rule, Written } from './rule.ts';

const SOURCES = ['NAME', 'IMPORT', 'QUERYPARAM'] as const;

/** EXT-X-DEFINE and the use of its variables (RFC 8216bis §4.3, §4.4.2.3). */
export class VariableRules implements Rule {
  readonly #report: Report;
  readonly #isMultivariant: boolean;
  readonly #defined = new Set<string>();
  readonly checks = {
    'EXT-X-DEFINE': (tag: TagLine, attributes: Written): void => {
      this.#define(tag, attributes);
    },
  };

  constructor(kind: 'multivariant' | 'media', report: Report) {
    this.#isMultivariant = kind === 'multivariant';
    this.#report = report;
  }

  /** Reports references to what is not defined above. `text` begins at `place`. */
  use(text: string, place: Place): void {
    if (!text.includes('{$')) return;
    for (const match of text.matchAll(/\{\$([\w-]+)\}/g)) {
      const name = match[1] ?? '';
      if (this.#defined.has(name)) continue;
      const message = `The variable “${name.slice(0, 60)}” is not defined above.`;
      this.#report('error', 'undefined-variable', message, { line: place.line, column: place.column + match.index });
    }
  }

  #define(tag: TagLine, attributes: Written): void {
    const sources = SOURCES.flatMap((source) => attributes.get(source) ?? []);
    const [source] = sources;
    if (source === undefined || (source.name === 'NAME' && !attributes.has('VALUE'))) {
      this.#report('error', 'define-without-value', '#EXT-X-DEFINE gives no value.', tag);
    }
    if (source === undefined) return;
    if (sources.length > 1) {
      const message = '#EXT-X-DEFINE has more than one of NAME, IMPORT and QUERYPARAM.';
      this.#report('error', 'ambiguous-define', message, tag);
    }
    if (source.name === 'IMPORT' && this.#isMultivariant) {
      const message = 'A multivariant playlist has nothing to import from.';
      this.#report('error', 'import-in-multivariant', message, placeOfName(source));
    }
    if (this.#defined.has(source.value)) {
      const message = `The variable “${source.value.slice(0, 60)}” is defined already; the first one counts.`;
      this.#report('error', 'duplicate-variable', message, source);
    }
    this.#defined.add(source.value);
  }
}

function placeOfName({ line, nameColumn }: WrittenAttribute): Place {
  return { line, column: nameColumn };
}
