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
  /** Compute the outputs' SHA-256. */
  sha256?: boolean;
  /** Carry the per-fragment list in the receipt. */
  perFragment?: boolean;
}
