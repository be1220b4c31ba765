import assert from 'node:assert/strict';
import type { TransferCause } from '../../../../src/engine/errors.ts';
import { defaultLimits as limits } from '../../../../src/engine/request.ts';
import { transferError } from '../../../../src/engine/transport/faults.ts';
import { decideRetry, parseRetryAfter, type FailedTry } from '../../../../src/engine/transport/retry.ts';

const subject = { resource: 'fragment' as const, url: 'https://a.example/1.ts', label: 'Fragment 1 of 2' };

function failed(
  reason: TransferCause,
  details: { status?: number; retryAfterMs?: number } = {},
  more: Partial<FailedTry> = {},
): FailedTry {
  const error = transferError(subject, reason, 'it failed', details);
  return { error, tries: 1, refusals: 0, idleMs: 0, isUnderWay: true, ...more };
}

/** `retry after`, in milliseconds, with the longest jitter; or `fail`. */
const cases: [what: string, FailedTry, 'fail' | number][] = [
  ['the first reset', failed('RESET'), 200],
  ['the third', failed('RESET', {}, { tries: 3 }), 800],
  ['the ninth', failed('RESET', {}, { tries: 9 }), 5_000],
  ['the tenth', failed('RESET', {}, { tries: 10 }), 'fail'],
  ['503', failed('STATUS', { status: 503 }), 200],
  ['404', failed('STATUS', { status: 404 }), 'fail'],
  ['403', failed('STATUS', { status: 403 }), 'fail'],
  ['304', failed('STATUS', { status: 304 }), 'fail'],
  ['429 with a wait', failed('STATUS', { status: 429, retryAfterMs: 60_000 }), 60_000],
  ['500 with a wait that is over', failed('STATUS', { status: 500, retryAfterMs: 0 }), 200],
  ['503 with the longest wait', failed('STATUS', { status: 503, retryAfterMs: 300_000 }), 300_000],
  ['503 with a longer one', failed('STATUS', { status: 503, retryAfterMs: 300_001 }), 'fail'],
  ['an announced wait late in the day', failed('STATUS', { status: 503, retryAfterMs: 9e4 }, { idleMs: 44_900 }), 9e4],
  ['no progress for too long', failed('TIMEOUT', {}, { idleMs: 45_000 }), 'fail'],
  ['no progress for nearly too long', failed('TIMEOUT', {}, { idleMs: 44_600 }), 'fail'],
  ['a wait cut short for a last try', failed('TIMEOUT', {}, { tries: 7, idleMs: 44_000 }), 500],
  ['the second refusal', failed('CONTENT', {}, { tries: 5, refusals: 2 }), 3_200],
  ['the third', failed('CONTENT', {}, { tries: 5, refusals: 3 }), 'fail'],
  ['a certificate', failed('TLS'), 'fail'],
  ['a private address', failed('POLICY'), 'fail'],
  ['a host that went away', failed('UNREACHABLE'), 200],
];

describe('engine/transport: retry', () => {
  for (const [what, given, expected] of cases) {
    it(`${what}: ${expected === 'fail' ? 'fails' : `again after ${expected} ms`}`, () => {
      const decision = decideRetry(given, limits, () => 1);
      assert.equal(decision.action === 'retry' ? decision.delayMs : 'fail', expected);
    });
  }

  it('says how long nothing useful came, and which wait was asked for', () => {
    const idle = decideRetry(failed('TIMEOUT', {}, { idleMs: 45_010 }), limits, () => 0);
    assert.deepEqual(idle, { action: 'fail', why: '; nothing useful came for 45 s' });
    const long = decideRetry(failed('STATUS', { status: 503, retryAfterMs: 600_000 }), limits, () => 0);
    assert.match(JSON.stringify(long), /asks to wait 600 s, longer than the 300 s that are allowed/);
  });

  it('tells a typo in the address of the playlist at once, but not a network that went away', () => {
    const error = transferError({ ...subject, resource: 'playlist' }, 'UNREACHABLE', 'the host is not known');
    const first = { error, tries: 1, refusals: 0, idleMs: 0, isUnderWay: false };
    assert.equal(decideRetry(first, limits, () => 0).action, 'fail');
    assert.equal(decideRetry({ ...first, isUnderWay: true }, limits, () => 0).action, 'retry');
  });

  for (const [value, expected] of [
    ['120', 120_000],
    [' 0 ', 0],
    ['Thu, 01 Jan 1970 00:01:40 GMT', 90_000],
    ['Thu, 01 Jan 1970 00:00:01 GMT', 0],
    ['soon', undefined],
    [undefined, undefined],
  ] as const) {
    it(`reads Retry-After: ${value}`, () => assert.equal(parseRetryAfter(value, 10_000), expected));
  }
});
