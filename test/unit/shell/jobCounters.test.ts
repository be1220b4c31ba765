import assert from 'node:assert/strict';
import { counterRows } from '../../../src/shell/jobCounters.ts';

describe('counters of a job', () => {
  it('are rows for people, in the order of what they tell', () => {
    const receipt = {
      counters: { gcCount: 51, minorPageFaults: 42_305, arrayBuffersPeakBytes: 176_300_000, loopDelayP99Ms: 1.24 },
      bytes: { payload: 3_240_000_000, received: 3_250_000_000 },
    };
    assert.deepEqual(
      counterRows(JSON.stringify({ receipt })).map(({ label, value }) => [label, value]),
      [
        ['Minor page faults', '42,305'],
        ['Peak array buffers', '176 MB'],
        ['Collections', '51'],
        ['Event-loop delay, p99', '1.2 ms'],
        ['Received', '3.3 GB'],
        ['Written', '3.2 GB'],
      ],
    );
  });

  it('are none where the job has none', () => {
    for (const job of [
      '{}',
      'null',
      '[]',
      '{"receipt":null}',
      '{"receipt":{"counters":{"gcCount":"many","gcMs":null}}}',
    ]) {
      assert.deepEqual(counterRows(job), [], job);
    }
  });

  it('need a job that is whole', () => {
    assert.throws(() => counterRows('{"receipt":'), SyntaxError);
  });
});
