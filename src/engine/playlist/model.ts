/** A range of bytes of a resource, in bytes (RFC 8216bis §4.4.4.2). */
export interface ByteRange {
  offset: number;
  length: number;
}

/** One EXT-X-KEY in force for a fragment (RFC 8216bis §4.4.4.4). `METHOD=NONE` is the absence of keys. */
export interface Key {
  method: string;
  /** Absolute URL of the key. */
  url?: string;
  /** 32 lower-case hexadecimal digits; derived from the media sequence number where the playlist gives none. */
  iv?: string;
  /** `identity` where the playlist gives none. */
  keyFormat: string;
}

/** The Media Initialization Section of a fragment (EXT-X-MAP, RFC 8216bis §4.4.4.5). */
export interface InitSegment {
  url: string;
  byteRange?: ByteRange;
  /** Keys that encrypt the init segment itself; empty when it is in the clear. */
  keys: readonly Key[];
}

/** One Media Segment as the plan sees it. Every URL is absolute. */
export interface Fragment {
  /** Place in the plan, from 0, gaps included. */
  index: number;
  /** Media Sequence Number (RFC 8216bis §3). */
  sequence: number;
  discontinuitySequence: number;
  url: string;
  durationS: number;
  /** The playlist gives it in whole seconds, to which older ones round (RFC 8216bis §4.4.4.1). */
  isDurationRounded?: boolean;
  title?: string;
  byteRange?: ByteRange;
  /** Empty when the fragment is in the clear. */
  keys: readonly Key[];
  map?: InitSegment;
  /** An EXT-X-DISCONTINUITY stands before this fragment. */
  discontinuity: boolean;
  /** EXT-X-GAP: the origin says that there is nothing to fetch. */
  gap: boolean;
  /** ISO 8601. */
  programDateTime?: string;
}

/** One EXT-X-STREAM-INF or EXT-X-I-FRAME-STREAM-INF (`isIframe`). */
export interface Variant {
  url: string;
  /** Bits per second. */
  bandwidth: number;
  averageBandwidth?: number;
  width?: number;
  height?: number;
  frameRate?: number;
  codecs?: string;
  /** GROUP-ID of the audio renditions. */
  audio?: string;
  /** GROUP-ID of the subtitles renditions. */
  subtitles?: string;
  pathway?: string;
  isIframe: boolean;
}

/** One EXT-X-MEDIA (RFC 8216bis §4.4.6.1). Without `url` the rendition is carried by the variant itself. */
export interface Rendition {
  type: 'AUDIO' | 'SUBTITLES' | 'VIDEO' | 'CLOSED-CAPTIONS';
  groupId: string;
  name: string;
  language?: string;
  isDefault: boolean;
  isAutoselect: boolean;
  isForced: boolean;
  url?: string;
}

/** Something the reader noticed. Lines and columns count from 1. */
export interface Finding {
  severity: 'error' | 'warning' | 'info';
  /** Stable, in kebab case: `missing-target-duration`. */
  code: string;
  message: string;
  line: number;
  column: number;
}

export interface MultivariantPlaylist {
  kind: 'multivariant';
  url: string;
  version?: number;
  variants: readonly Variant[];
  renditions: readonly Rendition[];
  /** Its EXT-X-DEFINE variables by name, for media playlists that import them; absent when there are none. */
  variables?: Readonly<Record<string, string>>;
  findings: readonly Finding[];
}

export interface MediaPlaylist {
  kind: 'media';
  url: string;
  version?: number;
  /** No EXT-X-ENDLIST and not EXT-X-PLAYLIST-TYPE:VOD. */
  isLive: boolean;
  targetDurationS?: number;
  mediaSequence: number;
  fragments: readonly Fragment[];
  findings: readonly Finding[];
}

export type Playlist = MultivariantPlaylist | MediaPlaylist;
