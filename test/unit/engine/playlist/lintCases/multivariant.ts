import type { LintCase } from './media.ts';

const audio = (name: string, more = '') => `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="g",NAME="${name}"${more}`;
const VARIANT = ['#EXT-X-STREAM-INF:BANDWIDTH=5,CODECS="avc1"', 'v.m3u8'];
const WITH_AUDIO = ['#EXT-X-STREAM-INF:BANDWIDTH=5,CODECS="avc1",AUDIO="g"', 'v.m3u8'];

/** Multivariant playlists; the first line of each case is line 3. */
export const multivariantCases: LintCase[] = [
  [
    'one with everything as it should be',
    [
      ...['#EXT-X-INDEPENDENT-SEGMENTS', '#EXT-X-START:TIME-OFFSET=9', '#EXT-X-DEFINE:NAME="h",VALUE="x"'],
      ...['#EXT-X-CONTENT-STEERING:SERVER-URI="/s",PATHWAY-ID="A"'],
      ...[
        '#EXT-X-SESSION-DATA:DATA-ID="t",VALUE="a",LANGUAGE="de"',
        '#EXT-X-SESSION-DATA:DATA-ID="t",URI="a",FORMAT=RAW',
      ],
      ...['#EXT-X-SESSION-KEY:METHOD=AES-128,URI="k"', '#EXT-X-SESSION-KEY:METHOD=AES-128,URI="l"'],
      audio('a', ',DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",SAMPLE-RATE=48000,BIT-DEPTH=16,STABLE-RENDITION-ID="a/1"'),
      ...[audio('b', ',DEFAULT=NO,URI="b"'), '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="g",NAME="a",FORCED=YES,URI="{$h}"'],
      '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="c",NAME="a",INSTREAM-ID="CC1"',
      '#EXT-X-STREAM-INF:BANDWIDTH=5,AVERAGE-BANDWIDTH=5,SCORE=1,CODECS="avc1,mp4a",RESOLUTION=640x360,FRAME-RATE=29.97,' +
        'HDCP-LEVEL=NONE,VIDEO-RANGE=SDR,PATHWAY-ID="A",AUDIO="g",SUBTITLES="g",CLOSED-CAPTIONS="c",PROGRAM-ID=1',
      ...['{$h}.m3u8', '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,SCORE=0.5,URI="i",RESOLUTION=640x360'],
    ],
    [],
  ],
  [
    'tags of the other kind',
    ['#EXT-X-TARGETDURATION:4', '#EXT-X-ENDLIST'],
    ['3:1 error media-tag-in-multivariant', '4:1 error media-tag-in-multivariant'],
  ],
  ['an import', ['#EXT-X-DEFINE:IMPORT="a"'], ['3:15 error import-in-multivariant']],

  [
    'a name twice in a group',
    [audio('n'), '#EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID="g",NAME="n"', audio('n'), ...WITH_AUDIO],
    ['4:34 info unused-group', '5:43 error duplicate-rendition-name'],
  ],
  ['no name', ['#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="g"', ...WITH_AUDIO], ['3:1 error missing-name']],
  [
    'no group and another type',
    ['#EXT-X-MEDIA:TYPE=SMELL,NAME="n"'],
    ['3:1 error missing-attribute', '3:19 error bad-attribute'],
  ],
  [
    'two defaults of a group',
    [audio('a', ',DEFAULT=YES'), audio('b', ',DEFAULT=YES'), ...WITH_AUDIO],
    ['4:55 error second-default'],
  ],
  [
    'a default that is not to be selected',
    [audio('a', ',DEFAULT=YES,AUTOSELECT=NO'), ...WITH_AUDIO],
    ['3:70 error default-without-autoselect'],
  ],
  ['audio that is forced', [audio('a', ',FORCED=NO'), ...WITH_AUDIO], ['3:47 error forced-without-subtitles']],
  [
    'subtitles without a URI',
    ['#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="g",NAME="n"', '#EXT-X-STREAM-INF:BANDWIDTH=5,CODECS="",SUBTITLES="g"', 'v'],
    ['3:1 error subtitles-without-uri'],
  ],
  [
    'closed captions with a URI, without a channel, with one that is none',
    [
      '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="g",NAME="a",URI="x"',
      '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="g",NAME="b",INSTREAM-ID="SERVICE64"',
      ...['#EXT-X-STREAM-INF:BANDWIDTH=5,CODECS="",CLOSED-CAPTIONS="g"', 'v'],
    ],
    ['3:1 error missing-attribute', '3:57 error closed-captions-with-uri', '4:69 error bad-attribute'],
  ],
  [
    'a group that nobody has, and one that nobody wants',
    [audio('a'), '#EXT-X-STREAM-INF:BANDWIDTH=5,CODECS="",AUDIO="h",SUBTITLES="g"', 'v'],
    ['3:34 info unused-group', '4:47 error unknown-group', '4:61 error unknown-group'],
  ],
  [
    'no closed captions in one variant alone',
    ['#EXT-X-STREAM-INF:BANDWIDTH=5,CODECS="",CLOSED-CAPTIONS=NONE', 'v', ...VARIANT],
    ['5:1 error mixed-closed-captions'],
  ],
  [
    'closed captions that are neither',
    ['#EXT-X-STREAM-INF:BANDWIDTH=5,CODECS="",CLOSED-CAPTIONS=cc', 'v'],
    ['3:57 error bad-attribute'],
  ],

  [
    'no bandwidth, and bad ones',
    [
      ...['#EXT-X-STREAM-INF:CODECS="BANDWIDTH=1"', 'v', '#EXT-X-STREAM-INF:CODECS="",BANDWIDTH=x', 'w'],
      '#EXT-X-I-FRAME-STREAM-INF:URI="a"',
    ],
    ['3:1 error missing-bandwidth', '5:39 error missing-bandwidth', '7:1 error missing-bandwidth'],
  ],
  ['no codecs', ['#EXT-X-STREAM-INF:BANDWIDTH=5', 'v'], ['3:1 info missing-codecs']],
  [
    'an average above the peak',
    ['#EXT-X-STREAM-INF:BANDWIDTH=5,AVERAGE-BANDWIDTH=6,CODECS=""', 'v'],
    ['3:49 warning average-above-peak'],
  ],
  [
    'no score beside one',
    [...VARIANT, '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="i",SCORE=1'],
    ['3:1 info missing-score'],
  ],
  [
    'a requirement that is not known',
    ['#EXT-X-STREAM-INF:BANDWIDTH=5,CODECS="",REQ-SMELL="x"', 'v'],
    ['3:41 warning unknown-requirement'],
  ],
  [
    'variants of bad values',
    [
      '#EXT-X-STREAM-INF:BANDWIDTH=5,CODECS="",RESOLUTION=1080p,FRAME-RATE=-1,HDCP-LEVEL=TYPE-2,VIDEO-RANGE=HDR,' +
        'PATHWAY-ID="a b",STABLE-VARIANT-ID="ü"',
      'v',
    ],
    [
      ...['3:52 error bad-attribute', '3:69 error bad-attribute', '3:83 error bad-attribute'],
      ...['3:102 error bad-attribute', '3:117 error bad-attribute', '3:141 error bad-attribute'],
    ],
  ],
  ['I-frames without a URI', ['#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1'], ['3:1 error missing-attribute']],

  ['a session key of no method', ['#EXT-X-SESSION-KEY:METHOD=NONE'], ['3:27 error session-key-none']],
  [
    'a session key twice',
    ['#EXT-X-SESSION-KEY:METHOD=AES-128,URI="k"', '#EXT-X-SESSION-KEY:METHOD=AES-128,URI="k"'],
    ['4:1 error duplicate-session-key'],
  ],
  [
    'a DRM session key',
    ['#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI="d",KEYFORMAT="urn:uuid:EDEF8BA9-79D6-4ACE-A3C8-27DCD51D21ED"'],
    ['3:56 warning drm-key-format'],
  ],
  [
    'session data of no value, of two, twice',
    ['#EXT-X-SESSION-DATA:DATA-ID="a"', '#EXT-X-SESSION-DATA:DATA-ID="a",VALUE="b",URI="c"'],
    ['3:1 error session-data-value', '4:1 error session-data-value', '4:29 error duplicate-session-data'],
  ],
  [
    'a pathway that no variant is on',
    ['#EXT-X-CONTENT-STEERING:SERVER-URI="/s",PATHWAY-ID="B"', ...VARIANT],
    ['3:52 error unknown-pathway'],
  ],

  [
    'a variant without a URI, and a URI without a variant',
    [' a.m3u8', '#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=""', '#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=""'],
    ['3:2 error uri-without-stream-inf', '4:1 error variant-without-uri', '5:1 error variant-without-uri'],
  ],
];
