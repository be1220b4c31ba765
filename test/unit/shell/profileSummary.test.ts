import assert from 'node:assert/strict';
import type { Judging } from '../../../src/profile/hotFrames.ts';
import { readUserRules } from '../../../src/profile/userRules.ts';
import { newProfileFile, summariseProfile } from '../../../src/shell/profileSummary.ts';
import { profileOf } from '../profile/trees.ts';

describe('what a job records of a profile', () => {
  const profile = profileOf([
    [['main', 'work'], 70],
    [['main', 'fill'], 30],
  ]);
  const file = newProfileFile('attached', 'a.folded');
  const summarise = (judging: Judging, key = '') =>
    summariseProfile(profile, file, (work) => ({ value: work(judging), key }));

  it('is what its line says: length, hottest frame, gate', () => {
    const { kind, name, file: stored, total, unit, topFrame, gate, judgedBy } = summarise({});
    assert.deepEqual(
      [kind, name, stored, total, unit, judgedBy],
      ['attached', 'a.folded', 'a.folded', 100, 'microseconds', undefined],
    );
    assert.deepEqual(
      [topFrame, gate],
      [
        { name: 'work', share: 0.7 },
        { literal: [], owned: [] },
      ],
    );
  });

  it('is judged as the settings say, and names them', () => {
    const rules = readUserRules([{ pattern: '^fill$', category: 'file-io' }]);
    const { gate, judgedBy } = summarise({ rules }, 'abc');
    assert.deepEqual([gate, judgedBy], [{ literal: ['syscall'], owned: ['syscall'] }, 'abc']);
    assert.deepEqual(summarise({ rules, top: 1 }).gate.literal, []);
  });
});
