import assert from 'node:assert/strict';
import { SubtitleJoiner, type SubtitlePlace } from '../../../../src/engine/subtitles/joiner.ts';
import { formatTime } from '../../../../src/engine/subtitles/timestamps.ts';
import { place, shown, vtt } from './samples.ts';

const wrap = 2 ** 33;
const second = 90_000;

interface Segment {
  place: SubtitlePlace;
  /** X-TIMESTAMP-MAP: local seconds, ticks. */
  map?: [localS: number, mpegTicks: number];
  /** Local seconds of the only cue, which lasts a second; none: no cue. */
  cueS?: number;
}

/** Where the cues of those segments start, in seconds. */
function starts(segments: readonly Segment[], firstPtsTicks?: number): number[] {
  const joiner = new SubtitleJoiner(firstPtsTicks === undefined ? {} : { firstPtsTicks });
  segments.forEach(({ place: where, map, cueS }, index) => {
    const lines: string[] = [];
    if (map) lines.push(`X-TIMESTAMP-MAP=MPEGTS:${map[1]},LOCAL:${clock(map[0])}`);
    if (cueS !== undefined) lines.push('', `${clock(cueS)} --> ${clock(cueS + 1)}`, `text ${index}`);
    assert.equal(joiner.add(vtt(...lines), where), undefined);
  });
  return shown(joiner).map(([startS]) => startS);
}

const clock = (seconds: number): string => formatTime(Math.round(seconds * 1000), '.');

describe('the time line of subtitles', () => {
  const cases: [what: string, segments: Segment[], starts: number[], firstPtsTicks?: number][] = [
    [
      'no mapping at all',
      [
        { place: place(0), cueS: 1 },
        { place: place(6), cueS: 7 },
      ],
      [1, 7],
    ],
    [
      'one mapping for all, of a main stream that begins with it',
      [
        { place: place(0), map: [0, 900_000], cueS: 1 },
        { place: place(6), map: [0, 900_000], cueS: 7 },
      ],
      [1, 7],
      900_000,
    ],
    [
      'a main stream that begins a little later',
      [{ place: place(0), map: [0, 900_000], cueS: 1.5 }],
      [1],
      900_000 + second / 2,
    ],
    [
      'one mapping for all, nothing else known',
      [
        { place: place(0), map: [0, 900_000], cueS: 1 },
        { place: place(6), map: [0, 900_000], cueS: 8 },
      ],
      [1, 8],
    ],
    [
      'local times that begin anew in each segment',
      [
        { place: place(0), map: [0, 900_000], cueS: 1 },
        { place: place(6), map: [0, 900_000 + 6 * second], cueS: 2 },
      ],
      [1, 8],
    ],
    [
      'the first segments missing, local times that begin anew',
      [
        { place: place(12), map: [0, 900_000 + 12 * second], cueS: 1 },
        { place: place(18), map: [0, 900_000 + 18 * second], cueS: 1 },
      ],
      [13, 19],
    ],
    ['the first segments missing, one mapping', [{ place: place(12), map: [0, 900_000], cueS: 13 }], [13]],
    [
      'the first segments empty',
      [
        { place: place(0), map: [0, 5] },
        { place: place(6), map: [0, 5], cueS: 7 },
      ],
      [7],
    ],
    [
      'a recording that joins hours into a stream',
      [
        { place: place(0), map: [0, 900_000], cueS: 10_002 },
        { place: place(6), map: [0, 900_000], cueS: 10_007 },
      ],
      [2, 7],
      900_000 + 10_000 * second,
    ],
    [
      'the same where nothing is known of the main stream: from its first cue',
      [
        { place: place(0), map: [0, 900_000], cueS: 10_002 },
        { place: place(6), map: [0, 900_000], cueS: 10_007 },
      ],
      [0, 5],
    ],
    [
      'the clock of the day in LOCAL',
      [
        { place: place(0), map: [36_000, 123 * second], cueS: 36_001 },
        { place: place(6), map: [36_006, 129 * second], cueS: 36_008 },
      ],
      [1, 8],
    ],
    [
      '33 bits that start over',
      [
        { place: place(0), map: [0, wrap - 3 * second], cueS: 1 },
        { place: place(6), map: [0, 3 * second], cueS: 1 },
      ],
      [1, 7],
      wrap - 3 * second,
    ],
    [
      'a mapping before the wrap for cues behind it',
      [
        { place: place(0), map: [0, wrap - second], cueS: 0 },
        { place: place(6), map: [0, wrap - second], cueS: 7 },
      ],
      [0, 7],
      wrap - second,
    ],
    [
      'a stream of 100 hours',
      [0, 90_000, 180_000, 270_000, 360_000].map((startS) => ({
        place: place(startS),
        map: [0, (900_000 + startS * second) % wrap],
        cueS: 2,
      })),
      [2, 90_002, 180_002, 270_002, 360_002],
      900_000,
    ],
    [
      'a stream of 100 hours with one mapping, whose local times run on',
      [0, 90_000, 180_000, 270_000, 360_000].map((startS) => ({
        place: place(startS),
        map: [0, 900_000],
        cueS: startS + 2,
      })),
      [2, 90_002, 180_002, 270_002, 360_002],
      900_000,
    ],
    ['no mapping and a main stream that begins at 0', [{ place: place(0), cueS: 1 }], [1], 0],
    ['no mapping means that 0 is 0 of the main stream', [{ place: place(0), cueS: 3 }], [1.6], 126_000],
    [
      'no mapping where cues would end before they begin',
      [
        { place: place(0), cueS: 1 },
        { place: place(6), cueS: 11 },
      ],
      [1, 11],
      900_000,
    ],
    [
      'a mapping that the main stream does not follow',
      [
        { place: place(0), map: [0, 900_000], cueS: 1 },
        { place: place(6), map: [0, 900_000], cueS: 7 },
      ],
      [1, 7],
      0,
    ],
    [
      'a discontinuity, the main stream known behind it',
      [
        { place: place(0), map: [0, 900_000], cueS: 1 },
        { place: place(6, 6, { isDiscontinuity: true, ptsTicks: 126_000 }), map: [0, 126_000], cueS: 1 },
        { place: place(12), map: [0, 126_000], cueS: 8 },
      ],
      [1, 7, 14],
      900_000,
    ],
    [
      'a discontinuity, nothing known',
      [
        { place: place(0), map: [0, 900_000], cueS: 1 },
        { place: place(6, 6, { isDiscontinuity: true }), map: [0, 900_000], cueS: 1 },
        { place: place(12), map: [0, 900_000], cueS: 8 },
        { place: place(18, 6, { isDiscontinuity: true }), map: [0, 900_000 + 12 * second], cueS: 2 },
      ],
      [1, 7, 14, 20],
    ],
    [
      'a discontinuity in a segment without cues',
      [
        { place: place(0), map: [0, 900_000], cueS: 1 },
        { place: place(6, 6, { isDiscontinuity: true }), map: [0, 42] },
        { place: place(12), map: [0, 42], cueS: 7 },
      ],
      [1, 13],
    ],
    [
      'a discontinuity that the local times do not know',
      [
        { place: place(0), map: [0, 900_000], cueS: 1 },
        { place: place(6, 6, { isDiscontinuity: true }), map: [0, 900_000], cueS: 7 },
        { place: place(12, 6), map: [0, 900_000], cueS: 13 },
      ],
      [1, 7, 13],
    ],
    [
      'a discontinuity before the first segment',
      [{ place: place(0, 6, { isDiscontinuity: true }), map: [0, 900_000], cueS: 1.5 }],
      [0.5],
      990_000,
    ],
    [
      'the main stream known at a segment',
      [
        { place: place(6, 6, { ptsTicks: 900_000 }), map: [0, 900_000], cueS: 1 },
        { place: place(12, 6, { ptsTicks: 7 }), map: [0, 900_000], cueS: 7 },
      ],
      [7, 13],
    ],
    ['no mapping, and cues that begin a little before their segment', [{ place: place(6), cueS: 6.2 }], [4.8], 126_000],
    [
      'a discontinuity behind which another clock than the playlist’s goes on',
      [
        { place: place(0), map: [100, 900_000], cueS: 101 },
        { place: place(6, 6, { isDiscontinuity: true }), map: [100, 900_000], cueS: 108 },
      ],
      [1, 8],
    ],
    [
      'a discontinuity behind which times could be those of before',
      [
        { place: place(0), map: [0, 900_000], cueS: 1 },
        { place: place(6, 6, { isDiscontinuity: true }), map: [0, 900_000], cueS: 5.5 },
      ],
      [1, 11.5],
    ],
    ['a segment of nothing but one broken time', [{ place: place(0), cueS: 3600 * 99 }], [0]],
  ];
  for (const [what, segments, expected, firstPtsTicks] of cases) {
    it(what, () => assert.deepEqual(starts(segments, firstPtsTicks), expected));
  }

  it('cuts off what is shown before the main stream begins', () => {
    const joiner = new SubtitleJoiner({ firstPtsTicks: 900_000 });
    const cues = ['', '00:08.000 --> 00:09.500', 'before', '', '00:09.000 --> 00:12.000', 'across'];
    joiner.add(vtt('X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000', ...cues), place(0));
    assert.deepEqual(shown(joiner), [[0, 2, 'across']]);
  });

  it('does not let one broken time move the other cues', () => {
    const joiner = new SubtitleJoiner({ firstPtsTicks: 0 });
    const times = ['00:01.000 --> 00:02.000', '99:00:00.000 --> 99:00:01.000', '00:03.000 --> 00:04.000'];
    joiner.add(vtt('', '00:00.000 --> 00:00.500', 'first'), place(0));
    joiner.add(vtt('', ...times.flatMap((time) => [time, 'a', ''])), place(0));
    assert.deepEqual(
      shown(joiner).map(([startS]) => startS),
      [0, 1, 3, 356_400],
    );
  });

  it('remembers a discontinuity before a segment that cannot be read', () => {
    const joiner = new SubtitleJoiner({ firstPtsTicks: 900_000 });
    const cue = ['X-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000', '', '00:01.000 --> 00:02.000', 'a'];
    joiner.add(vtt(...cue), place(0));
    assert.equal(joiner.add(Buffer.from('<html>'), place(6, 6, { isDiscontinuity: true }))?.kind, 'notSubtitles');
    joiner.add(vtt(...cue), place(12));
    assert.deepEqual(
      shown(joiner).map(([startS]) => startS),
      [1, 13],
    );
  });
});
