import assert from 'node:assert/strict';
import { findKept, hasInterruptedRecording, keptBy, targetsWith } from '../../../src/jobs/kept.ts';
import type { JobRecord } from '../../../src/jobs/record.ts';
import type { JobEntry } from '../../../src/jobs/store.ts';
import { sampleReceipt, sampleRequest } from './samples.ts';

const OUTPUT = '/tmp/sintel.mp4';

function job(id: string, change: Partial<JobRecord> = {}): JobRecord {
  return {
    schema: 1,
    id,
    title: id,
    createdAt: `2026-01-02T03:04:0${id}.000Z`,
    startedAt: `2026-01-02T03:04:0${id}.000Z`,
    state: 'failed',
    request: sampleRequest(OUTPUT),
    receipt: { ...sampleReceipt(OUTPUT), kept: { fragments: 2, bytes: 1000 } },
    profiles: [],
    ...change,
  };
}

const entries = (...records: JobRecord[]): JobEntry[] => [
  { kind: 'broken', folder: '/x', job: { id: 'x', folder: '/x', reason: 'unreadable', detail: '' } },
  ...records.map((record): JobEntry => ({ kind: 'job', folder: '/x', record })),
];

describe('what a job left', () => {
  it('is beside all its targets, of the size that its receipt tells', () => {
    const record = job('1', { outputs: [OUTPUT, '/tmp/sintel.audio.mp4'] });
    assert.deepEqual(keptBy(record, entries(record)), { targets: [OUTPUT, '/tmp/sintel.audio.mp4'], bytes: 1000 });
  });

  it('is about what it last told when its process was killed', () => {
    const { receipt, ...rest } = job('1', { state: 'interrupted' });
    assert.ok(receipt);
    const killed = { ...rest, progress: { fragments: 1, fragmentsTotal: 2, bytes: 700, bytesPerSecond: 1 } };
    assert.equal(keptBy(killed, entries(killed))?.bytes, 700);
    const again = { ...killed, kept: { fragments: 1, bytes: 300 } };
    assert.equal(keptBy(again, [])?.bytes, 700, 'the newest account counts');
  });

  it('is what was there before when the last run got no plan', () => {
    const none = { total: 0, fetched: 0, resumed: 0, gaps: 0, declaredGaps: 0, retries: 0, hedged: 0 };
    const unplanned = { ...sampleReceipt(OUTPUT), fragments: none };
    const kept = { fragments: 1, bytes: 300 };
    assert.equal(keptBy(job('1', { receipt: unplanned, kept }), [])?.bytes, 300);
    assert.equal(keptBy(job('1', { receipt: sampleReceipt(OUTPUT), kept }), [])?.bytes, 0, 'with a plan it knows');
  });

  it('is nothing once it is over', () => {
    for (const state of ['complete', 'completeWithGaps', 'cancelled', 'running'] as const) {
      assert.equal(keptBy(job('1', { state }), []), undefined, state);
    }
  });

  it('is of a recording while that can go on and no later job has its target', () => {
    const recording = job('1', { state: 'interrupted', isLive: true });
    const has = (...records: JobRecord[]): boolean => hasInterruptedRecording(OUTPUT, entries(...records));
    assert.equal(has(recording), true);
    assert.equal(has(job('1', { state: 'interrupted', isLive: false })), false);
    assert.equal(has({ ...recording, state: 'complete' }), false);
    assert.equal(has(recording, job('2')), false);
    assert.equal(hasInterruptedRecording('/tmp/other.ts', entries(recording)), false);
  });

  it('is neither taken over nor left by a job that never ran', () => {
    const { startedAt, ...unbegun } = job('2', { state: 'interrupted' });
    assert.ok(startedAt);
    const first = job('1', { state: 'interrupted', isLive: true });
    assert.ok(keptBy(first, entries(first, unbegun)));
    assert.equal(hasInterruptedRecording(OUTPUT, entries(unbegun, first)), true);
    assert.equal(keptBy(unbegun, entries(unbegun)), undefined, 'what lies beside its target is of somebody else');
  });

  it('belongs to who ran last to the same target', () => {
    const [first, second, other] = [job('1'), job('2'), job('3', { request: sampleRequest('/tmp/other.ts') })];
    const all = entries(first, second, other);
    assert.equal(keptBy(first, all), undefined);
    assert.ok(keptBy(second, all));
    const resumed = { ...first, startedAt: '2026-01-02T03:04:09.000Z' };
    assert.ok(keptBy(resumed, entries(resumed, second, other)));
    assert.equal(keptBy(second, entries(resumed, second, other)), undefined);
  });
});

describe('what is left beside an output', () => {
  it('is found with the job that left it', () => {
    const all = entries(job('1'), job('2'), job('3', { request: sampleRequest('/tmp/other.ts') }));
    assert.deepEqual([findKept(OUTPUT, all)?.record.id, findKept(OUTPUT, all)?.bytes], ['2', 1000]);
    assert.equal(findKept('/tmp/new.ts', all), undefined);
    assert.equal(findKept(OUTPUT, entries(job('1'), job('2', { state: 'complete' }))), undefined);
    assert.equal(findKept(OUTPUT, entries(job('1', { receipt: sampleReceipt(OUTPUT) }))), undefined);
  });
});

describe('targets that go with an output', () => {
  it('are those of every job that wrote it', () => {
    const all = entries(job('1', { outputs: [OUTPUT, '/tmp/a'] }), job('2', { state: 'complete' }));
    assert.deepEqual(targetsWith(OUTPUT, all), [OUTPUT, '/tmp/a']);
    assert.deepEqual(targetsWith('/tmp/new.ts', all), ['/tmp/new.ts']);
  });
});
