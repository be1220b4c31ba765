import assert from 'node:assert/strict';
import { proposeAt, type Proposal } from '../../../src/language/completion.ts';
import { readPlaylistText } from '../../../src/language/playlistText.ts';

/** What is proposed where `|` stands in the text. */
function proposalsAt(marked: string): Proposal[] {
  const before = marked.slice(0, marked.indexOf('|'));
  const line = before.split('\n').length - 1;
  const column = before.length - (before.lastIndexOf('\n') + 1);
  return proposeAt(readPlaylistText(marked.replace('|', '')), line, column);
}

const labels = (marked: string): string[] => proposalsAt(marked).map(({ label }) => label);
const find = (marked: string, label: string): Proposal | undefined =>
  proposalsAt(marked).find((proposal) => proposal.label === label);

const MEDIA = '#EXTM3U\n#EXT-X-TARGETDURATION:4\n';
const MASTER =
  '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a1",NAME="n"\n#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s1",NAME="n"\n';

describe('proposeAt', () => {
  it('proposes tags of both kinds in a text that says nothing yet', () => {
    for (const text of ['|', '#|', '#EX|', '#EXTM3U\n#EXT-X-|']) {
      const found = labels(text);
      assert.ok(found.includes('#EXT-X-TARGETDURATION') && found.includes('#EXT-X-STREAM-INF'), text);
    }
  });

  it('proposes tags of its own kind, without those that may stand once and do', () => {
    const found = labels(`${MEDIA}#|`);
    assert.ok(found.includes('#EXTINF') && found.includes('#EXT-X-START'));
    for (const label of ['#EXTM3U', '#EXT-X-TARGETDURATION', '#EXT-X-STREAM-INF'])
      assert.ok(!found.includes(label), label);
    assert.ok(!labels(`${MASTER}#|`).includes('#EXTINF'));
  });

  it('replaces the whole name of a tag, and keeps its value', () => {
    assert.deepEqual(find(`${MEDIA} #EXT-X-K|EYS`, '#EXT-X-KEY')?.piece, { start: 1, end: 12 });
    const proposal = find(`${MEDIA}#EXT-X-K|:METHOD=NONE`, '#EXT-X-KEY');
    assert.deepEqual([proposal?.snippet, proposal?.piece], ['#EXT-X-KEY', { start: 0, end: 8 }]);
  });

  it('writes the attributes that a tag must have, and chooses among enumerated values', () => {
    const snippets = ['#EXT-X-MAP', '#EXT-X-PLAYLIST-TYPE', '#EXT-X-KEY', '#EXTINF', '#EXT-X-ENDLIST', '#EXT-X-PART'];
    assert.deepEqual(
      snippets.map((label) => find(`${MEDIA}#|`, label)?.snippet),
      [
        '#EXT-X-MAP:URI="$1"',
        '#EXT-X-PLAYLIST-TYPE:${1|VOD,EVENT|}',
        '#EXT-X-KEY:METHOD=${1|NONE,AES-128,SAMPLE-AES,SAMPLE-AES-CTR|}',
        '#EXTINF:${1:6},',
        '#EXT-X-ENDLIST',
        '#EXT-X-PART:URI="$1",DURATION=$2',
      ],
    );
  });

  it('proposes the attributes that a tag does not have yet', () => {
    assert.deepEqual(labels(`${MEDIA}#EXT-X-MAP:|`), ['URI', 'BYTERANGE']);
    assert.deepEqual(labels(`${MEDIA}#EXT-X-MAP:URI="i",|`), ['BYTERANGE']);
    assert.deepEqual(labels(`${MEDIA}#EXT-X-MAP:URI="i",BY|T`), ['BYTERANGE']);
    assert.deepEqual(find(`${MEDIA}#EXT-X-MAP:URI="i",BY|T`, 'BYTERANGE')?.piece, { start: 19, end: 22 });
    assert.equal(find(`${MEDIA}#EXT-X-MAP:|`, 'URI')?.isRequired, true);
  });

  it('proposes values: enumerated ones, groups and pathways that the playlist has', () => {
    assert.deepEqual(labels(`${MEDIA}#EXT-X-START:PRECISE=|`), ['YES', 'NO']);
    assert.deepEqual(labels(`${MEDIA}#EXT-X-PLAYLIST-TYPE:|`), ['VOD', 'EVENT']);
    assert.deepEqual(labels(`${MEDIA}#EXT-X-DATERANGE:CUE="|"`), ['PRE', 'POST', 'ONCE']);
    assert.deepEqual(labels(`${MASTER}#EXT-X-STREAM-INF:AUDIO="|"`), ['a1']);
    assert.deepEqual(labels(`${MASTER}#EXT-X-STREAM-INF:AUDIO=|`), ['"a1"']);
    assert.deepEqual(labels(`${MASTER}#EXT-X-STREAM-INF:CLOSED-CAPTIONS=|`), ['NONE']);
    assert.deepEqual(labels(`${MASTER}#EXT-X-MEDIA:GROUP-ID="|"`), ['a1', 's1']);
    assert.deepEqual(find(`${MASTER}#EXT-X-STREAM-INF:AUDIO="x|y"`, 'a1')?.piece, { start: 25, end: 27 });
  });

  it('proposes the variables that are defined above', () => {
    const text = `${MEDIA}#EXT-X-DEFINE:NAME="cdn",VALUE="x"\n#EXT-X-MAP:URI="{$|}/i.mp4"\n#EXT-X-DEFINE:NAME="late",VALUE=""`;
    assert.deepEqual(labels(text), ['{$cdn}']);
    assert.deepEqual(proposalsAt(text)[0]?.piece, { start: 16, end: 19 });
    assert.deepEqual(labels(`${MEDIA}#EXT-X-DEFINE:IMPORT="t"\n#EXTINF:4,\n{$|.ts`), ['{$t}']);
  });

  it('proposes nothing in comments, URIs, and values that it does not know', () => {
    for (const text of ['# a|', 'a|.ts', '#EXT-X-NEW:|', '#EXT-X-ENDLIST:|', '#EXTINF:4,a|', '#EXT-X-MAP:URI="i" |']) {
      assert.deepEqual(labels(`${MEDIA}${text}`), [], text);
    }
  });
});
