import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { lexLines } from '../../../../src/engine/playlist/lines.ts';
import { arrangeFindings, lintLines } from '../../../../src/engine/playlist/lint.ts';
import type { Finding } from '../../../../src/engine/playlist/model.ts';
import { liveCases } from './lintCases/live.ts';
import { mediaCases } from './lintCases/media.ts';
import { multivariantCases } from './lintCases/multivariant.ts';
import { readMediaSample } from './samples.ts';

const kinds = ['media', 'multivariant'] as const;

function findingsOf(text: string, kind: 'media' | 'multivariant'): string[] {
  return arrangeFindings(lintLines(lexLines(text), kind)).map(
    ({ line, column, severity, code }) => `${line}:${column} ${severity} ${code}`,
  );
}

/** What stands above the lines of a case: two lines in a multivariant playlist, three in a media playlist. */
const HEADS = {
  media: ['#EXTM3U', '#EXT-X-VERSION:13', '#EXT-X-TARGETDURATION:4'],
  multivariant: ['#EXTM3U', '#EXT-X-VERSION:13'],
};

/** The head included. */
const wholeCases: [name: string, kind: 'media' | 'multivariant', text: string, findings: string[]][] = [
  ['a clean playlist', 'media', '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\na.ts', []],
  ['no target duration', 'media', '#EXTM3U\n#EXTINF:4,\na.ts', ['1:1 error missing-target-duration']],
  ['no target duration needed', 'multivariant', '#EXTM3U', []],
  ['no header', 'multivariant', '# a comment\n #EXT-X-VERSION:1', ['2:2 error missing-header']],
  ['nothing', 'multivariant', '', ['1:1 error missing-header']],
  ['a header below a blank line', 'multivariant', '\n#EXTM3U', ['2:1 error header-not-first']],
  ['a header below white space', 'multivariant', '  #EXTM3U', ['1:3 error header-not-first']],
  [
    'a target duration below the fragments',
    'media',
    '#EXTM3U\n#EXTINF:6,\na.ts\n#EXT-X-TARGETDURATION:5',
    ['2:9 warning duration-above-target'],
  ],
  [
    'a version that is too low, each feature told once, where it is first used',
    'media',
    '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\na.ts\n#EXTINF:3.9,\nb.ts\n#EXTINF:3.9,\n#EXT-X-BYTERANGE:1@0\na.ts',
    ['5:9 warning version-too-low', '8:1 warning version-too-low'],
  ],
];

describe('lintLines', () => {
  describe('the whole text', () => {
    for (const [name, kind, text, expected] of wholeCases) {
      it(name, () => assert.deepEqual(findingsOf(text, kind), expected));
    }
  });

  const byKind = { media: [...mediaCases, ...liveCases], multivariant: multivariantCases };
  for (const kind of kinds) {
    describe(`a ${kind} playlist`, () => {
      for (const [name, lines, expected] of byKind[kind]) {
        it(name, () => assert.deepEqual(findingsOf([...HEADS[kind], ...lines].join('\n'), kind), expected));
      }
    });
  }

  it('has a case for every code', () => {
    const folder = new URL('../../../../src/engine/playlist/lint/', import.meta.url);
    const sources = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));
    const codes = new Set(
      sources
        .flatMap((source) => [
          ...source.matchAll(/(?:'(?:error|warning|info)',\s*|code: |\? |: )'([a-z]+(?:-[a-z]+)+)'/g),
        ])
        .map((match) => match[1] ?? ''),
    );
    assert.ok(codes.size > 60, String(codes.size));
    const shown = [
      ...[...mediaCases, ...liveCases, ...multivariantCases].flatMap(([, , findings]) => findings),
      ...wholeCases.flatMap(([, , , findings]) => findings),
    ];
    const tested = new Set(shown.map((finding) => finding.split(' ').at(-1)));
    assert.deepEqual(
      [...codes].filter((code) => !tested.has(code)),
      [],
    );
  });

  describe('says in words', () => {
    const messages = (kind: 'media' | 'multivariant', ...lines: string[]) =>
      lintLines(lexLines([...HEADS[kind], ...lines].join('\n')), kind).map(({ message }) => message);

    it('which DRM system it is', () => {
      const key = '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="x",KEYFORMAT="urn:uuid:9a04f079-9840-4286-ab92-e65be0885f95"';
      assert.deepEqual(messages('media', key), ['The key belongs to PlayReady.']);
    });

    it('which tag may be meant', () => {
      assert.deepEqual(messages('media', '#EXT-X-DISCONTINUTY', '#EXT-X-NEW', '#EXTINFO:4,'), [
        '#EXT-X-DISCONTINUTY is not known; it is ignored. Is #EXT-X-DISCONTINUITY meant?',
        '#EXT-X-NEW is not known; it is ignored.',
        '#EXTINFO is not known; it is ignored. Is #EXTINF meant?',
      ]);
    });

    it('which attribute may be meant', () => {
      const [message] = messages('multivariant', '#EXT-X-START:TIME-OFFSET=1,PRECICE=YES');
      assert.equal(message, '#EXT-X-START has no attribute PRECICE; it is ignored. Is PRECISE meant?');
    });

    it('which version is needed and why', () => {
      const text = '#EXTM3U\n#EXT-X-VERSION:8\n#EXT-X-DEFINE:QUERYPARAM="a"';
      const [finding] = lintLines(lexLines(text), 'multivariant');
      assert.equal(finding?.message, 'QUERYPARAM needs version 11 of the playlist; it says 8.');
      assert.equal(finding.expected, '11');
      const [none] = lintLines(lexLines('#EXTM3U\n#EXT-X-DEFINE:NAME="a",VALUE=""'), 'multivariant');
      assert.equal(none?.message, '#EXT-X-DEFINE needs version 8 of the playlist; it says none, which is 1.');
    });
  });

  describe('says what should stand there instead', () => {
    const expectations: [
      code: string,
      kind: 'media' | 'multivariant',
      lines: string[],
      expected: string | undefined,
    ][] = [
      ['unknown-tag', 'media', ['#EXT-X-DISCONTINUTY'], 'EXT-X-DISCONTINUITY'],
      ['unknown-tag', 'media', ['#EXT-X-NEW'], undefined],
      ['unknown-attribute', 'media', ['#EXT-X-START:TIME-OFFSET=0,PRECICE=YES'], 'PRECISE'],
      ['duration-above-target', 'media', ['#EXTINF:7.5,', 'a.ts'], '8'],
      ['map-range-without-offset', 'media', ['#EXT-X-MAP:URI="i",BYTERANGE="10"'], '10@0'],
      ['missing-bandwidth', 'multivariant', ['#EXT-X-STREAM-INF:CODECS=""', 'v'], undefined],
    ];
    for (const [code, kind, lines, expected] of expectations) {
      it(`${code}: ${lines[0] ?? ''}`, () => {
        const findings = lintLines(lexLines([...HEADS[kind], ...lines].join('\n')), kind);
        const found = findings.find((finding) => finding.code === code);
        assert.ok(found);
        assert.equal(found.expected, expected);
      });
    }
  });

  describe('knows the version that each feature needs', () => {
    const features: [version: number, kind: 'media' | 'multivariant', line: string][] = [
      [2, 'media', '#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x00000000000000000000000000000000'],
      [3, 'media', '#EXTINF:3.5,\na.ts'],
      [4, 'media', '#EXTINF:3,\n#EXT-X-BYTERANGE:1@0\na.ts'],
      [4, 'media', '#EXT-X-I-FRAMES-ONLY'],
      [5, 'media', '#EXT-X-KEY:METHOD=AES-128,URI="k",KEYFORMAT="identity"'],
      [5, 'multivariant', '#EXT-X-SESSION-KEY:METHOD=AES-128,URI="k",KEYFORMATVERSIONS="1"'],
      [5, 'media', '#EXT-X-MAP:URI="i"\n#EXT-X-I-FRAMES-ONLY'],
      [6, 'media', '#EXT-X-MAP:URI="i"'],
      [
        7,
        'multivariant',
        '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="c",NAME="n",INSTREAM-ID="SERVICE1"\n' +
          '#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="",CLOSED-CAPTIONS="c"\nv',
      ],
      [8, 'media', '#EXT-X-DEFINE:NAME="a",VALUE="b"'],
      [9, 'media', '#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=24\n#EXT-X-SKIP:SKIPPED-SEGMENTS=1'],
      [
        10,
        'media',
        '#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=24\n#EXT-X-SKIP:SKIPPED-SEGMENTS=1,RECENTLY-REMOVED-DATERANGES="a"',
      ],
      [11, 'multivariant', '#EXT-X-DEFINE:QUERYPARAM="a"'],
      [12, 'multivariant', '#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="",REQ-VIDEO-LAYOUT="CH-STEREO"\nv'],
      [
        13,
        'multivariant',
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="c",NAME="n",INSTREAM-ID="x"\n' +
          '#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="",AUDIO="c"\nv',
      ],
    ];
    for (const [version, kind, line] of features) {
      it(`${version}: ${line.split('\n', 1)[0] ?? ''}`, () => {
        const codes = (declared: number) => {
          const [header = '', , ...rest] = HEADS[kind];
          const findings = findingsOf([header, `#EXT-X-VERSION:${declared}`, ...rest, line].join('\n'), kind);
          return findings.map((finding) => finding.split(' ').at(-1));
        };
        assert.deepEqual(codes(version), []);
        assert.ok(codes(version - 1).includes('version-too-low'));
      });
    }
  });
});

describe('arrangeFindings', () => {
  const finding = (code: string, line: number, column = 1): Finding => ({
    severity: 'info',
    code,
    message: code,
    line,
    column,
  });

  it('sorts by place', () => {
    assert.deepEqual(arrangeFindings([finding('c', 2), finding('b', 1, 9), finding('a', 1)]), [
      finding('a', 1),
      finding('b', 1, 9),
      finding('c', 2),
    ]);
  });

  it('lists fifty of a code and counts the others', () => {
    const many = Array.from({ length: 60 }, (_, n) => finding('many', n + 1));
    const arranged = arrangeFindings([...many, finding('other', 100)]);
    assert.equal(arranged.length, 51);
    assert.equal(arranged[49]?.message, 'many (and 10 more like this)');
    assert.equal(arranged[50]?.code, 'other');
    assert.deepEqual(arrangeFindings(many.slice(0, 50)), many.slice(0, 50));
  });

  it('stands in every playlist that is read', () => {
    const { findings } = readMediaSample('#EXTM3U\n#EXTINF:x,\na.ts\n#EXT-X-NEW\n#EXT-X-ENDLIST');
    assert.deepEqual(
      findings.map(({ code }) => code),
      ['missing-target-duration', 'bad-duration', 'unknown-tag'],
    );
  });
});
