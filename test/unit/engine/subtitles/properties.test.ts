import assert from 'node:assert/strict';
import fc from 'fast-check';
import { toSrtText } from '../../../../src/engine/subtitles/cueText.ts';
import { SubtitleJoiner } from '../../../../src/engine/subtitles/joiner.ts';
import { formatTime, ticksPerMs } from '../../../../src/engine/subtitles/timestamps.ts';
import { readWebVtt } from '../../../../src/engine/subtitles/webVtt.ts';
import { vttPieces } from './hostileFiles.ts';
import { vtt } from './samples.ts';

const wrap = 2 ** 33;

interface Row {
  startMs: number;
  endMs: number;
  id: string;
  settings: string;
  text: string;
}

const texts = fc.constantFrom('♪', 'a', 'b\n<i>c</i>', '', 'WEBVTT', 'NOTE');
const settings = fc.constantFrom('', '', 'line:0', 'position:10% align:start');

/** Cues on a grid of 100 ms that overlap, repeat and equal each other as they like; where they have names, their own. */
const anyCues: fc.Arbitrary<Row[]> = fc
  .array(fc.tuple(fc.nat(600), fc.integer({ min: 1, max: 200 }), settings, texts, fc.boolean()), { maxLength: 30 })
  .map((cues) =>
    cues.map(([start, length, settings, text, isNamed], index) => {
      return { startMs: start * 100, endMs: (start + length) * 100, id: isNamed ? `n${index}` : '', settings, text };
    }),
  );

/** Cues of which each ends before the next begins. */
const cuesInTurn: fc.Arbitrary<Row[]> = fc
  .array(fc.tuple(fc.integer({ min: 50, max: 3000 }), fc.integer({ min: 1, max: 20_000 }), settings, texts), {
    maxLength: 20,
  })
  .map((cues) => {
    let at = 0;
    return cues.map(([pauseMs, lengthMs, settings, text]) => {
      const startMs = at + pauseMs;
      at = startMs + lengthMs;
      return { startMs, endMs: at, id: '', settings, text };
    });
  });

/** How a stream is cut, and which clocks it has. */
const cutting = fc.record({
  /** Of the video at the beginning. */
  firstPtsTicks: fc.nat(wrap - 1),
  /** Where the recording stands, in milliseconds. */
  fromMs: fc.constantFrom(0, 0, 90_000_000, 1_000_000_000),
  /** Of each segment: its length, its local clock at its beginning, what its mapping is off that beginning. */
  segments: fc.array(
    fc.tuple(fc.integer({ min: 10, max: 100 }), fc.nat(40_000_000), fc.integer({ min: -900_000, max: 900_000 })),
    {
      minLength: 1,
      maxLength: 20,
    },
  ),
});

interface Stream {
  joiner: SubtitleJoiner;
  expected: Row[];
}

/** Cues cut into segments whose borders lie between the lines of the grid; `pick` says what a segment has of a cue. */
function joinCut(
  cues: readonly Row[],
  { firstPtsTicks, fromMs, segments }: typeof cutting extends fc.Arbitrary<infer T> ? T : never,
  pick: (cue: Row, startMs: number, endMs: number) => Row,
): Stream {
  const joiner = new SubtitleJoiner({ firstPtsTicks });
  let startMs = fromMs + 50;
  const beginMs = startMs;
  const inStream = cues.map((cue) => ({ ...cue, startMs: cue.startMs + fromMs, endMs: cue.endMs + fromMs }));
  for (const [length, clockMs, offTicks] of segments) {
    const endMs = startMs + length * 100;
    const mapTicks = startMs * ticksPerMs + offTicks;
    const localMapMs = 1_000_000 + clockMs;
    const local = (ms: number): string =>
      formatTime(Math.round(localMapMs + (ms * ticksPerMs - mapTicks) / ticksPerMs), '.');
    const mpegTicks = (((firstPtsTicks + mapTicks) % wrap) + wrap) % wrap;
    const lines = [`X-TIMESTAMP-MAP=MPEGTS:${mpegTicks},LOCAL:${formatTime(localMapMs, '.')}`, ''];
    for (const cue of inStream) {
      if (cue.startMs >= endMs || cue.endMs <= startMs) continue;
      const part = pick(cue, startMs, endMs);
      if (cue.id !== '') lines.push(cue.id);
      lines.push(`${local(part.startMs)} --> ${local(part.endMs)} ${cue.settings}`);
      if (cue.text !== '') lines.push(cue.text);
      lines.push('');
    }
    const problem = joiner.add(vtt(...lines), {
      startS: startMs / 1000,
      durationS: length / 10,
      isDiscontinuity: false,
    });
    assert.equal(problem, undefined);
    startMs = endMs;
  }
  const expected = inStream.filter((cue) => cue.endMs > beginMs && cue.startMs < startMs);
  return { joiner, expected: expected.sort((left, right) => left.startMs - right.startMs) };
}

/** Times may be off by the half millisecond that a segment rounded, and that of the file. */
function assertSame(joined: readonly Row[], expected: readonly Row[]): void {
  const content = ({ id, settings, text }: Row): string => [id, settings, text].join('|');
  assert.deepEqual(joined.map(content), expected.map(content));
  for (const [place, cue] of joined.entries()) {
    const { startMs, endMs } = expected[place]!;
    assert.ok(
      Math.abs(cue.startMs - startMs) <= 1 && Math.abs(cue.endMs - endMs) <= 1,
      `${startMs} became ${cue.startMs}`,
    );
  }
}

/** By start on the grid, which rounding must not change. */
function inGridOrder(rows: Iterable<Row>): Row[] {
  return [...rows].sort((left, right) => Math.round(left.startMs / 100) - Math.round(right.startMs / 100));
}

describe('any subtitles', () => {
  it('are what they were before they were cut into segments that repeat what they show', () => {
    fc.assert(
      fc.property(anyCues, cutting, (cues, how) => {
        const { joiner, expected } = joinCut(cues, how, (cue) => cue);
        // Of equal starts, that of the segment before comes first, though rounding may have put it behind.
        const key = (row: Row): string =>
          JSON.stringify({ ...row, startMs: Math.round(row.startMs / 100), endMs: Math.round(row.endMs / 100) });
        assert.deepEqual([...joiner.cues()].map(key).sort(), expected.map(key).sort());
        assert.deepEqual(
          inGridOrder(joiner.cues()).map(({ startMs }) => Math.round(startMs / 100)),
          expected.map(({ startMs }) => startMs / 100),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('are what they were before they were cut at the borders of segments', () => {
    fc.assert(
      fc.property(cuesInTurn, cutting, (cues, how) => {
        const cut = (cue: Row, startMs: number, endMs: number): Row => {
          return { ...cue, startMs: Math.max(cue.startMs, startMs), endMs: Math.min(cue.endMs, endMs) };
        };
        const { joiner, expected } = joinCut(cues, how, cut);
        // What lies before the first segment and behind the last one is cut off for good.
        const total = how.segments.reduce((sum, [length]) => sum + length * 100, 0);
        const [beginMs, endMs] = [how.fromMs + 50, how.fromMs + 50 + total];
        assertSame(
          [...joiner.cues()],
          expected.map((cue) => cut(cue, beginMs, endMs)).filter((cue) => cue.endMs > cue.startMs),
        );
      }),
      { numRuns: 300 },
    );
  });

  const places = fc.record({
    startS: fc.double({ min: 0, max: 1e6, noNaN: true }),
    durationS: fc.double({ min: 0, max: 100, noNaN: true }),
    isDiscontinuity: fc.boolean(),
  });
  const hostile = fc.oneof(
    vttPieces.map((pieces) => Buffer.from(pieces.join(''))),
    fc
      .uint8Array({ maxLength: 200 })
      .map((bytes) => Buffer.concat([Buffer.from('WEBVTT\n\n00:01.000 --> 00:02.000\n'), bytes])),
    fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
  );

  it('come out as files that say what was read, whatever went in', () => {
    let cuesSeen = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(hostile, places), { maxLength: 5 }),
        fc.option(fc.nat(wrap)),
        (segments, firstPts) => {
          const joiner = new SubtitleJoiner(firstPts === null ? {} : { firstPtsTicks: firstPts });
          for (const [segment, where] of segments) joiner.add(segment, where);
          const cues = [...joiner.cues()];
          cuesSeen += cues.length;
          const read = readWebVtt(Buffer.from(joiner.toVtt()));
          assert.ok(read);
          assert.deepEqual(
            read.cues.map(({ startTicks, endTicks, ...rest }) => ({
              startMs: startTicks / 90,
              endMs: endTicks / 90,
              ...rest,
            })),
            cues,
          );
          assert.deepEqual(
            joiner.toSrt(),
            cues
              .map((cue) => ({ ...cue, text: toSrtText(cue.text) }))
              .filter(({ text }) => text !== '')
              .map(
                ({ startMs, endMs, text }, place) =>
                  `${place + 1}\n${formatTime(startMs, ',')} --> ${formatTime(endMs, ',')}\n${text}\n\n`,
              )
              .join(''),
          );
          for (const block of joiner.toSrt().split('\n\n').slice(0, -1)) {
            assert.match(block, /^\d+\n\d{2,}:\d\d:\d\d,\d{3} --> \d{2,}:\d\d:\d\d,\d{3}\n./u);
          }
        },
      ),
      { numRuns: 1000 },
    );
    assert.ok(cuesSeen > 500, `only ${cuesSeen} cues`);
  });
});
