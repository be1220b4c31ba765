import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mediaTimeProblem } from '../../../../src/engine/fragment/mediaTime/tolerance.ts';
import { structureCheckFor } from '../../../../src/engine/fragment/structure.ts';
import {
  ac3Frame,
  adtsFrame,
  box,
  id3Tag,
  measured,
  mp3Frame,
  readBoxClip,
  readClip,
  repeat,
  words,
} from './samples.ts';

const boxes = readBoxClip('360p-av');
const seeds: readonly Buffer[] = [
  readClip('360p-av.mpegts'),
  readClip('audio-en.mpegts'),
  boxes.fragment,
  Buffer.concat([id3Tag(63), repeat(40, adtsFrame(100))]),
  Buffer.concat([id3Tag(63), repeat(20, mp3Frame())]),
  repeat(20, ac3Frame()),
];
const heads = [
  Buffer.concat([Buffer.from([0x47]), Buffer.alloc(187), Buffer.from([0x47])]),
  box('styp'),
  Buffer.concat([words(0), Buffer.from('moof')]),
  id3Tag(0),
  Buffer.from([0xff, 0xf1]),
  Buffer.from([0x0b, 0x77]),
];

/** What a check says of bytes that come in pieces, each overwritten when its call is over. */
function verdict(bytes: Buffer, init: Buffer | undefined, pieceBytes: readonly number[]): unknown[] | undefined {
  const check = structureCheckFor(bytes.subarray(0, 189), { measure: true, init });
  if (check === undefined) return undefined;
  let place = 0;
  for (let at = 0; at < bytes.length;) {
    const end = at + (pieceBytes[place++ % pieceBytes.length] ?? bytes.length);
    const piece = Buffer.from(bytes.subarray(at, end));
    check.update(piece);
    piece.fill(0x47);
    at = end;
  }
  return [check.problem(), check.durationS(), check.durationS(1.92)];
}

const pieces = fc.array(fc.oneof(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 4000 })), {
  minLength: 1,
  maxLength: 12,
});
const edits = fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255) }), { maxLength: 12 });
const mutated = fc
  .record({ seed: fc.constantFrom(...seeds), edits, cut: fc.nat(3000), isTail: fc.boolean() })
  .map(({ seed, edits, cut, isTail }) => {
    const bytes = Buffer.from(seed);
    for (const { at, byte } of edits) bytes[at % bytes.length] = byte;
    return isTail ? bytes.subarray(0, bytes.length - (cut % bytes.length)) : bytes;
  });
const random = fc
  .tuple(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 3000 }))
  .map(([head, bytes]) => Buffer.concat([head, bytes]));
const init = fc.oneof(
  fc.constantFrom(undefined, boxes.init),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => box('moov', Buffer.from(bytes))),
  edits.map((list) => {
    const bytes = Buffer.from(boxes.init);
    for (const { at, byte } of list) bytes[at % bytes.length] = byte;
    return bytes;
  }),
);

describe('structure and media time of hostile bytes', () => {
  it('say the same in whatever pieces the bytes come, and throw nothing', () => {
    fc.assert(
      fc.property(fc.oneof(mutated, random), init, pieces, (bytes, init, sizes) => {
        const whole = verdict(bytes, init, [bytes.length]);
        assert.deepEqual(verdict(bytes, init, sizes), whole);
        const seconds = whole?.[1] as number | undefined;
        assert.ok(seconds === undefined || (Number.isFinite(seconds) && seconds >= 0), `${seconds}`);
        mediaTimeProblem(seconds, 1.92);
      }),
      { numRuns: 3000 },
    );
  }).timeout(60_000);

  it('say the same of whole clips byte for byte', () => {
    for (const seed of seeds)
      assert.deepEqual(verdict(seed, boxes.init, [1]), verdict(seed, boxes.init, [seed.length]));
  });

  const manyBytes = 8 * 1024 * 1024;
  const floods: [what: string, unit: Buffer][] = [
    ['boxes of eight bytes', box('free')],
    ['moofs of nothing', Buffer.concat([box('moof'), box('mdat')])],
    [
      'moofs of many tracks',
      box('moof', repeat(200, box('traf', box('tfhd', words(0, 1)), box('trun', words(0, 2 ** 32 - 1))))),
    ],
    ['a moof that is never whole', Buffer.concat([words(4 * 1024 * 1024), Buffer.from('moof'), Buffer.alloc(4000)])],
    ['frames of seven bytes', adtsFrame(0)],
    ['tags of ten bytes', id3Tag(0)],
    ['PIDs without end', pids()],
  ];
  for (const [what, unit] of floods) {
    it(`pass ${what} in linear time and bounded memory`, () => {
      const bytes = Buffer.alloc(manyBytes, unit);
      const before = process.memoryUsage();
      const check = measured(bytes.subarray(0, 1000), boxes.init);
      let peakBytes = 0;
      for (let at = 1000; at < bytes.length; at += 16_384) {
        check.update(bytes.subarray(at, at + 16_384));
        if (at % (1 << 20) < 16_384)
          peakBytes = Math.max(peakBytes, process.memoryUsage().arrayBuffers - before.arrayBuffers);
      }
      check.durationS(2);
      check.problem();
      // Boxes that are kept may wait for the collector, a few at a time.
      assert.ok(peakBytes < 64 * 1024 * 1024, `${peakBytes} bytes`);
    });
  }
});

/** PES starts on every PID. */
function pids(): Buffer {
  const packets = Buffer.alloc(8191 * 188);
  for (let pid = 0; pid < 8191; pid++) {
    packets.set(
      [0x47, 0x40 | (pid >> 8), pid & 0xff, 0x10, 0, 0, 1, 0xe0, 0, 0, 0x80, 0x80, 5, 0x21, 0, 1, 0, 1],
      pid * 188,
    );
  }
  return packets;
}
