import assert from 'node:assert/strict';
import { lexLines } from '../../../../src/engine/playlist/lines.ts';
import { arrangeFindings, lintLines } from '../../../../src/engine/playlist/lint.ts';
import type { Finding } from '../../../../src/engine/playlist/model.ts';
import { readMediaSample } from './samples.ts';

const TARGET = '#EXT-X-TARGETDURATION:4';

describe('lintLines', () => {
  const cases: [name: string, kind: 'media' | 'multivariant', text: string, findings: string[]][] = [
    ['a clean playlist', 'media', `#EXTM3U\n${TARGET}\n#EXTINF:4.4,\na.ts`, []],
    ['no target duration', 'media', '\n#EXTM3U\n#EXTINF:4,\na.ts', ['2:1 error missing-target-duration']],
    ['no target duration needed', 'multivariant', '#EXTM3U', []],
    ['a fractional target duration', 'media', '#EXT-X-TARGETDURATION:4.5', ['1:23 error bad-target-duration']],
    ['a duration above the target', 'media', `${TARGET}\n #EXTINF: 4.5,x`, ['2:11 warning duration-above-target']],
    ['an unknown tag', 'media', `${TARGET}\r\n  #EXT-X-NEW:a`, ['2:3 info unknown-tag']],
    ['a comment is no tag', 'media', `${TARGET}\n#EX-NEW\n# EXT-X-NEW`, []],
    ['DEFINE without value', 'media', `${TARGET}\n#EXT-X-DEFINE:NAME="a"`, ['2:1 error define-without-value']],
    ['DEFINE with nothing', 'media', `${TARGET}\n#EXT-X-DEFINE:`, ['2:1 error define-without-value']],
    [
      'DEFINE as it should be',
      'media',
      `${TARGET}\n#EXT-X-DEFINE:NAME="a",VALUE=""\n#EXT-X-DEFINE:IMPORT="b"\n#EXT-X-DEFINE:QUERYPARAM="c"`,
      [],
    ],
    [
      'a name twice in a group',
      'multivariant',
      [
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="g",NAME="n"',
        '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="g",NAME="n"',
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="h",NAME="n"',
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="g",NAME="n"',
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="g"',
      ].join('\n'),
      ['4:43 error duplicate-rendition-name', '5:1 error missing-name'],
    ],
    [
      'a DRM key format',
      'media',
      `${TARGET}\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://x",KEYFORMAT="com.apple.streamingkeydelivery"`,
      ['2:54 warning drm-key-format'],
    ],
    ['the identity format', 'media', `${TARGET}\n#EXT-X-KEY:METHOD=AES-128,URI="k",KEYFORMAT="identity"`, []],
    [
      'a DRM key format of a session key',
      'multivariant',
      '#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,KEYFORMAT="urn:uuid:EDEF8BA9-79D6-4ACE-A3C8-27DCD51D21ED"',
      ['1:48 warning drm-key-format'],
    ],
    ['no bandwidth', 'multivariant', '#EXT-X-STREAM-INF:CODECS="BANDWIDTH=1"', ['1:1 error missing-bandwidth']],
    ['a bad bandwidth', 'multivariant', '#EXT-X-STREAM-INF:A=1,BANDWIDTH=x', ['1:33 error missing-bandwidth']],
    ['a bad I-frame bandwidth', 'multivariant', '#EXT-X-I-FRAME-STREAM-INF:URI="a"', ['1:1 error missing-bandwidth']],
  ];
  for (const [name, kind, text, expected] of cases) {
    it(name, () => {
      const findings = lintLines(lexLines(text), kind);
      assert.deepEqual(
        findings.map(({ line, column, severity, code }) => `${line}:${column} ${severity} ${code}`),
        expected,
      );
    });
  }

  it('names the DRM system', () => {
    const text = '#EXT-X-KEY:METHOD=X,KEYFORMAT="urn:uuid:9a04f079-9840-4286-ab92-e65be0885f95"';
    assert.match(lintLines(lexLines(text), 'multivariant')[0]?.message ?? '', /PlayReady/);
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
