import assert from 'node:assert/strict';
import type { ErrorCode } from '../../../src/engine/errors.ts';
import { startLab, type Fault, type Lab, type StreamName } from '../../origin/lab.ts';
import { downloadTo } from './downloadTo.ts';

/** Short, so that a fault that only time can show is shown soon. */
const limits = { firstByteMs: 400, stallMs: 400, rateWindowMs: 400, tries: 3, noProgressMs: 3_000 };

/** What each fault ends in when it strikes for good. Struck once or twice, each must end in a whole file. */
const lasting: { fault: Fault; stream?: StreamName; code: ErrorCode | 'none' }[] = [
  { fault: { kind: 'status', status: 503 }, code: 'HLS_FRAGMENT_STATUS' },
  { fault: { kind: 'status', status: 429, retryAfter: '0' }, code: 'HLS_FRAGMENT_STATUS' },
  { fault: { kind: 'reset-before' }, code: 'HLS_FRAGMENT_RESET' },
  { fault: { kind: 'reset-midway' }, code: 'HLS_FRAGMENT_TRUNCATED' },
  { fault: { kind: 'truncate' }, code: 'HLS_FRAGMENT_TRUNCATED' },
  { fault: { kind: 'truncate-chunked' }, code: 'HLS_FRAGMENT_TRUNCATED' },
  { fault: { kind: 'wrong-length', delta: 1000 }, code: 'HLS_FRAGMENT_TRUNCATED' },
  { fault: { kind: 'wrong-length', delta: -1000 }, code: 'HLS_FRAGMENT_TRUNCATED' },
  { fault: { kind: 'wrong-length', delta: -1000 }, stream: 'fmp4', code: 'HLS_FRAGMENT_TRUNCATED' },
  { fault: { kind: 'no-headers' }, code: 'HLS_FRAGMENT_TIMEOUT' },
  { fault: { kind: 'stall' }, code: 'HLS_FRAGMENT_STALLED' },
  { fault: { kind: 'slow' }, code: 'HLS_FRAGMENT_STALLED' },
  { fault: { kind: 'html', contentType: 'media' }, code: 'HLS_FRAGMENT_CONTENT' },
  { fault: { kind: 'html' }, stream: 'fmp4', code: 'HLS_FRAGMENT_CONTENT' },
  { fault: { kind: 'json' }, code: 'HLS_FRAGMENT_CONTENT' },
  { fault: { kind: 'empty' }, code: 'HLS_FRAGMENT_CONTENT' },
  { fault: { kind: 'html' }, stream: 'aes-iv', code: 'HLS_FRAGMENT_DECRYPT' },
  { fault: { kind: 'range-ignored' }, stream: 'byterange', code: 'none' },
  { fault: { kind: 'range-wrong' }, stream: 'byterange', code: 'HLS_FRAGMENT_RANGE' },
  { fault: { kind: 'redirect' }, code: 'none' },
  { fault: { kind: 'redirect', to: 'cross-origin' }, code: 'none' },
  { fault: { kind: 'redirect', to: 'loop' }, code: 'HLS_FRAGMENT_REDIRECT' },
];

describe('engine: faults', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  for (const { fault, stream = 'small', code } of lasting) {
    const what = `${JSON.stringify(fault)} on ${stream}`;
    for (const index of [0, 9, 23]) {
      it(`${what}, twice at fragment ${index + 1}, ends in a whole file`, async () => {
        const { sha256 } = await lab.digest(stream);
        const url = lab.url(stream, { faults: [{ ...fault, index, times: 2 }] });
        const { receipt, files } = await downloadTo(url, { limits, resume: false });
        assert.equal(receipt.output?.sha256, sha256, receipt.error?.message);
        assert.deepEqual(files, ['out.ts']);
      });
    }

    it(`${what}, for good, ${code === 'none' ? 'is no fault' : `ends as ${code} and leaves nothing`}`, async () => {
      const { receipt, files } = await downloadTo(lab.url(stream, { faults: [{ ...fault, index: 9 }] }), {
        limits,
        resume: false,
      });
      if (code === 'none') {
        assert.equal(receipt.output?.sha256, (await lab.digest(stream)).sha256);
        return;
      }
      assert.equal(receipt.error?.code, code);
      assert.match(receipt.error.message, /^Fragment 10 of 24: /);
      assert.equal(receipt.error.fragment, 9);
      assert.ok(receipt.error.hint.length > 0);
      assert.deepEqual(files, []);
    });
  }

  it('refuses a body that is larger than its duration justifies', async () => {
    const url = lab.url('small', { faults: [{ kind: 'endless', index: 9 }] });
    const { receipt, files } = await downloadTo(url, { limits: { ...limits, stallMs: 5_000 }, resume: false });
    assert.equal(receipt.error?.code, 'HLS_FRAGMENT_TOO_LARGE');
    assert.deepEqual(files, []);
  });

  it('asks once for what the origin does not have', async () => {
    const url = lab.url('small', { session: 'gone', faults: [{ kind: 'status', status: 404, index: 3 }] });
    const { receipt } = await downloadTo(url, { limits, resume: false });
    assert.equal(receipt.error?.code, 'HLS_FRAGMENT_STATUS');
    assert.equal((await lab.requests('gone')).filter(({ status }) => status === 404).length, 1);
  });

  for (const resource of ['playlist', 'map', 'key'] as const) {
    const stream: StreamName = { playlist: 'small', map: 'fmp4', key: 'aes-iv' }[resource] as StreamName;
    it(`fetches the ${resource} again after a fault, and names it when the fault stays`, async () => {
      const once = lab.url(stream, { faults: [{ kind: 'status', resource, times: 2 }] });
      assert.equal((await downloadTo(once, { limits, resume: false })).receipt.state, 'complete');
      const always = lab.url(stream, { faults: [{ kind: 'status', resource }] });
      const { receipt, files } = await downloadTo(always, { limits, resume: false });
      assert.equal(receipt.error?.code, `HLS_${resource === 'map' ? 'INIT' : resource.toUpperCase()}_STATUS`);
      assert.deepEqual(files, []);
    });
  }

  it('makes every request wait when one is told to', async () => {
    const fault: Fault = { kind: 'status', status: 429, retryAfter: '1', index: 4, times: 1 };
    const url = lab.url('small', { session: 'wait', faults: [fault] });
    const { receipt } = await downloadTo(url, { limits, concurrency: 2 });
    assert.equal(receipt.state, 'complete');
    const requests = await lab.requests('wait');
    const told = requests.find(({ status }) => status === 429);
    assert.ok(told);
    const toldMs = told.overMs ?? told.atMs;
    const early = requests.filter(({ atMs }) => atMs > toldMs + 100 && atMs < toldMs + 900);
    assert.deepEqual(
      early.map(({ path }) => path),
      [],
    );
  });

  it('sends the headers to the origin that they were given for, and to no other', async () => {
    const faults: Fault[] = [{ kind: 'redirect', to: 'cross-origin', index: 2 }];
    const url = lab.url('small', { session: 'headers', faults });
    const { receipt } = await downloadTo(url, { headers: { 'x-secret': 'hidden' }, limits });
    assert.equal(receipt.state, 'complete');
    const redirected = (await lab.requests('headers')).filter(({ path }) => path.endsWith('f000002.ts'));
    assert.deepEqual(
      redirected.map(({ headerNames }) => headerNames.includes('x-secret')),
      [true, false],
    );
  });

  it('tells no secret', async () => {
    const url = lab.url('small', { query: { token: 'hidden' }, faults: [{ kind: 'status', status: 404, index: 3 }] });
    const { receipt, events } = await downloadTo(url, { headers: { 'x-secret': 'hidden' }, limits });
    assert.equal(receipt.state, 'failed');
    assert.doesNotMatch(JSON.stringify([receipt, events]), /hidden/);
  });
});
