import type {
  ByteRange,
  DateRange,
  Finding,
  Fragment,
  InitSegment,
  Key,
  MediaPlaylist,
  MultivariantPlaylist,
  Part,
  Playlist,
  PreloadHint,
  Rendition,
  RenditionReport,
  ServerControl,
  SessionData,
  Variant,
} from './playlist/model.ts';
import { redactUrl } from './redact.ts';

/** A variant as other programs read it. */
export interface InspectedVariant extends Omit<Variant, 'isIframe'> {
  iframe?: boolean;
}

/** A rendition as other programs read it. */
export interface InspectedRendition extends Omit<Rendition, 'isDefault' | 'isAutoselect' | 'isForced'> {
  default: boolean;
  autoselect: boolean;
  forced: boolean;
}

/** A fragment as other programs read it. */
export interface InspectedFragment extends Omit<Fragment, 'index' | 'keys' | 'map' | 'isDurationRounded' | 'parts'> {
  /** Absent when the fragment is in the clear. */
  keys?: Key[];
  map?: { url: string; byteRange?: ByteRange };
  parts?: InspectedPart[];
}

/** A part as other programs read it. */
export interface InspectedPart extends Omit<Part, 'isIndependent'> {
  independent: boolean;
}

/** EXT-X-SERVER-CONTROL as other programs read it. */
export interface InspectedServerControl extends Omit<ServerControl, 'canBlockReload' | 'canSkipDateRanges'> {
  blockingReload: boolean;
  skipsDateRanges: boolean;
}

/** What `hotframe inspect --json` prints. Absent means unknown, never 0. */
export interface Inspection {
  schema: 1;
  kind: 'multivariant' | 'media';
  version?: number;
  /** Media playlists: no EXT-X-ENDLIST and not PLAYLIST-TYPE VOD. */
  live?: boolean;
  targetDurationS?: number;
  mediaSequence?: number;
  playlistType?: 'VOD' | 'EVENT';
  discontinuitySequence?: number;
  /** A delta update: fragments from `mediaSequence` on that are left out. */
  skippedFragments?: number;
  /** EXT-X-START, in seconds; negative from the end. */
  startOffsetS?: number;
  independentSegments?: boolean;
  iframesOnly?: boolean;
  partTargetS?: number;
  /** Parts behind the last fragment. */
  parts?: InspectedPart[];
  serverControl?: InspectedServerControl;
  preloadHints?: PreloadHint[];
  renditionReports?: RenditionReport[];
  /** URLs in attributes are redacted like all others. */
  dateRanges?: DateRange[];
  sessionKeys?: Key[];
  sessionData?: SessionData[];
  steering?: { url: string; pathway?: string };
  variants?: InspectedVariant[];
  renditions?: InspectedRendition[];
  fragments?: InspectedFragment[];
  findings: Finding[];
}

export interface InspectOptions {
  /** Give URLs with their query values instead of redacted. */
  showUrls: boolean;
}

/** What a playlist says, fetching nothing. Pure. */
export function inspectPlaylist(playlist: Playlist, options: InspectOptions): Inspection {
  const show = options.showUrls ? asItIs : redactUrl;
  const common = {
    schema: 1 as const,
    kind: playlist.kind,
    ...(playlist.version === undefined ? {} : { version: playlist.version }),
  };
  const findings = [...playlist.findings];
  const details = playlist.kind === 'multivariant' ? inspectMultivariant(playlist, show) : inspectMedia(playlist, show);
  return { ...common, ...details, findings };
}

type Show = (url: string) => string;
type Details = Omit<Inspection, 'schema' | 'kind' | 'version' | 'findings'>;

function inspectMultivariant(playlist: MultivariantPlaylist, show: Show): Details {
  const { startOffsetS, isIndependent, sessionKeys, sessionData, steering } = playlist;
  return {
    ...present({ startOffsetS, independentSegments: isIndependent }),
    ...(steering === undefined
      ? {}
      : { steering: { url: show(steering.serverUrl), ...present({ pathway: steering.pathway }) } }),
    ...(sessionKeys === undefined ? {} : { sessionKeys: sessionKeys.map((key) => inspectKey(key, show)) }),
    ...(sessionData === undefined ? {} : { sessionData: sessionData.map((data) => showUrl(data, show)) }),
    variants: playlist.variants.map((variant) => inspectVariant(variant, show)),
    renditions: playlist.renditions.map((rendition) => inspectRendition(rendition, show)),
  };
}

function inspectMedia(playlist: MediaPlaylist, show: Show): Details {
  const { targetDurationS, playlistType, discontinuitySequence, startOffsetS, partTargetS } = playlist;
  return {
    live: playlist.isLive,
    ...present({ targetDurationS }),
    mediaSequence: playlist.mediaSequence,
    ...present({ playlistType, discontinuitySequence, skippedFragments: playlist.skipped, startOffsetS }),
    ...present({ independentSegments: playlist.isIndependent, iframesOnly: playlist.isIframesOnly, partTargetS }),
    fragments: playlist.fragments.map((fragment) => inspectFragment(fragment, show)),
    ...inspectLive(playlist, show),
    ...(playlist.dateRanges === undefined
      ? {}
      : { dateRanges: playlist.dateRanges.map((range) => inspectDateRange(range, show)) }),
  };
}

function inspectLive(playlist: MediaPlaylist, show: Show): Details {
  const { parts, serverControl, preloadHints, renditionReports } = playlist;
  return {
    ...(parts === undefined ? {} : { parts: inspectParts(parts, show) }),
    ...(serverControl === undefined ? {} : { serverControl: inspectServerControl(serverControl) }),
    ...(preloadHints === undefined ? {} : { preloadHints: preloadHints.map((hint) => showUrl(hint, show)) }),
    ...(renditionReports === undefined
      ? {}
      : { renditionReports: renditionReports.map((report) => showUrl(report, show)) }),
  };
}

/** The fields that are there. */
function present<T extends object>(fields: T): { [Name in keyof T]?: NonNullable<T[Name]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]?: NonNullable<T[Name]>;
  };
}

function showUrl<T extends { url?: string }>(item: T, show: Show): T {
  return item.url === undefined ? item : { ...item, url: show(item.url) };
}

function inspectParts(parts: readonly Part[], show: Show): InspectedPart[] {
  return parts.map(({ isIndependent, ...part }) => ({ ...showUrl(part, show), independent: isIndependent }));
}

function inspectServerControl({ canBlockReload, canSkipDateRanges, ...rest }: ServerControl): InspectedServerControl {
  return { ...rest, blockingReload: canBlockReload, skipsDateRanges: canSkipDateRanges };
}

/** Attributes of the publisher's own may hold anything; what looks like a URL with a query is shown as URLs are. */
/** A date range with its URLs as `show` gives them. */
export function inspectDateRange(range: DateRange, show: Show): DateRange {
  const shown = Object.entries(range.attributes).map(([name, value]) => [name, showQuery(value, show)]);
  return { ...range, attributes: Object.fromEntries(shown) as DateRange['attributes'] };
}

function showQuery(text: string, show: Show): string {
  if (show === asItIs || !text.includes('?')) return text;
  return URL.canParse(text) ? show(text) : text.replace(/([?&][^=&#\s]*)=[^&#\s]*/g, '$1=…');
}

function asItIs(url: string): string {
  return url;
}

function inspectVariant({ isIframe, url, ...rest }: Variant, show: Show): InspectedVariant {
  return { url: show(url), ...rest, ...(isIframe ? { iframe: true } : {}) };
}

function inspectRendition(rendition: Rendition, show: Show): InspectedRendition {
  const { isDefault, isAutoselect, isForced, url, ...rest } = rendition;
  return {
    ...rest,
    default: isDefault,
    autoselect: isAutoselect,
    forced: isForced,
    ...(url === undefined ? {} : { url: show(url) }),
  };
}

function inspectFragment(fragment: Fragment, show: Show): InspectedFragment {
  const { sequence, discontinuitySequence, durationS, title, byteRange, keys, map, programDateTime, bitrate, parts } =
    fragment;
  return {
    sequence,
    discontinuitySequence,
    url: show(fragment.url),
    durationS,
    ...(title === undefined ? {} : { title }),
    ...(byteRange === undefined ? {} : { byteRange }),
    ...(keys.length === 0 ? {} : { keys: keys.map((key) => inspectKey(key, show)) }),
    ...(map === undefined ? {} : { map: inspectInit(map, show) }),
    discontinuity: fragment.discontinuity,
    gap: fragment.gap,
    ...(programDateTime === undefined ? {} : { programDateTime }),
    ...(bitrate === undefined ? {} : { bitrate }),
    ...(parts === undefined ? {} : { parts: inspectParts(parts, show) }),
  };
}

function inspectKey({ url, ...rest }: Key, show: Show): Key {
  return { ...rest, ...(url === undefined ? {} : { url: show(url) }) };
}

function inspectInit({ url, byteRange }: InitSegment, show: Show): { url: string; byteRange?: ByteRange } {
  return { url: show(url), ...(byteRange === undefined ? {} : { byteRange }) };
}
