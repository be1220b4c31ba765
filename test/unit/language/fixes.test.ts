import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { findFix, type Edit, type Point } from '../../../src/language/fixes.ts';
import { judgePlaylist } from '../../../src/language/judge.ts';
import { readPlaylistText } from '../../../src/language/playlistText.ts';

/** The text after the edits, from its end on: what stands before is not moved. */
function applyEdits(text: string, edits: readonly Edit[]): string {
  const starts = [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map((match) => match.index + match[0].length)];
  const offset = ({ line, column }: Point): number => (starts[line] ?? text.length) + column;
  return edits
    .toSorted((a, b) => offset(b.from) - offset(a.from))
    .reduce(
      (result, { from, to, text: new_ }) => result.slice(0, offset(from)) + new_ + result.slice(offset(to)),
      text,
    );
}

/** The title and the text of the fix of the first finding with that code. */
function fixed(code: string, text: string): { kind: string; what: string; result: string } | undefined {
  const playlist = readPlaylistText(text);
  const all = judgePlaylist(playlist);
  const judgement = all.find((each) => each.code === code);
  assert.ok(judgement, `no ${code} in ${all.map((each) => each.code).join()}`);
  const fix = findFix(playlist, judgement, all);
  return fix && { kind: fix.kind, what: fix.what, result: applyEdits(text, fix.edits) };
}

const HEAD = '#EXTM3U\n#EXT-X-VERSION:13\n#EXT-X-TARGETDURATION:4\n';
const MASTER = '#EXTM3U\n#EXT-X-VERSION:13\n';
const ONE = '#EXTINF:4,\na.ts\n';

/** The finding, what the fix does, the text before and after it. */
const cases: [code: string, title: string, before: string, after: string][] = [
  ['missing-header', 'insert #EXTM3U', '#EXT-X-TARGETDURATION:4\n', '#EXTM3U\n#EXT-X-TARGETDURATION:4\n'],
  ['missing-header', 'insert #EXTM3U', '', '#EXTM3U\n'],
  [
    'header-not-first',
    'move #EXTM3U',
    '# x\n\n#EXTM3U\n#EXT-X-TARGETDURATION:4',
    '#EXTM3U\n# x\n\n#EXT-X-TARGETDURATION:4',
  ],
  ['header-not-first', 'move #EXTM3U', '\uFEFF #EXTM3U\n', '#EXTM3U\n'],
  ['header-not-first', 'move #EXTM3U', '\n #EXTM3U', '#EXTM3U'],
  [
    'missing-target-duration',
    'insert #EXT-X-TARGETDURATION:8',
    `#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:7.5,\na.ts\n`,
    `#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:8\n#EXTINF:7.5,\na.ts\n`,
  ],
  ['missing-target-duration', 'insert #EXT-X-TARGETDURATION:6', '#EXTM3U', '#EXTM3U\n#EXT-X-TARGETDURATION:6'],
  [
    'duration-above-target',
    'setTargetDuration 9',
    `${HEAD}#EXTINF:5,\na.ts\n#EXTINF:8.7,\nb.ts\n`,
    `${HEAD.replace('TION:4', 'TION:9')}#EXTINF:5,\na.ts\n#EXTINF:8.7,\nb.ts\n`,
  ],
  [
    'bad-target-duration',
    'setTargetDuration 5',
    `${HEAD.replace(':4', ':4.2')}${ONE}`,
    `${HEAD.replace(':4', ':5')}${ONE}`,
  ],
  [
    'version-too-low',
    'setVersion 6',
    '#EXTM3U\n#EXT-X-VERSION: 3\n#EXT-X-TARGETDURATION:4\n#EXT-X-BYTERANGE:1@0\n#EXT-X-MAP:URI="i"\n',
    '#EXTM3U\n#EXT-X-VERSION: 6\n#EXT-X-TARGETDURATION:4\n#EXT-X-BYTERANGE:1@0\n#EXT-X-MAP:URI="i"\n',
  ],
  [
    'version-too-low',
    'setVersion 3',
    '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:3.5,\na.ts\n',
    '#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:4\n#EXTINF:3.5,\na.ts\n',
  ],
  ['unknown-tag', 'replace #EXT-X-ENDLIST', `${HEAD}#EXT-X-ENDLST\n`, `${HEAD}#EXT-X-ENDLIST\n`],
  [
    'unknown-attribute',
    'replace PRECISE',
    `${HEAD}#EXT-X-START:TIME-OFFSET=0,PRECICE=YES\n`,
    `${HEAD}#EXT-X-START:TIME-OFFSET=0,PRECISE=YES\n`,
  ],
  [
    'map-range-without-offset',
    'replace "10@0"',
    `${HEAD}#EXT-X-MAP:URI="i",BYTERANGE="10"\n`,
    `${HEAD}#EXT-X-MAP:URI="i",BYTERANGE="10@0"\n`,
  ],
  ['duplicate-tag', 'remove #EXT-X-VERSION', `${HEAD}#EXT-X-VERSION:3\n`, HEAD],
  ['duplicate-fragment-tag', 'remove #EXT-X-GAP', `${HEAD}#EXT-X-GAP\n#EXT-X-GAP\n${ONE}`, `${HEAD}#EXT-X-GAP\n${ONE}`],
  ['gap-without-fragment', 'remove #EXT-X-GAP', `${HEAD}${ONE}#EXT-X-GAP`, `${HEAD}${ONE.trimEnd()}`],
  ['byte-range-without-fragment', 'remove #EXT-X-BYTERANGE', `${HEAD}${ONE}#EXT-X-BYTERANGE:1@0\n`, `${HEAD}${ONE}`],
  [
    'unused-map',
    'remove #EXT-X-MAP',
    `${HEAD}#EXT-X-MAP:URI="i"\n#EXT-X-MAP:URI="j"\n${ONE}`,
    `${HEAD}#EXT-X-MAP:URI="j"\n${ONE}`,
  ],
  ['duplicate-attribute', 'remove URI', `${HEAD}#EXT-X-MAP:URI="i",URI="j"\n`, `${HEAD}#EXT-X-MAP:URI="j"\n`],
  [
    'forced-without-subtitles',
    'remove FORCED',
    `${MASTER}#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="n",FORCED=YES\n`,
    `${MASTER}#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="n"\n`,
  ],
  [
    'closed-captions-with-uri',
    'remove URI',
    `${MASTER}#EXT-X-MEDIA:URI="x",TYPE=CLOSED-CAPTIONS,GROUP-ID="a",NAME="n",INSTREAM-ID="CC1"\n`,
    `${MASTER}#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="a",NAME="n",INSTREAM-ID="CC1"\n`,
  ],
  [
    'default-without-autoselect',
    'replace YES',
    `${MASTER}#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="n",DEFAULT=YES,AUTOSELECT=NO\n`,
    `${MASTER}#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="n",DEFAULT=YES,AUTOSELECT=YES\n`,
  ],
  [
    'late-sequence',
    'move #EXT-X-MEDIA-SEQUENCE',
    `${HEAD}${ONE}#EXT-X-MEDIA-SEQUENCE:7\n`,
    `#EXTM3U\n#EXT-X-VERSION:13\n#EXT-X-MEDIA-SEQUENCE:7\n#EXT-X-TARGETDURATION:4\n${ONE}`,
  ],
  [
    'late-discontinuity-sequence',
    'move #EXT-X-DISCONTINUITY-SEQUENCE',
    `${HEAD}#EXT-X-DISCONTINUITY\n#EXT-X-DISCONTINUITY-SEQUENCE:1\n${ONE}`,
    `#EXTM3U\n#EXT-X-VERSION:13\n#EXT-X-DISCONTINUITY-SEQUENCE:1\n#EXT-X-TARGETDURATION:4\n#EXT-X-DISCONTINUITY\n${ONE}`,
  ],
  ['missing-quotes', 'addQuotes URI', `${HEAD}#EXT-X-MAP:URI=i\n`, `${HEAD}#EXT-X-MAP:URI="i"\n`],
  [
    'needless-quotes',
    'removeQuotes TIME-OFFSET',
    `${HEAD}#EXT-X-START:TIME-OFFSET="1"\n${ONE}`,
    `${HEAD}#EXT-X-START:TIME-OFFSET=1\n${ONE}`,
  ],
  ['extinf-without-comma', 'addComma ,', `${HEAD}#EXTINF:4\na.ts\n`, `${HEAD}${ONE}`],
  ['unexpected-value', 'removeValue #EXT-X-ENDLIST', `${HEAD}#EXT-X-ENDLIST: now \n`, `${HEAD}#EXT-X-ENDLIST \n`],
  [
    'key-none-with-attributes',
    'replace METHOD=NONE',
    `${HEAD}#EXT-X-KEY:METHOD=NONE,URI="k"\n`,
    `${HEAD}#EXT-X-KEY:METHOD=NONE\n`,
  ],
  [
    'vod-without-end',
    'insert #EXT-X-ENDLIST',
    `${HEAD}#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:4,\na.ts`,
    `${HEAD}#EXT-X-PLAYLIST-TYPE:VOD\n${ONE}#EXT-X-ENDLIST\n`,
  ],
];

describe('findFix', () => {
  for (const [code, title, before, after] of cases) {
    it(`${code}: ${title}`, () => {
      const { kind, what, result } = fixed(code, before) ?? {};
      assert.equal(`${kind} ${what}`, title);
      assert.equal(result, after);
      const left = judgePlaylist(readPlaylistText(after)).map((judgement) => judgement.code);
      assert.ok(!left.includes(code), `${code} is still there`);
    });
  }

  it('are all told in docs/playlists.md, and no other', () => {
    const page = readFileSync(new URL('../../../docs/playlists.md', import.meta.url), 'utf8');
    const table = page.slice(page.indexOf('| quick fix'), page.indexOf('## From the network'));
    const told = [...table.matchAll(/^\|([^|]*)\|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([a-z-]+)`/g)].map((match) => match[1] ?? ''),
    );
    assert.deepEqual(told.sort(), [...new Set(cases.map(([code]) => code))].sort());
  });

  it('keeps CRLF in the lines that it leaves alone', () => {
    const crlf = `${HEAD}${ONE}#EXT-X-GAP\n#EXT-X-ENDLIST\n`.replaceAll('\n', '\r\n');
    assert.equal(fixed('gap-without-fragment', crlf)?.result, `${HEAD}${ONE}#EXT-X-ENDLIST\n`.replaceAll('\n', '\r\n'));
  });

  it('has none where only a person can know', () => {
    assert.equal(fixed('unknown-tag', `${HEAD}#EXT-X-COMPLETELY-OTHER\n`), undefined);
    assert.equal(fixed('missing-attribute', `${HEAD}#EXT-X-MAP:BYTERANGE="1@0"\n`), undefined);
  });
});
