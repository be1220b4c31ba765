import type { LintCase } from './media.ts';

const CONTROL = '#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=24,HOLD-BACK=12,PART-HOLD-BACK=1.5';
const INF = '#EXT-X-PART-INF:PART-TARGET=0.5';
const DATE = '#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z';
const RANGE = '#EXT-X-DATERANGE:ID="a",START-DATE="2026-01-01T00:00:00Z"';

/** Media playlists of live streams; the first line of each case is line 4. */
export const liveCases: LintCase[] = [
  [
    'a low-latency one as it should be',
    [
      ...[CONTROL, INF, '#EXT-X-MEDIA-SEQUENCE:9', '#EXT-X-SKIP:SKIPPED-SEGMENTS=3', DATE, '#EXTINF:4,', 'a.m4s'],
      ...['#EXT-X-PART:DURATION=0.5,URI="p0",INDEPENDENT=YES', '#EXT-X-PART:DURATION=.50000001,URI="p1",GAP=YES'],
      ...['#EXT-X-PART:DURATION=0.2,URI="p",BYTERANGE="5@0"', '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="p2"'],
      ...['#EXT-X-PRELOAD-HINT:TYPE=MAP,URI="i",BYTERANGE-START=5,BYTERANGE-LENGTH=6'],
      ...['#EXT-X-RENDITION-REPORT:URI="../x:y.m3u8",LAST-MSN=9,LAST-PART=2'],
      ...[
        '#EXT-X-DATERANGE:ID="i",CLASS="com.apple.hls.interstitial",START-DATE="2026-01-01T00:00:00Z",CUE="PRE,ONCE",' +
          'X-ASSET-URI="ad.m3u8",X-RESUME-OFFSET=-0.5,X-SNAP="OUT,IN",X-RESTRICT="SKIP,JUMP"',
      ],
    ],
    [],
  ],
  ['a delta update that nobody offered', ['#EXT-X-SKIP:SKIPPED-SEGMENTS=3'], ['4:1 error skip-without-server-control']],
  [
    'a delta update below a fragment',
    [CONTROL, '#EXTINF:4,', 'a.ts', '#EXT-X-SKIP:SKIPPED-SEGMENTS=3'],
    ['7:1 error late-skip'],
  ],
  [
    'parts without PART-INF, told once',
    ['#EXT-X-PART:DURATION=1,URI="p"', '#EXT-X-PART:DURATION=1,URI="q"'],
    ['4:1 error part-without-part-inf'],
  ],
  [
    'a part above the target, which may stand below',
    [CONTROL, '#EXT-X-PART:DURATION=0.6,URI="p"', INF],
    ['5:22 error part-above-target'],
  ],
  ['a part without a duration', [CONTROL, INF, '#EXT-X-PART:URI="p"'], ['6:1 error missing-attribute']],
  ['PART-INF without PART-HOLD-BACK', [INF], ['4:1 error missing-part-hold-back']],
  ['a part target of nothing', [CONTROL, '#EXT-X-PART-INF:PART-TARGET=0'], ['5:29 error bad-attribute']],
  [
    'hold backs that are too short',
    ['#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=23.9,HOLD-BACK=11.9,PART-HOLD-BACK=0.9', INF],
    ['4:38 error short-skip-until', '4:53 error short-hold-back', '4:73 error short-part-hold-back'],
  ],
  [
    'date ranges skipped without delta updates',
    ['#EXT-X-SERVER-CONTROL:CAN-SKIP-DATERANGES=YES'],
    ['4:23 error skip-dateranges-without-skip-until'],
  ],
  [
    'two hints of a type',
    ['#EXT-X-PRELOAD-HINT:TYPE=PART,URI="p"', '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="q"'],
    ['5:1 error duplicate-preload-hint'],
  ],
  ['a hint of another type', ['#EXT-X-PRELOAD-HINT:TYPE=KEY,URI="p"'], ['4:26 error bad-attribute']],
  [
    'a rendition report with an absolute URI',
    ['#EXT-X-RENDITION-REPORT:URI="https://h/x",LAST-MSN=1'],
    ['4:29 warning absolute-rendition-report'],
  ],

  ['a date range without a date to count from', [RANGE], ['4:1 error date-range-without-date']],
  [
    'a date range without ID or start',
    [DATE, '#EXT-X-DATERANGE:CLASS="c"', '#EXT-X-DATERANGE:ID="a"'],
    ['5:1 error missing-attribute', '6:1 error missing-attribute'],
  ],
  ['a date range whose start stands in another tag', [DATE, '#EXT-X-DATERANGE:ID="a",DURATION=1', RANGE], []],
  [
    'two values of one date range',
    [DATE, `${RANGE},X-A="1"`, '#EXT-X-DATERANGE:ID="a",X-A="2"'],
    ['6:29 error date-range-conflict'],
  ],
  [
    'a date range of bad values',
    [DATE, '#EXT-X-DATERANGE:ID="a",START-DATE="soon",DURATION=-1,CUE="NOW",SCTE35-IN=FC,END-ON-NEXT=NO,X-A=maybe'],
    [
      ...['5:1 error end-on-next-without-class', '5:1 error end-on-next-with-end', '5:36 error bad-attribute'],
      ...['5:52 error bad-attribute', '5:59 error bad-attribute', '5:75 error bad-attribute'],
      ...['5:90 error bad-attribute', '5:97 error bad-attribute'],
    ],
  ],
  [
    'a date range that ends before it starts',
    [DATE, `${RANGE},END-DATE="2025-12-31T00:00:00Z"`],
    ['5:1 error date-range-ends-before-start'],
  ],
  [
    'a date range of two lengths',
    [DATE, `${RANGE},END-DATE="2026-01-01T00:00:30Z",DURATION=20`],
    ['5:1 error date-range-duration-mismatch'],
  ],
  [
    'a date range that ends with the next of no class',
    [DATE, `${RANGE},END-ON-NEXT=YES,DURATION=1`],
    ['5:1 error end-on-next-without-class', '5:1 error end-on-next-with-end'],
  ],
  [
    'an interstitial without an asset, and with two',
    [
      DATE,
      `${RANGE},CLASS="com.apple.hls.interstitial"`,
      '#EXT-X-DATERANGE:ID="b",START-DATE="2026-01-01",CLASS="com.apple.hls.interstitial",X-ASSET-URI="a",X-ASSET-LIST="b"',
    ],
    ['5:1 error interstitial-asset', '6:1 error interstitial-asset'],
  ],
];
