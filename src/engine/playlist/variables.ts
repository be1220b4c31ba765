import type { PlaylistError } from '../errors.ts';
import type { Attributes } from './attributes.ts';
import { readAttributes } from './attributes.ts';
import type { Place, TagLine } from './lines.ts';
import { syntaxError } from './context.ts';

/** Longest text that a substitution may give, and all of them together, in UTF-16 units: nested variables grow exponentially. */
const MAX_TEXT = 64 * 1024;
const MAX_TOTAL = 32 * 1024 * 1024;

/** The variables of one playlist (EXT-X-DEFINE, RFC 8216bis §4.4.2.3), in the order in which it defines them. */
export class Variables {
  readonly #url: string;
  readonly #imports: Readonly<Record<string, string>>;
  readonly #values = new Map<string, string>();
  #total = 0;

  /** `url` gives the QUERYPARAM values, `imports` the variables of the multivariant playlist. */
  constructor(url: string, imports: Readonly<Record<string, string>>) {
    this.#url = url;
    this.#imports = imports;
  }

  /**
   * Takes a `#EXT-X-DEFINE`. The first definition of a name stays. An IMPORT that nobody exports leaves the name
   * undefined. Throws PlaylistError when QUERYPARAM names a parameter that the URL lacks.
   */
  define(tag: TagLine): void {
    const attributes = readAttributes(tag, (text, place) => this.substitute(text, place));
    const defined = this.#read(attributes, tag);
    if (defined?.value !== undefined && !this.#values.has(defined.name)) this.#values.set(defined.name, defined.value);
  }

  #read(attributes: Attributes, tag: TagLine): { name: string; value: string | undefined } | undefined {
    const name = attributes.get('NAME')?.value;
    if (name !== undefined) return { name, value: attributes.get('VALUE')?.value ?? '' };
    const imported = attributes.get('IMPORT')?.value;
    if (imported !== undefined) {
      return { name: imported, value: Object.hasOwn(this.#imports, imported) ? this.#imports[imported] : undefined };
    }
    const parameter = attributes.get('QUERYPARAM')?.value;
    if (parameter === undefined) return undefined;
    const value = new URL(this.#url).searchParams.get(parameter);
    if (value === null || value === '') {
      throw syntaxError(
        this.#url,
        tag,
        `the variable "${parameter}" should come from the URL's query, which lacks it.`,
      );
    }
    return { name: parameter, value };
  }

  /** `text` with every `{$name}` replaced once; values are not scanned again. Throws PlaylistError for an undefined name. */
  substitute(text: string, place: Place): string {
    if (!text.includes('{$')) return text;
    const result = text.replace(/\{\$([\w-]+)\}/g, (_, name: string) => {
      const value = this.#values.get(name);
      if (value === undefined) throw syntaxError(this.#url, place, `the variable "${name}" is not defined.`);
      this.#total += value.length;
      if (value.length > MAX_TEXT || this.#total > MAX_TOTAL) throw this.#tooLong(place);
      return value;
    });
    if (result.length > MAX_TEXT) throw this.#tooLong(place);
    return result;
  }

  #tooLong(place: Place): PlaylistError {
    return syntaxError(this.#url, place, 'its variables grow beyond any sensible length.');
  }

  /** Name → value, for media playlists that import them; undefined when there are none. */
  toRecord(): Readonly<Record<string, string>> | undefined {
    return this.#values.size === 0 ? undefined : Object.fromEntries(this.#values);
  }
}
