import assert from 'node:assert/strict';
import { inspectPlaylist } from '../../../src/engine/inspect.ts';
import { readMediaSample, readMultivariantSample, vod } from './playlist/samples.ts';

const MEDIA = vod(
  '#EXT-X-MEDIA-SEQUENCE:9',
  '#EXT-X-MAP:URI="i.mp4?s=1",BYTERANGE="5@2"',
  '#EXT-X-KEY:METHOD=AES-128,URI="k?s=1"',
  '#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z',
  '#EXTINF:4,One',
  '#EXT-X-BYTERANGE:10@20',
  'a.mp4?s=1&t=2',
  '#EXT-X-KEY:METHOD=NONE',
  '#EXT-X-DISCONTINUITY',
  '#EXT-X-GAP',
  '#EXTINF:5,',
  'https://user:password@other.example/b.mp4',
  '#EXT-X-NEW',
);

const MULTIVARIANT = [
  '#EXTM3U',
  '#EXT-X-VERSION:6',
  '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="A",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,URI="a.m3u8?s=1"',
  '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="S",FORCED=YES',
  '#EXT-X-STREAM-INF:BANDWIDTH=5,RESOLUTION=640x360,AUDIO="aac"',
  'v.m3u8?s=1',
  '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="i.m3u8"',
].join('\n');

describe('inspectPlaylist', () => {
  it('gives every field of a media playlist, URLs redacted', () => {
    assert.deepEqual(inspectPlaylist(readMediaSample(MEDIA), { showUrls: false }), {
      schema: 1,
      kind: 'media',
      version: 7,
      live: false,
      targetDurationS: 10,
      mediaSequence: 9,
      fragments: [
        {
          sequence: 9,
          discontinuitySequence: 0,
          url: 'https://cdn.example/vod/a.mp4?s=…&t=…',
          durationS: 4,
          title: 'One',
          byteRange: { offset: 20, length: 10 },
          keys: [
            {
              method: 'AES-128',
              url: 'https://cdn.example/vod/k?s=…',
              iv: '00000000000000000000000000000009',
              keyFormat: 'identity',
            },
          ],
          map: { url: 'https://cdn.example/vod/i.mp4?s=…', byteRange: { offset: 2, length: 5 } },
          discontinuity: false,
          gap: false,
          programDateTime: '2026-01-01T00:00:00.000Z',
        },
        {
          sequence: 10,
          discontinuitySequence: 1,
          url: 'https://other.example/b.mp4',
          durationS: 5,
          map: { url: 'https://cdn.example/vod/i.mp4?s=…', byteRange: { offset: 2, length: 5 } },
          discontinuity: true,
          gap: true,
        },
      ],
      findings: [
        {
          severity: 'info',
          code: 'unknown-tag',
          message: '#EXT-X-NEW is not known; it is ignored.',
          line: 16,
          column: 1,
        },
      ],
    });
  });

  it('gives every field of a multivariant playlist, URLs redacted', () => {
    assert.deepEqual(inspectPlaylist(readMultivariantSample(MULTIVARIANT), { showUrls: false }), {
      schema: 1,
      kind: 'multivariant',
      version: 6,
      variants: [
        { url: 'https://cdn.example/vod/v.m3u8?s=…', bandwidth: 5, width: 640, height: 360, audio: 'aac' },
        { url: 'https://cdn.example/vod/i.m3u8', bandwidth: 1, iframe: true },
      ],
      renditions: [
        {
          type: 'AUDIO',
          groupId: 'aac',
          name: 'A',
          language: 'en',
          default: true,
          autoselect: true,
          forced: false,
          url: 'https://cdn.example/vod/a.m3u8?s=…',
        },
        { type: 'SUBTITLES', groupId: 's', name: 'S', default: false, autoselect: false, forced: true },
      ],
      findings: [
        {
          severity: 'error',
          code: 'subtitles-without-uri',
          message: 'Subtitles need a URI.',
          line: 4,
          column: 1,
        },
        {
          severity: 'info',
          code: 'unused-group',
          message: 'No variant uses the group “s”.',
          line: 4,
          column: 38,
        },
        {
          severity: 'info',
          code: 'missing-codecs',
          message: '#EXT-X-STREAM-INF has no CODECS: players have to try what they cannot know.',
          line: 5,
          column: 1,
        },
      ],
    });
  });

  it('shows URLs when asked to', () => {
    const media = JSON.stringify(inspectPlaylist(readMediaSample(MEDIA), { showUrls: true }));
    assert.match(media, /a\.mp4\?s=1&t=2/);
    assert.match(media, /k\?s=1/);
    assert.match(media, /i\.mp4\?s=1/);
    const multivariant = JSON.stringify(inspectPlaylist(readMultivariantSample(MULTIVARIANT), { showUrls: true }));
    assert.match(multivariant, /v\.m3u8\?s=1/);
    assert.match(multivariant, /a\.m3u8\?s=1/);
  });

  it('leaves out what is unknown', () => {
    const playlist = readMediaSample('#EXTM3U\n#EXTINF:4,\na.ts');
    assert.deepEqual(Object.keys(inspectPlaylist(playlist, { showUrls: false })), [
      'schema',
      'kind',
      'live',
      'mediaSequence',
      'fragments',
      'findings',
    ]);
  });

  it('gives what a live playlist says of itself', () => {
    const text = [
      ...['#EXTM3U', '#EXT-X-VERSION:9', '#EXT-X-TARGETDURATION:4', '#EXT-X-PLAYLIST-TYPE:EVENT'],
      ...['#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=24,PART-HOLD-BACK=2'],
      ...['#EXT-X-PART-INF:PART-TARGET=1', '#EXT-X-DISCONTINUITY-SEQUENCE:2', '#EXT-X-SKIP:SKIPPED-SEGMENTS=3'],
      ...['#EXT-X-START:TIME-OFFSET=-5', '#EXT-X-INDEPENDENT-SEGMENTS', '#EXT-X-I-FRAMES-ONLY', '#EXT-X-BITRATE:5'],
      ...[
        '#EXT-X-PART:DURATION=1,URI="p0?s=1",INDEPENDENT=YES',
        '#EXTINF:4,',
        'a.ts',
        '#EXT-X-PART:DURATION=1,URI="p1"',
      ],
      ...['#EXT-X-PRELOAD-HINT:TYPE=PART,URI="p2?s=1"', '#EXT-X-RENDITION-REPORT:URI="../r?s=1",LAST-MSN=9'],
      '#EXT-X-DATERANGE:ID="d",START-DATE="2026-01-01T00:00:00Z",X-ASSET-URI="ad?s=1&t=2",X-ASSET-LIST="https://u:p@h/?s=1",X-A="who?"',
    ].join('\n');
    const { findings, ...inspection } = inspectPlaylist(readMediaSample(text), { showUrls: false });
    assert.ok(findings.length > 0);
    assert.deepEqual(inspection, {
      schema: 1,
      kind: 'media',
      version: 9,
      live: true,
      targetDurationS: 4,
      mediaSequence: 0,
      playlistType: 'EVENT',
      discontinuitySequence: 2,
      skippedFragments: 3,
      startOffsetS: -5,
      independentSegments: true,
      iframesOnly: true,
      partTargetS: 1,
      fragments: [
        {
          sequence: 3,
          discontinuitySequence: 2,
          url: 'https://cdn.example/vod/a.ts',
          durationS: 4,
          discontinuity: false,
          gap: false,
          bitrate: 5000,
          parts: [{ url: 'https://cdn.example/vod/p0?s=…', durationS: 1, independent: true, gap: false }],
        },
      ],
      parts: [{ url: 'https://cdn.example/vod/p1', durationS: 1, independent: false, gap: false }],
      serverControl: { blockingReload: true, canSkipUntilS: 24, skipsDateRanges: false, partHoldBackS: 2 },
      preloadHints: [{ type: 'PART', url: 'https://cdn.example/vod/p2?s=…', start: 0 }],
      renditionReports: [{ url: 'https://cdn.example/r?s=…', lastSequence: 9 }],
      dateRanges: [
        {
          id: 'd',
          startDate: '2026-01-01T00:00:00.000Z',
          attributes: { 'X-ASSET-URI': 'ad?s=…&t=…', 'X-ASSET-LIST': 'https://h/?s=…', 'X-A': 'who?' },
        },
      ],
    });
    assert.match(JSON.stringify(inspectPlaylist(readMediaSample(text), { showUrls: true })), /ad\?s=1&t=2/);
  });

  it('gives what a multivariant playlist says of the whole', () => {
    const text = [
      ...['#EXTM3U', '#EXT-X-INDEPENDENT-SEGMENTS', '#EXT-X-START:TIME-OFFSET=2'],
      ...[
        '#EXT-X-CONTENT-STEERING:SERVER-URI="/s?s=1",PATHWAY-ID="A"',
        '#EXT-X-SESSION-KEY:METHOD=AES-128,URI="k?s=1"',
      ],
      ...['#EXT-X-SESSION-DATA:DATA-ID="d",URI="x?s=1"', '#EXT-X-SESSION-DATA:DATA-ID="e",VALUE="v"'],
      ...['#EXT-X-STREAM-INF:BANDWIDTH=1,PATHWAY-ID="A"', 'v'],
    ].join('\n');
    const { independentSegments, startOffsetS, steering, sessionKeys, sessionData } = inspectPlaylist(
      readMultivariantSample(text),
      { showUrls: false },
    );
    assert.equal(independentSegments, true);
    assert.equal(startOffsetS, 2);
    assert.deepEqual(steering, { url: 'https://cdn.example/s?s=…', pathway: 'A' });
    assert.deepEqual(sessionKeys, [{ method: 'AES-128', keyFormat: 'identity', url: 'https://cdn.example/vod/k?s=…' }]);
    assert.deepEqual(sessionData, [
      { id: 'd', url: 'https://cdn.example/vod/x?s=…' },
      { id: 'e', value: 'v' },
    ]);
  });
});
