import assert from 'node:assert/strict';
import { readPlaylistText } from '../../../src/language/playlistText.ts';
import { findUris } from '../../../src/language/uris.ts';

/** Each URI with the text that its span marks. */
function urisOf(lines: readonly string[], url?: string): { marked: string; text: string; isPlaylist: boolean }[] {
  const playlist = readPlaylistText(lines.join('\n'));
  return findUris(playlist, url).map(({ span: { line, start, end }, text, isPlaylist }) => ({
    marked: (playlist.raw[line] ?? '').slice(start, end),
    text,
    isPlaylist,
  }));
}

describe('findUris', () => {
  it('finds URI lines and URI attributes, without quotes and white space', () => {
    const found = urisOf([
      '#EXTM3U',
      '#EXT-X-MAP:URI="i.mp4",BYTERANGE="1@0"',
      '#EXTINF:4,',
      '  a b.ts ',
      '#EXT-X-PART:URI="p"',
    ]);
    assert.deepEqual(
      found.map(({ marked }) => marked),
      ['i.mp4', 'a b.ts', 'p'],
    );
    assert.ok(found.every(({ marked, text, isPlaylist }) => marked === text && !isPlaylist));
  });

  it('knows which lead to playlists', () => {
    const lines = [
      ...['#EXTM3U', '#EXT-X-MEDIA:TYPE=AUDIO,URI="a"', '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="i"'],
      ...['#EXT-X-STREAM-INF:BANDWIDTH=1', 'v?x', '#EXT-X-SESSION-KEY:METHOD=AES-128,URI="k"'],
      '#EXT-X-CONTENT-STEERING:SERVER-URI="s"',
    ];
    assert.deepEqual(
      urisOf(lines).map(({ marked, isPlaylist }) => [marked, isPlaylist]),
      [
        ['a', true],
        ['i', true],
        ['v?x', true],
        ['k', false],
        ['s', false],
      ],
    );
    const list = ['#EXTM3U', '#EXTINF:-1,A channel', 'http://example.com/a.m3u8?t=1', '#EXTINF:-1,B', 'b.ts?x=.m3u8'];
    assert.deepEqual(
      urisOf(list).map(({ isPlaylist }) => isPlaylist),
      [true, false],
    );
  });

  it('replaces the variables that are known', () => {
    const lines = [
      '#EXTM3U',
      '#EXT-X-DEFINE:NAME="a",VALUE="x"',
      '#EXTINF:4,',
      '{$a}.ts',
      '#EXT-X-DEFINE:QUERYPARAM="t"',
    ];
    const more = [...lines, '#EXTINF:4,', '{$t}.ts', '#EXT-X-DEFINE:IMPORT="i"', '#EXTINF:4,', '{$i}.ts'];
    assert.deepEqual(
      urisOf(more).map(({ marked, text }) => [marked, text]),
      [['{$a}.ts', 'x.ts']],
    );
    assert.deepEqual(
      urisOf(more, 'https://example.com/p.m3u8?t=7').map(({ text }) => text),
      ['x.ts', '7.ts'],
    );
  });

  it('lists no more than 20,000', () => {
    const lines = Array.from({ length: 25_000 }, (_, index) => `#EXTINF:1,\n${index}.ts`);
    assert.equal(urisOf(['#EXTM3U', ...lines]).length, 20_000);
  });
});
