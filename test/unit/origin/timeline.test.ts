import assert from 'node:assert/strict';

import { LiveClock, PARTS } from '../../origin/live/clock.ts';
import type { LiveSettings } from '../../origin/live/settings.ts';
import { formatLive, parseLive } from '../../origin/live/settings.ts';
import type { Course } from '../../origin/live/timeline.ts';
import { indexOf, sequenceOf, viewAt } from '../../origin/live/timeline.ts';

describe('the course of a live stream', () => {
  const at = (course: Partial<Course>, fragments: number, parts = 0) =>
    viewAt({ fragments: 10, window: 4, ...course }, fragments * PARTS + parts);

  it('has parts and a hint while a fragment is to come that the playlist can list', () => {
    const tips = ([course, fragments]: [Partial<Course>, number]) => {
      const { parts, hasHint } = at(course, fragments, 2);
      return [parts, hasHint];
    };
    assert.deepEqual(tips([{}, 6]), [2, true]);
    assert.deepEqual(tips([{}, 10]), [0, false]);
    assert.deepEqual(tips([{ reset: [6] }, 6]), [0, false]);
    assert.deepEqual(tips([{ lost: [[6, 7]] }, 6]), [0, false]);
    assert.deepEqual(tips([{ lost: [[6, 7]] }, 7]), [0, false]);
    assert.deepEqual(tips([{ lost: [[6, 7]] }, 8]), [0, false]);
    assert.deepEqual(tips([{ lost: [[6, 7]] }, 9]), [2, true]);
  });

  it('is back from an outage when it ends', () => {
    assert.deepEqual(
      [7, 8, 9, 10].map((fragments) => at({ outage: [[7, 9]] }, fragments).isOut),
      [false, true, true, false],
    );
    assert.ok(at({ outage: [[7, 9]] }, 10).hasEnded);
  });

  it('lists nothing twice and nothing that is not there, whatever happens', () => {
    const course: Course = {
      fragments: 60,
      window: 5,
      lost: [
        [9, 12],
        [30, 30],
      ],
      reset: [20, 41],
      discontinuity: [3, 20, 33],
    };
    let before = viewAt(course, 0);
    for (let position = 1; position <= 260; position++) {
      const view = viewAt(course, position);
      assert.ok(view.end <= Math.min(Math.floor(position / PARTS), 60) && view.end - view.first <= 5);
      assert.ok(view.first >= before.first && view.end >= before.end, `${position}`);
      assert.equal(view.mediaSequence, sequenceOf(course, view.first));
      for (let index = view.first; index < view.end; index++) {
        assert.ok(!(index >= 9 && index <= 12) && index !== 30);
        assert.equal(sequenceOf(course, index), view.mediaSequence + index - view.first);
        assert.equal(indexOf(course, sequenceOf(course, index), view.end), index);
      }
      before = view;
    }
    assert.deepEqual([before.first, before.end, before.hasEnded], [55, 60, true]);
  });
});

describe('settings of a live stream', () => {
  const settings: LiveSettings = {
    fragmentMs: 50,
    window: 4,
    targetS: 0,
    durationS: 1.25,
    outage: [
      [3, 5],
      [9, 9],
    ],
    reset: [20],
    discontinuity: [4, 20],
    parts: true,
    dies: false,
  };

  it('are read as they are written', () => {
    const query = new URLSearchParams(formatLive(settings));
    assert.equal(query.get('outage'), '3-5,9-9');
    assert.deepEqual(parseLive(query), settings);
    assert.deepEqual(parseLive(new URLSearchParams('fragments=3&session=s&parts')), { parts: true });
  });

  for (const bad of [
    'window=0',
    'window=-1',
    'durationS=x',
    'outage=5-3',
    'lost=7',
    'reset=1;2',
    'parts=maybe',
    'mp4=1&audio=1',
  ]) {
    it(`are refused: ${bad}`, () => assert.throws(() => parseLive(new URLSearchParams(bad)), RangeError));
  }
});

describe('the clock of a live stream', () => {
  it('moves by hand and wakes who waits', async () => {
    const clock = new LiveClock(4);
    const woken: number[] = [];
    const never = new AbortController();
    const waits = [5, 7].map(async (position) => {
      await clock.reach(position, never.signal);
      woken.push(position, clock.position);
    });
    clock.advance(2);
    await waits[0];
    clock.advance(1);
    await Promise.all(waits);
    assert.deepEqual(woken, [5, 6, 7, 7]);
  });

  it('lets go of who has left', async () => {
    const leaving = new AbortController();
    const waiting = new LiveClock(0).reach(1, leaving.signal);
    leaving.abort();
    await waiting;
  });

  it('moves by time, never too early', async () => {
    const clock = new LiveClock(0, 40);
    const startMs = performance.now();
    await clock.reach(6, new AbortController().signal);
    assert.ok(clock.position >= 6 && performance.now() - startMs >= 59);
  });
});
