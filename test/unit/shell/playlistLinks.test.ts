import assert from 'node:assert/strict';
import { checkPlaylistUrl, findLinkAt, findPlaylistLinks } from '../../../src/shell/playlistLinks.ts';

describe('playlist links', () => {
  const cases: [string, string[]][] = [
    ['see https://a.example/x.m3u8.', ['https://a.example/x.m3u8']],
    ['(https://a.example/x.m3u8?token=1&b=2)', ['https://a.example/x.m3u8?token=1&b=2']],
    [
      '[x](https://a.example/x.m3u8), <http://b.example/Y.M3U8>',
      ['https://a.example/x.m3u8', 'http://b.example/Y.M3U8'],
    ],
    ['URI="https://a.example/a(1).m3u8"', ['https://a.example/a(1).m3u8']],
    ['https://a.example/x.m3u8#t=1', ['https://a.example/x.m3u8#t=1']],
    ['https://a.example/x.mp4?next=y.m3u8', []],
    ['ftp://a.example/x.m3u8 file:///x.m3u8 x.m3u8', []],
    ['https://a.example/x.m3u8x', []],
    ['', []],
  ];
  for (const [text, expected] of cases) {
    it(`in ${JSON.stringify(text)}: ${expected.length}`, () => {
      const links = findPlaylistLinks(text);
      assert.deepEqual(
        links.map((link) => link.url),
        expected,
      );
      for (const link of links) assert.equal(text.slice(link.start, link.end), link.url);
    });
  }

  it('are found under a cursor, ends included', () => {
    const text = 'a https://a.example/x.m3u8 b https://a.example/y.m3u8';
    assert.equal(findLinkAt(text, 1), undefined);
    assert.equal(findLinkAt(text, 2)?.url, 'https://a.example/x.m3u8');
    assert.equal(findLinkAt(text, text.length)?.url, 'https://a.example/y.m3u8');
  });

  it('are found in linear time in a long text without any', () => {
    const started = performance.now();
    findPlaylistLinks(`https://a.example/${').'.repeat(20_000)}`);
    findPlaylistLinks('http://'.repeat(20_000));
    assert.ok(performance.now() - started < 2000);
  });
});

describe('playlist URL as typed', () => {
  const cases: [string, ReturnType<typeof checkPlaylistUrl>][] = [
    ['https://a.example/x.m3u8', undefined],
    ['  http://127.0.0.1:8080/x  ', undefined],
    ['', 'empty'],
    ['   ', 'empty'],
    ['sintel', 'noUrl'],
    ['https://', 'noUrl'],
    ['https:a.example', 'noUrl'],
    ['https://a b/x', 'noUrl'],
    ['https://a.example/x y', 'noUrl'],
    ['ftp://a.example/x.m3u8', 'scheme'],
    ['file:///x.m3u8', 'scheme'],
    ['javascript:alert(1)', 'scheme'],
  ];
  for (const [text, expected] of cases) {
    it(`${JSON.stringify(text)}: ${expected ?? 'good'}`, () => assert.equal(checkPlaylistUrl(text), expected));
  }
});
