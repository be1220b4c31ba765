import type { DigestOptions, StreamName, UrlOptions } from '../../../origin/lab.ts';

/** Requests at once in every scenario. */
export const concurrency = 4;

/** A download that is killed. */
export interface Scenario {
  name: string;
  stream: StreamName;
  options: Omit<UrlOptions, 'session'>;
  digest: DigestOptions;
  args: readonly string[];
  /** In two files: the second is `out.en.ts`. */
  hasAudio?: boolean;
  /**
   * Fragments that may be whole in memory and wait for their place in the file. With announced lengths a place is known
   * as soon as those in front have begun; without, when they are whole, and the reorder memory bounds what waits.
   */
  mayWait: number;
}

const shape = { fragments: 24, fragmentBytes: 60_000 };
/** So that a download takes about as long as a process takes to start. */
const pace = { latencyMs: 5, bytesPerSecond: 1_000_000 };
const options = { ...shape, ...pace };

export const scenarios: readonly Scenario[] = [
  { name: 'announced lengths', stream: 'small', options, digest: shape, args: [], mayWait: concurrency },
  {
    ...{ name: 'no lengths', stream: 'small', options: { ...options, chunked: true }, digest: shape },
    ...{ args: ['--reorder-memory', '0.5'], mayWait: 9 },
  },
  {
    ...{ name: 'AES-128', stream: 'aes-iv', options, digest: shape },
    ...{ args: ['--reorder-memory', '0.5'], mayWait: 9 },
  },
  { name: 'byte ranges', stream: 'byterange', options, digest: shape, args: [], mayWait: concurrency },
  {
    ...{ name: 'separate audio', stream: 'multivariant', options, digest: shape },
    // Audio is small: much of it fits into memory.
    ...{ args: ['--variant', '360p', '--mux', 'none'], hasAudio: true, mayWait: concurrency },
  },
  {
    ...{ name: 'little memory', stream: 'small', options: { ...options, chunked: true, slowFirstMs: 250 } },
    ...{ digest: shape, args: ['--reorder-memory', '0.125'], mayWait: 3 },
  },
  {
    name: 'fMP4, buffered',
    stream: 'fmp4',
    options,
    digest: shape,
    args: ['--write', 'buffered'],
    mayWait: concurrency,
  },
];
