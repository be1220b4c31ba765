import assert from 'node:assert/strict';
import { mediaTimeProblem } from '../../../../src/engine/fragment/mediaTime/tolerance.ts';
import { structureCheckFor } from '../../../../src/engine/fragment/structure.ts';
import {
  ac3Frame,
  adtsFrame,
  clipS,
  id3Tag,
  measured,
  packetsOf,
  readClip,
  repeat,
  transportClips,
} from './samples.ts';
import { transportOf, type Pes } from './samples.ts';

const frameTicks = 3600;
const tables = packetsOf(0, Buffer.from([0, 0, 0xb0, 0x0d, 0, 1, 0xc1, 0, 0]));

function seconds(bytes: Buffer, expectedS?: number): number | undefined {
  return measured(bytes).durationS(expectedS);
}

function close(actual: number | undefined, expected: number): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) < 1e-6, `${actual} instead of ${expected}`);
}

/** Pictures at 25 a second in decoding order, each shown `delays` frames after it is decoded. */
function pictures(count: number, from = 0, delays: readonly number[] = [0]): Pes[] {
  return Array.from({ length: count }, (_, place): Pes => {
    const dts = from + place * frameTicks;
    const delay = delays[place % delays.length]!;
    const times = delay === 0 ? { pts: dts } : { pts: dts + delay * frameTicks, dts };
    return { pid: 256, streamId: 0xe0, ...times, payload: Buffer.alloc(500) };
  });
}

function sound(payloads: readonly Buffer[], ticks: number, change: Partial<Pes> = {}): Pes[] {
  return payloads.map((payload, place) => ({
    pid: 257,
    streamId: 0xc0,
    pts: place * ticks,
    payload,
    hasLength: true,
    ...change,
  }));
}

describe('media time of a transport stream', () => {
  for (const name of transportClips) {
    it(`measures the clip ${name}`, () => close(seconds(readClip(`${name}.mpegts`)), clipS));
  }

  it('counts one frame behind the last time', () => close(seconds(transportOf(pictures(50))), 2));

  it('takes B-frames in any order', () => close(seconds(transportOf(pictures(48, 7200, [2, 5, 3, 1, 1, 2]))), 1.92));

  it('takes times without DTS out of order', () => {
    const order = [0, 3, 1, 2, 6, 4, 5, 7];
    const units = pictures(8).map((pes, place) => ({ ...pes, pts: order[place]! * frameTicks }));
    close(seconds(transportOf(units)), 0.32);
  });

  it('counts on over the wrap-around of 33 bits', () => {
    close(seconds(transportOf(pictures(50, 2 ** 33 - 20 * frameTicks, [2, 1, 3]))), 2);
  });

  it('takes times before the first one, over the wrap-around too', () => {
    const order = [2, 0, 1, 3];
    const units = pictures(4).map((pes, place) => ({ ...pes, pts: 2 ** 33 + (order[place]! - 1) * frameTicks }));
    close(seconds(transportOf(units)), 0.16);
  });

  it('adds up timelines that do not belong together', () => {
    close(seconds(transportOf([...pictures(25, 9_000_000), ...pictures(25, 900), ...pictures(50, 2 ** 32)])), 4);
  });

  it('measures AAC by its frames, however few PES packets hold them', () => {
    const frames = repeat(30, adtsFrame(80));
    close(seconds(transportOf(sound([frames, frames, repeat(15, adtsFrame(300))], 57_600))), 1.6);
    close(seconds(transportOf(sound([frames], 0))), 0.64);
  });

  it('measures sound of an unknown format by its bytes', () => {
    const units = [1000, 1000, 1000, 250].map((bytes) => Buffer.alloc(bytes, 0x56));
    close(seconds(transportOf(sound(units, 45_000))), 1.625);
  });

  it('measures AC-3 in a private stream', () => {
    close(
      seconds(transportOf(sound([repeat(10, ac3Frame()), repeat(10, ac3Frame())], 28_800, { streamId: 0xbd }))),
      0.64,
    );
  });

  it('takes the longest PID, or the one closest to what is expected', () => {
    const bytes = transportOf([...pictures(25), ...sound([repeat(60, adtsFrame(80))], 0)]);
    close(seconds(bytes), 1.28);
    close(seconds(bytes, 0.9), 1);
  });

  it('goes by sound and picture only', () => {
    const id3 = sound([id3Tag(30), id3Tag(30)], 900_000, { pid: 258, streamId: 0xbd });
    const text = sound([Buffer.from('a'), Buffer.from('b')], 900_000, { pid: 259, streamId: 0xbd });
    const padding = packetsOf(0x1fff, Buffer.alloc(184));
    close(seconds(Buffer.concat([tables, transportOf([...id3, ...text, ...pictures(25)]), padding])), 1);
  });

  it('is 0 where there is no sound and no picture', () => {
    const id3 = sound([id3Tag(30)], 0, { pid: 258, streamId: 0xbd });
    assert.equal(seconds(tables), 0);
    assert.equal(seconds(Buffer.concat([tables, transportOf(id3), packetsOf(0x1fff, Buffer.alloc(184))])), 0);
  });

  const unknown: [what: string, bytes: Buffer][] = [
    ['of one frame', transportOf(pictures(1))],
    ['of one frame that says its length', transportOf([{ ...pictures(1)[0]!, hasLength: true }])],
    [
      'of private streams alone',
      transportOf(sound([Buffer.from('opus'), Buffer.from('text')], 900, { streamId: 0xbd })),
    ],
    ['of scrambled packets', Buffer.concat([tables, scrambled(transportOf(pictures(5)))])],
    ['without times', transportOf(pictures(5).map(({ pid, streamId, payload }) => ({ pid, streamId, payload })))],
    ['of packets out of step', Buffer.concat([transportOf(pictures(2)), Buffer.alloc(188)])],
  ];
  for (const [what, bytes] of unknown) it(`is unknown ${what}`, () => assert.equal(seconds(bytes), undefined));

  it('takes the delay of a frame without neighbours, if it waits for any', () => {
    close(seconds(transportOf(pictures(1, 0, [2]))), 0.08);
  });

  it('takes a frame without neighbours for a short one where it seems cut', () => {
    const [frame] = pictures(1);
    const aligned = { ...frame!, payload: Buffer.alloc(3 * 184 - 14) };
    close(seconds(transportOf([frame!]).subarray(0, -188)), 0.04);
    close(seconds(transportOf([aligned])), 0.04);
    assert.equal(seconds(transportOf([{ ...aligned, hasLength: true }])), undefined);
    close(seconds(transportOf([{ ...aligned, hasLength: true }]).subarray(0, -188)), 0.04);
  });

  const fields: [what: string, field: number[], isWhole: boolean][] = [
    ['nothing but its flags', [1, 0x40], false],
    ['a clock', [7, 0x10, 0, 0, 0, 0, 0x7e, 0], false],
    ['private data', [4, 0x02, 2, 1, 2], false],
    ['a clock and padding', [9, 0x10, 0, 0, 0, 0, 0x7e, 0, 0xff, 0xff], true],
    ['one byte of padding', [0], true],
    ['two bytes of padding', [1, 0], true],
  ];
  for (const [what, field, isWhole] of fields) {
    it(`sees ${isWhole ? 'the end' : 'no end'} of a frame in an adaptation field of ${what}`, () => {
      const packet = transportOf([{ ...pictures(1)[0]!, payload: Buffer.alloc(170) }]);
      packet[3] = 0x30;
      const filled = Buffer.concat([packet.subarray(0, 4), Buffer.from(field), packet.subarray(4)]).subarray(0, 188);
      assert.equal(seconds(filled), isWhole ? undefined : 0.04);
    });
  }

  it('follows 64 PIDs and no more', () => {
    const others = Array.from({ length: 64 }, (_, place) => pictures(2).map((pes) => ({ ...pes, pid: 300 + place })));
    close(seconds(transportOf([...others.flat(), ...pictures(50)])), 0.08);
    close(seconds(transportOf([...others.slice(1).flat(), ...pictures(50)])), 2);
  });

  it('does not count a last frame that is cut', () => {
    const bytes = transportOf(pictures(12));
    close(seconds(bytes), 0.48);
    close(seconds(bytes.subarray(0, -188)), 0.44);
  });

  it('is not measured unless asked for', () => {
    const bytes = transportOf(pictures(5));
    const check = structureCheckFor(bytes)!;
    check.update(bytes);
    assert.equal(check.durationS(), undefined);
  });

  for (const name of transportClips) {
    it(`notices each cut of the clip ${name}`, () => {
      const bytes = readClip(`${name}.mpegts`);
      // Where sound lies behind the picture in the file, 92 % of the pictures are there after 76 % of the bytes.
      const packets = Math.floor(((name === '360p-av' ? 0.75 : 0.85) * bytes.length) / 188);
      for (let packet = 1; packet <= packets; packet++) {
        const check = measured(bytes.subarray(0, packet * 188));
        assert.equal(check.problem(), undefined);
        assert.match(mediaTimeProblem(check.durationS(clipS), clipS) ?? '', /media/, `after ${packet} packets`);
      }
    });
  }
});

function scrambled(packets: Buffer): Buffer {
  for (let at = 0; at < packets.length; at += 188) packets[at + 3]! |= 0x80;
  return packets;
}
