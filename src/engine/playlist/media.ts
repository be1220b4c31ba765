import { syntaxError } from './context.ts';
import type { Context } from './context.ts';
import { keysAt } from './keys.ts';
import type { Line } from './lines.ts';
import { MediaTranslator } from './mediaTranslator.ts';
import type { DeclaredMap, DraftFragment } from './mediaTranslator.ts';
import type { ByteRange, Fragment, InitSegment, MediaPlaylist, StartedFragment } from './model.ts';
import { parseNormalised } from './normalised.ts';
import { isWithinFile } from './numbers.ts';

/**
 * Reads the lines of a media playlist (RFC 8216bis §4.4.3, §4.4.4).
 * Throws PlaylistError for what would make a wrong file: bad byte ranges, keys, URIs or sequence numbers.
 */
export function readMedia(lines: readonly Line[], context: Context): Omit<MediaPlaylist, 'findings'> {
  const draft = new MediaTranslator(context);
  const parsed = parseNormalised(draft.translate(lines));
  if (parsed.isMasterPlaylist) throw new Error('a media playlist was taken for a multivariant one');
  const { playlistType } = parsed;
  const initSegments = new InitSegments(draft);
  return {
    kind: 'media',
    url: context.url,
    ...(parsed.version === undefined ? {} : { version: parsed.version }),
    isLive: !parsed.endlist && playlistType !== 'VOD',
    ...(parsed.endlist ? { hasEnd: true } : {}),
    ...(playlistType === 'VOD' || playlistType === 'EVENT' ? { playlistType } : {}),
    ...(draft.targetDurationS === undefined ? {} : { targetDurationS: draft.targetDurationS }),
    mediaSequence: Number(draft.mediaSequence),
    ...(draft.discontinuitySequence === undefined ? {} : { discontinuitySequence: draft.discontinuitySequence }),
    ...mapSkip(draft),
    fragments: mapFragments(parsed.segments, { draft, context, initSegments }),
    ...mapStarted(draft, initSegments),
    ...draft.metadata.fields(),
  };
}

/** Number of the fragment at an index: EXT-X-SKIP stands for those before it (RFC 8216bis §4.4.5.2). */
function sequenceAt(draft: MediaTranslator, index: number): bigint {
  return draft.mediaSequence + BigInt((draft.skip?.fragments ?? 0) + index);
}

function mapSkip(draft: MediaTranslator): Pick<MediaPlaylist, 'skipped' | 'removedDateRanges'> {
  if (draft.skip === undefined) return {};
  const { fragments: skipped, removedDateRanges } = draft.skip;
  return { skipped, ...(removedDateRanges.length === 0 ? {} : { removedDateRanges }) };
}

/** The parts below the last URI, and what is known of their fragment. */
function mapStarted(draft: MediaTranslator, initSegments: InitSegments): Pick<MediaPlaylist, 'parts' | 'started'> {
  const { parts, isDiscontinuity, programDateTime } = draft.start;
  if (parts.length === 0) return {};
  const sequence = sequenceAt(draft, draft.fragments.length);
  const map = initSegments.find(draft.mapName);
  const started: StartedFragment = {
    sequence: Number(sequence),
    discontinuitySequence: (draft.discontinuitySequence ?? 0) + draft.discontinuities,
    keys: keysAt(draft.keys, sequence),
    ...(map === undefined ? {} : { map }),
    discontinuity: isDiscontinuity,
    ...(programDateTime === undefined ? {} : { programDateTime }),
  };
  return { parts, started };
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

function mapFragments(segments: readonly ParsedSegment[], mapping: Omit<MappingContext, 'place'>): Fragment[] {
  const { draft } = mapping;
  // Tags below the last URI make hls-parser add a segment without a URI.
  const hasPhantom = segments.length === draft.fragments.length + 1 && segments.at(-1)?.uri === '';
  if (segments.length !== draft.fragments.length + (hasPhantom ? 1 : 0)) {
    throw new Error(`${segments.length} segments were parsed of ${draft.fragments.length}`);
  }
  return draft.fragments.map((place, index) => {
    const segment = segments[index];
    if (segment?.uri !== place.uriName || segment.mediaSequenceNumber !== index) {
      throw new Error(`segment ${index} was parsed out of place`);
    }
    return mapFragment(segment, index, { ...mapping, place });
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
  const sequence = sequenceAt(draft, index);
  const title = draft.strings.value(segment.title ?? '');
  const byteRange = mapByteRange(segment, mapping);
  const keySetName = segment.key?.uri;
  const map = mapping.initSegments.find(segment.map?.uri);
  return {
    index,
    sequence: Number(sequence),
    discontinuitySequence: (draft.discontinuitySequence ?? 0) + place.discontinuities,
    url: draft.strings.value(segment.uri),
    durationS: segment.duration,
    ...(place.isDurationRounded ? { isDurationRounded: true } : {}),
    ...(title === '' ? {} : { title }),
    ...(byteRange === undefined ? {} : { byteRange }),
    keys: keySetName === undefined ? [] : keysAt(draft.keySets.value(keySetName), sequence),
    ...(map === undefined ? {} : { map }),
    discontinuity: segment.discontinuity === true,
    gap: segment.gap === true,
    ...(segment.programDateTime === undefined ? {} : { programDateTime: segment.programDateTime.toISOString() }),
    ...(place.parts === undefined ? {} : { parts: place.parts }),
    ...(place.bitrate === undefined || byteRange !== undefined ? {} : { bitrate: place.bitrate }),
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

  find(name: string | undefined): InitSegment | undefined {
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
    const init = { url, ...range, keys: keysAt(keys, sequenceAt(this.#draft, before)) };
    const content = JSON.stringify(init);
    const known = this.#byContent.get(content);
    if (known === undefined) this.#byContent.set(content, init);
    return known ?? init;
  }
}
