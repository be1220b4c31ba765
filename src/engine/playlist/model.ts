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
  /** Its partial segments, where the playlist still lists them. */
  parts?: readonly Part[];
  /** EXT-X-BITRATE: about so many bits per second. */
  bitrate?: number;
}

/** The fragment that partial segments begin while its own URI is not listed yet. */
export type StartedFragment = Pick<
  Fragment,
  'sequence' | 'discontinuitySequence' | 'keys' | 'map' | 'discontinuity' | 'programDateTime'
>;

/** One EXT-X-PRELOAD-HINT (RFC 8216bis §4.4.5.3): what will be asked for next. */
export interface PreloadHint {
  type: 'PART' | 'MAP';
  url: string;
  /** First byte; 0 where the playlist gives none. */
  start: number;
  /** Absent: to the end of the resource. */
  length?: number;
}

/** One EXT-X-RENDITION-REPORT (RFC 8216bis §4.4.5.4): where another rendition of the stream stands. */
export interface RenditionReport {
  url: string;
  lastSequence?: number;
  lastPart?: number;
}

/** One EXT-X-PART (RFC 8216bis §4.4.4.9). */
export interface Part {
  url: string;
  durationS: number;
  byteRange?: ByteRange;
  isIndependent: boolean;
  gap: boolean;
}

/** One EXT-X-DATERANGE (RFC 8216bis §4.4.5.1), of several with one ID the union of their attributes. */
export interface DateRange {
  id: string;
  class?: string;
  /** ISO 8601. */
  startDate?: string;
  endDate?: string;
  durationS?: number;
  /** All other attributes as they stand: `X-ASSET-URI`, `SCTE35-OUT`, `CUE`, … */
  attributes: Readonly<Record<string, string>>;
}

/** EXT-X-SERVER-CONTROL (RFC 8216bis §4.4.3.8). */
export interface ServerControl {
  canBlockReload: boolean;
  /** Delta updates are offered, with fragments skipped up to so many seconds before the end. */
  canSkipUntilS?: number;
  canSkipDateRanges: boolean;
  holdBackS?: number;
  partHoldBackS?: number;
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
  /** GROUP-ID of the video renditions. */
  video?: string;
  /** GROUP-ID of the closed captions, or `NONE`. */
  closedCaptions?: string;
  /** Absent is the pathway `.` (RFC 8216bis §4.4.6.2). */
  pathway?: string;
  /** STABLE-VARIANT-ID. */
  stableId?: string;
  /** Greater is better; by the publisher's own measure. */
  score?: number;
  supplementalCodecs?: string;
  /** `SDR`, `HLG`, `PQ`. */
  videoRange?: string;
  hdcpLevel?: string;
  /** REQ-VIDEO-LAYOUT. */
  videoLayout?: string;
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
  /** STABLE-RENDITION-ID. */
  stableId?: string;
  assocLanguage?: string;
  characteristics?: string;
  /** As it stands: `2`, `16/JOC`. */
  channels?: string;
  instreamId?: string;
}

/** One EXT-X-SESSION-DATA (RFC 8216bis §4.4.6.4). */
export interface SessionData {
  id: string;
  value?: string;
  /** Where the value is, as JSON unless `format` says RAW. */
  url?: string;
  format?: string;
  language?: string;
}

/** Something the reader noticed. Lines and columns count from 1. */
export interface Finding {
  severity: 'error' | 'warning' | 'info';
  /** Stable, in kebab case: `missing-target-duration`. */
  code: string;
  message: string;
  line: number;
  column: number;
  /** What should stand there instead, where only one thing can: a name, a version, a target duration. */
  expected?: string;
}

export interface MultivariantPlaylist {
  kind: 'multivariant';
  url: string;
  version?: number;
  variants: readonly Variant[];
  renditions: readonly Rendition[];
  /** EXT-X-INDEPENDENT-SEGMENTS. */
  isIndependent?: boolean;
  sessionData?: readonly SessionData[];
  /** EXT-X-SESSION-KEY: keys that media playlists will need. */
  sessionKeys?: readonly Key[];
  /** EXT-X-CONTENT-STEERING: where the order of pathways comes from, and the one to begin with. */
  steering?: { serverUrl: string; pathway?: string };
  startOffsetS?: number;
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
  /** EXT-X-ENDLIST. */
  hasEnd?: boolean;
  playlistType?: 'VOD' | 'EVENT';
  targetDurationS?: number;
  mediaSequence: number;
  /** EXT-X-DISCONTINUITY-SEQUENCE, where the playlist has it. */
  discontinuitySequence?: number;
  /**
   * A delta update (EXT-X-SKIP): so many fragments from `mediaSequence` on are left out of `fragments`, whose `sequence`
   * goes on behind them. The tags of the skipped ones are unknown: `discontinuitySequence` of the fragments lacks their
   * discontinuities, and the first fragments have neither the keys nor the init segment that were in force.
   */
  skipped?: number;
  /** EXT-X-SKIP: IDs of date ranges that have gone since. */
  removedDateRanges?: readonly string[];
  fragments: readonly Fragment[];
  /** Partial segments behind the last fragment (EXT-X-PART). */
  parts?: readonly Part[];
  /** The fragment that `parts` begin; present with them. */
  started?: StartedFragment;
  partTargetS?: number;
  preloadHints?: readonly PreloadHint[];
  renditionReports?: readonly RenditionReport[];
  /** EXT-X-I-FRAMES-ONLY. */
  isIframesOnly?: boolean;
  /** EXT-X-INDEPENDENT-SEGMENTS. */
  isIndependent?: boolean;
  serverControl?: ServerControl;
  /** EXT-X-START: seconds from the beginning, or, negative, from the end. */
  startOffsetS?: number;
  dateRanges?: readonly DateRange[];
  findings: readonly Finding[];
}

export type Playlist = MultivariantPlaylist | MediaPlaylist;
