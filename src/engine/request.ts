/** How a fragment's body gets to the file; one file each in fragment/. */
export type WriteStrategyName = 'buffered' | 'streaming';

/** What to download and how. Plain data: it crosses threads. Holds secrets (URL, headers): never log or store it whole. */
export interface DownloadRequest {
  /** http(s) URL of a multivariant or media playlist. */
  url: string;
  /** Absolute path of the main output. */
  output: string;
  /** `best`, `worst`, `<height>p` or a bandwidth in bits per second. Default `best`. */
  variant?: string;
  /** `default`, `none`, `all`, or a language or name. Default `default`. */
  audio?: string;
  write?: WriteStrategyName;
  concurrency?: number | 'auto';
  http?: '1.1' | '2' | 'auto';
  /** Sent to the playlist's origin only. */
  headers?: Record<string, string>;
  /** PEM certificates trusted in addition to the system's. */
  ca?: string;
  /** Bytes that may wait in memory for their place in the file. Default 64 MiB. */
  reorderMemoryBytes?: number;
  limits?: Partial<Limits>;
  /** Compute the outputs' SHA-256. */
  sha256?: boolean;
  /** Carry the per-fragment list in the receipt. */
  perFragment?: boolean;
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
  /** Longest time without progress over all tries of one resource; announced waits (Retry-After) not counted. */
  noProgressMs: number;
  /** Longest Retry-After that is honoured. */
  retryAfterMs: number;
  /** Largest playlist, decompressed. */
  playlistBytes: number;
  /** Largest fragment whatever its duration says, at least. */
  fragmentBytes: number;
}

export const defaultLimits: Limits = {
  firstByteMs: 15_000,
  stallMs: 10_000,
  minimumBytesPerSecond: 1024,
  rateWindowMs: 10_000,
  tries: 6,
  noProgressMs: 45_000,
  retryAfterMs: 300_000,
  playlistBytes: 64 * 1024 * 1024,
  fragmentBytes: 8 * 1024 * 1024,
};
