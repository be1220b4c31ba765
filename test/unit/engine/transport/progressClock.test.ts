import assert from 'node:assert/strict';
import { ProgressClock } from '../../../../src/engine/transport/progressClock.ts';

const limits = { minimumBytesPerSecond: 1024, noProgressMs: 45_000 };

/** One thing after the other, with the milliseconds that it takes. */
type Step =
  | { silence: number }
  /** So many bytes a second. */
  | { flow: number; rate: number }
  /** A new try: its body begins at that place. */
  | { begin: number }
  | { stopped: number };

/** Milliseconds without progress after the steps, read four times a second. */
function idleAfter(steps: readonly Step[]): number {
  const clock = new ProgressClock(limits, 0);
  let nowMs = 0;
  const pass = (ms: number, bytesPerTick: number) => {
    for (let leftMs = ms; leftMs > 0; leftMs -= 250) {
      nowMs += 250;
      if (bytesPerTick > 0) clock.advance(bytesPerTick, nowMs);
      clock.idleMs(nowMs);
    }
  };
  for (const step of steps) {
    if ('silence' in step) pass(step.silence, 0);
    else if ('flow' in step) pass(step.flow, step.rate / 4);
    else if ('begin' in step) clock.begin(step.begin, nowMs);
    else {
      clock.stop(nowMs);
      pass(step.stopped, 0);
      clock.go(nowMs);
    }
  }
  return clock.idleMs(nowMs);
}

const cases: [what: string, steps: Step[], idleMs: number][] = [
  ['silence counts', [{ silence: 7_000 }], 7_000],
  ['a body at the minimum rate is progress', [{ begin: 0 }, { flow: 60_000, rate: 1024 }], 0],
  ['a body below it is none', [{ begin: 0 }, { flow: 60_000, rate: 1000 }], 60_000],
  ['a byte a second is none', [{ begin: 0 }, { flow: 60_000, rate: 4 }], 60_000],
  ['progress sets it back', [{ silence: 30_000 }, { begin: 0 }, { flow: 1_000, rate: 1e6 }, { silence: 5_000 }], 5_000],
  [
    'a little after a long silence does not',
    [{ silence: 30_000 }, { begin: 0 }, { flow: 250, rate: 4096 }, { silence: 5_000 }],
    35_000,
  ],
  ['a wait that does not count', [{ silence: 1_000 }, { stopped: 100_000 }, { silence: 1_000 }], 2_000],
  [
    'known ground is no progress, but no idleness either',
    [{ begin: 0 }, { flow: 1_000, rate: 1e6 }, { silence: 10_000 }, { begin: 0 }, { flow: 1_000, rate: 1e6 }],
    10_000,
  ],
  [
    'a long body that starts over has time to reach new ground',
    [{ begin: 0 }, { flow: 60_000, rate: 1e5 }, { begin: 0 }, { flow: 60_000, rate: 1e5 }, { flow: 1_000, rate: 1e5 }],
    0,
  ],
  ['a place far in the resource is no ground gained', [{ silence: 9_000 }, { begin: 1e9 }, { silence: 1_000 }], 10_000],
  [
    'a body that goes on gains ground',
    [{ begin: 0 }, { flow: 1_000, rate: 1e6 }, { silence: 9_000 }, { begin: 1e6 }, { flow: 1_000, rate: 1e6 }],
    0,
  ],
];

describe('engine/transport: the clock of progress', () => {
  for (const [what, steps, idleMs] of cases) it(what, () => assert.equal(idleAfter(steps), idleMs));

  it('is over when there was none for longer than allowed, over all tries', () => {
    const clock = new ProgressClock(limits, 1_000);
    assert.equal(clock.isOver(45_999), false);
    assert.equal(clock.isOver(46_000), true);
  });

  it('counts from the last byte, and the wait before an answer, though it brings much', () => {
    const clock = new ProgressClock(limits, 0);
    clock.begin(0, 100);
    clock.advance(1e6, 150);
    assert.equal(clock.idleMs(350), 200);
    assert.equal(clock.idleMs(5_000), 4_850);
    clock.begin(0, 5_000);
    clock.advance(1e5, 5_050);
    assert.equal(clock.idleMs(5_250), 5_050);
    // Much at once after a silence was not flowing in it.
    clock.advance(9e5, 8_000);
    assert.equal(clock.idleMs(8_000), 7_800);
  });

  it('counts bursts on known ground that are too small for the time between them', () => {
    const clock = new ProgressClock(limits, 0);
    clock.begin(0, 0);
    clock.advance(1e6, 0);
    assert.equal(clock.idleMs(0), 0);
    clock.begin(0, 0);
    for (let second = 1; second <= 20; second++) {
      clock.advance(900, second * 1000);
      for (let ms = 0; ms < 1000; ms += 250) clock.idleMs(second * 1000 + ms);
    }
    assert.equal(clock.idleMs(21_000), 21_000);
  });

  it('does not count a stop after bytes that came during it', () => {
    const clock = new ProgressClock(limits, 0);
    clock.begin(0, 0);
    clock.stop(100);
    clock.advance(1e6, 200);
    clock.go(60_000);
    assert.equal(clock.idleMs(60_250), 250);
  });

  it('stops for two reasons until both are gone', () => {
    const clock = new ProgressClock(limits, 0);
    clock.stop(1_000);
    clock.stop(2_000);
    clock.go(3_000);
    assert.equal(clock.idleMs(4_000), 1_000);
    clock.go(5_000);
    assert.equal(clock.idleMs(6_000), 2_000);
  });

  it('excuses time in which nobody read', () => {
    const clock = new ProgressClock(limits, 0);
    assert.equal(clock.idleMs(1_000), 1_000);
    clock.excuse(3_600_000);
    assert.equal(clock.idleMs(3_602_000), 2_000);
  });
});
