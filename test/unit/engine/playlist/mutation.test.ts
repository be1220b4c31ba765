import assert from 'node:assert/strict';
import { PlaylistError } from '../../../../src/engine/errors.ts';
import { inspectPlaylist } from '../../../../src/engine/inspect.ts';
import { planDownload } from '../../../../src/engine/plan.ts';
import { chooseAudio, chooseVariant } from '../../../../src/engine/playlist/choose.ts';
import { readPlaylist } from '../../../../src/engine/playlist/read.ts';
import { BASE, vod } from './samples.ts';

const MEDIA = vod(
  '#EXT-X-MEDIA-SEQUENCE:41',
  '#EXT-X-DISCONTINUITY-SEQUENCE:2',
  '#EXT-X-DEFINE:NAME="host",VALUE="https://media.example"',
  '#EXT-X-MAP:URI="{$host}/init.mp4",BYTERANGE="718@0"',
  '#EXT-X-PROGRAM-DATE-TIME:2026-02-03T04:05:06.789Z',
  '#EXT-X-KEY:METHOD=AES-128,URI="k1",IV=0x000102030405060708090a0b0c0d0e0f',
  '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://id",KEYFORMAT="com.apple.streamingkeydelivery"',
  '#EXTINF:9.009,Überblick',
  '#EXT-X-BYTERANGE:1000@718',
  '{$host}/all.mp4',
  '#EXTINF:9.009,',
  '#EXT-X-BYTERANGE:2000',
  '{$host}/all.mp4',
  '#EXT-X-DISCONTINUITY',
  '#EXT-X-KEY:METHOD=NONE',
  '#EXTINF:3.5,',
  '#EXT-X-GAP',
  'gap.mp4',
  '#EXTINF:3.5,',
  'last.mp4',
);

const MULTIVARIANT = [
  '#EXTM3U',
  '#EXT-X-VERSION:6',
  '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="Director\'s",LANGUAGE="en",DEFAULT=YES,URI="en.m3u8"',
  '#EXT-X-STREAM-INF:BANDWIDTH=43200000,RESOLUTION=3840x2160,FRAME-RATE=59.940,CODECS="avc1,mp4a",AUDIO="aac"',
  '2160p.m3u8',
  '#EXT-X-STREAM-INF:BANDWIDTH=1000000,RESOLUTION=640x360,AUDIO="aac"',
  '360p.m3u8',
  '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=100000,URI="iframe.m3u8"',
].join('\n');

/** Characters and pieces that mean something to a playlist. */
const PIECES = [
  ...[
    '\n',
    '\r',
    '\r\n',
    '#',
    '"',
    "'",
    ',',
    '=',
    ':',
    '@',
    '-',
    '0x',
    '{$',
    '}',
    '{$host}',
    '%',
    '%E4',
    '\0',
    '\uFEFF',
    'ü',
    '\uD800',
  ],
  ...[
    '#EXTINF:1,\n',
    '#EXT-X-ENDLIST\n',
    '#EXT-X-STREAM-INF:',
    '#EXT-X-KEY:METHOD=AES-128\n',
    '#EXT-X-MAP:\n',
    'NaN',
    '1e999',
  ],
  ...[
    '99999999999999999999',
    '__proto__',
    'file:///x',
    '//[',
    '<html>',
    '#EXT-X-SKIP:\n',
    '#EXT-X-DEFINE:NAME="host"\n',
  ],
];

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function mutate(text: string, random: () => number): string {
  const below = (limit: number): number => Math.floor(random() * limit);
  let mutated = text;
  for (let changes = 1 + below(4); changes > 0; changes--) {
    const start = below(mutated.length + 1);
    const end = start + below(random() < 0.2 ? mutated.length : 12);
    const piece = PIECES[below(PIECES.length)] ?? '';
    const replacement = [piece, '', mutated.slice(start, end).repeat(2), mutated.slice(below(mutated.length))][
      below(4)
    ];
    mutated = mutated.slice(0, start) + (replacement ?? '') + mutated.slice(random() < 0.5 ? start : end);
  }
  return mutated;
}

/** Everything that is done with a playlist; gives what came of it. */
function use(text: string | Uint8Array): 'planned' | 'chosen' | 'refused' {
  try {
    const playlist = readPlaylist(text, BASE);
    JSON.stringify(inspectPlaylist(playlist, { showUrls: false }));
    if (playlist.kind === 'multivariant') {
      chooseAudio(playlist, chooseVariant(playlist, 'best'), 'default');
      return 'chosen';
    }
    const plan = planDownload(playlist);
    for (const [index, fragment] of plan.fragments.entries()) {
      assert.equal(fragment.index, index);
      assert.match(fragment.url, /^https?:/);
      assert.ok(Number.isFinite(fragment.durationS) && fragment.durationS >= 0);
      for (const key of [...fragment.keys, ...(fragment.map?.keys ?? [])]) assert.match(key.iv ?? '', /^[\da-f]{32}$/);
      for (const range of [fragment.byteRange, fragment.map?.byteRange]) {
        assert.ok(range === undefined || (range.offset >= 0 && range.length > 0));
      }
    }
    return 'planned';
  } catch (error) {
    if (error instanceof PlaylistError && error.cause === undefined) return 'refused';
    throw new Error(`Failed on ${JSON.stringify(text)}`, { cause: error });
  }
}

describe('playlists with anything changed', () => {
  for (const [name, original] of [
    ['media', MEDIA],
    ['multivariant', MULTIVARIANT],
  ] as const) {
    it(`${name}: end in a plan, a choice or a PlaylistError, whatever is in them`, () => {
      const random = randomOf(20260203);
      const outcomes = { planned: 0, chosen: 0, refused: 0 };
      for (let round = 0; round < 1500; round++) {
        const text = mutate(original, random);
        outcomes[use(round % 2 === 0 ? text : Buffer.from(text))]++;
      }
      // Mutations that only ever break the first line would prove nothing.
      assert.ok(outcomes.refused > 100, JSON.stringify(outcomes));
      assert.ok(outcomes.planned + outcomes.chosen > 300, JSON.stringify(outcomes));
    });
  }

  it('cut anywhere', () => {
    for (const text of [MEDIA, MULTIVARIANT]) {
      for (let length = 0; length < text.length; length++) use(text.slice(0, length));
    }
  });

  it('are bytes of any kind', () => {
    const random = randomOf(7);
    for (let round = 0; round < 200; round++) {
      const noise = Uint8Array.from({ length: 200 }, () => Math.floor(random() * 256));
      use(noise);
      use(Buffer.concat([Buffer.from(MEDIA.slice(0, 300)), noise, Buffer.from(MEDIA.slice(300))]));
    }
  });
});
