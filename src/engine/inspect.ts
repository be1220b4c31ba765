import type { ByteRange, Finding, Fragment, InitSegment, Key, Playlist, Rendition, Variant } from './playlist/model.ts';
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
export interface InspectedFragment extends Omit<Fragment, 'index' | 'keys' | 'map'> {
  /** Absent when the fragment is in the clear. */
  keys?: Key[];
  map?: { url: string; byteRange?: ByteRange };
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
  const show = options.showUrls ? (url: string): string => url : redactUrl;
  const common = {
    schema: 1 as const,
    kind: playlist.kind,
    ...(playlist.version === undefined ? {} : { version: playlist.version }),
  };
  const findings = [...playlist.findings];
  if (playlist.kind === 'multivariant') {
    return {
      ...common,
      variants: playlist.variants.map((variant) => inspectVariant(variant, show)),
      renditions: playlist.renditions.map((rendition) => inspectRendition(rendition, show)),
      findings,
    };
  }
  return {
    ...common,
    live: playlist.isLive,
    ...(playlist.targetDurationS === undefined ? {} : { targetDurationS: playlist.targetDurationS }),
    mediaSequence: playlist.mediaSequence,
    fragments: playlist.fragments.map((fragment) => inspectFragment(fragment, show)),
    findings,
  };
}

type Show = (url: string) => string;

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
  const { sequence, discontinuitySequence, durationS, title, byteRange, keys, map, programDateTime } = fragment;
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
  };
}

function inspectKey({ url, ...rest }: Key, show: Show): Key {
  return { ...rest, ...(url === undefined ? {} : { url: show(url) }) };
}

function inspectInit({ url, byteRange }: InitSegment, show: Show): { url: string; byteRange?: ByteRange } {
  return { url: show(url), ...(byteRange === undefined ? {} : { byteRange }) };
}
