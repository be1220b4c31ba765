import assert from 'node:assert/strict';
import { judgePlaylist } from '../../../src/language/judge.ts';
import { readPlaylistText } from '../../../src/language/playlistText.ts';

/** Each judgement as `line:start-end code`, lines and columns from 0, and the text that it marks. */
function marksOf(text: string): [place: string, marked: string][] {
  const playlist = readPlaylistText(text);
  return judgePlaylist(playlist).map(({ span: { line, start, end }, code }) => [
    `${line}:${start}-${end} ${code}`,
    (playlist.raw[line] ?? '').slice(start, end),
  ]);
}

const HEAD = '#EXTM3U\n#EXT-X-VERSION:13\n#EXT-X-TARGETDURATION:4\n';

describe('judgePlaylist', () => {
  const cases: [name: string, text: string, marks: [string, string][]][] = [
    ['nothing that is wrong', `${HEAD}#EXTINF:4,\na.ts\n#EXT-X-ENDLIST\n`, []],
    [
      'an empty text',
      '',
      [
        ['0:0-0 missing-header', ''],
        ['0:0-0 missing-target-duration', ''],
      ],
    ],
    ['a missing header', '#EXT-X-TARGETDURATION:4\n', [['0:0-21 missing-header', '#EXT-X-TARGETDURATION']]],
    ['a tag', `${HEAD}  #EXT-X-NEW:1`, [['3:2-12 unknown-tag', '#EXT-X-NEW']]],
    [
      'a duration without its title',
      `${HEAD}#EXTINF:9.5,a title`,
      [
        ['3:0-7 fragment-without-uri', '#EXTINF'],
        ['3:8-11 duration-above-target', '9.5'],
      ],
    ],
    ['a quoted value', `${HEAD}#EXT-X-START:TIME-OFFSET="0",PRECISE=YES`, [['3:25-28 needless-quotes', '"0"']]],
    ['a value without quotes', `${HEAD}#EXT-X-MAP:URI=i.mp4,BYTERANGE="1@0"`, [['3:15-20 missing-quotes', 'i.mp4']]],
    ['the name of an attribute', `${HEAD}#EXT-X-MAP:URI="i",COLOUR=RED`, [['3:19-25 unknown-attribute', 'COLOUR']]],
    ['a quote that is never closed', `${HEAD}#EXT-X-MAP:URI="i`, [['3:11-14 bad-attribute-list', 'URI']]],
    ['a variable', `${HEAD}#EXTINF:4,\n a{$b}.ts`, [['4:2-6 undefined-variable', '{$b}']]],
    ['a URI', `${HEAD} a b.ts  `, [['3:1-7 uri-without-extinf', 'a b.ts']]],
  ];
  for (const [name, text, marks] of cases) it(`marks ${name}`, () => assert.deepEqual(marksOf(text), marks));

  const bad = `${HEAD}#EXTINF:9,\na.ts\n#EXT-X-NEW`;
  const expected = [
    ['3:8-9 duration-above-target', '9'],
    ['5:0-10 unknown-tag', '#EXT-X-NEW'],
  ];

  for (const [name, end] of [
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['a lone CR', '\r'],
  ] as const) {
    it(`counts lines that end with ${name} as editors do`, () => {
      assert.deepEqual(marksOf(bad.replaceAll('\n', end)), expected);
    });
  }

  it('takes a byte order mark for a column, as editors do that keep it', () => {
    assert.deepEqual(marksOf(`\uFEFF${bad}`), [['0:1-8 header-not-first', '#EXTM3U'], ...expected]);
  });

  it('counts columns in UTF-16 units', () => {
    assert.deepEqual(marksOf(`${HEAD}#EXT-X-MAP:URI="🎞é",COLOUR=RED`), [['3:21-27 unknown-attribute', 'COLOUR']]);
    assert.deepEqual(marksOf(`${HEAD}#EXTINF:4,🎬\n🎬/{$x}.ts`), [['4:3-7 undefined-variable', '{$x}']]);
  });

  it('finds its place in a line of a million characters', () => {
    const long = 'x'.repeat(1_000_000);
    const start = 16 + long.length + 2;
    assert.deepEqual(marksOf(`${HEAD}#EXT-X-MAP:URI="${long}",COLOUR=RED`), [
      [`3:${start}-${start + 6} unknown-attribute`, 'COLOUR'],
    ]);
  });

  it('judges a text that mixes the two kinds by the one that it began as', () => {
    const mixed = '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=""\na.m3u8\n#EXTINF:4,\nb.ts\n';
    assert.deepEqual(marksOf(mixed), [
      ['3:0-7 media-tag-in-multivariant', '#EXTINF'],
      ['4:0-4 uri-without-stream-inf', 'b.ts'],
    ]);
  });

  it('leaves M3U lists of files and channels alone', () => {
    assert.deepEqual(marksOf('#EXTM3U\n#EXTINF:-1 tvg-id="a",A channel\nhttp://example.com/a\n'), []);
    assert.deepEqual(marksOf('song.mp3\nother.mp3\n'), []);
  });

  it('takes a text of 100,000 lines, and lists at most 50 findings of a code', () => {
    const fragments = Array.from({ length: 50_000 }, (_, index) => `#EXTINF:9,\n${index}.ts`).join('\n');
    assert.equal(marksOf(`${HEAD}${fragments}\n#EXT-X-ENDLIST`).length, 50);
  });
});
