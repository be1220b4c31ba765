import assert from 'node:assert/strict';
import { languageCode } from '../../../src/mux/languages.ts';
import { isJump, rebase } from '../../../src/mux/timeline.ts';
import { DecodeClock } from '../../../src/mux/transport/clock.ts';

describe('the time line of an output', () => {
  it('puts a section where the one before ends', () => {
    assert.equal(rebase({ startS: 1.5, previousEndS: 0, declaredS: 0 }), -1.5);
    assert.ok(Math.abs(rebase({ startS: 95_000, previousEndS: 10, declaredS: 10 }) + 94_990) < 1 / 90_000);
  });

  it('keeps a hole that the playlist tells, and evens out what its rounding leaves', () => {
    assert.equal(rebase({ startS: 0, previousEndS: 10, declaredS: 16 }), 16);
    assert.equal(rebase({ startS: 0, previousEndS: 10, declaredS: 10.4 }), 10);
    assert.equal(rebase({ startS: 0, previousEndS: 10, declaredS: 9 }), 10);
  });

  it('never puts a section before the end of the one before', () => {
    for (const previousEndS of [1 / 3, 2.000004, 1.9413333333333331]) {
      assert.ok(rebase({ startS: 7 / 90_000, previousEndS, declaredS: 0 }) + 7 / 90_000 >= previousEndS - 1e-7);
    }
  });

  it('takes a clock that starts again for a jump, reordering and holes for none', () => {
    assert.deepEqual(
      [isJump(0, 100), isJump(99.5, 100), isJump(5000, 100), isJump(95_443, 100)],
      [true, false, false, true],
    );
  });
});

describe('decoding times', () => {
  const timesOf = (pts: number[]): { pts: number; dts: number }[] => {
    const clock = new DecodeClock<number>();
    const timed = [...pts.flatMap((time, index) => clock.add(index, time)), ...clock.end()];
    assert.deepEqual(
      timed.map(({ payload }) => payload),
      [...pts.keys()],
    );
    return timed.map(({ pts: shown, dts }) => ({ pts: shown, dts }));
  };

  it('are the presentation times where nothing is reordered', () => {
    assert.ok(timesOf([0, 10, 20, 30]).every(({ pts, dts }) => pts === dts));
  });

  it('come before the presentation times, evenly, where pictures are reordered', () => {
    const gop = (start: number) => [0, 40, 20, 10, 30].map((time) => start + time);
    const timed = timesOf([...gop(100), ...gop(150), ...gop(200)]);
    assert.deepEqual(
      timed.map(({ dts }) => dts),
      timed.map((_, index) => 80 + 10 * index),
    );
    assert.ok(timed.every(({ pts, dts }) => dts <= pts));
  });

  it('go on growing where a stream reorders further than it did at its start', () => {
    const flat = Array.from({ length: 40 }, (_, index) => index * 10);
    const timed = timesOf([...flat, 440, 420, 410, 430, 450]);
    for (const [index, { pts, dts }] of timed.entries()) {
      assert.ok(dts <= pts);
      assert.ok(index === 0 || dts > (timed[index - 1]?.dts ?? 0), `picture ${index}`);
    }
  });
});

describe('language codes', () => {
  it('are the three letters of ISO 639-2', () => {
    const codes = ['en', 'de-AT', 'pt_BR', 'zh-Hant-TW', 'spa', 'FR', undefined, 'x-own', ''].map(languageCode);
    assert.deepEqual(codes, ['eng', 'deu', 'por', 'zho', 'spa', 'fra', undefined, undefined, undefined]);
  });
});
