import assert from 'node:assert/strict';
import type { Thread } from '../../../src/profile/model.ts';
import { relateTimes, TIMED_SAMPLES_MAX, TimesBudget, TimesBuilder } from '../../../src/profile/sampleTimes.ts';
import { readProfile } from '../../../src/profile/formats/index.ts';
import { profileOf } from './trees.ts';

function threadOf(...samples: [node: number, startUs: number, endUs: number][]): Thread {
  const builder = new TimesBuilder(new TimesBudget());
  for (const sample of samples) builder.add(...sample);
  const [thread] = profileOf([[['f'], 1]]).threads;
  const times = builder.build();
  return { ...thread!, ...(times === undefined ? {} : { times }) };
}

describe('times of samples', () => {
  it('are in order, and end where the next one begins', () => {
    const { times } = threadOf([2, 30, 40], [1, 10, 35], [3, 50, 55]);
    assert.deepEqual([...times!.node], [1, 2, 3]);
    assert.deepEqual([...times!.startUs], [10, 30, 50]);
    assert.deepEqual([...times!.endUs], [30, 40, 55]);
  });

  it('are left out whole when there are too many', () => {
    const budget = new TimesBudget();
    const builder = new TimesBuilder(budget);
    for (let at = 0; at < TIMED_SAMPLES_MAX; at += 1) assert.ok(budget.take());
    builder.add(0, 1, 2);
    assert.equal(builder.build(), undefined);
  });

  it('begin at 0 with the earliest of all threads', () => {
    const threads = [threadOf([0, 1010, 1020]), threadOf([0, 1005, 1008]), threadOf()];
    assert.deepEqual(relateTimes(threads), { startUs: 1005 });
    assert.deepEqual([...threads[0]!.times!.startUs, ...threads[1]!.times!.endUs], [5, 3]);
    assert.deepEqual(relateTimes([threadOf()], 7), {});
  });

  it('come from V8 with the recorder’s clock', () => {
    const callFrame = { functionName: 'f', url: '', lineNumber: -1, columnNumber: -1 };
    const profile = {
      nodes: [
        { id: 1, callFrame, children: [2] },
        { id: 2, callFrame: { ...callFrame, functionName: 'g' } },
      ],
      startTime: 1000,
      endTime: 1100,
      samples: [1, 2, 2],
      timeDeltas: [10, 20, 30],
    };
    const { threads, startUs } = readProfile(new TextEncoder().encode(JSON.stringify(profile)), 'x');
    assert.equal(startUs, 1000);
    assert.deepEqual([...threads[0]!.times!.node], [0, 1, 1]);
    assert.deepEqual([...threads[0]!.times!.startUs], [10, 30, 60]);
    assert.deepEqual([...threads[0]!.times!.endUs], [30, 60, 100]);
  });
});
