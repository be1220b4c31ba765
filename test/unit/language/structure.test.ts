import assert from 'node:assert/strict';
import { foldPlaylist } from '../../../src/language/folding.ts';
import { outlinePlaylist, type OutlineNode } from '../../../src/language/outline.ts';
import { readPlaylistText } from '../../../src/language/playlistText.ts';

const MEDIA = [
  '#EXTM3U',
  '#EXT-X-TARGETDURATION:4',
  '#EXT-X-MEDIA-SEQUENCE:7',
  '#EXTINF:4,One',
  'a.ts',
  '',
  '#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z',
  '#EXTINF:3.5,',
  'b.ts',
  '#EXT-X-DISCONTINUITY',
  '#EXT-X-KEY:METHOD=NONE',
  '#EXTINF:2,',
  'c.ts',
  '#EXT-X-ENDLIST',
];

const MASTER = [
  '#EXTM3U',
  '# one',
  '# two',
  '# three',
  '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English",LANGUAGE="en"',
  '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Deutsch",LANGUAGE="de"',
  '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="b",NAME="English"',
  '#EXT-X-STREAM-INF:BANDWIDTH=5000000,RESOLUTION=1920x1080,CODECS="avc1"',
  '1080.m3u8',
  '#EXT-X-STREAM-INF:BANDWIDTH=800000',
  '360.m3u8',
  '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="i.m3u8"',
];

const outline = (lines: readonly string[]): OutlineNode[] => outlinePlaylist(readPlaylistText(lines.join('\n')));
const folds = (lines: readonly string[]): string[] =>
  foldPlaylist(readPlaylistText(lines.join('\n'))).map(
    ({ from, to, isComment }) => `${from}-${to}${isComment ? ' comment' : ''}`,
  );

describe('outlinePlaylist', () => {
  it('lists fragments by discontinuity, with their sequence numbers', () => {
    const nodes = outline(MEDIA);
    assert.deepEqual(
      nodes.map((node) => ({ ...node, children: node.children.length })),
      [
        { kind: 'section', from: 3, to: 8, children: 2, number: 1, fragments: 2, durationS: 7.5 },
        { kind: 'section', from: 9, to: 12, children: 1, number: 2, fragments: 1, durationS: 2 },
      ],
    );
    const second = nodes[0]?.children[1];
    assert.deepEqual(second, {
      kind: 'fragment',
      from: 6,
      to: 8,
      children: [],
      uri: 'b.ts',
      durationS: 3.5,
      title: '',
      sequence: 8,
    });
    assert.deepEqual(
      nodes[1]?.children.map(({ from, to }) => [from, to]),
      [[9, 12]],
    );
  });

  it('lists fragments alone where there is no discontinuity', () => {
    assert.deepEqual(
      outline(MEDIA.slice(0, 9)).map(({ kind }) => kind),
      ['fragment', 'fragment'],
    );
  });

  it('counts from where a delta update goes on', () => {
    const [node] = outline([
      '#EXTM3U',
      '#EXT-X-MEDIA-SEQUENCE:7',
      '#EXT-X-SKIP:SKIPPED-SEGMENTS=10',
      '#EXTINF:4,',
      'a.ts',
    ]);
    assert.ok(node?.kind === 'fragment' && node.sequence === 17);
  });

  it('lists renditions by group, and variants', () => {
    const nodes = outline(MASTER);
    assert.deepEqual(
      nodes.map(({ kind, from, to, children }) => [kind, from, to, children.length]),
      [
        ['renditions', 4, 5, 2],
        ['renditions', 6, 6, 1],
        ['variants', 7, 10, 2],
        ['iframeVariants', 11, 11, 1],
      ],
    );
    const [variant] = nodes[2]?.children ?? [];
    assert.deepEqual(variant, {
      kind: 'variant',
      from: 7,
      to: 8,
      children: [],
      uri: '1080.m3u8',
      bandwidth: 5_000_000,
      height: 1080,
      codecs: 'avc1',
    });
  });

  it('lists no more than 10,000 fragments', () => {
    const lines = Array.from({ length: 12_000 }, (_, index) => `#EXTINF:1,\n${index}.ts`);
    const nodes = outline([
      '#EXTM3U',
      '#EXT-X-TARGETDURATION:1',
      ...lines,
      '#EXT-X-DISCONTINUITY',
      '#EXTINF:1,',
      'x.ts',
    ]);
    assert.deepEqual(
      nodes.map((node) => [node.children.length, node.kind === 'section' && node.fragments]),
      [
        [10_000, 12_000],
        [0, 1],
      ],
    );
  });
});

describe('foldPlaylist', () => {
  it('folds sections and fragments of three lines and more', () => {
    assert.deepEqual(folds(MEDIA), ['3-8', '6-8', '9-12']);
  });

  it('folds comments, renditions and variants', () => {
    assert.deepEqual(folds(MASTER), ['1-3 comment', '4-6', '7-10']);
  });

  it('folds nothing of two lines', () => {
    assert.deepEqual(folds(['#EXTM3U', '#EXTINF:4,', 'a.ts', '#EXTINF:4,', 'b.ts']), []);
  });
});
