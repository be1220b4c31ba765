import type { Attributes } from './attributes.ts';
import { attributesOf, resolveUri, resolveUriAttribute, textOf } from './context.ts';
import type { Context } from './context.ts';
import { MultivariantMetadata } from './multivariantMetadata.ts';
import type { Line, Place, TagLine } from './lines.ts';
import type { MultivariantPlaylist, Rendition, Variant } from './model.ts';
import { parseNormalised, Tokens } from './normalised.ts';
import { readDecimal, readResolution } from './numbers.ts';

/** hls-parser looks through all lines for each variant: in pieces of this many the whole stays linear. */
const VARIANTS_PER_PARSE = 100;

/** A variant as hls-parser gets it: normalised lines, and what it would lose. */
interface DraftVariant {
  text: string;
  url: string;
  attributes: Attributes;
  isIframe: boolean;
}

/**
 * Reads the lines of a multivariant playlist (RFC 8216bis §4.4.6).
 * Throws PlaylistError for URIs that are not fetched and for undefined variables.
 */
export function readMultivariant(lines: readonly Line[], context: Context): Omit<MultivariantPlaylist, 'findings'> {
  const draft = new MultivariantTranslator(context);
  draft.translate(lines);
  const variables = context.variables.toRecord();
  return {
    kind: 'multivariant',
    url: context.url,
    ...(draft.version === undefined ? {} : { version: draft.version }),
    variants: parseVariants(draft.variants, draft.strings),
    renditions: draft.renditions,
    ...draft.metadata.fields(),
    ...(variables === undefined ? {} : { variables }),
  };
}

class MultivariantTranslator {
  readonly #context: Context;
  readonly strings = new Tokens<string>();
  readonly variants: DraftVariant[] = [];
  readonly renditions: Rendition[] = [];
  readonly metadata: MultivariantMetadata;
  version: number | undefined;
  /** The EXT-X-STREAM-INF that waits for its URI. */
  #pending: TagLine | undefined;

  constructor(context: Context) {
    this.#context = context;
    this.metadata = new MultivariantMetadata(context);
  }

  translate(lines: readonly Line[]): void {
    for (const line of lines) {
      if (line.kind === 'tag') this.#tag(line);
      else this.#uri(line.text, line);
    }
  }

  #tag(tag: TagLine): void {
    switch (tag.name) {
      case 'EXT-X-STREAM-INF':
        this.#pending = tag;
        return;
      case 'EXT-X-I-FRAME-STREAM-INF': {
        const attributes = attributesOf(tag, this.#context);
        this.#variant(attributes, resolveUriAttribute(attributes.get('URI'), tag, this.#context), true);
        return;
      }
      case 'EXT-X-MEDIA': {
        this.#rendition(tag);
        return;
      }
      case 'EXT-X-VERSION':
        this.version ??= readDecimal(tag.value);
        return;
      case 'EXT-X-DEFINE': {
        this.#context.variables.define(tag);
        return;
      }
      default:
        this.metadata.take(tag);
    }
  }

  #uri(text: string, place: Place): void {
    const tag = this.#pending;
    this.#pending = undefined;
    if (tag === undefined) return;
    const url = resolveUri(this.#context.variables.substitute(text, place), place, this.#context);
    this.#variant(attributesOf(tag, this.#context), url, false);
  }

  #variant(attributes: Attributes, url: string, isIframe: boolean): void {
    const number = (name: string, read: (text: string) => number | undefined): string[] => {
      const value = read(attributes.get(name)?.value ?? '');
      return value === undefined ? [] : [`${name}=${value}`];
    };
    const resolution = readResolution(attributes.get('RESOLUTION')?.value ?? '');
    const codecs = textOf(attributes, 'CODECS');
    const uriName = this.strings.name(url);
    const list = [
      `STABLE-VARIANT-ID="v${this.variants.length}"`,
      ...number('BANDWIDTH', readWhole),
      ...number('AVERAGE-BANDWIDTH', readWhole),
      ...number('FRAME-RATE', readDecimal),
      ...(resolution === undefined ? [] : [`RESOLUTION=${resolution.width}x${resolution.height}`]),
      ...(codecs === undefined ? [] : [`CODECS="${this.strings.name(codecs)}"`]),
    ].join();
    const text = isIframe
      ? `#EXT-X-I-FRAME-STREAM-INF:${list},URI="${uriName}"`
      : `#EXT-X-STREAM-INF:${list}\n${uriName}`;
    this.variants.push({ text, url, attributes, isIframe });
  }

  /** hls-parser keeps renditions only where a variant names their group: they are read here. */
  #rendition(tag: TagLine): void {
    const attributes = attributesOf(tag, this.#context);
    const type = readType(attributes.get('TYPE')?.value);
    const groupId = textOf(attributes, 'GROUP-ID');
    if (type === undefined || groupId === undefined) return;
    const uri = attributes.get('URI');
    const language = textOf(attributes, 'LANGUAGE');
    const isYes = (name: string): boolean => attributes.get(name)?.value === 'YES';
    this.renditions.push({
      type,
      groupId,
      name: textOf(attributes, 'NAME') ?? language ?? groupId,
      ...(language === undefined ? {} : { language }),
      isDefault: isYes('DEFAULT'),
      isAutoselect: isYes('AUTOSELECT'),
      isForced: isYes('FORCED'),
      ...(uri === undefined || type === 'CLOSED-CAPTIONS' ? {} : { url: resolveUri(uri.value, uri, this.#context) }),
      ...textFields(attributes, RENDITION_TEXTS),
    });
  }
}

/** Attributes that are told as they stand, by the field that tells them. */
const RENDITION_TEXTS = {
  stableId: 'STABLE-RENDITION-ID',
  assocLanguage: 'ASSOC-LANGUAGE',
  characteristics: 'CHARACTERISTICS',
  channels: 'CHANNELS',
  instreamId: 'INSTREAM-ID',
} as const;

const VARIANT_TEXTS = {
  audio: 'AUDIO',
  subtitles: 'SUBTITLES',
  video: 'VIDEO',
  closedCaptions: 'CLOSED-CAPTIONS',
  pathway: 'PATHWAY-ID',
  stableId: 'STABLE-VARIANT-ID',
  supplementalCodecs: 'SUPPLEMENTAL-CODECS',
  videoRange: 'VIDEO-RANGE',
  hdcpLevel: 'HDCP-LEVEL',
  videoLayout: 'REQ-VIDEO-LAYOUT',
} as const;

/** The fields whose attributes are there and not empty. */
function textFields<Field extends string>(
  attributes: Attributes,
  names: Readonly<Record<Field, string>>,
): Partial<Record<Field, string>> {
  const fields: Partial<Record<Field, string>> = {};
  for (const field of Object.keys(names) as Field[]) {
    const value = textOf(attributes, names[field]);
    if (value !== undefined) fields[field] = value;
  }
  return fields;
}

/** Bits per second; some packagers write a fraction. */
function readWhole(text: string): number | undefined {
  const value = readDecimal(text);
  return value === undefined ? undefined : Math.round(value);
}

function readType(text: string | undefined): Rendition['type'] | undefined {
  switch (text) {
    case 'AUDIO':
    case 'SUBTITLES':
    case 'VIDEO':
    case 'CLOSED-CAPTIONS':
      return text;
    default:
      return undefined;
  }
}

function parseVariants(drafts: readonly DraftVariant[], strings: Tokens<string>): Variant[] {
  const variants: Variant[] = [];
  for (let start = 0; start < drafts.length; start += VARIANTS_PER_PARSE) {
    const piece = drafts.slice(start, start + VARIANTS_PER_PARSE);
    const parsed = parseNormalised(['#EXTM3U', ...piece.map((draft) => draft.text)].join('\n'));
    if (!parsed.isMasterPlaylist || parsed.variants.length !== piece.length) {
      throw new Error(`variants ${start} to ${start + piece.length} were not parsed as such`);
    }
    for (const [index, draft] of piece.entries()) {
      variants.push(mapVariant(parsed.variants[index], draft, { id: `v${start + index}`, strings }));
    }
  }
  return variants;
}

/** A variant of hls-parser's, less sure of itself than its own type. */
interface ParsedVariant {
  uri: string;
  stableVariantId?: string;
  bandwidth?: number;
  averageBandwidth?: number;
  resolution?: { width: number; height: number };
  frameRate?: number;
  codecs?: string;
}

function mapVariant(
  parsed: ParsedVariant | undefined,
  draft: DraftVariant,
  { id, strings }: { id: string; strings: Tokens<string> },
): Variant {
  if (parsed?.stableVariantId !== id || strings.value(parsed.uri) !== draft.url) {
    throw new Error(`variant ${id} was parsed out of place`);
  }
  const score = readDecimal(draft.attributes.get('SCORE')?.value ?? '');
  return {
    url: draft.url,
    // The lint reports a missing BANDWIDTH.
    bandwidth: parsed.bandwidth ?? parsed.averageBandwidth ?? 0,
    ...(parsed.averageBandwidth === undefined ? {} : { averageBandwidth: parsed.averageBandwidth }),
    ...(parsed.resolution === undefined ? {} : { width: parsed.resolution.width, height: parsed.resolution.height }),
    ...(parsed.frameRate === undefined ? {} : { frameRate: parsed.frameRate }),
    ...(parsed.codecs === undefined ? {} : { codecs: strings.value(parsed.codecs) }),
    ...(score === undefined ? {} : { score }),
    ...textFields(draft.attributes, VARIANT_TEXTS),
    isIframe: draft.isIframe,
  };
}
