import assert from 'node:assert/strict';
import { readPlaylist } from '../../../../src/engine/playlist/read.ts';
import { assertPlaylistError, BASE, readMediaSample, vod } from './samples.ts';

const ONE = ['#EXTINF:4,', 'a.ts'];

/** A live playlist around these lines. */
function live(...lines: string[]): string {
  return ['#EXTM3U', '#EXT-X-VERSION:9', '#EXT-X-TARGETDURATION:4', ...lines].join('\n');
}

function assertSyntaxError(lines: string[], message: RegExp): void {
  assertPlaylistError(() => readPlaylist(live(...lines), BASE), 'HLS_PLAYLIST_SYNTAX', message);
}

const at = (name: string) => `https://cdn.example/vod/${name}`;

describe('reading what live playlists hold', () => {
  describe('parts', () => {
    const part = (name: string, more = '') => `#EXT-X-PART:DURATION=0.5,URI="${name}"${more}`;
    const plain = { durationS: 0.5, isIndependent: false, gap: false };

    it('belong to the fragment below them, the last ones to one that has begun', () => {
      const playlist = readMediaSample(
        live(
          ...['#EXT-X-MEDIA-SEQUENCE:7', '#EXT-X-PART-INF:PART-TARGET=0.5', ...ONE, part('b.0', ',INDEPENDENT=YES')],
          ...[part('b.1', ',GAP=YES'), '#EXTINF:1,', 'b', '#EXT-X-DISCONTINUITY', '#EXT-X-MAP:URI="i"'],
          ...['#EXT-X-KEY:METHOD=AES-128,URI="k"', '#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z', part('c.0')],
        ),
      );
      assert.equal(playlist.partTargetS, 0.5);
      assert.deepEqual(
        playlist.fragments.map(({ parts }) => parts),
        [
          undefined,
          [
            { ...plain, url: at('b.0'), isIndependent: true },
            { ...plain, url: at('b.1'), gap: true },
          ],
        ],
      );
      assert.deepEqual(playlist.parts, [{ ...plain, url: at('c.0') }]);
      assert.deepEqual(playlist.started, {
        sequence: 9,
        discontinuitySequence: 1,
        keys: [{ method: 'AES-128', keyFormat: 'identity', url: at('k'), iv: '9'.padStart(32, '0') }],
        map: { url: at('i'), keys: [] },
        discontinuity: true,
        programDateTime: '2026-01-01T00:00:00.000Z',
      });
    });

    it('are enough for a stream that has just begun', () => {
      const { fragments, started } = readMediaSample(live(part('a.0')));
      assert.deepEqual(fragments, []);
      assert.deepEqual(started, { sequence: 0, discontinuitySequence: 0, keys: [], discontinuity: false });
    });

    it('have byte ranges that go on behind the part before, also of another fragment', () => {
      const range = (text: string, name = 'f') => part(name, `,BYTERANGE="${text}"`);
      const { fragments, parts } = readMediaSample(live(range('10@5'), range('20'), '#EXTINF:1,', 'f', range('3')));
      const ranges = [...(fragments[0]?.parts ?? []), ...(parts ?? [])].map(({ byteRange }) => byteRange);
      assert.deepEqual(ranges, [
        { offset: 5, length: 10 },
        { offset: 15, length: 20 },
        { offset: 35, length: 3 },
      ]);
      assertSyntaxError([range('10')], /Line 4 .*no offset/);
      assertSyntaxError([range('10@0'), range('10', 'g')], /Line 5 .*no offset/);
      assertSyntaxError([range('x')], /Line 4 .*not valid/);
      assertSyntaxError([range('9007199254740990@0'), range('9007199254740990')], /Line 5 .*beyond/);
    });

    it('must have a URI and a duration', () => {
      assertSyntaxError(['#EXT-X-PART:DURATION=1', ...ONE], /Line 4 .*no URI/);
      assertSyntaxError(['#EXT-X-PART:URI="a"', ...ONE], /Line 4 .*DURATION/);
      assertSyntaxError(['#EXT-X-PART:DURATION=1,URI="file:///a"', ...ONE], /Line 4 .*refused/);
    });
  });

  describe('delta updates', () => {
    it('number their fragments on behind the skipped ones', () => {
      const playlist = readMediaSample(
        live(
          ...['#EXT-X-MEDIA-SEQUENCE:100', '#EXT-X-DISCONTINUITY-SEQUENCE:3'],
          '#EXT-X-SKIP:SKIPPED-SEGMENTS=5,RECENTLY-REMOVED-DATERANGES="a\tb"',
          ...['#EXT-X-DISCONTINUITY', ...ONE, '#EXT-X-KEY:METHOD=AES-128,URI="k"', '#EXT-X-MAP:URI="i"', ...ONE],
        ),
      );
      assert.equal(playlist.mediaSequence, 100);
      assert.equal(playlist.skipped, 5);
      assert.deepEqual(playlist.removedDateRanges, ['a', 'b']);
      assert.deepEqual(
        playlist.fragments.map(({ index, sequence, discontinuitySequence }) => [
          index,
          sequence,
          discontinuitySequence,
        ]),
        [
          [0, 105, 4],
          [1, 106, 4],
        ],
      );
      const iv = (106).toString(16).padStart(32, '0');
      assert.equal(playlist.fragments[1]?.keys[0]?.iv, iv);
      assert.equal(playlist.fragments[1].map?.keys[0]?.iv, iv);
    });

    it('may leave out every fragment', () => {
      const { fragments, skipped } = readMediaSample(live('#EXT-X-SKIP:SKIPPED-SEGMENTS=5'));
      assert.deepEqual([fragments.length, skipped], [0, 5]);
    });

    it('must say how many are left out, once, before all fragments', () => {
      assertSyntaxError(['#EXT-X-SKIP:SKIPPED-SEGMENTS=x', ...ONE], /Line 4 .*SKIPPED-SEGMENTS/);
      assertSyntaxError(['#EXT-X-SKIP:A=1', ...ONE], /Line 4 .*SKIPPED-SEGMENTS/);
      assertSyntaxError([...ONE, '#EXT-X-SKIP:SKIPPED-SEGMENTS=1'], /Line 6 .*below a fragment/);
      assertSyntaxError(
        ['#EXT-X-SKIP:SKIPPED-SEGMENTS=1', '#EXT-X-SKIP:SKIPPED-SEGMENTS=1', ...ONE],
        /Line 5 .*another/,
      );
    });
  });

  describe('what the server offers', () => {
    it('is told whole', () => {
      const { serverControl, preloadHints, renditionReports } = readMediaSample(
        live(
          '#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=24.5,CAN-SKIP-DATERANGES=YES,HOLD-BACK=12,PART-HOLD-BACK=1.5',
          ...[...ONE, '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="p",BYTERANGE-START=10,BYTERANGE-LENGTH=20'],
          ...['#EXT-X-PRELOAD-HINT:TYPE=MAP,URI="i"', '#EXT-X-RENDITION-REPORT:URI="../x",LAST-MSN=9,LAST-PART=2'],
          '#EXT-X-RENDITION-REPORT:URI="y"',
        ),
      );
      const offered = { canBlockReload: true, canSkipUntilS: 24.5, canSkipDateRanges: true, holdBackS: 12 };
      assert.deepEqual(serverControl, { ...offered, partHoldBackS: 1.5 });
      assert.deepEqual(preloadHints, [
        { type: 'PART', url: at('p'), start: 10, length: 20 },
        { type: 'MAP', url: at('i'), start: 0 },
      ]);
      assert.deepEqual(renditionReports, [
        { url: 'https://cdn.example/x', lastSequence: 9, lastPart: 2 },
        { url: at('y') },
      ]);
    });

    it('is left out where it is malformed, and nothing is invented where it is missing', () => {
      const playlist = readMediaSample(
        live(
          ...['#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=x', '#EXT-X-PART-INF:PART-TARGET=x', '#EXT-X-START:A=1', ...ONE],
          ...['#EXT-X-PRELOAD-HINT:TYPE=OTHER,URI="p"', '#EXT-X-PRELOAD-HINT:TYPE=PART', '#EXT-X-RENDITION-REPORT:A=1'],
          '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="file:///p"',
        ),
      );
      assert.deepEqual(playlist.serverControl, { canBlockReload: false, canSkipDateRanges: false });
      const { partTargetS, startOffsetS, preloadHints, renditionReports, skipped, parts, started } = playlist;
      const all = [partTargetS, startOffsetS, preloadHints, renditionReports, skipped, parts, started];
      assert.deepEqual(all, Array(7).fill(undefined));
    });
  });

  it('tells where to start, and what kind of fragments there are', () => {
    const { startOffsetS, isIframesOnly, isIndependent } = readMediaSample(
      live('#EXT-X-START:TIME-OFFSET=-12.5,PRECISE=YES', '#EXT-X-I-FRAMES-ONLY', '#EXT-X-INDEPENDENT-SEGMENTS', ...ONE),
    );
    assert.deepEqual([startOffsetS, isIframesOnly, isIndependent], [-12.5, true, true]);
  });

  describe('date ranges', () => {
    const ranges = (...lines: string[]) => readMediaSample(vod(...ONE, ...lines)).dateRanges;

    it('are one for each ID, their attributes joined, the first of two values', () => {
      assert.deepEqual(
        ranges(
          '#EXT-X-DATERANGE:ID="a",CLASS="ad",START-DATE="2026-01-01T01:00:00+01:00",SCTE35-OUT=0xFC,PLANNED-DURATION=30',
          '#EXT-X-DATERANGE:ID="b",START-DATE="2026-01-02",END-ON-NEXT=YES',
          '#EXT-X-DATERANGE:ID="a",CLASS="other",END-DATE="2026-01-01T00:00:30Z",DURATION=30.5,X-COM-A="x,y"',
        ),
        [
          {
            id: 'a',
            class: 'ad',
            startDate: '2026-01-01T00:00:00.000Z',
            endDate: '2026-01-01T00:00:30.000Z',
            durationS: 30.5,
            attributes: { 'SCTE35-OUT': '0xFC', 'PLANNED-DURATION': '30', 'X-COM-A': 'x,y' },
          },
          { id: 'b', startDate: '2026-01-02T00:00:00.000Z', attributes: { 'END-ON-NEXT': 'YES' } },
        ],
      );
    });

    it('tell interstitials', () => {
      const [range] =
        ranges(
          '#EXT-X-DATERANGE:ID="i",CLASS="com.apple.hls.interstitial",START-DATE="2026-01-01T00:00:00Z",' +
            'X-ASSET-URI="ad.m3u8",X-RESUME-OFFSET=0,X-RESTRICT="SKIP,JUMP"',
        ) ?? [];
      assert.deepEqual(range?.attributes, {
        'X-ASSET-URI': 'ad.m3u8',
        'X-RESUME-OFFSET': '0',
        'X-RESTRICT': 'SKIP,JUMP',
      });
    });

    it('may name attributes as they like, and leave out what is no date', () => {
      const [range] = ranges('#EXT-X-DATERANGE:ID="a",START-DATE="soon",DURATION=-1,__proto__="x"') ?? [];
      assert.deepEqual(Object.keys(range ?? {}), ['id', 'attributes']);
      assert.deepEqual(Object.entries(range?.attributes ?? {}), [['__proto__', 'x']]);
    });

    it('need an ID', () => assert.equal(ranges('#EXT-X-DATERANGE:START-DATE="2026-01-01"'), undefined));
  });
});
