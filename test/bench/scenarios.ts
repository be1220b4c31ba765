import type { StreamName, UrlOptions } from '../origin/lab.ts';
import type { PathShape } from '../../src/evidence/origin/path/shape.ts';
import type { Floor } from './floors.ts';

/** What the lab serves for a scenario: a stream of its catalogue and how it is cut and shaped. */
export interface LabStream {
  name: StreamName;
  options: Pick<UrlOptions, 'fragments' | 'fragmentBytes' | 'latencyMs' | 'bytesPerSecond' | 'mostAtOnce' | 'secure'>;
  /** By way of a relay of that shape, in a process of its own. */
  path?: PathShape;
}

/** One row of the comparison's scenarios. */
export interface Scenario {
  name: string;
  title: string;
  stream: LabStream;
  isDefault: boolean;
  /** Programs that run without --full; absent: all. `versions`: our own over each version of HTTP, and no other. */
  programs?: readonly string[] | 'versions';
  /** A run that takes longer is ended and counts as wrong. */
  timeoutS: number;
  /** Room that the greediest program takes: twice the stream. */
  diskBytes: number;
  floors: readonly Floor[];
}

/** How near concurrency that is chosen by itself comes to the best fixed one: with 60 fragments, and with 600. */
const nearForFew = 1.2;
const nearForMany = 1.05;

/** Of what HTTP/1.1 brings, HTTP/2 brings so much at least. */
const leastOfHttp1 = 0.8;

const megabyte = 1_050_000;
/** 40 ms there and back, 50 Mbit/s per connection. */
const paced: PathShape = { delayMs: 20, connectionBytesPerSecond: 6_250_000 };
/** 100 ms there and back, 1 Gbit/s for all connections together. */
const far: PathShape = { delayMs: 50, totalBytesPerSecond: 125_000_000 };

function againstUndici(wall: number, cpu: number): Floor[] {
  return [
    { type: 'against', program: 'undici', of: 'wall', ratio: wall },
    { type: 'against', program: 'undici', of: 'cpu', ratio: cpu },
  ];
}

/** Shaped scenarios, for which the programs that are not ours run with --full only. */
function shaped(name: string, title: string, stream: LabStream, ratio: number, timeoutS = 240): Scenario {
  const { fragments = 600, fragmentBytes = 5_400_000 } = stream.options;
  const bytes = fragments * fragmentBytes;
  const floors: Floor[] = [{ type: 'nearBest', ratio }];
  return { name, title, stream, isDefault: false, programs: ['hotframe'], timeoutS, diskBytes: 2.1 * bytes, floors };
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
    floors: [{ type: 'aheadOfHls' }, { type: 'nearBest', ratio: nearForFew }, ...againstUndici(0.6, 0.55)],
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
      { type: 'memory', atMostMiB: 174 },
      { type: 'against', program: 'undici', of: 'wall', ratio: 0.75 },
      { type: 'nearBest', ratio: nearForMany },
    ],
  },
  {
    name: 'tiny',
    title: '5,000 × 24 kB, 0 ms',
    stream: { name: 'tiny', options: {} },
    isDefault: true,
    timeoutS: 120,
    diskBytes: 0.3e9,
    floors: [
      { type: 'wall', atMostS: 1.6 },
      { type: 'against', program: 'discard', of: 'wall', ratio: 1 },
      { type: 'nearBest', ratio: nearForMany },
    ],
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
    floors: [{ type: 'aheadOfHls' }, { type: 'nearBest', ratio: 1.15 }],
  },
  {
    name: 'tls',
    title: '60 × 5.4 MB, 0 ms, TLS',
    stream: { name: '4k', options: { fragments: 60, secure: true } },
    isDefault: false,
    timeoutS: 120,
    diskBytes: 0.7e9,
    floors: [{ type: 'aheadOfHls' }, ...againstUndici(0.8, 0.7)],
  },
  shaped(
    'paced-60',
    '60 × 5.4 MB, 20 ms each way, 50 Mbit/s per connection',
    { name: '4k', options: { fragments: 60 }, path: paced },
    nearForFew,
  ),
  shaped(
    'paced-600',
    '600 × 1.05 MB, 20 ms each way, 50 Mbit/s per connection',
    { name: '4k', options: { fragments: 600, fragmentBytes: megabyte }, path: paced },
    nearForMany,
  ),
  shaped(
    'stragglers',
    '600 × 1.05 MB, 20 ms each way, 50 Mbit/s per connection, one in sixteen at a tenth of it',
    { name: '4k', options: { fragments: 600, fragmentBytes: megabyte }, path: { ...paced, slowEvery: 16 } },
    nearForMany,
  ),
  shaped(
    'far-60',
    '60 × 5.4 MB, 50 ms each way, 1 Gbit/s in total',
    { name: '4k', options: { fragments: 60 }, path: far },
    nearForFew,
  ),
  shaped(
    'far-600',
    '600 × 5.4 MB, 50 ms each way, 1 Gbit/s in total',
    { name: '4k', options: { fragments: 600 }, path: far },
    nearForMany,
  ),
  shaped(
    'far-tls',
    '60 × 5.4 MB over TLS, 50 ms each way, 1 Gbit/s in total',
    { name: '4k', options: { fragments: 60, secure: true }, path: far },
    nearForFew,
  ),
  {
    name: 'far-http2',
    title: '40 × 2.7 MB over TLS, 50 ms each way, HTTP/2 and HTTP/1.1',
    stream: { name: '4k', options: { fragments: 40, fragmentBytes: 2_700_000, secure: true }, path: { delayMs: 50 } },
    isDefault: false,
    programs: 'versions',
    timeoutS: 120,
    diskBytes: 0.3e9,
    floors: [{ type: 'against', program: 'http1', of: 'wall', ratio: 1 / leastOfHttp1 }],
  },
  {
    name: 'far-http2-600',
    title: '600 × 2.7 MB over TLS, 50 ms each way, 1 Gbit/s in total, HTTP/2 and HTTP/1.1',
    stream: { name: '4k', options: { fragments: 600, fragmentBytes: 2_700_000, secure: true }, path: far },
    isDefault: false,
    programs: 'versions',
    timeoutS: 240,
    diskBytes: 3.5e9,
    floors: [{ type: 'against', program: 'http1', of: 'wall', ratio: 1 / leastOfHttp1 }],
  },
  shaped(
    'crowded-60',
    '60 × 5.4 MB, 0 ms, 429 beyond 6 requests at once',
    { name: '4k', options: { fragments: 60, mostAtOnce: 6 } },
    nearForFew,
  ),
  shaped(
    'crowded-600',
    '600 × 5.4 MB, 0 ms, 429 beyond 6 requests at once',
    { name: '4k', options: { fragments: 600, mostAtOnce: 6 } },
    nearForMany,
  ),
  shaped(
    'crowded-paced',
    '96 × 1.05 MB, 40 ms, 50 Mbit/s per connection, 429 beyond 6 requests at once',
    {
      name: '4k',
      options: { fragments: 96, fragmentBytes: megabyte, latencyMs: 40, bytesPerSecond: 6_250_000, mostAtOnce: 6 },
    },
    nearForFew,
  ),
];
