import {
  BYTE_RANGE,
  DATE,
  DECIMAL,
  HEXADECIMAL,
  INTEGER,
  judgedApart,
  listOf,
  oneOf,
  PATHWAY_ID,
  POSITIVE,
  required,
  RESOLUTION,
  SIGNED,
  STABLE_ID,
  TEXT,
  URI,
  VARIABLE_NAME,
  VERSIONS,
  WORD,
  YES_OR_NO,
} from './attributeTypes.ts';
import type { AttributeRule } from './attributeTypes.ts';

/** What a tag may look like and where it may stand. */
export interface TagRule {
  scope: 'both' | 'media' | 'multivariant';
  /** What follows the colon. */
  value: 'nothing' | 'attributes' | 'something';
  /** At most once in a playlist. */
  isOnce: boolean;
  /** Not of RFC 8216bis, but widely used beside it or in its earlier versions: its form is not judged. */
  isForeign: boolean;
  attributes: ReadonlyMap<string, AttributeRule>;
}

type Attributes = Readonly<Record<string, AttributeRule>>;

const KEY: Attributes = {
  METHOD: required(WORD),
  URI,
  IV: judgedApart(HEXADECIMAL),
  KEYFORMAT: TEXT,
  KEYFORMATVERSIONS: VERSIONS,
  // Widevine's own.
  KEYID: HEXADECIMAL,
};

const VARIANT: Attributes = {
  BANDWIDTH: judgedApart(INTEGER),
  'AVERAGE-BANDWIDTH': INTEGER,
  SCORE: DECIMAL,
  CODECS: TEXT,
  'SUPPLEMENTAL-CODECS': TEXT,
  RESOLUTION,
  'HDCP-LEVEL': oneOf('TYPE-0', 'TYPE-1', 'NONE'),
  'ALLOWED-CPC': TEXT,
  'VIDEO-RANGE': oneOf('SDR', 'HLG', 'PQ'),
  'REQ-VIDEO-LAYOUT': TEXT,
  'STABLE-VARIANT-ID': STABLE_ID,
  VIDEO: TEXT,
  'PATHWAY-ID': PATHWAY_ID,
  // Of earlier versions, and of many packagers.
  'PROGRAM-ID': INTEGER,
  NAME: TEXT,
};

const INTERSTITIAL: Attributes = {
  'X-ASSET-URI': URI,
  'X-ASSET-LIST': URI,
  'X-RESUME-OFFSET': SIGNED,
  'X-PLAYOUT-LIMIT': DECIMAL,
  'X-SNAP': listOf('OUT', 'IN'),
  'X-RESTRICT': listOf('SKIP', 'JUMP'),
  'X-CONTENT-MAY-VARY': listOf('YES', 'NO'),
  'X-TIMELINE-OCCUPIES': listOf('POINT', 'RANGE'),
  'X-TIMELINE-STYLE': listOf('HIGHLIGHT', 'PRIMARY'),
};

type Scope = TagRule['scope'];

function tag(scope: Scope, value: TagRule['value'], more: { isOnce?: boolean; isForeign?: boolean } = {}): TagRule {
  return { scope, value, isOnce: false, isForeign: false, attributes: new Map(), ...more };
}

const once = { isOnce: true };

function list(scope: Scope, attributes: Attributes, more: { isOnce?: boolean } = {}): TagRule {
  return { ...tag(scope, 'attributes', more), attributes: new Map(Object.entries(attributes)) };
}

const foreign = (...names: string[]): [string, TagRule][] =>
  names.map((name) => [name, tag('both', 'something', { isForeign: true })]);

/** The tags of RFC 8216bis §4.4 by name, and those that are widely used beside it. */
export const TAGS: ReadonlyMap<string, TagRule> = new Map<string, TagRule>([
  ['EXTM3U', tag('both', 'nothing', once)],
  ['EXT-X-VERSION', tag('both', 'something', once)],
  ['EXT-X-INDEPENDENT-SEGMENTS', tag('both', 'nothing', once)],
  ['EXT-X-START', list('both', { 'TIME-OFFSET': required(SIGNED), PRECISE: YES_OR_NO }, once)],
  [
    'EXT-X-DEFINE',
    list('both', { NAME: VARIABLE_NAME, VALUE: TEXT, IMPORT: VARIABLE_NAME, QUERYPARAM: VARIABLE_NAME }),
  ],
  ['EXT-X-TARGETDURATION', tag('media', 'something', once)],
  ['EXT-X-MEDIA-SEQUENCE', tag('media', 'something', once)],
  ['EXT-X-DISCONTINUITY-SEQUENCE', tag('media', 'something', once)],
  ['EXT-X-ENDLIST', tag('media', 'nothing', once)],
  ['EXT-X-PLAYLIST-TYPE', tag('media', 'something', once)],
  ['EXT-X-I-FRAMES-ONLY', tag('media', 'nothing', once)],
  ['EXT-X-PART-INF', list('media', { 'PART-TARGET': required(POSITIVE) }, once)],
  [
    'EXT-X-SERVER-CONTROL',
    list(
      'media',
      {
        'CAN-SKIP-UNTIL': DECIMAL,
        'CAN-SKIP-DATERANGES': YES_OR_NO,
        'HOLD-BACK': DECIMAL,
        'PART-HOLD-BACK': DECIMAL,
        'CAN-BLOCK-RELOAD': YES_OR_NO,
      },
      once,
    ),
  ],
  ['EXTINF', tag('media', 'something')],
  ['EXT-X-BYTERANGE', tag('media', 'something')],
  ['EXT-X-DISCONTINUITY', tag('media', 'nothing')],
  ['EXT-X-KEY', list('media', KEY)],
  ['EXT-X-MAP', list('media', { URI: required(URI), BYTERANGE: BYTE_RANGE })],
  ['EXT-X-PROGRAM-DATE-TIME', tag('media', 'something')],
  ['EXT-X-GAP', tag('media', 'nothing')],
  ['EXT-X-BITRATE', tag('media', 'something')],
  [
    'EXT-X-PART',
    list('media', {
      URI: required(URI),
      DURATION: required(DECIMAL),
      INDEPENDENT: YES_OR_NO,
      BYTERANGE: BYTE_RANGE,
      GAP: YES_OR_NO,
    }),
  ],
  [
    'EXT-X-DATERANGE',
    list('media', {
      ID: required(TEXT),
      CLASS: TEXT,
      'START-DATE': DATE,
      CUE: listOf('PRE', 'POST', 'ONCE'),
      'END-DATE': DATE,
      DURATION: DECIMAL,
      'PLANNED-DURATION': DECIMAL,
      'SCTE35-CMD': HEXADECIMAL,
      'SCTE35-OUT': HEXADECIMAL,
      'SCTE35-IN': HEXADECIMAL,
      'END-ON-NEXT': oneOf('YES'),
      ...INTERSTITIAL,
    }),
  ],
  ['EXT-X-SKIP', list('media', { 'SKIPPED-SEGMENTS': required(INTEGER), 'RECENTLY-REMOVED-DATERANGES': TEXT }, once)],
  [
    'EXT-X-PRELOAD-HINT',
    list('media', {
      TYPE: required(oneOf('PART', 'MAP')),
      URI: required(URI),
      'BYTERANGE-START': INTEGER,
      'BYTERANGE-LENGTH': INTEGER,
    }),
  ],
  ['EXT-X-RENDITION-REPORT', list('media', { URI: required(URI), 'LAST-MSN': INTEGER, 'LAST-PART': INTEGER })],
  [
    'EXT-X-MEDIA',
    list('multivariant', {
      TYPE: required(oneOf('AUDIO', 'VIDEO', 'SUBTITLES', 'CLOSED-CAPTIONS')),
      URI,
      'GROUP-ID': required(TEXT),
      LANGUAGE: TEXT,
      'ASSOC-LANGUAGE': TEXT,
      // Missing, it is reported apart.
      NAME: TEXT,
      'STABLE-RENDITION-ID': STABLE_ID,
      DEFAULT: YES_OR_NO,
      AUTOSELECT: YES_OR_NO,
      FORCED: YES_OR_NO,
      // Its form depends on TYPE and is checked apart.
      'INSTREAM-ID': TEXT,
      'BIT-DEPTH': INTEGER,
      'SAMPLE-RATE': INTEGER,
      CHARACTERISTICS: TEXT,
      CHANNELS: TEXT,
    }),
  ],
  [
    'EXT-X-STREAM-INF',
    list('multivariant', {
      ...VARIANT,
      'FRAME-RATE': DECIMAL,
      AUDIO: TEXT,
      SUBTITLES: TEXT,
      'CLOSED-CAPTIONS': judgedApart(TEXT),
    }),
  ],
  ['EXT-X-I-FRAME-STREAM-INF', list('multivariant', { ...VARIANT, URI: required(URI) })],
  [
    'EXT-X-SESSION-DATA',
    list('multivariant', {
      'DATA-ID': required(TEXT),
      VALUE: TEXT,
      URI,
      FORMAT: oneOf('JSON', 'RAW'),
      LANGUAGE: TEXT,
    }),
  ],
  ['EXT-X-SESSION-KEY', list('multivariant', KEY)],
  ['EXT-X-CONTENT-STEERING', list('multivariant', { 'SERVER-URI': required(URI), 'PATHWAY-ID': PATHWAY_ID }, once)],
  ...foreign('EXT-X-ALLOW-CACHE', 'EXT-X-CUE', 'EXT-X-CUE-OUT', 'EXT-X-CUE-OUT-CONT', 'EXT-X-CUE-IN', 'EXT-X-SCTE35'),
  ...foreign('EXT-OATCLS-SCTE35', 'EXT-X-ASSET', 'EXT-X-PREFETCH', 'EXT-X-PREFETCH-DISCONTINUITY'),
]);
