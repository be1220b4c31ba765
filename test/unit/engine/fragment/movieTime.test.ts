import assert from 'node:assert/strict';
import { mediaTimeProblem } from '../../../../src/engine/fragment/mediaTime/tolerance.ts';
import { box, boxClips, clipS, measured, readBoxClip, words } from './samples.ts';

const [video, audio, text] = [1, 2, 3];

interface Track {
  id: number;
  handler: string;
  timescale: number;
  sampleTicks?: number;
  sampleBytes?: number;
}

function initOf(...tracks: readonly Track[]): Buffer {
  const traks = tracks.map(({ id, handler, timescale }) =>
    box(
      'trak',
      box('tkhd', words(0, 0, 0, id)),
      box('mdia', box('mdhd', words(0, 0, 0, timescale, 0)), box('hdlr', words(0, 0), Buffer.from(handler))),
    ),
  );
  const defaults = tracks.map(({ id, sampleTicks = 0, sampleBytes = 0 }) =>
    box('trex', words(0, id, 1, sampleTicks, sampleBytes, 0)),
  );
  return Buffer.concat([box('ftyp', words(0, 0)), box('moov', ...traks, box('mvex', ...defaults))]);
}

function traf(id: number, samples: readonly (readonly [ticks: number, bytes: number])[]): Buffer {
  return box(
    'traf',
    box('tfhd', words(0x020000, id)),
    box('trun', words(0x000f01, samples.length, 0, ...samples.flatMap(([ticks, bytes]) => [ticks, bytes, 0, 0]))),
  );
}

function trafOfDefaults(id: number, count: number, defaults: { ticks?: number; bytes?: number } = {}): Buffer {
  const { ticks, bytes } = defaults;
  const flags = (ticks === undefined ? 0 : 0x8) | (bytes === undefined ? 0 : 0x10);
  const given = [ticks, bytes].filter((value) => value !== undefined);
  return box('traf', box('tfhd', words(flags, id, ...given)), box('trun', words(0, count)));
}

function mdat(bytes: number): Buffer {
  return box('mdat', Buffer.alloc(bytes));
}

const picture: Track = { id: video, handler: 'vide', timescale: 12_800 };
const sound: Track = { id: audio, handler: 'soun', timescale: 48_000 };
const words25 = Array.from({ length: 25 }, () => [512, 100] as const);

describe('media time of fragmented MP4', () => {
  for (const name of boxClips) {
    it(`measures the clip ${name}`, () => {
      const { init, fragment } = readBoxClip(name);
      const check = measured(fragment, init);
      assert.equal(check.problem(), undefined);
      assert.equal(check.durationS(clipS), clipS);
    });
  }

  it('adds up the durations of samples over all moofs', () => {
    const moof = Buffer.concat([box('moof', traf(video, words25)), mdat(2500)]);
    assert.equal(measured(Buffer.concat([box('styp'), moof, moof, moof]), initOf(picture)).durationS(), 3);
  });

  it('takes defaults from tfhd, else from trex', () => {
    const init = initOf({ ...picture, sampleTicks: 512, sampleBytes: 10 }, sound);
    const moof = box('moof', trafOfDefaults(video, 50), trafOfDefaults(audio, 90, { ticks: 1024, bytes: 4 }));
    const check = measured(Buffer.concat([moof, mdat(860)]), init);
    assert.equal(check.problem(), undefined);
    assert.equal(check.durationS(), 2);
    assert.equal(check.durationS(1.9), 1.92);
  });

  it('reads headers with 64-bit times and with more fields than usual', () => {
    const trak = box(
      'trak',
      box('tkhd', words(0x01000000, 0, 0, 0, 0, video)),
      box('mdia', box('mdhd', words(0x01000000, 0, 0, 0, 0, 12_800, 0, 0))),
    );
    const header = box('tfhd', words(0x02003b, video, 0, 0, 1, 512, 10, 0));
    const moof = box('moof', box('traf', header, box('trun', words(0x000005, 50, 0, 0))));
    assert.equal(measured(Buffer.concat([moof, mdat(500)]), box('moov', trak)).durationS(), 2);
  });

  it('goes by sound and picture where there are any', () => {
    const init = initOf(picture, { id: text, handler: 'text', timescale: 1000 });
    const subtitles = traf(text, [[5000, 1]]);
    assert.equal(
      measured(Buffer.concat([box('moof', traf(video, words25), subtitles), mdat(2501)]), init).durationS(),
      1,
    );
    assert.equal(measured(Buffer.concat([box('moof', subtitles), mdat(1)]), init).durationS(), 5);
  });

  it('finds a moov in the fragment itself', () => {
    const bytes = Buffer.concat([initOf(picture), box('moof', traf(video, words25)), mdat(2500)]);
    assert.equal(measured(bytes).durationS(), 1);
  });

  const unknown: [what: string, bytes: Buffer, init?: Buffer][] = [
    ['without an init segment', Buffer.concat([box('moof', traf(video, words25)), mdat(2500)])],
    [
      'with the init segment of other tracks',
      Buffer.concat([box('moof', traf(9, words25)), mdat(2500)]),
      initOf(picture),
    ],
    ['without durations', Buffer.concat([box('moof', trafOfDefaults(video, 5)), mdat(50)]), initOf(picture)],
    ['without moofs', Buffer.concat([box('styp'), mdat(50)]), initOf(picture)],
    ['where a trun is shorter than its samples', broken(), initOf(picture)],
    ['where a moof has more than 256 trafs', crowded(), initOf(picture)],
    ['where a moof is larger than 4 MiB', large(), initOf(picture)],
  ];
  for (const [what, bytes, init] of unknown) {
    it(`is unknown ${what}`, () => {
      const check = measured(bytes, init);
      assert.equal(check.problem(), undefined);
      assert.equal(check.durationS(), undefined);
    });
  }

  it('is 0 where there are no samples at all', () => {
    assert.equal(measured(Buffer.concat([box('styp'), box('sidx', Buffer.alloc(44))]), initOf(picture)).durationS(), 0);
  });

  it('misses the mdat of a moof', () => {
    const bytes = box('moof', traf(video, words25));
    assert.equal(measured(bytes).problem(), 'the body ends behind a moof box, before its mdat box');
  });

  it('misses samples in an mdat that is too small, of any or of unknown size', () => {
    const moof = box('moof', traf(video, words25));
    const problem = 'its moof boxes list 2500 bytes of samples, its mdat boxes hold 2499';
    assert.equal(measured(Buffer.concat([moof, mdat(2499)])).problem(), problem);
    const open = Buffer.concat([moof, words(0), Buffer.from('mdat'), Buffer.alloc(2499)]);
    assert.equal(measured(open).problem(), problem);
    assert.equal(measured(Buffer.concat([open, Buffer.alloc(1)])).problem(), undefined);
  });

  it('notices each cut between boxes', () => {
    const pieces = Array.from({ length: 25 }, (_, place) => {
      const [track, samples] = place % 2 === 0 ? [video, words25] : [audio, [[48_000, 2500]] as const];
      return Buffer.concat([box('moof', traf(track, samples)), mdat(2500)]);
    });
    const init = initOf(picture, sound);
    assert.equal(measured(Buffer.concat(pieces), init).durationS(13), 13);
    for (let count = 1; count <= 25 * 0.85; count++) {
      const check = measured(Buffer.concat(pieces.slice(0, count)), init);
      assert.match(mediaTimeProblem(check.durationS(13), 13) ?? '', /^it holds/);
    }
  });

  for (const name of boxClips) {
    it(`notices each cut of the clip ${name}`, () => {
      const { init, fragment } = readBoxClip(name);
      for (let end = 8; end < fragment.length; end++) {
        assert.ok(measured(fragment.subarray(0, end), init).problem(), `after ${end} bytes`);
      }
    });
  }
});

function broken(): Buffer {
  const bytes = Buffer.concat([box('moof', traf(video, words25)), mdat(2500)]);
  bytes.writeUInt32BE(26, bytes.indexOf('trun') + 8);
  return bytes;
}

function crowded(): Buffer {
  return Buffer.concat([box('moof', ...Array.from({ length: 257 }, () => traf(video, words25))), mdat(257 * 2500)]);
}

function large(): Buffer {
  const moof = box('moof', traf(video, words25), box('free', Buffer.alloc(4 * 1024 * 1024)));
  return Buffer.concat([moof, mdat(2500)]);
}
