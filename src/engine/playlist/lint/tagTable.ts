import {
  BYTE_RANGE,
  DATE,
  DECIMAL,
  HEXADECIMAL,
  INTEGER,
  KEY_METHOD,
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
  YES_OR_NO,
} from './attributeTypes.ts';
import type { AttributeRule } from './attributeTypes.ts';

/** What a tag may look like and where it may stand. */
export interface TagRule {
  /** Section of RFC 8216bis; none for a foreign one. */
  section?: string;
  scope: 'both' | 'media' | 'multivariant';
  /** What follows the colon. */
  value: 'nothing' | 'attributes' | 'something';
  /** The words that a value of `something` can be, where they are known. */
  values?: readonly string[];
  /** At most once in a playlist. */
  isOnce: boolean;
  /** Not of RFC 8216bis, but widely used beside it or in its earlier versions: its form is not judged. */
  isForeign: boolean;
  attributes: ReadonlyMap<string, AttributeRule>;
}

type Attributes = Readonly<Record<string, AttributeRule>>;

const KEY: Attributes = {
  METHOD: required(KEY_METHOD),
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

function tag(
  section: string,
  scope: Scope,
  value: TagRule['value'],
  more: Partial<Pick<TagRule, 'isOnce' | 'values'>> = {},
): TagRule {
  return { section, scope, value, isOnce: false, isForeign: false, attributes: new Map(), ...more };
}

const once = { isOnce: true };

function list(section: string, scope: Scope, attributes: Attributes, more: { isOnce?: boolean } = {}): TagRule {
  return { ...tag(section, scope, 'attributes', more), attributes: new Map(Object.entries(attributes)) };
}

const foreign = (...names: string[]): [string, TagRule][] =>
  names.map((name) => [
    name,
    { scope: 'both', value: 'something', isOnce: false, isForeign: true, attributes: new Map<string, AttributeRule>() },
  ]);

/** The tags of RFC 8216bis §4.4 by name, and those that are widely used beside it. */
export const TAGS: ReadonlyMap<string, TagRule> = new Map<string, TagRule>([
  ['EXTM3U', tag('4.4.1.1', 'both', 'nothing', once)],
  ['EXT-X-VERSION', tag('4.4.1.2', 'both', 'something', once)],
  ['EXT-X-INDEPENDENT-SEGMENTS', tag('4.4.2.1', 'both', 'nothing', once)],
  ['EXT-X-START', list('4.4.2.2', 'both', { 'TIME-OFFSET': required(SIGNED), PRECISE: YES_OR_NO }, once)],
  [
    'EXT-X-DEFINE',
    list('4.4.2.3', 'both', { NAME: VARIABLE_NAME, VALUE: TEXT, IMPORT: VARIABLE_NAME, QUERYPARAM: VARIABLE_NAME }),
  ],
  ['EXT-X-TARGETDURATION', tag('4.4.3.1', 'media', 'something', once)],
  ['EXT-X-MEDIA-SEQUENCE', tag('4.4.3.2', 'media', 'something', once)],
  ['EXT-X-DISCONTINUITY-SEQUENCE', tag('4.4.3.3', 'media', 'something', once)],
  ['EXT-X-ENDLIST', tag('4.4.3.4', 'media', 'nothing', once)],
  ['EXT-X-PLAYLIST-TYPE', tag('4.4.3.5', 'media', 'something', { isOnce: true, values: ['VOD', 'EVENT'] })],
  ['EXT-X-I-FRAMES-ONLY', tag('4.4.3.6', 'media', 'nothing', once)],
  ['EXT-X-PART-INF', list('4.4.3.7', 'media', { 'PART-TARGET': required(POSITIVE) }, once)],
  [
    'EXT-X-SERVER-CONTROL',
    list(
      '4.4.3.8',
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
  ['EXTINF', tag('4.4.4.1', 'media', 'something')],
  ['EXT-X-BYTERANGE', tag('4.4.4.2', 'media', 'something')],
  ['EXT-X-DISCONTINUITY', tag('4.4.4.3', 'media', 'nothing')],
  ['EXT-X-KEY', list('4.4.4.4', 'media', KEY)],
  ['EXT-X-MAP', list('4.4.4.5', 'media', { URI: required(URI), BYTERANGE: BYTE_RANGE })],
  ['EXT-X-PROGRAM-DATE-TIME', tag('4.4.4.6', 'media', 'something')],
  ['EXT-X-GAP', tag('4.4.4.7', 'media', 'nothing')],
  ['EXT-X-BITRATE', tag('4.4.4.8', 'media', 'something')],
  [
    'EXT-X-PART',
    list('4.4.4.9', 'media', {
      URI: required(URI),
      DURATION: required(DECIMAL),
      INDEPENDENT: YES_OR_NO,
      BYTERANGE: BYTE_RANGE,
      GAP: YES_OR_NO,
    }),
  ],
  [
    'EXT-X-DATERANGE',
    list('4.4.5.1', 'media', {
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
  [
    'EXT-X-SKIP',
    list('4.4.5.2', 'media', { 'SKIPPED-SEGMENTS': required(INTEGER), 'RECENTLY-REMOVED-DATERANGES': TEXT }, once),
  ],
  [
    'EXT-X-PRELOAD-HINT',
    list('4.4.5.3', 'media', {
      TYPE: required(oneOf('PART', 'MAP')),
      URI: required(URI),
      'BYTERANGE-START': INTEGER,
      'BYTERANGE-LENGTH': INTEGER,
    }),
  ],
  [
    'EXT-X-RENDITION-REPORT',
    list('4.4.5.4', 'media', { URI: required(URI), 'LAST-MSN': INTEGER, 'LAST-PART': INTEGER }),
  ],
  [
    'EXT-X-MEDIA',
    list('4.4.6.1', 'multivariant', {
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
    list('4.4.6.2', 'multivariant', {
      ...VARIANT,
      'FRAME-RATE': DECIMAL,
      AUDIO: TEXT,
      SUBTITLES: TEXT,
      'CLOSED-CAPTIONS': judgedApart(TEXT),
    }),
  ],
  ['EXT-X-I-FRAME-STREAM-INF', list('4.4.6.3', 'multivariant', { ...VARIANT, URI: required(URI) })],
  [
    'EXT-X-SESSION-DATA',
    list('4.4.6.4', 'multivariant', {
      'DATA-ID': required(TEXT),
      VALUE: TEXT,
      URI,
      FORMAT: oneOf('JSON', 'RAW'),
      LANGUAGE: TEXT,
    }),
  ],
  ['EXT-X-SESSION-KEY', list('4.4.6.5', 'multivariant', KEY)],
  [
    'EXT-X-CONTENT-STEERING',
    list('4.4.6.6', 'multivariant', { 'SERVER-URI': required(URI), 'PATHWAY-ID': PATHWAY_ID }, once),
  ],
  ...foreign('EXT-X-ALLOW-CACHE', 'EXT-X-CUE', 'EXT-X-CUE-OUT', 'EXT-X-CUE-OUT-CONT', 'EXT-X-CUE-IN', 'EXT-X-SCTE35'),
  ...foreign('EXT-OATCLS-SCTE35', 'EXT-X-ASSET', 'EXT-X-PREFETCH', 'EXT-X-PREFETCH-DISCONTINUITY'),
]);
