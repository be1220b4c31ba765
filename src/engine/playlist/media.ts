import { attributesOf, resolveUri, resolveUriAttribute, syntaxError } from './context.ts';
import type { Context } from './context.ts';
import { applyKey, keysAt } from './keys.ts';
import type { DeclaredKey } from './keys.ts';
import type { Line, Place, TagLine, UriLine } from './lines.ts';
import type { ByteRange, Fragment, InitSegment, MediaPlaylist } from './model.ts';
import { parseNormalised, Tokens } from './normalised.ts';
import { isWithinFile, readByteRange, readDecimal } from './numbers.ts';

/** Above every duration: hls-parser compares each with the target and would report what the lint says with a place. */
const ANY_DURATION = 1e15;

/** Greatest Media Sequence Number (decimal-integer, RFC 8216bis §4.2). */
const MAX_SEQUENCE = 2n ** 64n - 1n;

/** An EXT-X-MAP before the sequence numbers are known. */
interface DeclaredMap {
  url: string;
  byteRange?: ByteRange;
  keys: readonly DeclaredKey[];
  /** Index of the fragment that follows. */
  before: number;
}

/** A URI line as it went into the normalised text. */
interface DraftFragment extends Place {
  uriName: string;
  /** EXT-X-DISCONTINUITY tags above it. */
  discontinuities: number;
}

/**
 * Translates a media playlist, line by line, into text that hls-parser reads without loss: known tags in canonical form,
 * numbers checked, and names (`Tokens`) for URLs, titles, sets of keys and init segments. What hls-parser does not keep
 * (several keys at once, the key in force at an EXT-X-MAP, big sequence numbers, places) stays here.
 */
class MediaTranslator {
  readonly #context: Context;
  readonly #output = ['#EXTM3U', `#EXT-X-TARGETDURATION:${ANY_DURATION}`];
  readonly strings = new Tokens<string>();
  readonly keySets = new Tokens<readonly DeclaredKey[]>();
  readonly maps = new Tokens<DeclaredMap>();
  readonly fragments: DraftFragment[] = [];
  mediaSequence = 0n;
  discontinuitySequence = 0;
  targetDurationS: number | undefined;
  #keys: readonly DeclaredKey[] = [];
  #discontinuities = 0;
  /** The EXTINF that waits for its URI. */
  #pending: TagLine | undefined;

  constructor(context: Context) {
    this.#context = context;
  }

  translate(lines: readonly Line[]): string {
    for (const line of lines) {
      if (line.kind === 'uri') this.#uri(line);
      else this.#tag(line);
    }
    if (this.#pending !== undefined) this.#reportLostFragment(this.#pending);
    return this.#output.join('\n');
  }

  #uri(line: UriLine): void {
    if (this.#pending === undefined) {
      throw syntaxError(this.#context.url, line, 'the URI has no #EXTINF above it.');
    }
    this.#pending = undefined;
    const text = this.#context.variables.substitute(line.text, line);
    const uriName = this.strings.name(resolveUri(text, line, this.#context));
    this.fragments.push({ uriName, discontinuities: this.#discontinuities, line: line.line, column: line.column });
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
        this.#output.push('#EXT-X-DISCONTINUITY');
        return;
      case 'EXT-X-PROGRAM-DATE-TIME': {
        this.#programDateTime(tag);
        return;
      }
      case 'EXT-X-VERSION':
        if (readDecimal(tag.value) !== undefined) this.#output.push(`#EXT-X-VERSION:${tag.value}`);
        return;
      case 'EXT-X-PLAYLIST-TYPE':
        if (tag.value === 'VOD' || tag.value === 'EVENT') this.#output.push(`#EXT-X-PLAYLIST-TYPE:${tag.value}`);
        return;
      case 'EXT-X-GAP':
      case 'EXT-X-ENDLIST':
        this.#output.push(`#${tag.name}`);
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
      case 'EXT-X-SKIP':
        throw syntaxError(
          this.#context.url,
          tag,
          'the playlist is a delta update (#EXT-X-SKIP), whose start is not known.',
        );
    }
  }

  #extinf(tag: TagLine): void {
    if (this.#pending !== undefined) this.#reportLostFragment(this.#pending);
    this.#pending = tag;
    const comma = tag.value.indexOf(',');
    const durationText = (comma === -1 ? tag.value : tag.value.slice(0, comma)).trim();
    const title = comma === -1 ? '' : tag.value.slice(comma + 1).trim();
    const duration = readDecimal(durationText);
    if (duration === undefined) {
      this.#report(tag, 'bad-duration', 'The duration is not a number of seconds; it counts as 0.');
    }
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
    if (rangeAttribute !== undefined && range?.offset === undefined) {
      this.#report(
        rangeAttribute,
        'map-range-without-offset',
        'The byte range of #EXT-X-MAP has no offset; it counts as 0.',
      );
    }
    // Keys without an IV are materialised per declaration, hence one token for each tag.
    const byteRange = range === undefined ? {} : { byteRange: { offset: range.offset ?? 0, length: range.length } };
    const map: DeclaredMap = { url, ...byteRange, keys: this.#keys, before: this.fragments.length };
    this.#output.push(`#EXT-X-MAP:URI="${this.maps.name(map)}"`);
  }

  #programDateTime(tag: TagLine): void {
    const time = Date.parse(tag.value);
    if (Number.isNaN(time)) this.#report(tag, 'bad-date', 'The date is not valid; it is ignored.');
    else this.#output.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(time).toISOString()}`);
  }

  #sequence(tag: TagLine): void {
    if (!/^\d{1,20}$/.test(tag.value) || BigInt(tag.value) > MAX_SEQUENCE) {
      throw syntaxError(this.#context.url, tag, `#${tag.name} is not a whole number of at most 64 bits.`);
    }
    if (this.fragments.length > 0) {
      this.#report(tag, 'late-sequence', `#${tag.name} stands after the first fragment; it is ignored.`);
    } else if (tag.name === 'EXT-X-MEDIA-SEQUENCE') {
      this.mediaSequence = BigInt(tag.value);
    } else {
      this.discontinuitySequence = Number(tag.value);
    }
  }

  #reportLostFragment(extinf: TagLine): void {
    this.#report(extinf, 'fragment-without-uri', 'No URI follows this #EXTINF; the fragment is missing.');
  }

  #report(place: Place, code: string, message: string): void {
    this.#context.findings.push({ severity: 'warning', code, message, line: place.line, column: place.column });
  }
}

/** Text of the playlist as an error may quote it. */
function cut(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/**
 * Reads the lines of a media playlist (RFC 8216bis §4.4.3, §4.4.4). Findings go to the context.
 * Throws PlaylistError for what would make a wrong file: bad byte ranges, keys, URIs or sequence numbers.
 */
export function readMedia(lines: readonly Line[], context: Context): MediaPlaylist {
  const draft = new MediaTranslator(context);
  const parsed = parseNormalised(draft.translate(lines));
  if (parsed.isMasterPlaylist) throw new Error('a media playlist was taken for a multivariant one');
  return {
    kind: 'media',
    url: context.url,
    ...(parsed.version === undefined ? {} : { version: parsed.version }),
    isLive: !parsed.endlist && parsed.playlistType !== 'VOD',
    ...(draft.targetDurationS === undefined ? {} : { targetDurationS: draft.targetDurationS }),
    mediaSequence: Number(draft.mediaSequence),
    fragments: mapFragments(parsed.segments, draft, context),
    findings: context.findings,
  };
}

/** A segment of hls-parser's, less sure of itself than its own type. */
interface ParsedSegment {
  uri: string;
  duration: number;
  title?: string;
  mediaSequenceNumber: number;
  discontinuity?: boolean;
  gap?: boolean;
  key?: { uri?: string } | null;
  map?: { uri: string } | null;
  /** `offset` is −1 where it is not known. */
  byterange?: ByteRange;
  programDateTime?: Date;
}

function mapFragments(segments: readonly ParsedSegment[], draft: MediaTranslator, context: Context): Fragment[] {
  // Tags below the last URI make hls-parser add a segment without a URI.
  const hasPhantom = segments.length === draft.fragments.length + 1 && segments.at(-1)?.uri === '';
  if (segments.length !== draft.fragments.length + (hasPhantom ? 1 : 0)) {
    throw new Error(`${segments.length} segments were parsed of ${draft.fragments.length}`);
  }
  const initSegments = new InitSegments(draft);
  return draft.fragments.map((place, index) => {
    const segment = segments[index];
    if (segment?.uri !== place.uriName || segment.mediaSequenceNumber !== index) {
      throw new Error(`segment ${index} was parsed out of place`);
    }
    return mapFragment(segment, index, { draft, context, place, initSegments });
  });
}

interface MappingContext {
  draft: MediaTranslator;
  context: Context;
  place: DraftFragment;
  initSegments: InitSegments;
}

function mapFragment(segment: ParsedSegment, index: number, mapping: MappingContext): Fragment {
  const { draft, place } = mapping;
  const sequence = draft.mediaSequence + BigInt(index);
  const title = draft.strings.value(segment.title ?? '');
  const byteRange = mapByteRange(segment, mapping);
  const keySetName = segment.key?.uri;
  const map = mapping.initSegments.find(segment);
  return {
    index,
    sequence: Number(sequence),
    discontinuitySequence: draft.discontinuitySequence + place.discontinuities,
    url: draft.strings.value(segment.uri),
    durationS: segment.duration,
    ...(title === '' ? {} : { title }),
    ...(byteRange === undefined ? {} : { byteRange }),
    keys: keySetName === undefined ? [] : keysAt(draft.keySets.value(keySetName), sequence),
    ...(map === undefined ? {} : { map }),
    discontinuity: segment.discontinuity === true,
    gap: segment.gap === true,
    ...(segment.programDateTime === undefined ? {} : { programDateTime: segment.programDateTime.toISOString() }),
  };
}

function mapByteRange(segment: ParsedSegment, { place, context }: MappingContext): ByteRange | undefined {
  const range = segment.byterange;
  if (range === undefined) return undefined;
  if (range.offset < 0) {
    const message = 'the byte range has no offset, and the fragment before it is no range of the same resource.';
    throw syntaxError(context.url, place, message);
  }
  if (!isWithinFile(range)) throw syntaxError(context.url, place, 'the byte range ends beyond 2⁵³ bytes.');
  return { offset: range.offset, length: range.length };
}

/** Init segments of one playlist: equal ones are one object, so that consumers may compare by identity. */
class InitSegments {
  readonly #draft: MediaTranslator;
  readonly #byName = new Map<string, InitSegment>();
  readonly #byContent = new Map<string, InitSegment>();

  constructor(draft: MediaTranslator) {
    this.#draft = draft;
  }

  find(segment: ParsedSegment): InitSegment | undefined {
    const name = segment.map?.uri;
    if (name === undefined) return undefined;
    let init = this.#byName.get(name);
    if (init === undefined) {
      init = this.#intern(this.#draft.maps.value(name));
      this.#byName.set(name, init);
    }
    return init;
  }

  /** A key without an IV takes the number of the fragment that follows the EXT-X-MAP; the RFC leaves it undefined. */
  #intern({ url, byteRange, keys, before }: DeclaredMap): InitSegment {
    const range = byteRange === undefined ? {} : { byteRange };
    const init = { url, ...range, keys: keysAt(keys, this.#draft.mediaSequence + BigInt(before)) };
    const content = JSON.stringify(init);
    const known = this.#byContent.get(content);
    if (known === undefined) this.#byContent.set(content, init);
    return known ?? init;
  }
}
