import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SubtitleJoiner } from '../../../../src/engine/subtitles/joiner.ts';
import { joined, place, shown, vtt } from './samples.ts';

describe('joining subtitles', () => {
  it('shows a cue once that several segments repeat', () => {
    const joiner = joined([
      vtt('', 'a', '00:04.000 --> 00:14.000 align:start', 'long', '', 'b', '00:05.000 --> 00:06.000', 'short'),
      vtt('', 'a', '00:04.000 --> 00:14.000 align:start', 'long', '', 'c', '00:07.000 --> 00:08.000', 'other'),
      vtt('', 'a', '00:04.000 --> 00:14.000 align:start', 'long'),
    ]);
    assert.deepEqual(shown(joiner), [
      [4, 14, 'long'],
      [5, 6, 'short'],
      [7, 8, 'other'],
    ]);
  });

  it('knows a repeated cue by its times, settings and text though segments number anew and round', () => {
    const joiner = joined([
      vtt('X-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00.000', '', '7', '00:04.000 --> 00:08.000', 'x'),
      vtt('X-TIMESTAMP-MAP=MPEGTS:1440045,LOCAL:00:10.000', '', '1', '00:07.999 --> 00:12.000', 'x'),
    ]);
    assert.deepEqual(shown(joiner), [[4, 8, 'x']]);
  });

  const different: [what: string, first: string[], second: string[]][] = [
    ['times', ['00:04.000 --> 00:08.000', 'x'], ['00:04.500 --> 00:08.000', 'x']],
    ['text', ['00:04.000 --> 00:08.000', 'x'], ['00:04.000 --> 00:08.000', 'y']],
    ['settings', ['00:04.000 --> 00:08.000 line:1', 'x'], ['00:04.000 --> 00:08.000 line:2', 'x']],
  ];
  for (const [what, first, second] of different) {
    it(`keeps cues of two segments that differ in their ${what}`, () => {
      const ids = what === 'times' ? ['1', '2'] : ['1', '1'];
      assert.equal(shown(joined([vtt('', ids[0]!, ...first), vtt('', ids[1]!, ...second)])).length, 2);
    });
  }

  it('keeps equal cues of one segment as a browser does, and as many of them when they are repeated', () => {
    const twice = ['', '00:04.000 --> 00:08.000', 'x', '', '00:04.000 --> 00:08.000', 'x'];
    assert.equal(shown(joined([vtt(...twice)])).length, 2);
    assert.equal(shown(joined([vtt(...twice), vtt(...twice)])).length, 2);
  });

  it('puts together a cue that was cut at the borders of segments', () => {
    const joiner = joined([
      vtt('', '1', '00:04.000 --> 00:06.000', 'long', '', '00:05.000 --> 00:06.000', 'other'),
      vtt('', '1', '00:06.000 --> 00:12.000', 'long'),
      vtt('', '2', '00:12.001 --> 00:13.000', 'long', '', '00:13.000 --> 00:14.000', 'long'),
    ]);
    assert.deepEqual(shown(joiner), [
      [4, 13, 'long'],
      [5, 6, 'other'],
      [13, 14, 'long'],
    ]);
  });

  it('lets a cue of a live stream grow', () => {
    const joiner = joined([vtt('', '00:04.000 --> 00:06.000', 'x'), vtt('', '00:04.000 --> 00:09.000', 'x')]);
    assert.deepEqual(shown(joiner), [[4, 9, 'x']]);
  });

  it('does not put cues together across a gap, an empty segment or a discontinuity', () => {
    const cut = ['00:04.000 --> 00:06.000', '00:06.000 --> 00:08.000'].map((time) => vtt('', time, 'x'));
    assert.equal(shown(joined([cut[0]!, vtt(), cut[1]!])).length, 2);
    const joiner = new SubtitleJoiner({ firstPtsTicks: 0 });
    joiner.add(cut[0]!, place(0));
    joiner.add(cut[1]!, place(6, 6, { isDiscontinuity: true, ptsTicks: 540_000 }));
    assert.equal(shown(joiner).length, 2);
  });

  it('shows a whole file once that every segment repeats', () => {
    const whole = vtt(...[1, 7, 13].flatMap((at) => ['', `00:${at + 10}.000 --> 00:${at + 11}.500`, `at ${at}`]));
    assert.equal(shown(joined([whole, whole, whole, whole])).length, 3);
  });

  it('sorts by start and keeps the order of those that start together', () => {
    const joiner = joined([
      vtt('', '00:05.000 --> 00:06.000', 'c', '', '00:01.000 --> 00:09.000', 'a', '', '00:01.000 --> 00:02.000', 'b'),
      vtt('', '00:04.000 --> 00:07.000', 'late'),
    ]);
    assert.deepEqual(
      shown(joiner).map(([, , text]) => text),
      ['a', 'b', 'late', 'c'],
    );
  });

  it('writes styles, regions, cues: each once, their identifiers unique', () => {
    const header = ['', 'STYLE', '::cue { color: lime }', '', 'REGION', 'id:r width:40%'];
    const joiner = joined([
      vtt(
        ...header,
        '',
        '1',
        '00:01.000 --> 00:02.000 region:r',
        'a',
        '',
        '2',
        '01:00:00.000 --> 01:00:01.500',
        'late',
      ),
      vtt(
        ...header,
        '',
        '1',
        '00:07.000 --> 00:08.000 align:start region:r',
        'b',
        '',
        '00:09.000 --> 00:09.000',
        'never',
      ),
      vtt('', 'REGION', 'id:r', 'width:50%', '', '00:13.000 --> 00:14.000 region:r', ''),
      vtt('', 'STYLE', 'b { color: red }'),
    ]);
    const expected = [
      'WEBVTT',
      '',
      'STYLE\n::cue { color: lime }',
      '',
      'STYLE\nb { color: red }',
      '',
      'REGION\nid:r\nwidth:40%',
      '',
      'REGION\nid:r-2\nwidth:50%',
      '',
      '1\n00:00:01.000 --> 00:00:02.000 region:r\na',
      '',
      '00:00:07.000 --> 00:00:08.000 align:start region:r\nb',
      '',
      '00:00:13.000 --> 00:00:14.000 region:r-2',
      '',
      '2\n01:00:00.000 --> 01:00:01.500\nlate',
      '',
      '',
    ];
    assert.equal(joiner.toVtt(), expected.join('\n'));
  });

  it('writes SRT', () => {
    const joiner = joined([
      vtt(
        '',
        'x',
        '00:01.000 --> 00:02.500 line:0',
        '<v Mary>Hi &amp; <c.red><i>bye</i></c>',
        '',
        '00:02.000 --> 00:03.000',
        '',
      ),
      vtt('', '00:07.000 --> 100:00:00.000', 'two', '<b>lines'),
    ]);
    assert.equal(
      joiner.toSrt(),
      '1\n00:00:01,000 --> 00:00:02,500\nMary: Hi & <i>bye</i>\n\n2\n00:00:07,000 --> 100:00:00,000\ntwo\n<b>lines</b>\n\n',
    );
  });

  it('moves the times inside a text with the cue', () => {
    const map = 'X-TIMESTAMP-MAP=MPEGTS:540000,LOCAL:00:00.000';
    const joiner = joined([vtt(), vtt(map, '', '00:01.000 --> 00:03.000', 'a <00:02.000>b')], { firstPtsTicks: 0 });
    assert.deepEqual(shown(joiner), [[7, 9, 'a <00:00:08.000>b']]);
  });

  it('makes valid files of nothing', () => {
    const joiner = joined([vtt(), vtt(), vtt('X-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000')]);
    assert.equal(joiner.toVtt(), 'WEBVTT\n\n');
    assert.equal(joiner.toSrt(), '');
  });

  const problems: [what: string, segment: string, kind: string][] = [
    ['an HTML page', '<!DOCTYPE html><title>Not found</title>', 'notSubtitles'],
    ['nothing', '', 'notSubtitles'],
    ['SRT', '1\n00:00:01,000 --> 00:00:02,000\na\n', 'notSubtitles'],
    ['TTML', '<?xml version="1.0"?>\n<tt xmlns="http://www.w3.org/ns/ttml">', 'ttml'],
    ['TTML with a prefix', '\ufeff<tt:tt xmlns:tt="http://www.w3.org/ns/ttml">', 'ttml'],
  ];
  for (const [what, segment, kind] of problems) {
    it(`says what ${what} is, and goes on`, () => {
      const joiner = joined([vtt('', '00:01.000 --> 00:02.000', 'a')]);
      assert.equal(joiner.add(Buffer.from(segment), place(6))?.kind, kind);
      joiner.add(vtt('', '00:13.000 --> 00:14.000', 'b'), place(12));
      assert.equal(shown(joiner).length, 2);
    });
  }

  it('holds a day of subtitles in a few megabytes, and each segment only while it is added', () => {
    const joiner = new SubtitleJoiner({ firstPtsTicks: 900_000 });
    const style = `::cue { color: red } /* ${'x'.repeat(20_000)} */`;
    const before = usedBytes();
    for (let index = 0; index < 14_400; index++) {
      const startS = index * 6;
      const map = `X-TIMESTAMP-MAP=MPEGTS:${(900_000 + startS * 90_000) % 2 ** 33},LOCAL:00:00:00.000`;
      const cues = [0, 2, 4].flatMap((at) => [
        '',
        `00:0${at}.000 --> 00:0${at + 1}.500`,
        `cue ${index}.${at}, of some length`,
      ]);
      joiner.add(vtt(map, '', 'STYLE', style, ...cues), place(startS));
    }
    const grownBytes = usedBytes() - before;
    assert.ok(grownBytes < 40e6, `${grownBytes} bytes`);
    const cues = shown(joiner);
    assert.equal(cues.length, 43_200);
    assert.deepEqual(cues.at(-1), [86_398, 86_399.5, 'cue 14399.4, of some length']);
    assert.equal(joiner.toVtt().split(style).length, 2);
  });
});

function usedBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
