import fc from 'fast-check';
import type { ByteRange, Fragment, Key } from '../../../../src/engine/playlist/model.ts';
import { BASE } from '../playlist/samples.ts';

/** A media playlist and what it says, settled without reading it. */
export interface Meant {
  text: string;
  fragments: MeantFragment[];
  isLive: boolean;
}

/** What a reader has to find of a fragment. */
export type MeantFragment = Pick<
  Fragment,
  'sequence' | 'discontinuitySequence' | 'url' | 'durationS' | 'title' | 'byteRange' | 'keys' | 'discontinuity' | 'gap'
> & { mapUrl: string | undefined };

const FAIRPLAY = 'com.apple.streamingkeydelivery';

/** A fragment as it is written down. */
const written = fc.record({
  duration: fc.oneof(
    fc.constantFrom('9.009', '4', '0', '10.', '.5', '3.500000', '1.92'),
    fc.tuple(fc.nat(9999), fc.nat(999)).map(([whole, part]) => `${whole}.${part}`),
  ),
  title: fc.oneof(
    fc.constantFrom('', 'Überblick', "Director's cut", 'a,b="c"', '#EXTINF:9', '%E0%A4%A', '第二章 「間奏」'),
    fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll(/[\r\n]/g, '')),
  ),
  uri: fc.oneof(
    fc.nat(9).map((number) => `f${number}.ts`),
    fc.constantFrom(
      'all.ts',
      '../a b/ü.ts?x=1&token=secret',
      'https://other.example/x.m4s',
      '//h/%E4.ts',
      '?q',
      '"f".ts',
    ),
  ),
  range: fc.option(fc.record({ length: fc.integer({ min: 1, max: 2 ** 40 }), offset: fc.option(fc.nat(2 ** 31 - 1)) })),
  isGap: fc.boolean(),
  isDiscontinuity: fc.boolean(),
  key: fc.option(fc.constantFrom('none', 'iv', 'sequence', 'both'), { freq: 3 }),
  map: fc.option(fc.constantFrom('init.mp4', 'init2.mp4', '/x/init.mp4?token=secret'), { freq: 3 }),
  date: fc.option(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') })),
  noise: fc.array(fc.constantFrom('', '   ', '\t', '# a comment', '#EXT-X-NONE-OF-OURS:A=1', '#ext-x-gap', '#'), {
    maxLength: 2,
  }),
  /** Which of the tags stand below the EXTINF. */
  below: fc.nat(5),
});

type Written = typeof written extends fc.Arbitrary<infer T> ? T : never;

const playlist = fc.record({
  fragments: fc.array(written, { minLength: 1, maxLength: 8 }),
  sequence: fc.oneof(fc.constant(0), fc.nat(), fc.constant(2 ** 53 - 100)),
  discontinuitySequence: fc.nat(1000),
  isEnded: fc.boolean(),
  isVod: fc.boolean(),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  hasMark: fc.boolean(),
  hasLastLineEnd: fc.boolean(),
  indent: fc.constantFrom('', ' ', '\t'),
});

/** Media playlists of every kind that the RFC allows and writers write. */
export const mediaPlaylists: fc.Arbitrary<Meant> = playlist.map((shape) => {
  const { fragments, sequence, discontinuitySequence, isEnded, isVod, lineEnd, hasMark, hasLastLineEnd, indent } =
    shape;
  const writer = new Writer(sequence, discontinuitySequence);
  for (const fragment of fragments) writer.add(fragment);
  const lines = [
    ...['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:10', `#EXT-X-MEDIA-SEQUENCE:${sequence}`],
    ...[`#EXT-X-DISCONTINUITY-SEQUENCE:${discontinuitySequence}`, ...(isVod ? ['#EXT-X-PLAYLIST-TYPE:VOD'] : [])],
    ...writer.lines.map((line) => indent + line + indent),
    ...(isEnded ? ['#EXT-X-ENDLIST'] : []),
  ];
  const text = (hasMark ? '\uFEFF' : '') + lines.join(lineEnd) + (hasLastLineEnd ? lineEnd : '');
  return { text, fragments: writer.fragments, isLive: !isEnded && !isVod };
});

/** Writes fragments down, and keeps what they mean. */
class Writer {
  readonly lines: string[] = [];
  readonly fragments: MeantFragment[] = [];
  readonly #sequence: number;
  #discontinuitySequence: number;
  /** With the IV where the playlist gives one. */
  #keys: Omit<Key, 'iv'>[] = [];
  #iv: string | undefined;
  #mapUrl: string | undefined;

  constructor(sequence: number, discontinuitySequence: number) {
    this.#sequence = sequence;
    this.#discontinuitySequence = discontinuitySequence;
  }

  add(fragment: Written): void {
    const { duration, title, uri, isGap, isDiscontinuity, date, noise, below } = fragment;
    if (isDiscontinuity) this.#discontinuitySequence++;
    const url = urlOf(uri);
    const byteRange = this.#range(fragment, url);
    const tags = [
      ...this.#key(fragment.key),
      ...this.#map(fragment.map),
      ...(byteRange === undefined ? [] : [`#EXT-X-BYTERANGE:${byteRange.text}`]),
      ...(isGap ? ['#EXT-X-GAP'] : []),
      ...(isDiscontinuity ? ['#EXT-X-DISCONTINUITY'] : []),
      ...(date === null ? [] : [`#EXT-X-PROGRAM-DATE-TIME:${date.toISOString()}`]),
      ...noise,
    ];
    const above = Math.max(0, tags.length - below);
    this.lines.push(...tags.slice(0, above), `#EXTINF:${duration},${title}`, ...tags.slice(above), uri);
    const sequence = this.#sequence + this.fragments.length;
    this.fragments.push({
      sequence,
      discontinuitySequence: this.#discontinuitySequence,
      url,
      durationS: Number(duration),
      ...(title.trim() === '' ? {} : { title: title.trim() }),
      ...(byteRange === undefined ? {} : { byteRange: byteRange.range }),
      keys: this.#keys.map((key) => (key.keyFormat === FAIRPLAY ? key : { ...key, iv: this.#iv ?? hex(sequence) })),
      discontinuity: isDiscontinuity,
      gap: isGap,
      mapUrl: this.#mapUrl,
    });
  }

  /** Without an offset a range continues the one before, if that is of the same resource. */
  #range({ range }: Written, url: string): { text: string; range: ByteRange } | undefined {
    if (range === null) return undefined;
    const { length } = range;
    const before = this.fragments.at(-1);
    const next =
      before?.url === url && before.byteRange ? before.byteRange.offset + before.byteRange.length : undefined;
    if (range.offset === null && next !== undefined) return { text: String(length), range: { offset: next, length } };
    const offset = range.offset ?? 0;
    return { text: `${length}@${offset}`, range: { offset, length } };
  }

  #key(kind: Written['key']): string[] {
    if (kind === null) return [];
    if (kind === 'none') {
      this.#keys = [];
      return ['#EXT-X-KEY:METHOD=NONE'];
    }
    const others = this.#keys.filter(({ keyFormat }) => keyFormat === FAIRPLAY && kind !== 'both');
    const both = kind === 'both' ? [{ method: 'SAMPLE-AES', keyFormat: FAIRPLAY }] : [];
    this.#iv = kind === 'iv' ? '000102030405060708090a0b0c0d0e0f' : undefined;
    this.#keys = [...others, ...both, { method: 'AES-128', keyFormat: 'identity', url: urlOf('key.bin') }];
    return [
      ...both.map(() => `#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://a,b=c",KEYFORMAT="${FAIRPLAY}"`),
      `#EXT-X-KEY:METHOD=AES-128,URI="key.bin"${this.#iv === undefined ? '' : `,IV=0x${this.#iv}`}`,
    ];
  }

  #map(uri: Written['map']): string[] {
    if (uri === null) return [];
    this.#mapUrl = urlOf(uri);
    return [`#EXT-X-MAP:URI="${uri}"`];
  }
}

function urlOf(uri: string): string {
  return new URL(uri, BASE).href;
}

function hex(sequence: number): string {
  return sequence.toString(16).padStart(32, '0');
}
