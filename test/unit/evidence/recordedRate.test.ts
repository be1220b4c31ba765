import assert from 'node:assert/strict';
import { SendingLimit } from '../../../src/evidence/origin/sendingLimit.ts';
import { type BodyTimes, rateLimits } from '../../../src/evidence/recordedRate.ts';

/** Bodies of 100,000 bytes that come evenly in 100 ms each. */
const body = (atMs: number, more: Partial<BodyTimes> = {}): BodyTimes => ({
  ...{ queueMs: atMs, firstByteMs: 0, bodyMs: 100, bytes: 100_000 },
  ...more,
});

describe('the rate of a recording', () => {
  it('is what came in the busiest stretch of each length, of all bodies together', () => {
    // One at a time for 1.2 s, and three at once in the middle.
    const bodies = Array.from({ length: 12 }, (_, index) => body(index * 100));
    const limits = rateLimits([...bodies, body(550), body(550)]);
    assert.deepEqual(
      limits.map(({ windowMs, bytes }) => [windowMs, Math.round(bytes)]),
      [
        [250, 450_000],
        [500, 700_000],
      ],
    );
  });

  it('counts from the request whose answer was kept, to its first byte', () => {
    const late = [body(0), body(0, { delayMs: 300, firstByteMs: 600 })];
    assert.deepEqual(
      rateLimits(late).map(({ windowMs, bytes }) => [windowMs, Math.round(bytes)]),
      [
        [250, 100_000],
        [500, 100_000],
      ],
    );
  });

  it('says nothing of a download that is shorter than any stretch', () => {
    assert.deepEqual(rateLimits([body(0)]), []);
    assert.deepEqual(rateLimits([]), []);
    assert.deepEqual(rateLimits([body(0, { bodyMs: 0 })]), []);
  });
});

describe('the limit of what is sent', () => {
  const limits = [
    { windowMs: 250, bytes: 1000 },
    { windowMs: 500, bytes: 1500 },
  ];

  it('lets as much through in each stretch as was recorded, and what timers miss', () => {
    const limit = new SendingLimit(limits);
    assert.deepEqual([limit.take(600, 10_000), limit.take(600, 10_100), limit.take(600, 10_200)], [600, 410, 0]);
    // The first has left the short stretch and is in the long one still.
    assert.deepEqual([limit.take(900, 10_260), limit.take(900, 10_490)], [505, 0]);
    assert.equal(limit.take(900, 10_510), 600);
  });

  it('begins anew with each download', () => {
    const limit = new SendingLimit(limits);
    assert.equal(limit.take(5000, 10_000), 1010);
    limit.begin();
    assert.equal(limit.take(5000, 10_001), 1010);
  });

  it('knows no bound where nothing was recorded', () => {
    assert.equal(new SendingLimit([]).take(1e9, 10_000), 1e9);
  });
});
