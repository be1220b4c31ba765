import { attributesOf, resolveUri, resolveUriAttribute, syntaxError } from './context.ts';
import type { Context } from './context.ts';
import { applyKey } from './keys.ts';
import type { DeclaredKey } from './keys.ts';
import type { Line, Place, TagLine, UriLine } from './lines.ts';
import { MediaMetadata } from './mediaMetadata.ts';
import type { ByteRange, Part } from './model.ts';
import { Tokens } from './normalised.ts';
import { readByteRange, readDecimal, readInteger } from './numbers.ts';
import { PartReader } from './parts.ts';

/** Above every duration: hls-parser compares each with the target and would report what the lint says with a place. */
const ANY_DURATION = 1e15;

/** Greatest Media Sequence Number (decimal-integer, RFC 8216bis §4.2). */
const MAX_SEQUENCE = 2n ** 64n - 1n;

/** An EXT-X-MAP before the sequence numbers are known. */
export interface DeclaredMap {
  url: string;
  byteRange?: ByteRange;
  keys: readonly DeclaredKey[];
  /** Index of the fragment that follows. */
  before: number;
}

/** A URI line as it went into the normalised text. */
export interface DraftFragment extends Place {
  uriName: string;
  /** EXT-X-DISCONTINUITY tags above it. */
  discontinuities: number;
  /** Its EXTINF has no decimals. */
  isDurationRounded: boolean;
  /** EXT-X-PART tags above it. */
  parts?: readonly Part[];
  /** EXT-X-BITRATE in force, in bits per second. */
  bitrate?: number;
}

/** Tags of fragments below the last URI: they belong to a fragment that has only begun. */
export interface DraftStart {
  parts: readonly Part[];
  isDiscontinuity: boolean;
  programDateTime?: string;
}

/**
 * Translates a media playlist, line by line, into text that hls-parser reads without loss: known tags in canonical form,
 * numbers checked, and names (`Tokens`) for URLs, titles, sets of keys and init segments. What hls-parser does not keep
 * (several keys at once, the key in force at an EXT-X-MAP, big sequence numbers, places) stays here.
 */
export class MediaTranslator {
  readonly #context: Context;
  readonly #output = ['#EXTM3U', `#EXT-X-TARGETDURATION:${ANY_DURATION}`];
  readonly strings = new Tokens<string>();
  readonly keySets = new Tokens<readonly DeclaredKey[]>();
  readonly maps = new Tokens<DeclaredMap>();
  readonly fragments: DraftFragment[] = [];
  mediaSequence = 0n;
  discontinuitySequence: number | undefined;
  targetDurationS: number | undefined;
  readonly metadata: MediaMetadata;
  /** Fragments that EXT-X-SKIP leaves out, and the date ranges that it says are gone. */
  skip: { fragments: number; removedDateRanges: readonly string[] } | undefined;
  readonly #parts: PartReader;
  #keys: readonly DeclaredKey[] = [];
  #mapName: string | undefined;
  #bitrate: number | undefined;
  #discontinuities = 0;
  #start: { isDiscontinuity: boolean; programDateTime?: string } = { isDiscontinuity: false };
  readonly #written = new Set<string>();
  /** The EXTINF that waits for its URI. */
  #pending: TagLine | undefined;

  constructor(context: Context) {
    this.#context = context;
    this.metadata = new MediaMetadata(context);
    this.#parts = new PartReader(context);
  }

  get keys(): readonly DeclaredKey[] {
    return this.#keys;
  }

  /** Name of the init segment in force below the last URI. */
  get mapName(): string | undefined {
    return this.#mapName;
  }

  get discontinuities(): number {
    return this.#discontinuities;
  }

  /** What stands below the last URI. */
  get start(): DraftStart {
    return { ...this.#start, parts: this.#parts.pending };
  }

  translate(lines: readonly Line[]): string {
    for (const line of lines) {
      if (line.kind === 'uri') this.#uri(line);
      else this.#tag(line);
    }
    return this.#output.join('\n');
  }

  #uri(line: UriLine): void {
    if (this.#pending === undefined) {
      throw syntaxError(this.#context.url, line, 'the URI has no #EXTINF above it.');
    }
    const isDurationRounded = !/^[^,]*\./.test(this.#pending.value);
    this.#pending = undefined;
    const text = this.#context.variables.substitute(line.text, line);
    const uriName = this.strings.name(resolveUri(text, line, this.#context));
    const place = { line: line.line, column: line.column };
    const draft: DraftFragment = { uriName, discontinuities: this.#discontinuities, isDurationRounded, ...place };
    if (this.#parts.pending.length > 0) draft.parts = this.#parts.take();
    if (this.#bitrate !== undefined) draft.bitrate = this.#bitrate;
    this.fragments.push(draft);
    if (this.#start.isDiscontinuity || this.#start.programDateTime !== undefined) {
      this.#start = { isDiscontinuity: false };
    }
    this.#output.push(uriName);
  }

  #tag(tag: TagLine): void {
    switch (tag.name) {
      case 'EXTINF': {
        this.#extinf(tag);
        return;
      }
      case 'EXT-X-BYTERANGE': {
        this.#byteRange(tag);
        return;
      }
      case 'EXT-X-KEY':
        this.#keys = applyKey(tag, this.#keys, this.#context);
        this.#output.push(`#EXT-X-KEY:METHOD=SET,URI="${this.keySets.name(this.#keys)}"`);
        return;
      case 'EXT-X-MAP': {
        this.#map(tag);
        return;
      }
      case 'EXT-X-DISCONTINUITY':
        this.#discontinuities++;
        this.#start.isDiscontinuity = true;
        this.#output.push('#EXT-X-DISCONTINUITY');
        return;
      case 'EXT-X-PROGRAM-DATE-TIME': {
        this.#programDateTime(tag);
        return;
      }
      case 'EXT-X-VERSION':
        if (readDecimal(tag.value) !== undefined) this.#once(tag.name, `:${tag.value}`);
        return;
      case 'EXT-X-PLAYLIST-TYPE':
        if (tag.value === 'VOD' || tag.value === 'EVENT') this.#once(tag.name, `:${tag.value}`);
        return;
      case 'EXT-X-GAP':
        this.#output.push('#EXT-X-GAP');
        return;
      case 'EXT-X-ENDLIST':
        this.#once(tag.name, '');
        return;
      case 'EXT-X-TARGETDURATION':
        this.targetDurationS ??= readDecimal(tag.value);
        return;
      case 'EXT-X-MEDIA-SEQUENCE':
      case 'EXT-X-DISCONTINUITY-SEQUENCE': {
        this.#sequence(tag);
        return;
      }
      case 'EXT-X-DEFINE': {
        this.#context.variables.define(tag);
        return;
      }
      case 'EXT-X-PART': {
        this.#parts.add(tag);
        return;
      }
      case 'EXT-X-BITRATE':
        this.#bitrate = readBitrate(tag.value);
        return;
      case 'EXT-X-SKIP': {
        this.#skip(tag);
        return;
      }
      default:
        this.metadata.take(tag);
    }
  }

  /** For tags of which the first counts: hls-parser builds an error with a stack for each one more. */
  #once(name: string, rest: string): void {
    if (this.#written.has(name)) return;
    this.#written.add(name);
    this.#output.push(`#${name}${rest}`);
  }

  #extinf(tag: TagLine): void {
    this.#pending = tag;
    const comma = tag.value.indexOf(',');
    const durationText = (comma === -1 ? tag.value : tag.value.slice(0, comma)).trim();
    const title = comma === -1 ? '' : tag.value.slice(comma + 1).trim();
    const duration = readDecimal(durationText);
    this.#output.push(`#EXTINF:${duration === undefined ? 0 : durationText},${this.strings.name(title)}`);
  }

  #byteRange(tag: TagLine): void {
    const range = readByteRange(tag.value);
    if (range === undefined)
      throw syntaxError(this.#context.url, tag, `the byte range "${cut(tag.value)}" is not valid.`);
    const offset = range.offset === undefined ? '' : `@${range.offset}`;
    this.#output.push(`#EXT-X-BYTERANGE:${range.length}${offset}`);
  }

  #map(tag: TagLine): void {
    const attributes = attributesOf(tag, this.#context);
    const url = resolveUriAttribute(attributes.get('URI'), tag, this.#context);
    const rangeAttribute = attributes.get('BYTERANGE');
    const range = rangeAttribute === undefined ? undefined : readByteRange(rangeAttribute.value);
    if (rangeAttribute !== undefined && range === undefined) {
      throw syntaxError(
        this.#context.url,
        rangeAttribute,
        `the byte range "${cut(rangeAttribute.value)}" is not valid.`,
      );
    }
    const byteRange = range === undefined ? {} : { byteRange: { offset: range.offset ?? 0, length: range.length } };
    const map: DeclaredMap = { url, ...byteRange, keys: this.#keys, before: this.fragments.length };
    this.#mapName = this.maps.name(map);
    this.#output.push(`#EXT-X-MAP:URI="${this.#mapName}"`);
  }

  #programDateTime(tag: TagLine): void {
    const time = Date.parse(tag.value);
    if (Number.isNaN(time)) return;
    this.#start.programDateTime = new Date(time).toISOString();
    this.#output.push(`#EXT-X-PROGRAM-DATE-TIME:${this.#start.programDateTime}`);
  }

  /** How many fragments are left out decides the number of every other one: nothing is guessed. */
  #skip(tag: TagLine): void {
    const attributes = attributesOf(tag, this.#context);
    const fragments = readInteger(attributes.get('SKIPPED-SEGMENTS')?.value ?? '');
    if (fragments === undefined)
      throw syntaxError(this.#context.url, tag, '#EXT-X-SKIP has no valid SKIPPED-SEGMENTS.');
    if (this.skip !== undefined || this.fragments.length > 0) {
      throw syntaxError(this.#context.url, tag, '#EXT-X-SKIP stands below a fragment or another #EXT-X-SKIP.');
    }
    const removed = attributes.get('RECENTLY-REMOVED-DATERANGES')?.value ?? '';
    this.skip = { fragments, removedDateRanges: removed === '' ? [] : removed.split('\t') };
  }

  #sequence(tag: TagLine): void {
    if (!/^\d{1,20}$/.test(tag.value) || BigInt(tag.value) > MAX_SEQUENCE) {
      throw syntaxError(this.#context.url, tag, `#${tag.name} is not a whole number of at most 64 bits.`);
    }
    if (this.fragments.length > 0) return;
    if (tag.name === 'EXT-X-MEDIA-SEQUENCE') {
      this.mediaSequence = BigInt(tag.value);
    } else {
      this.discontinuitySequence = Number(tag.value);
    }
  }
}

/** Bits per second of an EXT-X-BITRATE, which gives kilobits (RFC 8216bis §4.4.4.8). */
function readBitrate(text: string): number | undefined {
  const kilobits = readInteger(text);
  return kilobits === undefined || kilobits === 0 ? undefined : kilobits * 1000;
}

/** Text of the playlist as an error may quote it. */
function cut(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
