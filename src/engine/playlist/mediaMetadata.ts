import type { Attributes } from './attributes.ts';
import { attributesOf, webUrl } from './context.ts';
import type { Context } from './context.ts';
import { DateRanges } from './dateRanges.ts';
import type { TagLine } from './lines.ts';
import type { MediaPlaylist, PreloadHint, RenditionReport, ServerControl } from './model.ts';
import { readDecimal, readInteger, readOffset } from './numbers.ts';

type Fields = Pick<
  MediaPlaylist,
  | 'partTargetS'
  | 'serverControl'
  | 'startOffsetS'
  | 'dateRanges'
  | 'preloadHints'
  | 'renditionReports'
  | 'isIframesOnly'
  | 'isIndependent'
>;

/** Fields while they are being read. */
type Draft = { [Name in keyof Fields]: Fields[Name] | undefined };

/**
 * The tags that say something of a media playlist as a whole (RFC 8216bis §4.4.2, §4.4.3, §4.4.5). None of them can make a
 * wrong file: what is malformed is left out, and the lint reports it. Of tags that may stand once the first counts.
 */
export class MediaMetadata {
  readonly #context: Context;
  readonly #fields: Draft = {};
  readonly #dateRanges = new DateRanges();
  readonly #hints: PreloadHint[] = [];
  readonly #reports: RenditionReport[] = [];

  constructor(context: Context) {
    this.#context = context;
  }

  /** Takes a tag if it is one of these. Throws PlaylistError for an undefined variable. */
  take(tag: TagLine): void {
    switch (tag.name) {
      case 'EXT-X-PART-INF':
        this.#fields.partTargetS ??= readDecimal(this.#attributes(tag).get('PART-TARGET')?.value ?? '');
        return;
      case 'EXT-X-SERVER-CONTROL':
        this.#fields.serverControl ??= readServerControl(this.#attributes(tag));
        return;
      case 'EXT-X-START':
        this.#fields.startOffsetS ??= readOffset(this.#attributes(tag).get('TIME-OFFSET')?.value ?? '');
        return;
      case 'EXT-X-DATERANGE': {
        this.#dateRanges.add(this.#attributes(tag));
        return;
      }
      case 'EXT-X-PRELOAD-HINT': {
        this.#hint(this.#attributes(tag));
        return;
      }
      case 'EXT-X-RENDITION-REPORT': {
        this.#report(this.#attributes(tag));
        return;
      }
      case 'EXT-X-I-FRAMES-ONLY':
        this.#fields.isIframesOnly = true;
        return;
      case 'EXT-X-INDEPENDENT-SEGMENTS':
        this.#fields.isIndependent = true;
        return;
    }
  }

  /** What the tags have said; absent where none did. */
  fields(): Fields {
    const dateRanges = this.#dateRanges.list();
    const said: Draft = {
      ...this.#fields,
      ...(dateRanges === undefined ? {} : { dateRanges }),
      ...(this.#hints.length === 0 ? {} : { preloadHints: this.#hints }),
      ...(this.#reports.length === 0 ? {} : { renditionReports: this.#reports }),
    };
    return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  }

  #attributes(tag: TagLine): Attributes {
    return attributesOf(tag, this.#context);
  }

  #hint(attributes: Attributes): void {
    const type = attributes.get('TYPE')?.value;
    const url = webUrl(attributes.get('URI')?.value, this.#context.url);
    if (url === undefined || (type !== 'PART' && type !== 'MAP')) return;
    const length = readInteger(attributes.get('BYTERANGE-LENGTH')?.value ?? '');
    const start = readInteger(attributes.get('BYTERANGE-START')?.value ?? '') ?? 0;
    this.#hints.push({ type, url, start, ...(length === undefined ? {} : { length }) });
  }

  #report(attributes: Attributes): void {
    const url = webUrl(attributes.get('URI')?.value, this.#context.url);
    if (url === undefined) return;
    const lastSequence = readInteger(attributes.get('LAST-MSN')?.value ?? '');
    const lastPart = readInteger(attributes.get('LAST-PART')?.value ?? '');
    this.#reports.push({
      url,
      ...(lastSequence === undefined ? {} : { lastSequence }),
      ...(lastPart === undefined ? {} : { lastPart }),
    });
  }
}

function readServerControl(attributes: Attributes): ServerControl {
  const seconds = (name: string): number | undefined => readDecimal(attributes.get(name)?.value ?? '');
  const isYes = (name: string): boolean => attributes.get(name)?.value === 'YES';
  const canSkipUntilS = seconds('CAN-SKIP-UNTIL');
  const holdBackS = seconds('HOLD-BACK');
  const partHoldBackS = seconds('PART-HOLD-BACK');
  return {
    canBlockReload: isYes('CAN-BLOCK-RELOAD'),
    ...(canSkipUntilS === undefined ? {} : { canSkipUntilS }),
    canSkipDateRanges: isYes('CAN-SKIP-DATERANGES'),
    ...(holdBackS === undefined ? {} : { holdBackS }),
    ...(partHoldBackS === undefined ? {} : { partHoldBackS }),
  };
}
