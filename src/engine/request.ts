/** How a fragment's body gets to the file; one file each in fragment/. */
export type WriteStrategyName = 'buffered' | 'streaming';

/** Where sockets read to: a buffer of their own for all they bring, or a new one for each read. */
export type ReadsName = 'pooled' | 'plain';

/** What to download and how. Plain data: it crosses threads. Holds secrets (URL, headers): never log or store it whole. */
export interface DownloadRequest {
  /** http(s) URL of a multivariant or media playlist. */
  url: string;
  /** Absolute path of the main output. */
  output: string;
  /** `best`, `worst`, `<height>p` or a bandwidth in bits per second. Default `best`. */
  variant?: string;
  /** Only so much media, in seconds: the beginning of a recording, or how long a live stream is recorded. */
  durationS?: number;
  /** Where a live stream is joined: at its live edge (default) or at the start of its window. */
  from?: 'edge' | 'start';
  /** A live stream that brings nothing new for so many seconds is over; by default a multiple of its window. */
  deadAfterS?: number;
  /** `default`, `none`, `all`, or a language or name, or several of them. Default `default`. */
  audio?: string | readonly string[];
  /** `none`, `default`, `all`, or a language or name, or several of them. Default `none`. */
  subtitles?: string | readonly string[];
  /** Of subtitles that are a file of their own. Default `vtt`. */
  subtitleFormat?: 'vtt' | 'srt';
  write?: WriteStrategyName;
  concurrency?: number | 'auto';
  http?: '1.1' | '2' | 'auto';
  /** Default `pooled`; HTTP/2 reads plainly. */
  reads?: ReadsName;
  /** Sent to the playlist's origin only. */
  headers?: Record<string, string>;
  /** PEM certificates trusted in addition to the system's. */
  ca?: string;
  /** Default none: every origin is connected to directly. */
  proxy?: ProxySettings;
  /** Body bytes a second that all connections together may bring. Default without bound. */
  rateBytesPerSecond?: number;
  /** Bytes that may wait in memory for their place in the file. Default 64 MiB. */
  reorderMemoryBytes?: number;
  limits?: Partial<Limits>;
  /**
   * Go on from what an earlier try of the same output left, and keep what is whole when this one does not end well.
   * Default true.
   */
  resume?: boolean;
  /** Go on without the fragments that cannot be had; the receipt counts them. Default false. */
  allowGaps?: boolean;
  /** Let a playlist from a public host lead to loopback, link-local and private addresses. Default false. */
  allowPrivateAddresses?: boolean;
  /**
   * How the container that the output's name asks for is written, where the fragments one behind the other are not it.
   * `none`: never; separate audio is a file of its own. Default `mediabunny`.
   */
  mux?: 'mediabunny' | 'ffmpeg' | 'none';
  /** Compute the outputs' SHA-256. */
  sha256?: boolean;
  /** Carry the per-fragment list in the receipt. */
  perFragment?: boolean;
}

/**
 * Through what origins are reached, by the scheme of the address that is asked for. A proxy is
 * `http(s)://[user:password@]host[:port]` or `socks5://…`; `host:port` alone is one of http.
 */
export interface ProxySettings {
  http?: string;
  https?: string;
  /**
   * Hosts that are connected to directly: names (with what is below them), addresses, ranges (`10.0.0.0/8`), each with or
   * without a port; `*` for all.
   */
  noProxy?: readonly string[];
  /** Whether the certificate of an https proxy is verified. Default true. */
  isStrict?: boolean;
}

/** Bounds that keep a download from hanging or filling memory and disk. All settable. */
export interface Limits {
  /** From the request to the first byte of the answer. */
  firstByteMs: number;
  /** Longest silence within a body. */
  stallMs: number;
  /** A body slower than this over `rateWindowMs` is given up and tried again. */
  minimumBytesPerSecond: number;
  rateWindowMs: number;
  /** Tries of one resource, the first included. */
  tries: number;
  /** Longest time below the minimum rate over all tries of one resource; announced waits (Retry-After) not counted. */
  noProgressMs: number;
  /** Longest Retry-After that is honoured. */
  retryAfterMs: number;
  /** Largest playlist, decompressed. */
  playlistBytes: number;
  /** A fragment may always have as many bytes. */
  fragmentBytes: number;
  /** And as many times the bytes that its bandwidth and its duration give. */
  bandwidthMargin: number;
  /** Bandwidth of a stream that declares none, in bits per second. */
  undeclaredBandwidth: number;
}

export const defaultLimits: Limits = {
  firstByteMs: 15_000,
  stallMs: 10_000,
  minimumBytesPerSecond: 1024,
  rateWindowMs: 10_000,
  tries: 10,
  noProgressMs: 45_000,
  retryAfterMs: 300_000,
  playlistBytes: 64 * 1024 * 1024,
  fragmentBytes: 8 * 1024 * 1024,
  bandwidthMargin: 4,
  undeclaredBandwidth: 200e6,
};
