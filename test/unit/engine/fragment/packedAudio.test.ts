import assert from 'node:assert/strict';
import { mediaTimeProblem } from '../../../../src/engine/fragment/mediaTime/tolerance.ts';
import { structureCheckFor } from '../../../../src/engine/fragment/structure.ts';
import { ac3Frame, adtsFrame, eac3Frame, id3Tag, measured, mp3Frame, repeat } from './samples.ts';

const id3v1 = Buffer.alloc(128, 'TAG');
const mpegFrames: [what: string, header: number, bytes: number, samples: number, rateHz: number][] = [
  ['MPEG-1 layer I', 0xfffe_a000, 348, 384, 44100],
  ['MPEG-1 layer II', 0xfffc_a400, 576, 1152, 48000],
  ['MPEG-1 layer III', 0xfffa_9000, 417, 1152, 44100],
  ['MPEG-1 layer III, padded', 0xfffa_9200, 418, 1152, 44100],
  ['MPEG-2 layer III', 0xfff2_8400, 192, 576, 24000],
  ['MPEG-2 layer II', 0xfff4_8400, 384, 1152, 24000],
  ['MPEG-2 layer I', 0xfff6_8200, 280, 384, 22050],
  ['MPEG-2.5 layer III', 0xffe2_4800, 288, 576, 8000],
];

function frameOf(header: number, bytes: number): Buffer {
  const frame = Buffer.alloc(bytes);
  frame.writeUInt32BE(header);
  return frame;
}

describe('structure and media time of packed audio', () => {
  const wholes: [what: string, bytes: Buffer, seconds: number | undefined][] = [
    ['AAC behind an ID3 tag', Buffer.concat([id3Tag(63), repeat(90, adtsFrame(200))]), 1.92],
    ['AAC alone', Buffer.concat([adtsFrame(1), adtsFrame(8000), adtsFrame(3)]), 0.064],
    [
      'MP3 between ID3 tags',
      Buffer.concat([id3Tag(300), id3Tag(63), repeat(49, mp3Frame()), id3v1]),
      (49 * 1152) / 44100,
    ],
    ['AC-3', Buffer.concat([id3Tag(63), repeat(60, ac3Frame())]), 1.92],
    ['E-AC-3 with a dependent substream', repeat(60, Buffer.concat([eac3Frame(), eac3Frame(true)])), 1.92],
    ['an ID3 tag alone', id3Tag(63), 0],
    ['a format that nobody knows', Buffer.concat([id3Tag(63), Buffer.alloc(1000, 'fLaC')]), undefined],
  ];
  for (const [what, bytes, seconds] of wholes) {
    it(`takes ${what}`, () => {
      const check = measured(bytes);
      assert.equal(check.problem(), undefined);
      const actual = check.durationS();
      if (seconds === undefined) assert.equal(actual, undefined);
      else assert.ok(Math.abs(actual! - seconds) < 1e-9, `${actual}`);
    });
  }

  for (const [what, header, bytes, samples, rateHz] of mpegFrames) {
    it(`knows a frame of ${what}`, () => {
      const check = measured(repeat(4, frameOf(header, bytes)));
      assert.equal(check.problem(), undefined);
      assert.ok(Math.abs(check.durationS()! - (4 * samples) / rateHz) < 1e-9);
    });
  }

  it('takes an ID3 tag with a footer', () => {
    const tag = Buffer.concat([id3Tag(63), Buffer.alloc(10)]);
    tag[5] = 0x10;
    assert.equal(
      measured(Buffer.concat([tag, repeat(90, adtsFrame(200))]))
        .durationS()
        ?.toFixed(6),
      '1.920000',
    );
  });

  it('knows AC-3 at 44.1 kHz, whose frames are of two lengths', () => {
    const [short, long] = [36, 37].map((code) => {
      const frame = Buffer.alloc(code === 36 ? 2 * 1393 : 2 * 1394);
      frame.set([0x0b, 0x77, 0, 0, 0x40 | code, 8 << 3, 0]);
      return frame;
    });
    const check = measured(Buffer.concat([short!, long!, short!]));
    assert.equal(check.problem(), undefined);
    assert.ok(Math.abs(check.durationS()! - (3 * 1536) / 44_100) < 1e-9);
  });

  it('knows E-AC-3 of half the rate and of fewer blocks', () => {
    for (const [codes, seconds] of [
      [0xc0, 1536 / 24_000],
      [0x00, 256 / 48_000],
      [0x20, 768 / 48_000],
    ] as const) {
      const frame = eac3Frame();
      frame[4] = codes;
      assert.ok(Math.abs(measured(repeat(2, frame)).durationS()! - 2 * seconds) < 1e-9);
    }
  });

  for (const [what, frame] of [
    ['AAC', adtsFrame(200)],
    ['MP3', mp3Frame()],
    ['AC-3', ac3Frame()],
    ['E-AC-3', eac3Frame()],
  ] as const) {
    const bytes = Buffer.concat([id3Tag(63), repeat(60, frame)]);

    it(`notices ${what} cut anywhere`, () => {
      const whole = measured(bytes).durationS()!;
      for (let end = 80; end < bytes.length * 0.85; end += 7) {
        const check = measured(bytes.subarray(0, end));
        const isAtFrame = (end - 73) % frame.length === 0;
        if (!isAtFrame) assert.equal(check.problem(), `the body ends within an audio frame, after ${end} bytes`);
        else assert.match(mediaTimeProblem(check.durationS(), whole) ?? '', /^it holds/);
      }
    });

    it(`notices ${what} cut between frames`, () => {
      const whole = measured(bytes).durationS()!;
      for (let frames = 0; frames <= 60 * 0.85; frames++) {
        const check = measured(bytes.subarray(0, 73 + frames * frame.length));
        assert.equal(check.problem(), undefined);
        assert.match(mediaTimeProblem(check.durationS(), whole) ?? '', /media/);
      }
    });
  }

  it('notices a cut ID3 tag', () => {
    for (const end of [3, 9, 10, 72]) {
      assert.equal(
        measured(id3Tag(63).subarray(0, end)).problem(),
        `the body ends within its ID3 tag, after ${end} bytes`,
      );
    }
  });

  it('names the byte at which the frames stop following each other', () => {
    const bytes = Buffer.concat([id3Tag(63), repeat(3, mp3Frame()), Buffer.alloc(500, 'x')]);
    assert.equal(measured(bytes).problem(), `no audio frame starts at byte ${73 + 3 * 417}`);
    assert.equal(measured(Buffer.concat([adtsFrame(20), mp3Frame()])).problem(), 'no audio frame starts at byte 27');
  });

  it('checks the frames without measuring too', () => {
    const bytes = repeat(3, adtsFrame(20)).subarray(0, -1);
    const check = structureCheckFor(bytes)!;
    check.update(bytes);
    assert.equal(check.problem(), 'the body ends within an audio frame, after 80 bytes');
  });
});
