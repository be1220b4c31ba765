import { attributesOf, resolveUriAttribute, syntaxError } from './context.ts';
import type { Context } from './context.ts';
import type { TagLine } from './lines.ts';
import type { ByteRange, Part } from './model.ts';
import { isWithinFile, readByteRange, readDecimal } from './numbers.ts';

const NONE: readonly Part[] = [];

/** Gathers the EXT-X-PART tags of the fragment that is being read (RFC 8216bis §4.4.4.9). */
export class PartReader {
  readonly #context: Context;
  #pending: Part[] = [];
  /** The part before, of whatever fragment: a range without an offset goes on behind it. */
  #last: Part | undefined;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Parts since the last `take`. */
  get pending(): readonly Part[] {
    return this.#pending.length === 0 ? NONE : this.#pending;
  }

  /** Hands over the parts of a fragment whose URI has come. */
  take(): readonly Part[] {
    const parts = this.#pending;
    this.#pending = [];
    return parts;
  }

  /** Throws PlaylistError for a missing URI or DURATION and a bad byte range: parts are numbered, none may be dropped. */
  add(tag: TagLine): void {
    const attributes = attributesOf(tag, this.#context);
    const url = resolveUriAttribute(attributes.get('URI'), tag, this.#context);
    const durationS = readDecimal(attributes.get('DURATION')?.value ?? '');
    if (durationS === undefined) throw syntaxError(this.#context.url, tag, '#EXT-X-PART has no valid DURATION.');
    const rangeText = attributes.get('BYTERANGE')?.value;
    const byteRange = rangeText === undefined ? undefined : this.#range(rangeText, url, tag);
    const part: Part = {
      url,
      durationS,
      ...(byteRange === undefined ? {} : { byteRange }),
      isIndependent: attributes.get('INDEPENDENT')?.value === 'YES',
      gap: attributes.get('GAP')?.value === 'YES',
    };
    this.#last = part;
    this.#pending.push(part);
  }

  #range(text: string, url: string, tag: TagLine): ByteRange {
    const range = readByteRange(text);
    if (range === undefined) throw syntaxError(this.#context.url, tag, 'the byte range of #EXT-X-PART is not valid.');
    const before = this.#last?.url === url ? this.#last.byteRange : undefined;
    const offset = range.offset ?? (before === undefined ? undefined : before.offset + before.length);
    if (offset === undefined) {
      const message = 'the byte range has no offset, and the part before it is no range of the same resource.';
      throw syntaxError(this.#context.url, tag, message);
    }
    const placed = { offset, length: range.length };
    if (!isWithinFile(placed)) throw syntaxError(this.#context.url, tag, 'the byte range ends beyond 2⁵³ bytes.');
    return placed;
  }
}
