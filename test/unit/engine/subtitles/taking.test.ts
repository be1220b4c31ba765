import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SubtitleJoiner } from '../../../../src/engine/subtitles/joiner.ts';
import type { JoinedCue } from '../../../../src/engine/subtitles/textFile.ts';
import { formatTime } from '../../../../src/engine/subtitles/timestamps.ts';
import { place, vtt } from './samples.ts';

const segmentS = 6;

interface Spoken {
  startS: number;
  lengthS: number;
  text: string;
}

/** Every cue in each segment that it touches, as a packager repeats them. */
function* segmentsOf(cues: readonly Spoken[]): Generator<{ segment: Buffer; startS: number }> {
  const endS = Math.max(...cues.map(({ startS, lengthS }) => startS + lengthS));
  for (let startS = 0; startS < endS; startS += segmentS) {
    const own = cues.filter((cue) => cue.startS < startS + segmentS && cue.startS + cue.lengthS > startS);
    const lines = own.flatMap(({ startS: atS, lengthS, text }) => [
      '',
      `${clock(atS)} --> ${clock(atS + lengthS)}`,
      text,
    ]);
    yield { segment: vtt(...lines), startS };
  }
}

function clock(seconds: number): string {
  return formatTime(Math.round(seconds * 1000), '.');
}

describe('taking cues out of subtitles that are being joined', () => {
  const spoken = fc.record({
    startS: fc.integer({ min: 0, max: 240 }),
    lengthS: fc.integer({ min: 1, max: 50 }),
    text: fc.constantFrom('one', 'two', 'three'),
  });

  it('gives the cues that joining all at once gives, in the same order', () => {
    fc.assert(
      fc.property(fc.array(spoken, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 4 }), (cues, stride) => {
        const [whole, taking] = [new SubtitleJoiner(), new SubtitleJoiner()];
        const taken: JoinedCue[] = [];
        let count = 0;
        for (const { segment, startS } of segmentsOf(cues)) {
          whole.add(segment, place(startS, segmentS));
          taking.add(segment, place(startS, segmentS));
          // No cue is that long before it goes on in another: none that is taken comes again.
          if (++count % stride === 0) taken.push(...taking.take(startS - 60));
        }
        taken.push(...taking.cues());
        const byTime = (one: JoinedCue, other: JoinedCue) => one.startMs - other.startMs || one.endMs - other.endMs;
        const all = [...whole.cues()];
        assert.deepEqual(
          taken.map(({ startMs }) => startMs),
          all.map(({ startMs }) => startMs),
        );
        assert.deepEqual(taken.sort(byTime).map(describeCue), all.sort(byTime).map(describeCue));
      }),
      { numRuns: 200 },
    );
  });

  it('keeps a cue that is still shown, however long ago it began', () => {
    const joiner = new SubtitleJoiner();
    const text = ['', '00:00:01.000 --> 01:00:00.000', 'it stays'];
    for (let startS = 0; startS < 3600; startS += segmentS) {
      joiner.add(vtt(...text), place(startS, segmentS));
      assert.deepEqual([...joiner.take(startS - 60)], []);
    }
    assert.equal([...joiner.cues()].length, 1);
  });

  it('keeps what begins after such a cue too, so that all are by their start', () => {
    const joiner = new SubtitleJoiner();
    const text = ['', '00:00:01.000 --> 01:00:00.000', 'it stays'];
    const starts: number[] = [];
    for (let startS = 0; startS < 7200; startS += segmentS) {
      const own = ['', `${clock(startS + 2)} --> ${clock(startS + 3)}`, `at ${startS}`];
      joiner.add(vtt(...(startS < 3600 ? text : []), ...own), place(startS, segmentS));
      starts.push(...[...joiner.take(startS - 60)].map(({ startMs }) => startMs));
    }
    assert.ok(starts.length > 1100, `${starts.length} taken`);
    starts.push(...[...joiner.cues()].map(({ startMs }) => startMs));
    assert.equal(starts.length, 1201);
    assert.deepEqual(
      starts,
      starts.toSorted((one, other) => one - other),
    );
  });

  it('gives an identifier once over all that is taken', () => {
    const joiner = new SubtitleJoiner();
    const ids: string[] = [];
    for (let startS = 0; startS < 600; startS += segmentS) {
      joiner.add(
        vtt('', 'first', `${clock(startS)} --> ${clock(startS + 1)}`, `at ${startS}`),
        place(startS, segmentS),
      );
      ids.push(...[...joiner.take(startS - 60)].map(({ id }) => id));
    }
    ids.push(...[...joiner.cues()].map(({ id }) => id));
    assert.equal(ids.length, 100);
    assert.deepEqual(
      ids.filter((id) => id !== ''),
      ['first'],
    );
  });

  it('holds no more of days than of minutes', () => {
    const joiner = new SubtitleJoiner();
    let taken = 0;
    for (let startS = 0; startS < 48 * 3600; startS += segmentS) {
      joiner.add(vtt('', `${clock(startS)} --> ${clock(startS + 1)}`, `at ${startS}`), place(startS, segmentS));
      if (startS % 600 === 0) taken += [...joiner.take(startS - 600)].length;
    }
    const held = [...joiner.cues()].length;
    assert.ok(held <= 201, `${held} cues`);
    assert.equal(taken + held, (48 * 3600) / segmentS);
  });
});

function describeCue({ startMs, endMs, text }: JoinedCue): string {
  return `${startMs}-${endMs} ${text}`;
}
