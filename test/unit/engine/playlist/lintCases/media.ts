/** Lines below the head of a playlist, and every finding as `line:column severity code`. */
export type LintCase = [name: string, lines: string[], findings: string[]];

const ONE = ['#EXTINF:4,', 'a.ts'];
const AES = '#EXT-X-KEY:METHOD=AES-128,URI="k"';

/** Media playlists; the first line of each case is line 4. */
export const mediaCases: LintCase[] = [
  [
    'one with everything as it should be',
    [
      ...['#EXT-X-PLAYLIST-TYPE:VOD', '#EXT-X-MEDIA-SEQUENCE:5', '#EXT-X-DISCONTINUITY-SEQUENCE:1'],
      ...['#EXT-X-INDEPENDENT-SEGMENTS', '#EXT-X-START:TIME-OFFSET=-4.5,PRECISE=YES'],
      ...['#EXT-X-DEFINE:NAME="a",VALUE=""', '#EXT-X-DEFINE:IMPORT="b"', '#EXT-X-DEFINE:QUERYPARAM="c"'],
      ...['#EXT-X-MAP:URI="{$a}i.mp4",BYTERANGE="10@0"', '#EXT-X-BITRATE:800'],
      ...['#EXT-X-KEY:METHOD=AES-128,URI="{$b}",IV=0x000102030405060708090A0B0C0D0E0F,KEYFORMAT="identity"'],
      ...['#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z', '#EXTINF:4.4,Title, with comma', '{$c}.m4s'],
      ...['#EXT-X-DISCONTINUITY', '#EXT-X-KEY:METHOD=NONE', '#EXT-X-GAP', '#EXTINF:4,', 'b.m4s'],
      ...['#EXTINF:1,', '#EXT-X-BYTERANGE:10@5', 'c.m4s', '#EXTINF:1,', '#EXT-X-BYTERANGE:10', 'c.m4s'],
      ...['#EXT-X-DATERANGE:ID="d",CLASS="ad",START-DATE="2026-01-01T00:00:00Z",X-COM-A=0xFF,X-COM-B=1.5,X-COM-C="x"'],
      ...['#EXT-X-CUE-OUT:30', '#EXT-X-ENDLIST', '# EXT-X-NEW', '#EX-NEW'],
    ],
    [],
  ],

  ['an unknown tag', ['  #EXT-X-NEW:a'], ['4:3 info unknown-tag']],
  ['a tag of the other kind', ['#EXT-X-SESSION-KEY:METHOD=AES-128,URI="k"'], ['4:1 error multivariant-tag-in-media']],
  [
    'tags that may stand once',
    ['#EXT-X-TARGETDURATION:4', '#EXT-X-PLAYLIST-TYPE:EVENT', '#EXT-X-PLAYLIST-TYPE:EVENT', '#EXT-X-VERSION:13'],
    ['4:1 error duplicate-tag', '6:1 error duplicate-tag', '7:1 error duplicate-tag'],
  ],
  ['a value where none belongs', ['#EXT-X-ENDLIST: now'], ['4:17 warning unexpected-value']],
  [
    'values that are none',
    [
      ...['#EXT-X-MEDIA-SEQUENCE:x', '#EXT-X-DISCONTINUITY-SEQUENCE:', '#EXT-X-BITRATE:1.5'],
      '#EXT-X-PLAYLIST-TYPE:LIVE',
    ],
    ['4:23 error bad-value', '5:31 error bad-value', '6:16 error bad-value', '7:22 error bad-value'],
  ],
  ['a version that is none', ['#EXT-X-VERSION:x'], ['4:1 error duplicate-tag', '4:16 error bad-value']],
  ['a version of the future', ['#EXT-X-VERSION:14'], ['4:1 error duplicate-tag', '4:16 warning unknown-version']],

  ['an attribute that is missing', ['#EXT-X-MAP:BYTERANGE="1@0"'], ['4:1 error missing-attribute']],
  ['an unknown attribute', ['#EXT-X-MAP:URI="i",COLOUR=RED'], ['4:20 info unknown-attribute']],
  ['an attribute given twice', ['#EXT-X-MAP:URI="i",URI="j"'], ['4:12 error duplicate-attribute']],
  [
    'attribute lists that are not well formed',
    ['#EXT-X-MAP:URI = "i"', '#EXT-X-MAP:URI="i",BYTERANGE', '#EXT-X-MAP:URI="i', '#EXT-X-MAP:URI="i"x,,'],
    [
      ...['4:1 warning unused-map', '4:12 error bad-attribute-list', '5:1 warning unused-map'],
      ...['5:20 error bad-attribute-list', '6:1 warning unused-map', '6:12 error bad-attribute-list'],
      ...['7:12 error bad-attribute-list', '7:21 error bad-attribute-list'],
    ],
  ],
  [
    'quotes where none belong, and none where they do',
    ['#EXT-X-START:TIME-OFFSET="0",PRECISE=YES', '#EXT-X-MAP:URI=i.mp4'],
    ['4:26 warning needless-quotes', '5:16 warning missing-quotes'],
  ],
  [
    'attributes of another type',
    [
      ...['#EXT-X-START:TIME-OFFSET=-x,PRECISE=MAYBE', '#EXT-X-MAP:URI="i",BYTERANGE="5@"', '#EXT-X-MAP:URI=""'],
      '#EXT-X-KEY:METHOD=AES-128,URI="k",KEYFORMATVERSIONS="1,2"',
    ],
    [
      ...['4:26 error bad-attribute', '4:37 error bad-attribute', '5:1 warning unused-map', '5:30 error bad-attribute'],
      ...['6:16 error bad-attribute', '7:53 error bad-attribute'],
    ],
  ],

  ['DEFINE without a value', ['#EXT-X-DEFINE:NAME="a"'], ['4:1 error define-without-value']],
  ['DEFINE with nothing', ['#EXT-X-DEFINE:'], ['4:1 error define-without-value']],
  ['DEFINE of two things', ['#EXT-X-DEFINE:IMPORT="a",QUERYPARAM="b"'], ['4:1 error ambiguous-define']],
  ['DEFINE twice', ['#EXT-X-DEFINE:NAME="a",VALUE="1"', '#EXT-X-DEFINE:IMPORT="a"'], ['5:22 error duplicate-variable']],
  [
    'variables that are not defined above',
    ['#EXT-X-MAP:URI="x{$a}"', '#EXTINF:4,', '  b{$b}{$a}.ts', '#EXT-X-DEFINE:NAME="a",VALUE="{$c}"'],
    [
      ...['4:18 error undefined-variable', '6:4 error undefined-variable', '6:8 error undefined-variable'],
      '7:31 error undefined-variable',
    ],
  ],

  ['a duration above the target', [' #EXTINF: 4.5,x', 'a.ts'], ['4:11 warning duration-above-target']],
  ['a duration that rounds to the target', ['#EXTINF:4.49,', 'a.ts'], []],
  ['a duration without a comma', ['#EXTINF:4', 'a.ts'], ['4:9 info extinf-without-comma']],
  [
    'a target duration with decimals',
    ['#EXT-X-TARGETDURATION:4.5'],
    ['4:1 error duplicate-tag', '4:23 error bad-target-duration'],
  ],
  ['a VOD without an end', ['#EXT-X-PLAYLIST-TYPE:VOD', ...ONE], ['4:1 warning vod-without-end']],
  ['an event without an end', ['#EXT-X-PLAYLIST-TYPE:EVENT', ...ONE], []],
  ['a start outside the playlist', ['#EXT-X-START:TIME-OFFSET=-4.5', ...ONE], ['4:26 warning start-outside']],
  [
    'a discontinuity sequence below a discontinuity',
    ['#EXT-X-DISCONTINUITY', '#EXT-X-DISCONTINUITY-SEQUENCE:1', ...ONE],
    ['5:1 error late-discontinuity-sequence'],
  ],

  ['a byte range that is none', ['#EXTINF:4,', '#EXT-X-BYTERANGE: 0@1', 'a.ts'], ['5:19 error bad-byte-range']],
  [
    'a byte range that goes on nowhere',
    ['#EXTINF:4,', '#EXT-X-BYTERANGE:1@0', 'a.ts', '#EXTINF:4,', '#EXT-X-BYTERANGE:1', 'b.ts'],
    ['8:18 error byte-range-without-offset'],
  ],
  [
    'byte ranges out of order',
    ['#EXTINF:4,', '#EXT-X-BYTERANGE:10@0', 'a.ts', '#EXTINF:4,', '#EXT-X-BYTERANGE:10@9', 'a.ts'],
    ['8:18 warning overlapping-byte-range'],
  ],
  [
    'tags without a fragment',
    [...ONE, '#EXT-X-GAP', '#EXT-X-BYTERANGE:1@0', '#EXT-X-DISCONTINUITY', '#EXT-X-PROGRAM-DATE-TIME:2026-01-01'],
    ['6:1 warning gap-without-fragment', '7:1 warning byte-range-without-fragment'],
  ],
  ['a tag twice for a fragment', ['#EXT-X-GAP', '#EXT-X-GAP', ...ONE], ['5:1 warning duplicate-fragment-tag']],
  ['fragmented MP4 without an init segment', ['#EXTINF:4,', ' a.m4s?x=1'], ['5:2 warning missing-map']],
  ['MPEG-TS without an init segment', ['#EXTINF:4,', 'a.ts?n=.m4s.ts'], []],

  [
    'a DRM key format',
    ['#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://x",KEYFORMAT="com.apple.streamingkeydelivery"'],
    ['4:54 warning drm-key-format'],
  ],
  ['an unknown key method', ['#EXT-X-KEY:METHOD=AES-256,URI="k"'], ['4:19 warning unknown-key-method']],
  ['a key without a URI', ['#EXT-X-KEY:METHOD=AES-128'], ['4:1 error missing-attribute']],
  ['a key without a method', ['#EXT-X-KEY:URI="k"'], ['4:1 error missing-attribute']],
  ['an IV that is not of 128 bits', [`${AES},IV=0x01`], ['4:38 error bad-iv']],
  ['an IV that is no number', [`${AES},IV="00000000000000000000000000000000"`], ['4:38 error bad-iv']],
  ['no key with a URI', ['#EXT-X-KEY:METHOD=NONE,URI="k"'], ['4:24 error key-none-with-attributes']],

  [
    'durations without a URI, and a URI without one',
    ['#EXTINF:4,', '#EXTINF:4,', 'a.ts', ' b.ts', '#EXTINF:4,'],
    ['4:1 warning fragment-without-uri', '7:2 error uri-without-extinf', '8:1 warning fragment-without-uri'],
  ],
  ['a duration that is none', ['#EXTINF:x,', 'a.ts'], ['4:1 warning bad-duration']],
  [
    'sequence numbers below a fragment',
    [...ONE, '#EXT-X-MEDIA-SEQUENCE:1', '#EXT-X-DISCONTINUITY-SEQUENCE:1'],
    ['6:1 warning late-sequence', '7:1 warning late-sequence'],
  ],
  ['a date that is none', ['#EXT-X-PROGRAM-DATE-TIME: soon', ...ONE], ['4:27 warning bad-date']],
  [
    'init segments whose range begins nowhere',
    ['#EXT-X-MAP:URI="i",BYTERANGE="10"'],
    ['4:30 warning map-range-without-offset'],
  ],
  [
    'init segments below a key without an IV',
    [
      ...['#EXT-X-KEY:METHOD=SAMPLE-AES,URI="k",KEYFORMAT="com.widevine"', '#EXT-X-MAP:URI="i"', ...ONE, AES],
      ...['#EXT-X-MAP:URI="j"', ...ONE, '#EXT-X-KEY:METHOD=NONE', '#EXT-X-MAP:URI="k"'],
    ],
    ['4:48 warning drm-key-format', '9:1 warning map-key-without-iv'],
  ],
  [
    'an init segment that another one replaces at once',
    ['#EXT-X-MAP:URI="i"', '#EXT-X-MAP:URI="j"', ...ONE, '#EXT-X-MAP:URI="k"', ...ONE],
    ['4:1 warning unused-map'],
  ],
];
