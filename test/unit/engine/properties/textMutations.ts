import fc from 'fast-check';

/** Characters, tags and values that mean something to a playlist, most of them where they should not be. */
const PIECES = [
  ...[
    '\n',
    '\r',
    '\r\n',
    '#',
    '"',
    "'",
    ',',
    '=',
    ':',
    '@',
    '-',
    '0x',
    '{$',
    '}',
    '{$host}',
    '%',
    '%E4',
    '\0',
    '\uFEFF',
  ],
  ...['\u2028', 'ü', '\uD800', '\u{1F3AC}', ' ', '\t', 'NaN', '1e999', '-1', '99999999999999999999', '0', '1@', '@5'],
  ...[
    '__proto__',
    'constructor',
    'file:///x',
    'data:,x',
    '//[',
    '<html>',
    'https://u:p@h/',
    'javascript:1',
    '?',
    '../',
  ],
  ...[
    '#EXTM3U\n',
    '#EXTINF:1,\n',
    '#EXTINF:x\n',
    '#EXTINF',
    '#EXT-X-ENDLIST\n',
    '#EXT-X-GAP\n',
    '#EXT-X-DISCONTINUITY\n',
  ],
  ...['#EXT-X-STREAM-INF:', '#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n', '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a"\n'],
  ...['#EXT-X-KEY:METHOD=AES-128\n', '#EXT-X-KEY:METHOD=NONE\n', '#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x1\n'],
  ...['#EXT-X-KEY:METHOD=SAMPLE-AES,URI="k"\n', '#EXT-X-SESSION-KEY:METHOD=NONE\n', '#EXT-X-MAP:\n'],
  ...['#EXT-X-MAP:URI="i",BYTERANGE="1"\n', '#EXT-X-BYTERANGE:5\n', '#EXT-X-BYTERANGE:5@9007199254740990\n'],
  ...[
    '#EXT-X-SKIP:SKIPPED-SEGMENTS=3\n',
    '#EXT-X-PART:URI="p",DURATION=1\n',
    '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="p"\n',
  ],
  ...[
    '#EXT-X-DEFINE:NAME="host"\n',
    '#EXT-X-DEFINE:NAME="host",VALUE="{$host}{$host}"\n',
    '#EXT-X-DEFINE:IMPORT="x"\n',
  ],
  ...[
    '#EXT-X-DEFINE:QUERYPARAM="token"\n',
    '#EXT-X-MEDIA-SEQUENCE:5\n',
    '#EXT-X-MEDIA-SEQUENCE:18446744073709551615\n',
  ],
  ...['#EXT-X-DATERANGE:ID="1",START-DATE="x"\n', '#EXT-X-PROGRAM-DATE-TIME:yesterday\n', '#EXT-X-BITRATE:0\n'],
  ...[
    '#EXT-X-CONTENT-STEERING:SERVER-URI="x"\n',
    '#EXT-X-I-FRAMES-ONLY\n',
    '#EXT-X-PLAYLIST-TYPE:VOD\n',
    '#EXT-X-START:\n',
  ],
];

interface Change {
  kind: 'insert' | 'replace' | 'cut' | 'repeat' | 'move' | 'drop line' | 'repeat line';
  /** Shares of the text. */
  at: number;
  to: number;
  length: number;
  piece: string;
}

/** A share from 0 to 1: without bias, or half of the changes would be on the first line and nothing behind it be read. */
const share = fc.noBias(fc.nat(100_000)).map((number) => number / 100_000);

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('insert', 'replace', 'cut', 'repeat', 'move', 'drop line', 'repeat line'),
  at: share,
  to: share,
  length: fc.oneof({ arbitrary: fc.nat(12), weight: 4 }, { arbitrary: fc.nat(200), weight: 1 }),
  piece: fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 6 })),
});

/** Texts of `original` with one to four changes: pieces added, removed, repeated or moved, lines lost or doubled. */
export function mutatedText(original: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(original, fc.array(change, { minLength: 1, maxLength: 4 }))
    .map(([text, changes]) => changes.reduce(apply, text));
}

function apply(text: string, { kind, at, to, length, piece }: Change): string {
  const start = Math.floor(at * text.length);
  const taken = text.slice(start, start + length);
  const rest = text.slice(0, start) + text.slice(start + length);
  switch (kind) {
    case 'insert':
      return text.slice(0, start) + piece + text.slice(start);
    case 'replace':
      return text.slice(0, start) + piece + text.slice(start + length);
    case 'cut':
      return length > 100 ? text.slice(0, start) : rest;
    case 'repeat':
      return text.slice(0, start) + taken + text.slice(start);
    case 'move': {
      const target = Math.floor(to * rest.length);
      return rest.slice(0, target) + taken + rest.slice(target);
    }
    case 'drop line':
    case 'repeat line': {
      const lines = text.split('\n');
      const line = Math.min(lines.length - 1, Math.floor(at * lines.length));
      lines.splice(line, 1, ...(kind === 'drop line' ? [] : [lines[line] ?? '', lines[line] ?? '']));
      return lines.join('\n');
    }
  }
}

/** Bytes of a text: as they are, with some of them changed, or in another encoding than it says. */
export function mutatedBytes(original: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  const flips = fc.array(fc.tuple(share, fc.nat(255)), { maxLength: 6 });
  const encoding = fc.constantFrom<BufferEncoding>(...Array<'utf8'>(8).fill('utf8'), 'latin1', 'utf16le');
  return fc.tuple(original, encoding, fc.boolean(), flips).map(([text, name, hasMark, changes]) => {
    const mark = hasMark && name === 'utf16le' ? '\uFEFF' : '';
    const bytes = Buffer.from(mark + text, name);
    for (const [at, value] of changes) bytes[Math.floor(at * (bytes.length - 1))] = value;
    return bytes;
  });
}
