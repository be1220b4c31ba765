import assert from 'node:assert/strict';
import { readPlaylist } from '../../../../src/engine/playlist/read.ts';
import { assertPlaylistError, BASE, fragmentsOf, readMediaSample, vod } from './samples.ts';

const IV_1 = '0'.repeat(31) + '1';
const ONE = ['#EXTINF:4,', 'a.ts'];

function assertSyntaxError(lines: string[], message: RegExp): void {
  assertPlaylistError(() => readPlaylist(vod(...lines), BASE), 'HLS_PLAYLIST_SYNTAX', message);
}

describe('reading a media playlist', () => {
  it('gives every field of a plain playlist', () => {
    const { findings, ...playlist } = readMediaSample(
      vod('#EXT-X-MEDIA-SEQUENCE:7', '#EXT-X-DISCONTINUITY-SEQUENCE:3', '#EXTINF:9.009,One, two', 'a.ts?x=1#frag'),
    );
    assert.deepEqual(findings, []);
    assert.deepEqual(playlist, {
      kind: 'media',
      url: BASE,
      version: 7,
      isLive: false,
      hasEnd: true,
      targetDurationS: 10,
      mediaSequence: 7,
      discontinuitySequence: 3,
      fragments: [
        {
          index: 0,
          sequence: 7,
          discontinuitySequence: 3,
          url: 'https://cdn.example/vod/a.ts?x=1',
          durationS: 9.009,
          title: 'One, two',
          keys: [],
          discontinuity: false,
          gap: false,
        },
      ],
    });
  });

  for (const [lines, isLive, hasEnd, playlistType] of [
    [['#EXT-X-ENDLIST'], false, true, undefined],
    [['#EXT-X-PLAYLIST-TYPE:VOD'], false, undefined, 'VOD'],
    [['#EXT-X-PLAYLIST-TYPE:EVENT'], true, undefined, 'EVENT'],
    [['#EXT-X-PLAYLIST-TYPE:EVENT', '#EXT-X-ENDLIST'], false, true, 'EVENT'],
    [['#EXT-X-PLAYLIST-TYPE:OTHER'], true, undefined, undefined],
    [[], true, undefined, undefined],
  ] as [string[], boolean, true | undefined, string | undefined][]) {
    it(`${lines.join(' ') || 'nothing'}: ${isLive ? 'live' : 'not live'}`, () => {
      const text = ['#EXTM3U', '#EXT-X-TARGETDURATION:4', ...ONE, ...lines].join('\n');
      const playlist = readMediaSample(text);
      assert.deepEqual([playlist.isLive, playlist.hasEnd, playlist.playlistType], [isLive, hasEnd, playlistType]);
    });
  }

  describe('titles and durations', () => {
    for (const [extinf, durationS, title] of [
      ['#EXTINF:4', 4, undefined],
      ['#EXTINF:4,', 4, undefined],
      ['#EXTINF:4.,x', 4, 'x'],
      ['#EXTINF:.5,x', 0.5, 'x'],
      ['#EXTINF: 4 , x ', 4, 'x'],
      ['#EXTINF:4,100% süß 🎬 %E4', 4, '100% süß 🎬 %E4'],
      ['#EXTINF:4,"it\'s", said t0', 4, '"it\'s", said t0'],
      ['#EXTINF:-1,x', 0, 'x'],
      ['#EXTINF:long,x', 0, 'x'],
    ] as [string, number, string | undefined][]) {
      it(extinf, () => {
        const [fragment] = fragmentsOf(extinf, 'a.ts');
        assert.equal(fragment?.durationS, durationS);
        assert.equal(fragment.title, title);
      });
    }

    it('reports a duration that is no number', () => {
      const [finding] = readMediaSample(vod('#EXTINF:long,', 'a.ts')).findings;
      assert.deepEqual([finding?.code, finding?.line, finding?.column], ['bad-duration', 4, 1]);
    });
  });

  describe('URIs', () => {
    for (const [uri, url] of [
      ['a.ts', 'https://cdn.example/vod/a.ts'],
      ['../a.ts', 'https://cdn.example/a.ts'],
      ['/a.ts', 'https://cdn.example/a.ts'],
      ['//other.example/a.ts', 'https://other.example/a.ts'],
      ['?n=1', 'https://cdn.example/vod/list.m3u8?n=1'],
      ['http://other.example/a b.ts', 'http://other.example/a%20b.ts'],
      ["it's,here.ts", "https://cdn.example/vod/it's,here.ts"],
      ['ü.ts', 'https://cdn.example/vod/%C3%BC.ts'],
    ] as const) {
      it(uri, () => assert.equal(fragmentsOf('#EXTINF:4,', uri)[0]?.url, url));
    }

    for (const uri of ['file:///etc/passwd', 'data:video/mp2t;base64,AA', 'ftp://h/a.ts', 'javascript:1', 'blob:x']) {
      it(`refuses ${uri}`, () => {
        assertSyntaxError(['#EXTINF:4,', uri], /Line 5 .*scheme .* is refused/);
        assertSyntaxError([`#EXT-X-KEY:METHOD=AES-128,URI="${uri}"`, ...ONE], /Line 4 .*scheme .* is refused/);
        assertSyntaxError([`#EXT-X-MAP:URI="${uri}"`, ...ONE], /Line 4 .*scheme .* is refused/);
      });
    }

    it('refuses a URI that is none', () => assertSyntaxError(['#EXTINF:4,', 'http://[/'], /Line 5 .*not valid/));
    it('refuses a URI without EXTINF', () => assertSyntaxError(['a.ts', ...ONE], /Line 4 .*no #EXTINF/));
  });

  describe('tags without a fragment', () => {
    it('makes no fragment of what stands below the last URI', () => {
      const text = vod(...ONE, '#EXT-X-DISCONTINUITY', '#EXT-X-KEY:METHOD=NONE', '#EXT-X-GAP');
      assert.equal(readMediaSample(text).fragments.length, 1);
    });

    it('reports EXTINF without a URI', () => {
      const { fragments, findings } = readMediaSample(vod('#EXTINF:1,', '#EXTINF:2,', 'b.ts', '#EXTINF:3,'));
      assert.deepEqual(
        fragments.map(({ durationS }) => durationS),
        [2],
      );
      assert.deepEqual(
        findings.map(({ code, line }) => [code, line]),
        [
          ['fragment-without-uri', 4],
          ['fragment-without-uri', 7],
        ],
      );
    });
  });

  describe('byte ranges', () => {
    const ranges = (...lines: string[]) => fragmentsOf(...lines).map(({ byteRange }) => byteRange);
    const ranged = (range: string, uri = 'a.ts') => ['#EXTINF:4,', `#EXT-X-BYTERANGE:${range}`, uri];

    it('takes offsets as given', () => {
      assert.deepEqual(ranges(...ranged('10@5'), ...ranged('7@100')), [
        { offset: 5, length: 10 },
        { offset: 100, length: 7 },
      ]);
    });

    it('continues the range before it in the same resource', () => {
      assert.deepEqual(ranges(...ranged('10@5'), ...ranged('7'), ...ranged('3', '/vod/a.ts')), [
        { offset: 5, length: 10 },
        { offset: 15, length: 7 },
        { offset: 22, length: 3 },
      ]);
    });

    it('leaves whole fragments without a range', () => {
      assert.deepEqual(ranges(...ranged('10@5'), ...ONE), [{ offset: 5, length: 10 }, undefined]);
    });

    it('refuses a first range without offset', () => assertSyntaxError(ranged('10'), /Line 6 .*no offset/));
    it('refuses a continuation of another resource', () =>
      assertSyntaxError([...ranged('10@0'), ...ranged('10', 'b.ts')], /Line 9 .*no offset/));
    it('refuses a continuation after a whole fragment', () =>
      assertSyntaxError([...ranged('10@0'), ...ONE, ...ranged('10')], /Line 11 .*no offset/));

    for (const range of ['', 'x', '-1@0', '10@', '10@-1', '10@x', '0@5', '1.5@0', '1@2@3', '99999999999999999@0']) {
      it(`refuses ${range || 'an empty range'}`, () => assertSyntaxError(ranged(range), /Line 5 .*byte range/));
    }

    it('refuses ranges that end beyond 2^53', () => {
      assertSyntaxError(ranged('9007199254740991@1'), /byte range/);
      assertSyntaxError([...ranged('9007199254740000@0'), ...ranged('9007199254740000')], /ends beyond/);
    });
  });

  describe('init segments', () => {
    const maps = (...lines: string[]) => fragmentsOf(...lines).map(({ map }) => map);
    const map = (name: string, byteRange?: { offset: number; length: number }) => ({
      url: `https://cdn.example/vod/${name}`,
      ...(byteRange === undefined ? {} : { byteRange }),
      keys: [],
    });

    it('hold until the next one, across discontinuities', () => {
      const lines = [
        '#EXT-X-MAP:URI="i.mp4"',
        ...ONE,
        '#EXT-X-DISCONTINUITY',
        ...ONE,
        '#EXT-X-MAP:URI="j.mp4"',
        ...ONE,
      ];
      assert.deepEqual(maps(...ONE, ...lines), [undefined, map('i.mp4'), map('i.mp4'), map('j.mp4')]);
    });

    it('have byte ranges, from 0 where no offset is given', () => {
      assert.deepEqual(
        maps('#EXT-X-MAP:URI="i.mp4",BYTERANGE="10@5"', ...ONE, '#EXT-X-MAP:URI="i.mp4",BYTERANGE="10"', ...ONE),
        [map('i.mp4', { offset: 5, length: 10 }), map('i.mp4', { offset: 0, length: 10 })],
      );
    });

    it('are one object when equal', () => {
      const [a, b, c, d] = maps(
        ...['#EXT-X-MAP:URI="i.mp4"', ...ONE, ...ONE],
        ...['#EXT-X-MAP:URI="i.mp4"', ...ONE, '#EXT-X-MAP:URI="i.mp4",BYTERANGE="1@0"', ...ONE],
      );
      assert.equal(a, b);
      assert.equal(a, c);
      assert.notEqual(a, d);
    });

    it('are encrypted by the key above them, not by later ones', () => {
      const [first, second] = maps(
        ...['#EXT-X-MAP:URI="clear.mp4"', '#EXT-X-KEY:METHOD=AES-128,URI="k1",IV=0x01', ...ONE],
        ...['#EXT-X-MAP:URI="locked.mp4"', '#EXT-X-KEY:METHOD=AES-128,URI="k2",IV=0x02', ...ONE],
      );
      assert.deepEqual(first?.keys, []);
      assert.deepEqual(second?.keys, [
        { method: 'AES-128', keyFormat: 'identity', url: 'https://cdn.example/vod/k1', iv: IV_1 },
      ]);
    });

    it('take the number of the next fragment for a key without IV, which is reported', () => {
      const text = vod(...['#EXT-X-KEY:METHOD=AES-128,URI="k"', ...ONE, '#EXT-X-MAP:URI="i.mp4"', ...ONE]).replace(
        '#EXTINF',
        '#EXT-X-MEDIA-SEQUENCE:254\n#EXTINF',
      );
      const { fragments, findings } = readMediaSample(text);
      assert.equal(fragments[1]?.map?.keys[0]?.iv, '000000000000000000000000000000ff');
      assert.deepEqual(
        findings.map(({ code, line }) => [code, line]),
        [['map-key-without-iv', 8]],
      );
    });

    it('must have a URI and a valid range', () => {
      assertSyntaxError(['#EXT-X-MAP:BYTERANGE="1@0"', ...ONE], /Line 4 .*no URI/);
      assertSyntaxError(['#EXT-X-MAP:URI=""', ...ONE], /Line 4 .*not valid/);
      assertSyntaxError(['#EXT-X-MAP:URI="i.mp4",BYTERANGE="x"', ...ONE], /Line 4 .*byte range "x"/);
    });
  });

  describe('keys', () => {
    const keys = (...lines: string[]) => fragmentsOf(...lines).map((fragment) => fragment.keys);
    const aes = (name: string, iv: string) => ({
      method: 'AES-128',
      keyFormat: 'identity',
      url: `https://cdn.example/vod/${name}`,
      iv,
    });

    it('hold for the fragments below them until replaced or ended', () => {
      const lines = [
        ...ONE,
        ...['#EXT-X-KEY:METHOD=AES-128,URI="k1",IV=0x01', ...ONE, ...ONE],
        ...['#EXT-X-KEY:METHOD=AES-128,URI="k2",IV=0x02', ...ONE],
        ...['#EXT-X-KEY:METHOD=NONE', ...ONE],
      ];
      const second = '0'.repeat(31) + '2';
      assert.deepEqual(keys(...lines), [[], [aes('k1', IV_1)], [aes('k1', IV_1)], [aes('k2', second)], []]);
    });

    it('take the media sequence number as IV, 128 bits big endian', () => {
      assert.deepEqual(
        keys('#EXT-X-MEDIA-SEQUENCE:255', '#EXT-X-KEY:METHOD=AES-128,URI="k"', ...ONE, ...ONE).map(([key]) => key?.iv),
        ['000000000000000000000000000000ff', '00000000000000000000000000000100'],
      );
    });

    it('keep sequence numbers beyond 2^53 exact in the IV', () => {
      const lines = ['#EXT-X-MEDIA-SEQUENCE:18446744073709551614', '#EXT-X-KEY:METHOD=AES-128,URI="k"', ...ONE, ...ONE];
      assert.deepEqual(
        keys(...lines).map(([key]) => key?.iv),
        ['0000000000000000fffffffffffffffe', '0000000000000000ffffffffffffffff'],
      );
    });

    it('of distinct formats stand side by side; one format replaces its own', () => {
      const fairPlay = 'KEYFORMAT="com.apple.streamingkeydelivery",KEYFORMATVERSIONS="1"';
      const widevine = 'KEYFORMAT="urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"';
      const [both, replaced, none] = keys(
        ...[`#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://a",${fairPlay}`, '#EXT-X-KEY:METHOD=AES-128,URI="k1",IV=0x01'],
        ...[`#EXT-X-KEY:METHOD=SAMPLE-AES-CTR,URI="data:text/plain;base64,AAAA",${widevine}`, ...ONE],
        ...['#EXT-X-KEY:METHOD=AES-128,URI="k2",IV=0x01', ...ONE, '#EXT-X-KEY:METHOD=NONE', ...ONE],
      );
      const drm = [
        { method: 'SAMPLE-AES', keyFormat: 'com.apple.streamingkeydelivery' },
        { method: 'SAMPLE-AES-CTR', keyFormat: 'urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed' },
      ];
      assert.deepEqual(both, [drm[0], aes('k1', IV_1), drm[1]]);
      assert.deepEqual(replaced, [...drm, aes('k2', IV_1)]);
      assert.deepEqual(none, []);
    });

    it('survive commas, apostrophes and equal signs in their URI', () => {
      assert.equal(
        keys(`#EXT-X-KEY:METHOD=AES-128,URI="k',?a=1,b=2",IV=0x01`, ...ONE)[0]?.[0]?.url,
        "https://cdn.example/vod/k',?a=1,b=2",
      );
    });

    for (const [iv, expected] of [
      ['0x00112233445566778899aabbccddeeff', '00112233445566778899aabbccddeeff'],
      ['0X00112233445566778899AABBCCDDEEFF', '00112233445566778899aabbccddeeff'],
      ['"0x00112233445566778899AabbccddeeFf"', '00112233445566778899aabbccddeeff'],
      ['00112233445566778899aabbccddeeff', '00112233445566778899aabbccddeeff'],
      ['0xFF', '000000000000000000000000000000ff'],
    ] as const) {
      it(`IV=${iv}`, () =>
        assert.equal(keys(`#EXT-X-KEY:METHOD=AES-128,URI="k",IV=${iv}`, ...ONE)[0]?.[0]?.iv, expected));
    }

    for (const iv of ['', '0x', '0x1', '0x123', '0xg0', '12', `0x${'0'.repeat(34)}`, `0x${'0'.repeat(31)}`, '0x-1']) {
      it(`refuses IV=${iv || 'nothing'}`, () =>
        assertSyntaxError([`#EXT-X-KEY:METHOD=AES-128,URI="k",IV=${iv}`, ...ONE], /Line 4 .*IV/));
    }

    it('must have a METHOD and, where they are fetched, a URI', () => {
      assertSyntaxError(['#EXT-X-KEY:URI="k"', ...ONE], /Line 4 .*no METHOD/);
      assertSyntaxError(['#EXT-X-KEY:METHOD=AES-128', ...ONE], /Line 4 .*no URI/);
    });
  });

  describe('discontinuities, gaps, dates', () => {
    it('counts every discontinuity, flags the fragment below it', () => {
      const lines = [
        ...ONE,
        '#EXT-X-DISCONTINUITY',
        ...ONE,
        '#EXT-X-DISCONTINUITY',
        '#EXT-X-DISCONTINUITY',
        ...ONE,
        ...ONE,
      ];
      assert.deepEqual(
        fragmentsOf('#EXT-X-DISCONTINUITY-SEQUENCE:5', ...lines).map((f) => [f.discontinuitySequence, f.discontinuity]),
        [
          [5, false],
          [6, true],
          [8, true],
          [8, false],
        ],
      );
    });

    it('flags gaps', () => {
      const fragments = fragmentsOf(...ONE, '#EXTINF:4,', '#EXT-X-GAP', 'b.ts', ...ONE);
      assert.deepEqual(
        fragments.map(({ gap }) => gap),
        [false, true, false],
      );
    });

    it('gives bit rates in bits per second until the next, none for byte ranges', () => {
      const fragments = fragmentsOf(
        ...[...ONE, '#EXT-X-BITRATE:800', ...ONE, '#EXTINF:4,', '#EXT-X-BYTERANGE:1@0', 'b.ts'],
        ...['#EXT-X-BITRATE:900', ...ONE, ...ONE, '#EXT-X-BITRATE:many', ...ONE],
      );
      assert.deepEqual(
        fragments.map(({ bitrate }) => bitrate),
        [undefined, 800_000, undefined, 900_000, 900_000, undefined],
      );
    });

    it('gives dates as ISO 8601 in UTC and reports bad ones', () => {
      const text = vod(
        '#EXT-X-PROGRAM-DATE-TIME:2026-02-03T04:05:06.789+02:00',
        ...ONE,
        '#EXT-X-PROGRAM-DATE-TIME:soon',
        ...ONE,
      );
      const { fragments, findings } = readMediaSample(text);
      assert.deepEqual(
        fragments.map(({ programDateTime }) => programDateTime),
        ['2026-02-03T02:05:06.789Z', undefined],
      );
      assert.deepEqual(
        findings.map(({ code, line }) => [code, line]),
        [['bad-date', 7]],
      );
    });

    it('ignores sequence numbers below the first fragment and refuses what is none', () => {
      const { mediaSequence, findings } = readMediaSample(vod(...ONE, '#EXT-X-MEDIA-SEQUENCE:9', ...ONE));
      assert.equal(mediaSequence, 0);
      assert.deepEqual(
        findings.map(({ code }) => code),
        ['late-sequence'],
      );
      assertSyntaxError(['#EXT-X-MEDIA-SEQUENCE:x', ...ONE], /Line 4 .*whole number/);
      assertSyntaxError(['#EXT-X-MEDIA-SEQUENCE:18446744073709551616', ...ONE], /Line 4 .*whole number/);
    });
  });

  describe('variables', () => {
    it('are substituted in URIs and attributes: by value, from the query, from the multivariant playlist', () => {
      const text = vod(
        ...['#EXT-X-DEFINE:NAME="host",VALUE="other.example"', '#EXT-X-DEFINE:QUERYPARAM="token"'],
        ...['#EXT-X-DEFINE:IMPORT="folder"', '#EXT-X-DEFINE:NAME="all",VALUE="https://{$host}/{$folder}"'],
        ...['#EXT-X-MAP:URI="{$all}/i.mp4"', '#EXTINF:4,{$host}', '{$all}/a.ts?t={$token}'],
      );
      const [fragment] = readMediaSample(text, { folder: 'f' }).fragments;
      assert.equal(fragment?.url, 'https://other.example/f/a.ts?t=secret');
      assert.equal(fragment.map?.url, 'https://other.example/f/i.mp4');
      assert.equal(fragment.title, '{$host}');
    });

    it('values are not scanned again', () => {
      const lines = ['#EXT-X-DEFINE:QUERYPARAM="q"', '#EXTINF:4,', '{$q}.ts'];
      const playlist = readPlaylist(vod(...lines), 'https://h.example/a.m3u8?q={$q}');
      assert.equal(playlist.kind === 'media' ? playlist.fragments[0]?.url : '', 'https://h.example/%7B$q%7D.ts');
    });

    it('must be defined before use', () => {
      assertSyntaxError(['#EXTINF:4,', '{$x}.ts', '#EXT-X-DEFINE:NAME="x",VALUE="1"'], /Line 5 .*"x" is not defined/);
      assertSyntaxError(['#EXT-X-DEFINE:IMPORT="x"', '#EXTINF:4,', '{$x}.ts'], /Line 6 .*"x" is not defined/);
      assertSyntaxError(['#EXT-X-DEFINE:IMPORT="toString"', '#EXTINF:4,', '{$toString}.ts'], /is not defined/);
      assertSyntaxError(['#EXT-X-DEFINE:QUERYPARAM="absent"', ...ONE], /Line 4 .*query/);
    });

    it('cannot grow without bound', () => {
      const bomb = Array.from({ length: 30 }, (_, n) => `#EXT-X-DEFINE:NAME="v${n + 1}",VALUE="{$v${n}}{$v${n}}"`);
      assertSyntaxError(['#EXT-X-DEFINE:NAME="v0",VALUE="0123456789"', ...bomb, ...ONE], /grow/);
      assertSyntaxError(
        ['#EXT-X-DEFINE:NAME="v",VALUE="0123456789"', '#EXTINF:4,', '{$v}'.repeat(7000)],
        /Line 6 .*grow/,
      );
      const long = `#EXT-X-DEFINE:NAME="v",VALUE="${'x'.repeat(60_000)}"`;
      assertSyntaxError([long, ...Array.from({ length: 1000 }, () => '#EXTINF:4,\n{$v}')], /grow/);
    });
  });
});
