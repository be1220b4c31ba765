import assert from 'node:assert/strict';
import { readWebVtt } from '../../../../src/engine/subtitles/webVtt.ts';

/** A cue as the tables write it: start and end in milliseconds, text, identifier, settings. */
type Row = [startMs: number, endMs: number, text: string, id?: string, settings?: string];

function read(text: string | Uint8Array): Row[] | undefined {
  const file = readWebVtt(typeof text === 'string' ? Buffer.from(text) : text);
  return file?.cues.map(({ startTicks, endTicks, id, settings, text }) => {
    const row: Row = [startTicks / 90, endTicks / 90, text];
    if (id !== '' || settings !== '') row.push(id);
    if (settings !== '') row.push(settings);
    return row;
  });
}

const time = '00:01.000 --> 00:02.000';

describe('reading WebVTT', () => {
  const files: [what: string, text: string, cues: Row[] | undefined][] = [
    ['the signature alone', 'WEBVTT', []],
    ['the signature and an empty line', 'WEBVTT\n\n', []],
    ['nothing', '', undefined],
    ['no signature', `1\n${time}\na`, undefined],
    ['a longer first word', `WEBVTTX\n\n${time}\na`, undefined],
    ['a signature in small letters', `webvtt\n\n${time}\na`, undefined],
    ['a space before the signature', ` WEBVTT\n\n${time}\na`, undefined],
    ['text behind the signature', `WEBVTT - a --> title\n\n${time}\na`, [[1000, 2000, 'a']]],
    ['a tab behind the signature', `WEBVTT\ttitle\n\n${time}\na`, [[1000, 2000, 'a']]],
    ['a byte order mark', `\ufeffWEBVTT\n\n${time}\na`, [[1000, 2000, 'a']]],
    ['two byte order marks', `\ufeff\ufeffWEBVTT\n\n${time}\na`, undefined],
    ['CRLF', `WEBVTT\r\n\r\n${time}\r\na\r\nb\r\n\r\n`, [[1000, 2000, 'a\nb']]],
    ['CR', `WEBVTT\r\r${time}\ra\rb\r\r`, [[1000, 2000, 'a\nb']]],
    ['NUL', `WEBVTT\n\n${time}\na\0b`, [[1000, 2000, 'a\ufffdb']]],
    ['header lines', `WEBVTT\nKind: captions\nLanguage: en\n\n${time}\na`, [[1000, 2000, 'a']]],
    ['a cue right under the signature', `WEBVTT\n${time}\na`, [[1000, 2000, 'a']]],
    ['a cue right under a header line', `WEBVTT\nKind: captions\n${time}\na`, [[1000, 2000, 'a']]],
    ['an identifier', `WEBVTT\n\nfirst one\n${time}\na`, [[1000, 2000, 'a', 'first one']]],
    ['two lines before the times', `WEBVTT\n\none\ntwo\n${time}\na`, [[1000, 2000, 'a']]],
    ['a comment', `WEBVTT\n\nNOTE this\nand that\n\n${time}\na`, [[1000, 2000, 'a']]],
    ['a comment right above the times', `WEBVTT\n\nNOTE x\n${time}\na`, [[1000, 2000, 'a', 'NOTE x']]],
    ['no line end at the end', `WEBVTT\n\n${time}`, [[1000, 2000, '']]],
    [
      'empty text',
      `WEBVTT\n\n${time}\n\n${time}\nb`,
      [
        [1000, 2000, ''],
        [1000, 2000, 'b'],
      ],
    ],
    [
      'times in the text begin the next cue',
      `WEBVTT\n\n${time}\na\n${time}\nb`,
      [
        [1000, 2000, 'a'],
        [1000, 2000, 'b'],
      ],
    ],
    [
      'times right below times',
      `WEBVTT\n\n${time}\n${time}\nb`,
      [
        [1000, 2000, ''],
        [1000, 2000, 'b'],
      ],
    ],
    [
      'an arrow in the text',
      `WEBVTT\n\n${time}\na\n--> b\nc\n\n${time}\nd`,
      [
        [1000, 2000, 'a'],
        [1000, 2000, 'd'],
      ],
    ],
    ['an identifier with an arrow', `WEBVTT\n\na --> b\n${time}\nc`, [[1000, 2000, 'c']]],
    ['broken times with an identifier', `WEBVTT\n\nid\n00:01.000 --> 00:02\na\n\n${time}\nb`, [[1000, 2000, 'b']]],
    ['a line of spaces in the text', `WEBVTT\n\n${time}\na\n \nb`, [[1000, 2000, 'a\n \nb']]],
    ['a cue that ends before it starts', 'WEBVTT\n\n00:02.000 --> 00:01.000\na', [[2000, 1000, 'a']]],
    ['a cue named STYLE', `WEBVTT\n\nSTYLE\n${time}\na`, [[1000, 2000, 'a', 'STYLE']]],
    ['settings', `WEBVTT\n\n${time} align:start\tline:0 \na`, [[1000, 2000, 'a', '', 'line:0 align:start']]],
    ['settings right behind the times', `WEBVTT\n\n${time}align:end\na`, [[1000, 2000, 'a', '', 'align:end']]],
  ];
  for (const [what, text, cues] of files) it(what, () => assert.deepEqual(read(text), cues));

  const timings: [line: string, ms: [number, number] | undefined][] = [
    ['00:00:01.000 --> 00:00:02.000', [1000, 2000]],
    ['100:00:01.000 --> 1234:00:02.000', [360_001_000, 4_442_402_000]],
    ['1:00:01.000 --> 001:00:02.000', [3_601_000, 3_602_000]],
    ['59:59.999-->1:00:00.000', [3_599_999, 3_600_000]],
    ['\t 00:01.000\t-->\f00:02.000', [1000, 2000]],
    ['60:01.000 --> 61:02.000', undefined],
    ['0:01.000 --> 0:02.000', undefined],
    ['00:60.000 --> 01:00.000', undefined],
    ['00:60:00.000 --> 01:00:00.000', undefined],
    ['00:01,000 --> 00:02,000', undefined],
    ['00:01.00 --> 00:02.00', undefined],
    ['00:01.0000 --> 00:02.000', undefined],
    ['00:01.000 -> 00:02.000 -->', undefined],
    ['00:01.000 -- > 00:02.000 -->', undefined],
    ['-00:01.000 --> 00:02.000', undefined],
    ['00:01.000 -->', undefined],
    ['--> 00:02.000', undefined],
  ];
  for (const [line, ms] of timings) {
    it(`times ${JSON.stringify(line)}`, () => {
      assert.deepEqual(read(`WEBVTT\n\n${line}\na`), ms === undefined ? [] : [[...ms, 'a']]);
    });
  }

  const settings: [written: string, read: string][] = [
    [
      'vertical:rl line:-1 position:10% size:50% align:left region:r',
      'vertical:rl line:-1 position:10% size:50% align:left region:r',
    ],
    [
      'align:center size:100.0% position:0.5%,line-left line:99.9%,end',
      'line:99.9%,end position:0.5%,line-left size:100.0% align:center',
    ],
    ['align:start align:end align:middle', 'align:end'],
    ['align:middle size:101% position:-1% line:1.% vertical:up', ''],
    ['line:5%,middle position:10%,center,x size:10 region: :x align', ''],
    ['Align:start L:5% unknown:1', ''],
  ];
  for (const [written, expected] of settings) {
    it(`settings ${written}`, () =>
      assert.deepEqual(read(`WEBVTT\n\n${time} ${written}\na`)?.[0]?.[4] ?? '', expected));
  }

  it('takes bytes that are not UTF-8 for replacement characters', () => {
    const bytes = Buffer.concat([Buffer.from(`WEBVTT\n\n${time}\na`), Buffer.from([0xff, 0xc3])]);
    assert.deepEqual(read(bytes), [[1000, 2000, 'a\ufffd\ufffd']]);
  });

  it('finds STYLE and REGION before the first cue only', () => {
    const file = readWebVtt(
      Buffer.from(
        `WEBVTT\n\nSTYLE \n::cue { color: red }\nb {}\n\nREGION\nid:r width:40%\nlines:3\n\nREGION\nwidth:1%\n\nSTYLE\n\n` +
          `${time} region:r\na\n\nSTYLE\n::cue {}\n\nREGION\nid:s`,
      ),
    );
    assert.deepEqual(file?.styles, ['::cue { color: red }\nb {}']);
    assert.deepEqual([...file.regions], [['r', 'id:r\nwidth:40%\nlines:3']]);
    assert.equal(file.cues.length, 1);
  });

  const maps: [line: string, map: [localMs: number, mpegTicks: number] | undefined][] = [
    ['X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000', [0, 900_000]],
    ['X-TIMESTAMP-MAP=MPEGTS:154800,LOCAL:00:10.500', [10_500, 154_800]],
    ['X-TIMESTAMP-MAP=MPEGTS:1, LOCAL:01:00:00.000 ', [3_600_000, 1]],
    ['X-TIMESTAMP-MAP=MPEGTS:8589934593', [0, 1]],
    ['X-TIMESTAMP-MAP=LOCAL:00:00:00.000', undefined],
    ['X-TIMESTAMP-MAP=LOCAL:now,MPEGTS:5', undefined],
    ['X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:-5', undefined],
    ['X-TIMESTAMP-MAP=', undefined],
    ['Kind: captions', undefined],
  ];
  for (const [line, map] of maps) {
    it(`header ${line}`, () => {
      for (const text of [
        `WEBVTT\n${line}\n\n${time}\na`,
        `WEBVTT\nKind: x\n${line}\n${time}\na`,
        `WEBVTT\n\n${line}\n\n${time}\na`,
      ]) {
        const file = readWebVtt(Buffer.from(text));
        assert.deepEqual(file?.map, map && { localTicks: map[0] * 90, mpegTicks: map[1] });
        assert.equal(file?.cues.length, 1);
      }
    });
  }

  it('takes a mapping right above the times for no identifier', () => {
    const file = readWebVtt(Buffer.from(`WEBVTT\n\nX-TIMESTAMP-MAP=MPEGTS:5,LOCAL:00:00.000\n${time}\na`));
    assert.deepEqual([file?.map?.mpegTicks, file?.cues[0]?.id], [5, '']);
  });

  it('reads megabytes of hostile lines in time that grows with their length', function () {
    this.timeout(10_000);
    for (const piece of [
      '\n',
      '-->\n',
      'a',
      '<',
      `${time}\n`,
      time,
      '1',
      '00:',
      'STYLE\n',
      'STYLE\nx\n\n',
      '\0',
      ' ',
      'a:b ',
    ]) {
      readWebVtt(Buffer.from(`WEBVTT\n\n${piece.repeat(2_000_000 / piece.length)}`));
      readWebVtt(Buffer.from(`WEBVTT\n\n${time} ${piece.repeat(2_000_000 / piece.length)}`));
    }
  });
});
