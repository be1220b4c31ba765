import assert from 'node:assert/strict';
import { Slot } from '../../../../src/engine/output/slot.ts';
import type { OutputFile } from '../../../../src/engine/output/outputFile.ts';
import type { Fragment, MediaPlaylist } from '../../../../src/engine/playlist/model.ts';
import { MainLine } from '../../../../src/engine/subtitles/mainLine.ts';
import { originOf, SegmentPlacer, type SegmentRecord } from '../../../../src/engine/subtitles/placing.ts';

/** Nothing is read from it here. */
const noSlot = new Slot({} as unknown as OutputFile, 0);
const epochMs = Date.UTC(2024, 0, 1);

function fragment(sequence: number, more: Partial<Fragment> = {}): Fragment {
  return {
    index: sequence,
    sequence,
    discontinuitySequence: 0,
    url: `http://origin/${sequence}.ts`,
    durationS: 2,
    keys: [],
    discontinuity: false,
    gap: false,
    ...more,
  };
}

/** A line of fragments of two seconds, with breaks before some; dated from the epoch on where it is said. */
function lineOf(count: number, breaks: readonly number[], isDated = false): MainLine {
  const line = new MainLine();
  for (let index = 0; index < count; index++) {
    const discontinuitySequence = breaks.filter((at) => at <= index).length;
    const dated = isDated ? { programDateTime: new Date(epochMs + index * 2000).toISOString() } : {};
    const isBreak = breaks.includes(index);
    const each = fragment(index, { discontinuitySequence, discontinuity: isBreak, ...dated });
    line.add([{ fragment: each, slot: noSlot, startS: index * 2, isBreak }]);
  }
  return line;
}

function record(runS: number, more: Partial<SegmentRecord> = {}): SegmentRecord {
  return { sequence: 0, durationS: 2, runS, discontinuitySequence: 0, isDiscontinuity: false, ...more };
}

function playlist(first: number, count: number, durationS = 2): MediaPlaylist {
  const fragments = Array.from({ length: count }, (_, place) => fragment(first + place, { durationS }));
  return { kind: 'media', url: '', isLive: true, mediaSequence: first, targetDurationS: 2, fragments, findings: [] };
}

describe('the place of recorded subtitles', () => {
  it('is by date where both are dated, whatever their running time', () => {
    const placer = new SegmentPlacer(lineOf(10, [], true), 0, 4);
    assert.equal(placer.place(record(500, { dateMs: epochMs + 6500 })).startS, 6.5);
    assert.equal(placer.place(record(502, { dateMs: epochMs - 3000 })).startS, -3);
    // The dates have ended.
    assert.equal(placer.place(record(504)).startS, -1);
  });

  it('is by running time where nothing else is known', () => {
    const placer = new SegmentPlacer(lineOf(10, []), -4, 4);
    assert.deepEqual(
      [0, 2, 10].map((runS) => placer.place(record(runS)).startS),
      [-4, -2, 6],
    );
  });

  it('is set right at a discontinuity that both have, from there on', () => {
    const placer = new SegmentPlacer(lineOf(20, [10]), 0, 4);
    const behind = { discontinuitySequence: 1 };
    assert.equal(placer.place(record(18)).startS, 18);
    assert.equal(placer.place(record(23, { ...behind, isDiscontinuity: true })).startS, 20);
    assert.equal(placer.place(record(25, behind)).startS, 22);
  });

  it('is on the clock of the same discontinuity sequence near a border, by time where there is none', () => {
    const line = lineOf(20, [10]);
    const startOf = (runS: number, discontinuitySequence: number) =>
      new SegmentPlacer(line, 0, 4).place(record(runS, { discontinuitySequence })).stretch?.startS;
    assert.equal(startOf(21, 0), 0);
    assert.equal(startOf(18, 1), 20);
    // Subtitles that do not count discontinuities.
    assert.equal(startOf(30, 0), 20);
  });

  it('goes by the date that the line has there, after dates jumped back too', () => {
    const line = new MainLine();
    const add = (startS: number, dateMs: number, isBreak: boolean) => {
      const programDateTime = new Date(dateMs).toISOString();
      line.add([{ fragment: fragment(startS, { programDateTime }), slot: noSlot, startS, isBreak }]);
    };
    for (const at of [0, 2, 4]) add(at, epochMs + at * 1000, false);
    for (const at of [6, 8]) add(at, epochMs - 3_600_000 + at * 1000, at === 6);
    assert.equal(line.timeOf(epochMs + 3000), 3);
    assert.equal(line.timeOf(epochMs - 3_600_000 + 7000), 7);
  });

  it('begins by number where both playlists count alike', () => {
    assert.equal(originOf(playlist(10, 6), 'start', playlist(10, 6)), 0);
    assert.equal(originOf(playlist(10, 6), 'start', playlist(8, 8)), -4);
    assert.equal(originOf(playlist(10, 6), 'start', playlist(13, 4)), 6);
    // Joined three target durations before the end.
    assert.equal(originOf(playlist(10, 6), 'edge', playlist(10, 6)), -6);
  });

  it('begins so that both end alike where they count otherwise', () => {
    assert.equal(originOf(playlist(10, 6), 'start', playlist(1000, 4)), 4);
    assert.equal(originOf(playlist(10, 6), 'start', playlist(2, 2, 6)), 0);
    assert.equal(originOf(playlist(10, 6), 'start', playlist(0, 0)), undefined);
  });
});
