import assert from 'node:assert/strict';
import { getOptions, setOptions } from 'hls-parser';
import { PlaylistError } from '../../../../src/engine/errors.ts';
import { assertTags, readPlaylist } from '../../../../src/engine/playlist/read.ts';
import { assertPlaylistError, BASE, readMediaSample, vod } from './samples.ts';

describe('readPlaylist', () => {
  describe('takes the text as it comes', () => {
    const text = vod('#EXTINF:4,Überblick', 'a.ts', '#EXTINF:5,', 'b.ts');
    const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le');
    const forms: [string, string | Uint8Array][] = [
      ['LF', text],
      ['CRLF', text.replaceAll('\n', '\r\n')],
      ['CR only', text.replaceAll('\n', '\r')],
      ['no end of line at the end', text.trimEnd()],
      ['a byte order mark in a string', `\uFEFF${text}`],
      ['UTF-8 bytes', Buffer.from(text)],
      ['UTF-8 bytes with a byte order mark', Buffer.from(`\uFEFF${text}`)],
      ['UTF-16 little endian', utf16],
      ['UTF-16 big endian', Buffer.from(utf16).swap16()],
      ['white space around every line', ` \n\t\n${text.replaceAll(/^|$/gm, ' \t ')}`],
      ['blank lines and comments', text.replaceAll('\n', '\n\n# a comment\n#\n')],
      ['attributes on the first line', text.replace('#EXTM3U', '#EXTM3U x-tvg-url="x"')],
    ];
    for (const [name, form] of forms) {
      it(name, () => {
        const { fragments } = readMediaSample(form);
        assert.deepEqual(
          fragments.map(({ url, durationS, title }) => ({ url, durationS, title })),
          [
            { url: 'https://cdn.example/vod/a.ts', durationS: 4, title: 'Überblick' },
            { url: 'https://cdn.example/vod/b.ts', durationS: 5, title: undefined },
          ],
        );
      });
    }

    it('reports a byte order mark', () => {
      const codes = (form: string | Uint8Array) => readMediaSample(form).findings.map(({ code }) => code);
      for (const form of [`\uFEFF${text}`, Buffer.from(`\uFEFF${text}`), utf16, Buffer.from(utf16).swap16()]) {
        assert.deepEqual(codes(form), ['byte-order-mark']);
      }
      for (const form of [text, Buffer.from(text)]) assert.deepEqual(codes(form), []);
    });

    it('counts lines alike whatever ends them', () => {
      const broken = vod('#EXTINF:4,', 'a.ts', 'stray.ts');
      for (const end of ['\n', '\r\n', '\r']) {
        assertPlaylistError(() => readMediaSample(broken.replaceAll('\n', end)), 'HLS_PLAYLIST_SYNTAX', /^Line 6 /);
      }
    });
  });

  describe('says what came instead of a playlist', () => {
    const answers: [string | Uint8Array, RegExp][] = [
      ['', /nothing: the answer is empty/],
      [' \r\n\t', /nothing: the answer is empty/],
      ['<!DOCTYPE html><html><head><title>403\n Forbidden</title>', /an HTML page \(“403 Forbidden”\)/],
      ['\n<HTML><body>x', /an HTML page\.$/],
      ['<html><title>\u001b[2J</title>', /“\[2J”/],
      ['<?xml version="1.0"?><MPD></MPD>', /an MPEG-DASH manifest/],
      ['<?xml version="1.0"?><Error/>', /but XML/],
      ['{"error":"token=secret"}', /but JSON/],
      ['token=secret has expired', /but text/],
      [new Uint8Array([0x47, 0x40, 0, 0x10, 0, 0]), /binary data/],
      [new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), /binary data/],
      ['#EXT-X-TARGETDURATION:4\n#EXTINF:4,\na.ts', /HLS tags without #EXTM3U/],
      ['#EXTM3U8\n#EXTINF:4,\na.ts', /HLS tags without #EXTM3U/],
      ['#EXTM3U\n#EXTINF:-1 tvg-id="x",Channel\nhttp://host/live', /a plain M3U list/],
      ['#EXTM3U\nsong.mp3', /a plain M3U list/],
    ];
    for (const [answer, message] of answers) {
      it(String(message), () => assertPlaylistError(() => readPlaylist(answer, BASE), 'HLS_PLAYLIST_NOT_HLS', message));
    }
  });

  it('lets a text through that has a tag, to be looked at, and nothing else', () => {
    const bytes = (text: string) => new TextEncoder().encode(text);
    for (const text of ['#EXTM3U', '\uFEFF#EXTM3U', '# one\r\n #EXTM3U\r\n', '#EXTINF:-1,A channel']) {
      assert.doesNotThrow(() => assertTags(bytes(text), BASE), text);
    }
    for (const text of ['', '<html>#EXTM3U</html>', '# EXTM3U', '{"a":"#EXT"}']) {
      assertPlaylistError(() => assertTags(bytes(text), BASE), 'HLS_PLAYLIST_NOT_HLS', /no HLS playlist/);
    }
  });

  it('refuses a playlist without fragments or variants', () => {
    assertPlaylistError(() => readPlaylist(vod(), BASE), 'HLS_PLAYLIST_EMPTY', /no fragments/);
    const audioOnly = '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="n",URI="a.m3u8"';
    assertPlaylistError(() => readPlaylist(audioOnly, BASE), 'HLS_PLAYLIST_EMPTY', /no variants/);
  });

  it('refuses fragments and variants in one file', () => {
    const mixed = vod('#EXTINF:4,', 'a.ts', '#EXT-X-STREAM-INF:BANDWIDTH=1', 'b.m3u8');
    assertPlaylistError(() => readPlaylist(mixed, BASE), 'HLS_PLAYLIST_SYNTAX', /Line 4 .*fragments and variants/);
  });

  it('throws only PlaylistError, the cause kept, when something unforeseen goes wrong', () => {
    const unreadable = new Proxy(new Uint8Array(1), {});
    assert.throws(
      () => readPlaylist(unreadable, BASE),
      (error) => error instanceof PlaylistError && error.cause instanceof TypeError,
    );
  });

  it("leaves hls-parser's global options as they were and prints nothing", () => {
    const before = getOptions();
    setOptions({ strictMode: true, silent: false });
    const print = console.error;
    const printed: unknown[] = [];
    console.error = (...words: unknown[]) => printed.push(words);
    try {
      readMediaSample('#EXTM3U\n#EXT-X-VERSION:1\n#EXTINF:400.5,\na.ts\n#EXT-X-ENDLIST');
      assert.deepEqual(getOptions(), { ...before, strictMode: true, silent: false });
      assert.deepEqual(printed, []);
    } finally {
      console.error = print;
      setOptions({ strictMode: before.strictMode ?? false, silent: before.silent ?? false });
    }
  });

  describe('is quick and linear', () => {
    const seconds = (text: string): number => {
      const runs = [1, 2, 3, 4].map(() => {
        const start = process.cpuUsage();
        try {
          readPlaylist(text, BASE);
        } catch (error) {
          assert.ok(error instanceof PlaylistError, String(error));
        }
        const used = process.cpuUsage(start);
        return (used.user + used.system) / 1e6;
      });
      return Math.min(...runs);
    };

    it('reads 20,000 fragments in 3 MB within 300 ms', () => {
      const lines = Array.from(
        { length: 20_000 },
        (_, n) => `#EXTINF:4.004,Fragment\nhttps://cdn.example/a/${'folder/'.repeat(14)}${n}.ts?token=0123456789`,
      );
      const text = vod(...lines);
      assert.ok(text.length > 3e6, String(text.length));
      assert.equal(readMediaSample(text).fragments.length, 20_000);
      const best = seconds(text);
      assert.ok(best < 0.3, `${best} s`);
    });

    const hostile: [string, (n: number) => string][] = [
      ['blank lines', (n) => vod('\n'.repeat(n))],
      ['white space', (n) => vod(' '.repeat(n))],
      ['carriage returns', (n) => vod('\r'.repeat(n))],
      ['URIs without EXTINF', (n) => vod('a\n'.repeat(n / 2))],
      ['EXTINF without URIs', (n) => vod('#EXTINF:1,\n'.repeat(n / 11), 'a')],
      ['ENDLIST again and again', (n) => vod('#EXTINF:1,', 'a', '#EXT-X-ENDLIST\n'.repeat(n / 15))],
      ['commas in an attribute list', (n) => vod(`#EXT-X-KEY:METHOD=NONE${','.repeat(n)}`, '#EXTINF:1,', 'a')],
      ['quotes in an attribute list', (n) => vod(`#EXT-X-KEY:METHOD=NONE,A=${'"'.repeat(n)}`, '#EXTINF:1,', 'a')],
      ['digits', (n) => vod(`#EXTINF:${'1'.repeat(n)},`, 'a')],
      ['a long IV', (n) => vod(`#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x${'a'.repeat(n)}`, '#EXTINF:1,', 'a')],
      ['half variable references', (n) => vod('#EXTINF:1,', '{$a'.repeat(n / 3))],
      ['findings', (n) => vod('#EXT-X-UNKNOWN\n'.repeat(n / 15), '#EXTINF:1,', 'a')],
      ['variants', (n) => `#EXTM3U\n${'#EXT-X-STREAM-INF:BANDWIDTH=1\na\n'.repeat(n / 32)}`],
      [
        'renditions of one group',
        (n) => `#EXTM3U\n${'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="b"\n'.repeat(n / 46)}`,
      ],
      [
        'key formats',
        (n) =>
          vod(
            ...Array.from({ length: n / 50 }, (_, k) => `#EXT-X-KEY:METHOD=X,URI="k",KEYFORMAT="f${k}"\n#EXTINF:1,\na`),
          ),
      ],
      [
        'date ranges of one class',
        (n) => vod('#EXT-X-DATERANGE:ID="a",CLASS="c",START-DATE="2026-01-01"\n#EXTINF:1,\na\n'.repeat(n / 70)),
      ],
      ['an HTML page', (n) => `<html><title>${'<title'.repeat(n / 6)}`],
    ];
    for (const [name, make] of hostile) {
      it(`takes time in proportion to the length: ${name}`, () => {
        const [short, long] = [seconds(make(100_000)), seconds(make(1_000_000))];
        // Ten times the text; a square would take a hundred times as long. The constant covers what timers and GC add.
        assert.ok(long < short * 30 + 0.15, `${short} s for 0.1 MB, ${long} s for 1 MB`);
      });
    }
  });
});
