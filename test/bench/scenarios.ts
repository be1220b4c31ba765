import type { StreamName, UrlOptions } from '../origin/lab.ts';
import type { Floor } from './floors.ts';

/** What the lab serves for a scenario: a stream of its catalogue and how it is cut and shaped. */
export interface LabStream {
  name: StreamName;
  options: Pick<UrlOptions, 'fragments' | 'fragmentBytes' | 'latencyMs' | 'bytesPerSecond' | 'secure'>;
}

/** One row of the comparison's scenarios. */
export interface Scenario {
  name: string;
  title: string;
  stream: LabStream;
  isDefault: boolean;
  /** Programs that run without --full; absent: all. */
  programs?: readonly string[];
  /** A run that takes longer is ended and counts as wrong. */
  timeoutS: number;
  /** Room that the greediest program takes: twice the stream. */
  diskBytes: number;
  floors: readonly Floor[];
}

/** The absolute floors hold for the reference machine: 2 cores, Debian 12, loopback. The relative ones hold anywhere. */
export const scenarios: readonly Scenario[] = [
  {
    name: '60',
    title: '60 × 5.4 MB, 0 ms',
    stream: { name: '4k', options: { fragments: 60 } },
    isDefault: true,
    timeoutS: 120,
    diskBytes: 0.7e9,
    floors: [{ type: 'aheadOfHls' }],
  },
  {
    name: '600',
    title: '600 × 5.4 MB, 0 ms',
    stream: { name: '4k', options: {} },
    isDefault: true,
    programs: ['hotframe', 'undici', 'curl', 'ffmpeg'],
    timeoutS: 300,
    diskBytes: 7e9,
    floors: [
      { type: 'wall', atMostS: 6 },
      { type: 'memory', atMostMiB: 230 },
    ],
  },
  {
    name: 'tiny',
    title: '5,000 × 24 kB, 0 ms',
    stream: { name: 'tiny', options: {} },
    isDefault: true,
    timeoutS: 120,
    diskBytes: 0.3e9,
    floors: [{ type: 'wall', atMostS: 1.6 }],
  },
  {
    name: 'shaped',
    title: '96 × 1.05 MB, 40 ms, 50 Mbit/s per connection',
    stream: {
      name: '4k',
      options: { fragments: 96, fragmentBytes: 1_050_000, latencyMs: 40, bytesPerSecond: 6_250_000 },
    },
    isDefault: false,
    timeoutS: 120,
    diskBytes: 0.3e9,
    floors: [{ type: 'aheadOfHls' }],
  },
  {
    name: 'tls',
    title: '60 × 5.4 MB, 0 ms, TLS',
    stream: { name: '4k', options: { fragments: 60, secure: true } },
    isDefault: false,
    timeoutS: 120,
    diskBytes: 0.7e9,
    floors: [{ type: 'aheadOfHls' }],
  },
];
