import assert from 'node:assert/strict';
import { calibrate } from '../../bench/calibration.ts';
import { calibrationRows, goalsMissed } from '../../bench/calibrationRows.ts';

/** Enough to see a wrong rule; `npm run bench:claims` has the thousands that the goals are about. */
const TESTS = 300;

describe('the calibration of claims', () => {
  for (const row of calibrationRows.slice(0, 4)) {
    const { machine, trueRatio } = row.setting;
    it(`keeps its goal: ${row.goal?.text}, ${machine.title}, ${trueRatio === 1 ? 'the same' : 'slower'}`, () => {
      const odds = calibrate(row.setting, TESTS, 20260504);
      assert.equal(goalsMissed(row, [odds]), false, JSON.stringify(odds));
    });
  }

  it('is the same each time, and another with another seed', () => {
    const { setting } = calibrationRows[0]!;
    assert.deepEqual(calibrate(setting, 20, 5), calibrate(setting, 20, 5));
    assert.notDeepEqual(calibrate(setting, 20, 5), calibrate(setting, 20, 6));
  });
});
