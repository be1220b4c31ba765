import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SampleDecryptionError } from '../../../../../src/engine/fragment/sampleAes/error.ts';
import { decryptInit } from '../../../../../src/engine/fragment/sampleAes/sampleDecryption.ts';
import { adtsFrame, box, id3Tag, readBoxClip, readClip, repeat, words } from '../samples.ts';
import { encryptAudio, encryptVideo, sizeOfAdts } from './encryptSamples.ts';
import { encryptSegment, protectInit } from './encryptMovie.ts';
import { encryptions, videoTrack } from './encryptions.ts';
import { encryptTransport } from './encryptTransport.ts';
import { decryptInPieces, iv, key } from './pieces.ts';
import { audioPid, cutAt, nalUnit, streamOf, videoPid, zeroRich } from './streams.ts';

interface Seed {
  bytes: Buffer;
  init: Buffer | undefined;
}

const movie = readBoxClip('360p-av');
const seeds: readonly Seed[] = [
  { bytes: encryptTransport(readClip('360p-av.mpegts'), key, iv), init: undefined },
  { bytes: encryptTransport(readClip('audio-en.mpegts'), key, iv), init: undefined },
  {
    bytes: Buffer.concat([id3Tag(63), encryptAudio(repeat(40, adtsFrame(100)), key, iv, sizeOfAdts)]),
    init: undefined,
  },
  ...encryptions.map(([, encryption]) => ({
    bytes: encryptSegment(movie.fragment, videoTrack, encryption),
    init: protectInit(movie.init, encryption),
  })),
];

/** What comes out, or why nothing does; anything but a SampleDecryptionError is a defect. */
function outcome(bytes: Buffer, init: Buffer | undefined, pieceBytes: readonly number[]): Buffer | string {
  try {
    return decryptInPieces(bytes, pieceBytes, init);
  } catch (error) {
    assert.ok(error instanceof SampleDecryptionError, String(error));
    return `${error.reason}: ${error.message}`;
  }
}

type Edit = { at: number; byte: number };
const edit = fc.record({ at: fc.nat(), byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x47, 0xff)) });
const edits = fc.array(edit, { maxLength: 12 });

function mutate(bytes: Buffer, list: readonly Edit[], window = bytes.length): Buffer {
  const mutated = Buffer.from(bytes);
  for (const { at, byte } of list) mutated[at % Math.min(window, bytes.length)] = byte;
  return mutated;
}

const pieces = fc.array(fc.oneof(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 4000 })), {
  minLength: 1,
  maxLength: 8,
});

describe('protected samples in hostile bytes', () => {
  it('give the same in whatever pieces they come, or one reason', () => {
    // Boxes and tables stand in front.
    const window = fc.constantFrom(200, 1200, Infinity);
    const mutated = fc.tuple(fc.constantFrom(...seeds), edits, edits, window, fc.nat(3000));
    fc.assert(
      fc.property(mutated, pieces, ([seed, list, initList, within, cut], sizes) => {
        const bytes = mutate(seed.bytes, list, within);
        const whole = bytes.subarray(0, bytes.length - (cut % 3 === 0 ? cut : 0));
        const init = seed.init && mutate(seed.init, initList);
        const expected = outcome(whole, init, [whole.length]);
        assert.deepEqual(outcome(whole, init, sizes), expected);
        if (typeof expected !== 'string') assert.equal(expected.length, whole.length);
      }),
      { numRuns: 2500 },
    );
  }).timeout(120_000);

  it('are refused or pass, where they are random', () => {
    const heads = [Buffer.from([0x47]), Buffer.from('\0\0\0\x10moof'), id3Tag(3), adtsFrame(3), Buffer.alloc(0)];
    const random = fc.tuple(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 2000 }));
    fc.assert(
      fc.property(random, pieces, ([head, rest], sizes) => {
        outcome(Buffer.concat([head, rest]), seeds.at(-1)!.init, sizes);
      }),
      { numRuns: 1500 },
    );
  }).timeout(60_000);

  it('are refused where the same bytes are decrypted again', () => {
    assert.equal(outcome(sameSamples(), seeds[3]!.init, [1 << 20]), 'damaged: samples lie above each other');
  });

  it('are refused in an init segment', () => {
    fc.assert(
      fc.property(fc.constantFrom(...seeds.slice(3)), edits, fc.nat(), ({ init }, list, cut) => {
        try {
          const mutated = mutate(init!, list);
          decryptInit(cut % 4 === 0 ? mutated.subarray(0, cut % mutated.length) : mutated);
        } catch (error) {
          assert.ok(error instanceof SampleDecryptionError, String(error));
        }
      }),
      { numRuns: 1500 },
    );
  });

  const [ordinary] = seeds.slice(3);
  const manyBytes = 8 * 1024 * 1024;
  const tables = streamOf([], true);
  const pes = (pid: number) =>
    streamOf([{ pid, payload: Buffer.alloc(1, 9), roomBytes: [184] }], true).subarray(2 * 188);
  const everyByte = Array.from({ length: 8 * 8191 }, (_, at) => at);
  const floods: [what: string, bytes: Buffer, init?: Buffer | undefined][] = [
    ['one PES packet without end', Buffer.concat([tables, endless(videoPid, manyBytes)])],
    ['PES packets of one byte of video', Buffer.concat([tables, counted(repeat(manyBytes / 188, pes(videoPid)))])],
    ['PES packets of one byte of audio', Buffer.concat([tables, counted(repeat(manyBytes / 188, pes(audioPid)))])],
    [
      'frames in PES packets of one byte',
      streamOf(cutAt(repeat(8, adtsFrame(8184)), everyByte, { pid: audioPid }), true),
    ],
    [
      'slices of 49 bytes',
      streamOf(
        [{ pid: videoPid, payload: repeat(100_000, encryptVideo(nalUnit(5, zeroRich(47, 0, 9)), key, iv)) }],
        true,
      ),
    ],
    [
      'slices of zeros',
      streamOf(
        [{ pid: videoPid, payload: encryptVideo(nalUnit(5, Buffer.alloc(2_000_000)), key, iv), hasLength: false }],
        true,
      ),
    ],
    ['boxes of eight bytes', Buffer.alloc(manyBytes, box('free')), ordinary!.init],
    ['runs of the same samples', sameSamples(), ordinary!.init],
    ['runs of four thousand millions of empty samples', emptySamples(), ordinary!.init],
    ['fragments of nothing', repeat(60_000, box('moof', box('traf', box('tfhd', words(0x20000, 1))))), ordinary!.init],
    ['tags of ten bytes', repeat(400_000, id3Tag(0))],
    ['frames of seven bytes', repeat(400_000, adtsFrame(0))],
    ['a frame and bytes that look like headers', Buffer.concat([adtsFrame(9), Buffer.alloc(1_000_000, 0xff)])],
  ];
  for (const [what, bytes, init] of floods) {
    it(`pass or are refused in linear time: ${what}`, () => {
      const start = process.cpuUsage();
      outcome(bytes, init, [16_384]);
      const { user, system } = process.cpuUsage(start);
      assert.ok(user + system < 6e6, `${(user + system) / 1e6} s`);
    }).timeout(60_000);
  }
});

/** One PES packet that goes on and on. */
function endless(pid: number, bytes: number): Buffer {
  return streamOf([{ pid, payload: Buffer.alloc(bytes, 0xab) }], true).subarray(2 * 188);
}

/** The continuity counters of packets of one PID put right. */
function counted(packets: Buffer): Buffer {
  for (let at = 0; at < packets.length; at += 188) packets[at + 3] = (packets[at + 3]! & 0xf0) | ((at / 188) & 0xf);
  return packets;
}

/** Many runs that each tell the same media data to be theirs. */
function sameSamples(): Buffer {
  const runs = repeat(4000, box('trun', words(0x201, 1, 0, 1_000_000)));
  const senc = box('senc', words(0, 4000));
  const moof = box('moof', box('traf', box('tfhd', words(0x20000, 2)), runs, senc));
  for (let at = moof.indexOf('trun'); at >= 0; at = moof.indexOf('trun', at + 4))
    moof.writeUInt32BE(moof.length + 8, at + 12);
  return Buffer.concat([moof, box('mdat', Buffer.alloc(1_000_000))]);
}

function emptySamples(): Buffer {
  return box('moof', box('traf', box('tfhd', words(0x20010, 2, 0)), box('trun', words(1, 2 ** 32 - 1, 0))));
}
