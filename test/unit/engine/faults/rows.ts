import type { ErrorCode, TransferCause } from '../../../../src/engine/errors.ts';
import type { Fault } from '../../../origin/lab.ts';
import type { PlaceName } from './places.ts';
import { everywhere, fragments, mediaPlaylists, playlists } from './places.ts';

/** How a download may end: with the exact file, failed for that cause of the resource struck, or failed with that code. */
export type Ending = 'correct' | 'completeWithGaps' | TransferCause | ErrorCode;

/** A fault, what it strikes, and the endings that are right. */
export interface Row {
  fault: Omit<Fault, 'path' | 'resource' | 'index' | 'times'>;
  on: readonly PlaceName[];
  /** Struck twice, then served well; absent where the first answer settles everything. */
  twice?: readonly Ending[];
  /** Struck for good. */
  lasting: readonly Ending[];
  over?: 'TLS' | 'HTTP/2';
}

const correct = ['correct'] as const;
const noPlaylist = ['CONTENT', 'HLS_PLAYLIST_NOT_HLS', 'HLS_PLAYLIST_EMPTY'] as const;
const cutPlaylist = ['TRUNCATED', 'completeWithGaps', 'HLS_PLAYLIST_SYNTAX', 'HLS_PLAYLIST_EMPTY'] as const;
const notThere = ['REDIRECT', 'POLICY'] as const;
/** What no second try mends may still be tried. */
const or = (endings: readonly Ending[]): Ending[] => ['correct', ...endings];
/** Their playlists say VOD. */
const recordings = ['variant playlist', 'audio playlist'] as const;
const oneOfEach = ['media playlist', 'init segment', 'key', 'middle fragment'] as const;

const withoutAnswer: Row[] = [
  ...[500, 503].map((status): Row => ({
    fault: { kind: 'status', status },
    on: [...everywhere, 'encrypted fragment', 'byte range'],
    twice: correct,
    lasting: ['STATUS'],
  })),
  ...[429, 503].map((status): Row => ({
    fault: { kind: 'status', status, retryAfter: '0' },
    on: everywhere,
    twice: correct,
    lasting: ['STATUS'],
  })),
  { fault: { kind: 'status', status: 429, retryAfter: 'date+1' }, on: oneOfEach, twice: correct, lasting: ['STATUS'] },
  ...[401, 403, 404, 410].map((status): Row => ({
    fault: { kind: 'status', status },
    on: [...everywhere, 'encrypted fragment', 'byte range'],
    twice: or(['STATUS']),
    lasting: ['STATUS'],
  })),
  {
    fault: { kind: 'status', status: 204 },
    on: everywhere,
    twice: or(['STATUS', ...noPlaylist]),
    lasting: ['STATUS', ...noPlaylist],
  },
  { fault: { kind: 'reset-before' }, on: everywhere, twice: correct, lasting: ['RESET'] },
  { fault: { kind: 'close-before' }, on: everywhere, twice: correct, lasting: ['RESET'] },
  { fault: { kind: 'not-http' }, on: everywhere, twice: correct, lasting: ['RESET', 'CONTENT'] },
  { fault: { kind: 'no-headers' }, on: everywhere, twice: correct, lasting: ['TIMEOUT'] },
  { fault: { kind: 'slow-headers', everyMs: 50 }, on: everywhere, twice: correct, lasting: ['TIMEOUT'] },
  {
    fault: { kind: 'header-flood' },
    on: everywhere,
    twice: or(['RESET', 'TOO_LARGE', 'CONTENT']),
    lasting: ['RESET', 'TOO_LARGE', 'CONTENT'],
  },
  { fault: { kind: 'interim' }, on: everywhere, lasting: correct },
  { fault: { kind: 'interim-endless' }, on: everywhere, twice: correct, lasting: ['TIMEOUT'] },
];

const cut: Row[] = [
  { fault: { kind: 'reset-midway' }, on: everywhere, twice: correct, lasting: ['TRUNCATED', 'RESET'] },
  { fault: { kind: 'truncate' }, on: [...everywhere, 'byte range'], twice: correct, lasting: ['TRUNCATED'] },
  { fault: { kind: 'truncate-chunked' }, on: everywhere, twice: correct, lasting: ['TRUNCATED'] },
  { fault: { kind: 'wrong-length', delta: 5 }, on: everywhere, twice: correct, lasting: ['TRUNCATED'] },
  {
    fault: { kind: 'wrong-length', delta: -1000 },
    on: [...fragments, 'init segment'],
    twice: correct,
    lasting: ['TRUNCATED', 'CONTENT'],
  },
  { fault: { kind: 'wrong-length', delta: -5 }, on: ['key'], twice: correct, lasting: ['TRUNCATED', 'CONTENT'] },
  // Without the end tag, which says nothing new of a playlist that is a recording anyway; without half of the fragments.
  { fault: { kind: 'wrong-length', delta: -8 }, on: ['media playlist'], twice: or(cutPlaylist), lasting: cutPlaylist },
  { fault: { kind: 'wrong-length', delta: -8 }, on: recordings, twice: or(cutPlaylist), lasting: or(cutPlaylist) },
  { fault: { kind: 'wrong-length', delta: -700 }, on: mediaPlaylists, twice: or(cutPlaylist), lasting: cutPlaylist },
  { fault: { kind: 'stall' }, on: [...everywhere, 'byte range'], twice: correct, lasting: ['STALLED'] },
  {
    fault: { kind: 'slow', everyMs: 100 },
    on: [...playlists, 'init segment', ...fragments],
    twice: correct,
    lasting: ['STALLED'],
  },
  // Sixteen bytes may be here before anybody calls it slow.
  { fault: { kind: 'slow', everyMs: 100 }, on: ['key'], twice: correct, lasting: or(['STALLED']) },
  { fault: { kind: 'endless' }, on: everywhere, twice: or(['TOO_LARGE']), lasting: ['TOO_LARGE'] },
  { fault: { kind: 'no-length' }, on: [...everywhere, 'encrypted fragment', 'byte range'], lasting: correct },
  { fault: { kind: 'no-length', framing: 'chunked' }, on: everywhere, lasting: correct },
];

const early = ['TRUNCATED', 'CONTENT'] as const;
const transport = ['first fragment', 'middle fragment', 'last fragment'] as const;

/** Bodies that end too soon and say that they are whole. */
const endingEarly: Row[] = (['chunked', 'close'] as const).flatMap((framing): Row[] => [
  { fault: { kind: 'ends-early', framing }, on: fragments, twice: correct, lasting: early },
  { fault: { kind: 'ends-early', framing, align: 'packet' }, on: transport, twice: correct, lasting: early },
  // One packet; a quarter of the pictures and no sound; 83 % of the pictures and 56 % of the sound.
  ...[188, 4400, 15_000].map((afterBytes): Row => ({
    fault: { kind: 'ends-early', framing, align: 'packet', afterBytes },
    on: transport,
    twice: correct,
    lasting: early,
  })),
  // The box that describes the samples, without the samples.
  { fault: { kind: 'ends-early', framing, align: 'box' }, on: ['fMP4 fragment'], twice: correct, lasting: early },
  // The first half of the media, in whole boxes.
  {
    fault: { kind: 'ends-early', framing, align: 'box', afterBytes: 15_000 },
    on: ['chunked fMP4 fragment'],
    twice: correct,
    lasting: early,
  },
  {
    fault: { kind: 'ends-early', framing, afterBytes: 9600 },
    on: ['encrypted fragment'],
    twice: correct,
    lasting: ['DECRYPT', ...early],
  },
  { fault: { kind: 'ends-early', framing }, on: ['init segment', 'key'], twice: correct, lasting: early },
  { fault: { kind: 'ends-early', framing, align: 'box' }, on: ['init segment'], twice: correct, lasting: early },
  { fault: { kind: 'ends-early', framing }, on: mediaPlaylists, twice: or(cutPlaylist), lasting: cutPlaylist },
  // Before the first variant: behind one, nothing shows that there were more.
  {
    fault: { kind: 'ends-early', framing, afterBytes: 300 },
    on: ['multivariant playlist'],
    twice: or(cutPlaylist),
    lasting: cutPlaylist,
  },
]);

const otherBodies: Row[] = [
  ...(['html', 'json'] as const).flatMap((kind) =>
    [{ kind }, { kind, contentType: 'media' } as const].flatMap((fault): Row[] => [
      { fault, on: playlists, twice: or(noPlaylist), lasting: noPlaylist },
      { fault, on: ['init segment', 'key', ...fragments], twice: correct, lasting: ['CONTENT'] },
      { fault, on: ['encrypted fragment'], twice: correct, lasting: ['CONTENT', 'DECRYPT'] },
      { fault, on: ['byte range'], twice: correct, lasting: ['CONTENT', 'RANGE'] },
    ]),
  ),
  { fault: { kind: 'empty' }, on: playlists, twice: or(noPlaylist), lasting: noPlaylist },
  {
    fault: { kind: 'empty' },
    on: ['init segment', 'key', ...fragments],
    twice: correct,
    lasting: early,
  },
  { fault: { kind: 'empty' }, on: ['encrypted fragment'], twice: correct, lasting: ['DECRYPT', ...early] },
  { fault: { kind: 'mistyped' }, on: [...everywhere, 'encrypted fragment', 'byte range'], lasting: correct },
];

const ranges: Row[] = [
  { fault: { kind: 'range-ignored' }, on: ['byte range'], lasting: correct },
  { fault: { kind: 'range-wrong' }, on: ['byte range'], twice: correct, lasting: ['RANGE'] },
  { fault: { kind: 'range-wrong', delta: -188 }, on: ['byte range'], twice: correct, lasting: ['RANGE'] },
  { fault: { kind: 'range-capped' }, on: ['byte range'], twice: correct, lasting: or(['RANGE']) },
  { fault: { kind: 'range-bare' }, on: ['byte range'], twice: correct, lasting: ['RANGE'] },
  { fault: { kind: 'range-multipart' }, on: ['byte range'], twice: correct, lasting: ['RANGE'] },
  { fault: { kind: 'range-grown' }, on: ['byte range'], lasting: or(['RANGE']) },
  {
    fault: { kind: 'range-refused' },
    on: ['byte range'],
    twice: or(['STATUS', 'RANGE']),
    lasting: ['STATUS', 'RANGE'],
  },
  {
    fault: { kind: 'range-unasked' },
    on: everywhere,
    twice: or(['STATUS', 'RANGE']),
    lasting: ['STATUS', 'RANGE'],
  },
];

const compressed: Row[] = [
  { fault: { kind: 'gzip' }, on: playlists, lasting: correct },
  ...(['gzip-broken', 'gzip-cut', 'gzip-lie', 'encoding-unknown'] as const).map((kind): Row => ({
    fault: { kind },
    on: playlists,
    twice: or(['CONTENT']),
    lasting: ['CONTENT'],
  })),
  { fault: { kind: 'gzip-bomb' }, on: playlists, twice: or(['TOO_LARGE']), lasting: ['TOO_LARGE'] },
  {
    fault: { kind: 'gzip' },
    on: ['init segment', 'key', ...fragments],
    twice: correct,
    lasting: or(['CONTENT']),
  },
  {
    fault: { kind: 'gzip-broken' },
    on: ['init segment', 'key', ...fragments],
    twice: correct,
    lasting: ['CONTENT'],
  },
  // The bytes are right, only their label is not.
  ...(['gzip-lie', 'encoding-unknown'] as const).map((kind): Row => ({
    fault: { kind },
    on: ['init segment', 'key', ...fragments],
    twice: correct,
    lasting: or(['CONTENT']),
  })),
];

const redirected: Row[] = [
  ...[301, 302, 303, 307, 308].map((status): Row => ({
    fault: { kind: 'redirect', status },
    on: [...oneOfEach, 'variant playlist', 'byte range'],
    lasting: correct,
  })),
  { fault: { kind: 'redirect', to: 'cross-origin' }, on: everywhere, lasting: correct },
  { fault: { kind: 'redirect', to: 'cross-origin' }, on: oneOfEach, lasting: correct, over: 'TLS' },
  { fault: { kind: 'redirect', to: 'loop' }, on: everywhere, twice: correct, lasting: ['REDIRECT'] },
  {
    fault: { kind: 'redirect', to: 'nowhere' },
    on: everywhere,
    twice: or(['REDIRECT', 'STATUS']),
    lasting: ['REDIRECT', 'STATUS'],
  },
  ...(['file', 'data', 'ftp'] as const).map((to): Row => ({
    fault: { kind: 'redirect', to },
    on: everywhere,
    twice: or(notThere),
    lasting: notThere,
  })),
  {
    fault: { kind: 'redirect', to: 'downgrade' },
    on: everywhere,
    twice: or(notThere),
    lasting: notThere,
    over: 'TLS',
  },
];

const addresses = {
  fragment: 'address of a fragment',
  key: 'address of a key',
  map: 'address of an init segment',
  variant: 'address of a variant',
  rendition: 'address of a rendition',
} as const;

/** Addresses that a playlist has no business to give. */
const hostile: Row[] = (Object.keys(addresses) as (keyof typeof addresses)[]).flatMap((of): Row[] => {
  const on = [addresses[of]];
  const at = of === 'fragment' ? { at: 4 } : {};
  return [
    ...(['file', 'data', 'ftp'] as const).map((to): Row => ({
      fault: { kind: 'uri', of, to, ...at },
      on,
      lasting: ['POLICY', 'HLS_PLAYLIST_SYNTAX'],
    })),
    { fault: { kind: 'uri', of, to: 'downgrade', ...at }, on, lasting: ['POLICY'], over: 'TLS' },
    { fault: { kind: 'uri', of, to: 'cross-origin', ...at }, on, lasting: correct },
    { fault: { kind: 'uri', of, to: 'cross-origin', ...at }, on, lasting: correct, over: 'TLS' },
  ];
});

/** Streams that fail while their connection lives on. */
const inHttp2: Row[] = (
  [
    [{ kind: 'status', status: 503 }, ['STATUS']],
    [{ kind: 'reset-before' }, ['RESET']],
    [{ kind: 'close-before' }, ['RESET']],
    [{ kind: 'no-headers' }, ['TIMEOUT']],
    [{ kind: 'reset-midway' }, ['TRUNCATED', 'RESET']],
    [{ kind: 'truncate' }, ['TRUNCATED', 'RESET']],
    [{ kind: 'truncate-chunked' }, ['TRUNCATED', 'RESET']],
    [{ kind: 'stall' }, ['STALLED']],
    [{ kind: 'interim-endless' }, ['TIMEOUT']],
  ] as const
).map(([fault, lasting]): Row => ({ fault, on: oneOfEach, twice: correct, lasting, over: 'HTTP/2' }));

export const rows: readonly Row[] = [
  ...withoutAnswer,
  ...cut,
  ...endingEarly,
  ...otherBodies,
  ...ranges,
  ...compressed,
  ...redirected,
  ...hostile,
  ...inHttp2,
  { fault: { kind: 'no-length' }, on: oneOfEach, lasting: correct, over: 'HTTP/2' },
  { fault: { kind: 'interim' }, on: oneOfEach, lasting: correct, over: 'HTTP/2' },
  {
    fault: { kind: 'ends-early' },
    on: ['middle fragment', 'fMP4 fragment'],
    twice: correct,
    lasting: early,
    over: 'HTTP/2',
  },
  { fault: { kind: 'endless' }, on: oneOfEach, twice: or(['TOO_LARGE']), lasting: ['TOO_LARGE'], over: 'HTTP/2' },
];
