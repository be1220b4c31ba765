import assert from 'node:assert/strict';
import {
  createJobId,
  formatRecord,
  isJobId,
  parseRecord,
  RecordError,
  type JobRecord,
} from '../../../src/jobs/record.ts';
import { sampleProfile, sampleReceipt, sampleRequest } from './samples.ts';

function sample(): JobRecord {
  return {
    schema: 1,
    id: '20260102-030405-678-0a0b0c',
    title: 'sintel',
    createdAt: '2026-01-02T03:04:05.678Z',
    state: 'complete',
    request: sampleRequest('/tmp/sintel.ts'),
    receipt: sampleReceipt('/tmp/sintel.ts'),
    profiles: [sampleProfile()],
  };
}

describe('job record', () => {
  it('comes back as it was written', () => {
    assert.deepEqual(parseRecord(formatRecord(sample())), sample());
  });

  it('keeps fields that a later version of the same schema added', () => {
    const text = JSON.stringify({ ...sample(), colour: 'blue' });
    assert.equal((parseRecord(text) as unknown as { colour: string }).colour, 'blue');
  });

  it('tells a newer schema from a broken file', () => {
    assert.throws(() => parseRecord(JSON.stringify({ ...sample(), schema: 2 })), { reason: 'newer' });
    assert.throws(() => parseRecord('{"schema":1,'), { reason: 'unreadable' });
  });

  const broken: [string, unknown][] = [
    ['an array', []],
    ['null', null],
    ['no schema', { ...sample(), schema: undefined }],
    ['an unknown state', { ...sample(), state: 'asleep' }],
    ['no output', { ...sample(), request: { ...sample().request, output: '' } }],
    ['no settings', { ...sample(), request: { url: 'https://a/', output: '/b' } }],
    ['profiles that are no list', { ...sample(), profiles: {} }],
    ['a profile outside its folder', { ...sample(), profiles: [{ ...sampleProfile(), file: '../../secret' }] }],
    ['a receipt without counts', { ...sample(), receipt: { wallMs: 1 } }],
  ];
  for (const [name, value] of broken) {
    it(`refuses ${name}`, () => {
      assert.throws(
        () => parseRecord(JSON.stringify(value)),
        (error) => error instanceof RecordError && error.reason === 'unreadable',
      );
    });
  }
});

describe('job id', () => {
  it('is the UTC time and six random digits', () => {
    const id = createJobId(new Date('2026-01-02T03:04:05.678Z'), () => 0.5);
    assert.equal(id, '20260102-030405-678-800000');
    assert.ok(isJobId(id));
  });

  it('sorts by time as text', () => {
    const times = ['2025-12-31T23:59:59.999Z', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.001Z'];
    const ids = times.map((time, index) => createJobId(new Date(time), () => 0.9 - index * 0.3));
    assert.deepEqual(ids.toSorted(), ids);
  });

  it('is no path', () => {
    for (const name of ['..', 'locks', 'deleted-20260102-030405-678-800000', '20260102-030405-678-800000/..']) {
      assert.equal(isJobId(name), false, name);
    }
  });
});
