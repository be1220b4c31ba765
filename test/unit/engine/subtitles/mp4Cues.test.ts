import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BufferTarget, Mp4OutputFormat, Output, TextSubtitleSource } from 'mediabunny';
import { SubtitleJoiner } from '../../../../src/engine/subtitles/joiner.ts';
import { findBoxes } from '../../../origin/content/boxes.ts';
import { box, words } from '../fragment/samples.ts';
import { boxedCue, emptySample, textInit, textSegment } from './mp4Samples.ts';
import { place, shown, vtt } from './samples.ts';

const init = textInit('wvtt');

function add(joiner: SubtitleJoiner, segment: Buffer, startS = 0, initSegment = init): string | undefined {
  return joiner.add(segment, place(startS, 6, { init: initSegment }))?.kind;
}

describe('subtitles in fMP4', () => {
  it('takes the times of the samples, cues that are shown together and those that go on', () => {
    const joiner = new SubtitleJoiner({ firstPtsTicks: 900_000 });
    const [a, b] = [boxedCue({ text: 'a', id: '1', settings: 'line:0 x:y' }), boxedCue({ text: 'b\nc' })];
    const first = [
      { ticks: 1000, content: emptySample },
      { ticks: 1000, content: a },
      { ticks: 1500, content: Buffer.concat([a, b]) },
      { ticks: 2500, content: a },
    ];
    assert.equal(add(joiner, textSegment(10_000n, first)), undefined);
    assert.equal(
      add(
        joiner,
        textSegment(16_000n, [
          { ticks: 500, content: a },
          { ticks: 5500, content: emptySample },
        ]),
        6,
      ),
      undefined,
    );
    assert.deepEqual(
      [...joiner.cues()],
      [
        { startMs: 1000, endMs: 6500, id: '1', settings: 'line:0', text: 'a' },
        { startMs: 2000, endMs: 3500, id: '', settings: '', text: 'b\nc' },
      ],
    );
  });

  it('keeps cues of different sources apart, and those with a pause between', () => {
    const joiner = new SubtitleJoiner();
    const samples = [
      { content: boxedCue({ text: 'a', source: 1 }) },
      { content: boxedCue({ text: 'a', source: 2 }) },
      { content: emptySample },
      { content: boxedCue({ text: 'a', source: 2 }) },
    ];
    assert.equal(add(joiner, textSegment(0n, samples)), undefined);
    // The track's default: 500 ticks for each.
    assert.deepEqual(shown(joiner), [
      [0, 0.5, 'a'],
      [0.5, 1, 'a'],
      [1.5, 2, 'a'],
    ]);
  });

  it('honours composition offsets, also negative ones, and times of more than 32 bits', () => {
    const joiner = new SubtitleJoiner({ firstPtsTicks: Number((0x1_0000_0000n * 90n) % 2n ** 33n) });
    const samples = [
      { ticks: 1000, shift: 2000, content: boxedCue({ text: 'late' }) },
      { ticks: 1000, shift: -500, content: boxedCue({ text: 'early' }) },
    ];
    assert.equal(add(joiner, textSegment(0x1_0000_0000n, samples)), undefined);
    assert.deepEqual(shown(joiner), [
      [0.5, 1.5, 'early'],
      [2, 3, 'late'],
    ]);
  });

  it('takes styles and regions from the init segment, once', () => {
    const header = 'WEBVTT\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:r width:50%\n';
    const styled = textInit('wvtt', { header });
    const joiner = new SubtitleJoiner();
    for (const startS of [0, 6]) {
      const content = boxedCue({ text: `at ${startS}`, settings: 'region:r' });
      assert.equal(add(joiner, textSegment(BigInt(startS * 1000), [{ content }]), startS, styled), undefined);
    }
    assert.equal(
      joiner.toVtt(),
      'WEBVTT\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:r\nwidth:50%\n\n' +
        '00:00:00.000 --> 00:00:00.500 region:r\nat 0\n\n00:00:06.000 --> 00:00:06.500 region:r\nat 6\n\n',
    );
  });

  it('moves the times inside a text from the clock that the cue names', () => {
    const joiner = new SubtitleJoiner({ firstPtsTicks: 0 });
    const content = boxedCue({ text: 'a <00:01:01.000>b', time: '00:01:00.000' });
    assert.equal(add(joiner, textSegment(2000n, [{ ticks: 2000, content }])), undefined);
    assert.deepEqual(shown(joiner), [[2, 4, 'a <00:00:03.000>b']]);
  });

  it('lets no text of a box break out of its cue', () => {
    const joiner = new SubtitleJoiner();
    const content = boxedCue({
      text: 'a\r\n\r\n00:00:00.000 --> 00:00:01.000\n\0b\0',
      id: 'x\n00:00:00.000 --> 00:00:01.000',
      settings: 'line:1\n\nalign:end -->',
    });
    assert.equal(add(joiner, textSegment(0n, [{ content }])), undefined);
    assert.equal(
      joiner.toVtt(),
      'WEBVTT\n\nx 00:00:00.000 -> 00:00:01.000\n00:00:00.000 --> 00:00:00.500 line:1 align:end\na\n00:00:00.000 --&gt; 00:00:01.000\n\ufffdb\n\n',
    );
  });

  const whole = textSegment(0n, [{ content: boxedCue({ text: 'a' }) }]);
  const problems: [what: string, segment: Buffer, init: Buffer | undefined, kind: string][] = [
    ['no init segment', whole, undefined, 'noTrack'],
    ['an init segment without tracks', whole, box('ftyp', Buffer.from('iso6')), 'noTrack'],
    ['IMSC1', whole, textInit('stpp'), 'ttml'],
    ['another text', whole, textInit('tx3g'), 'codec'],
    ['an encrypted track', whole, textInit('enct'), 'codec'],
    ['samples behind the end', textSegment(0n, [{ content: emptySample }], { dataOffset: 5000 }), init, 'broken'],
    [
      'samples before the beginning',
      textSegment(0n, [{ content: emptySample }], { dataOffset: 0xffff_ff00 }),
      init,
      'broken',
    ],
    ['a cut segment', whole.subarray(0, whole.length - 1), init, 'broken'],
  ];
  for (const [what, segment, initSegment, kind] of problems) {
    it(`says that it is ${kind}: ${what}`, () => {
      assert.equal(new SubtitleJoiner().add(segment, place(0, 6, initSegment && { init: initSegment }))?.kind, kind);
    });
  }

  it('passes over the fragments of other tracks', () => {
    const joiner = new SubtitleJoiner();
    const other = textSegment(0n, [{ content: boxedCue({ text: 'no' }) }], { track: 8 });
    assert.equal(add(joiner, Buffer.concat([other, whole])), undefined);
    assert.deepEqual(shown(joiner), [[0, 0.5, 'a']]);
  });

  it('does not read the same bytes for thousands of samples', () => {
    const moof = (dataOffset: number): Buffer => {
      const run = box('trun', words(0x01_00_02_01, 1, dataOffset, 100_000));
      const runs = Array.from({ length: 2000 }, () => run);
      return box('moof', box('traf', box('tfhd', words(0x02_00_00, 7)), ...runs));
    };
    const segment = Buffer.concat([moof(moof(0).length + 8), box('mdat', Buffer.alloc(200_000))]);
    assert.equal(add(new SubtitleJoiner(), segment), 'broken');
  });

  it('survives any damage', () => {
    const bytes = Buffer.concat([init, whole]);
    const damage = fc.array(fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 })), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(damage, (changes) => {
        const damaged = Buffer.from(bytes);
        for (const [at, value] of changes) damaged[at] = value;
        const joiner = new SubtitleJoiner();
        joiner.add(damaged.subarray(init.length), place(0, 6, { init: damaged.subarray(0, init.length) }));
        joiner.toVtt();
        joiner.toSrt();
      }),
      { numRuns: 3000 },
    );
  });

  it('has the cues of a file that another muxer fragmented', async () => {
    const cues = [
      '00:00:01.000 --> 00:00:04.000 line:0 align:start\nfirst <b>x</b>',
      '00:00:02.000 --> 00:00:03.000\nsecond,\ntwo lines',
      '00:00:05.500 --> 00:00:09.000\nlong',
      '00:00:10.000 --> 00:00:11.000\nlast',
    ];
    const segments = await fragmented(`WEBVTT\n\nSTYLE\n::cue { color: red }\n\n${cues.join('\n\n')}\n\n`);
    assert.ok(segments.fragments.length >= 4);
    const joiner = new SubtitleJoiner({ firstPtsTicks: 0 });
    segments.fragments.forEach((fragment, index) => {
      assert.equal(joiner.add(fragment, place(index * 2, 4, { init: segments.init })), undefined);
    });
    const expected = new SubtitleJoiner();
    expected.add(vtt('', 'STYLE', '::cue { color: red }', '', cues.join('\n\n')), place(0));
    assert.equal(joiner.toVtt(), expected.toVtt());
  });
});

/** WebVTT as mediabunny writes it into fMP4, in fragments of 2 s. */
async function fragmented(text: string): Promise<{ init: Buffer; fragments: Buffer[] }> {
  const target = new BufferTarget();
  const format = new Mp4OutputFormat({ fastStart: 'fragmented', minimumFragmentDuration: 2 });
  const output = new Output({ format, target });
  const source = new TextSubtitleSource('webvtt');
  output.addSubtitleTrack(source);
  await output.start();
  await source.add(text);
  await output.finalize();
  const bytes = Buffer.from(target.buffer!);
  const starts = findBoxes(bytes, 'moof').map(({ start }) => start);
  const ends = [...starts.slice(1), findBoxes(bytes, 'mfra')[0]?.start ?? bytes.length];
  return {
    init: bytes.subarray(0, starts[0]),
    fragments: starts.map((start, place) => bytes.subarray(start, ends[place])),
  };
}
