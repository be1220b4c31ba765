import assert from 'node:assert/strict';
import type { JobProgress, JobRecord, JobState } from '../../../../src/jobs/record.ts';
import type { JobEntry } from '../../../../src/jobs/store.ts';
import { countEnds, isBatchNews } from '../../../../src/shell/queue/batchCounts.ts';
import { isEndNews } from '../../../../src/shell/queue/endNews.ts';
import { orderJobs } from '../../../../src/shell/queue/jobOrder.ts';
import { summarise } from '../../../../src/shell/queue/summary.ts';
import { sampleRequest } from '../../jobs/samples.ts';

const at = (fragments: number, fragmentsTotal: number, bytesPerSecond: number): JobProgress => ({
  fragments,
  fragmentsTotal,
  bytes: 0,
  bytesPerSecond,
});

describe('the sum of what runs', () => {
  it('weighs downloads by their fragments, and leaves those out that wait', () => {
    const sum = summarise([
      { state: 'running', progress: at(10, 100, 5e6) },
      { state: 'running', progress: at(300, 300, 2e6) },
      { state: 'queued', progress: at(50, 100, 9e6) },
      { state: 'running' },
    ]);
    assert.deepEqual(sum, { running: 3, waiting: 1, share: 310 / 400, bytesPerSecond: 7e6 });
  });

  it('has no share of a recording, whose end nobody knows', () => {
    const recording = { state: 'running', isLive: true, progress: at(20, 20, 1e6) } as const;
    assert.deepEqual(summarise([recording]), { running: 1, waiting: 0, share: undefined, bytesPerSecond: 1e6 });
    assert.equal(summarise([recording, { state: 'running', progress: at(1, 4, 0) }]).share, 0.25);
  });
});

describe('the order of the view', () => {
  it('is what runs, what waits by its number, and the rest', () => {
    const job = (id: string, state: JobState): JobEntry => {
      const record: JobRecord = {
        schema: 1,
        id,
        title: id,
        createdAt: '',
        state,
        request: sampleRequest('/x.ts'),
        profiles: [],
      };
      return { kind: 'job', folder: '', record };
    };
    const broken: JobEntry = { kind: 'broken', folder: '', job: { id: 'x', folder: '', reason: 'newer', detail: '' } };
    const entries = [
      job('h', 'queued'),
      job('g', 'queued'),
      job('f', 'complete'),
      job('e', 'queued'),
      job('d', 'running'),
      broken,
      job('c', 'queued'),
      job('b', 'running'),
      job('a', 'paused'),
    ];
    const numbers = new Map([
      ['h', 1],
      ['e', 2],
    ]);
    const ordered = orderJobs(entries, (id) => numbers.get(id));
    const ids = ordered.map((entry) => (entry.kind === 'job' ? entry.record.id : entry.job.id));
    assert.equal(ids.join(''), 'dbhecgfxa');
  });
});

describe('the end of a download', () => {
  it('is news when it failed or something is missing, and when nobody looked or it took long', () => {
    const told = (state: JobState, wallMs: number, isFocused: boolean): boolean => isEndNews(state, wallMs, isFocused);
    for (const state of ['failed', 'completeWithGaps'] as const) assert.equal(told(state, 1, true), true, state);
    assert.deepEqual(
      [told('complete', 30_000, true), told('complete', 30_001, true), told('complete', 1, false)],
      [false, true, true],
    );
    assert.equal(isEndNews('complete', undefined, true), false);
    for (const state of ['cancelled', 'paused', 'interrupted'] as const) {
      assert.equal(told(state, 1e6, false), false, state);
    }
  });

  it('is counted with the others of its batch', () => {
    const states: JobState[] = ['complete', 'complete', 'completeWithGaps', 'failed', 'paused', 'cancelled'];
    const counts = countEnds(states, 2, 9);
    assert.deepEqual(counts, { whole: 2, withGaps: 1, failed: 3, stopped: 1, cancelled: 2 });
  });

  it('is told once for a batch, by the same rule', () => {
    const whole = countEnds(['complete'], 0, 1);
    assert.deepEqual(
      [isBatchNews(whole, 1, true), isBatchNews(whole, 30_001, true), isBatchNews(whole, 1, false)],
      [false, true, true],
    );
    assert.equal(isBatchNews(countEnds(['complete', 'failed'], 0, 2), 1, true), true);
    assert.equal(isBatchNews(countEnds([], 1, 1), 1, true), true);
    assert.equal(isBatchNews(countEnds(['cancelled'], 0, 1), 1e6, false), false);
  });
});
