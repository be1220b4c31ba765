import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Collector, failureOf, fragmentAt, openClient, patternBytes, shortLimits, startOrigin } from './serving.ts';

/** The defaults in the same proportions, thirty times as fast. */
const limits = {
  ...shortLimits,
  firstByteMs: 500,
  stallMs: 333,
  rateWindowMs: 333,
  minimumBytesPerSecond: 30_000,
  tries: 10,
  noProgressMs: 1_500,
};
const toleranceMs = 500;
const half = patternBytes(500_000);

const stall = (response: ServerResponse) => response.writeHead(200, { 'content-length': 1_000_000 }).write(half);

function trickle(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': 1_000_000, etag: '"one"' });
  const timer = setInterval(() => response.write('x'), 30);
  response.on('close', () => clearInterval(timer));
}

const cases: [what: string, answer: (response: ServerResponse, before: number, request: IncomingMessage) => void][] = [
  ['headers that never come', () => undefined],
  ['a slow loris', trickle],
  ['a body that stalls again and again after the same half', stall],
  [
    'a slow loris that goes on where it was interrupted',
    (response, before, { headers }) => {
      if (before === 0 || headers.range === undefined) trickle(response);
      else {
        const first = Number(/\d+/.exec(headers.range)?.[0]);
        const range = { 'content-range': `bytes ${first}-999999/1000000`, 'content-length': 1_000_000 - first };
        response.writeHead(206, { ...range, etag: '"one"' }).write('y');
      }
    },
  ],
  [
    'stalls, silence and loris in turn',
    (response, before) => {
      if (before % 3 === 0) stall(response);
      else if (before % 3 === 2) trickle(response);
    },
  ],
];

describe('engine/transport: no progress over all tries', () => {
  for (const [what, answer] of cases) {
    it(`${what}: ends in time, and says how long nothing useful came`, async () => {
      await using origin = await startOrigin((request, response, before) => answer(response, before, request));
      await using open = openClient(origin.url, { limits });
      const startMs = performance.now();
      const error = await failureOf(open.client.fetch(fragmentAt(origin.url, new Collector())));
      const tookMs = performance.now() - startMs;
      assert.ok(Math.abs(tookMs - limits.noProgressMs) < toleranceMs, `${Math.round(tookMs)} ms: ${error.message}`);
      assert.match(error.code, /^HLS_FRAGMENT_(TIMEOUT|STALLED)$/);
      assert.match(error.message, /; nothing useful came for 1\.[3-9] s \(\d tries\)$/);
    });
  }

  it('does not count a body that is just slow enough', async () => {
    const bytes = patternBytes(100_000);
    await using origin = await startOrigin((_request, response) => {
      response.writeHead(200, { 'content-length': bytes.length });
      let sent = 0;
      const timer = setInterval(() => {
        response.write(bytes.subarray(sent, (sent += 4_000)));
        if (sent >= bytes.length) clearInterval(timer);
      }, 80);
    });
    const collector = new Collector();
    await using open = openClient(origin.url, { limits });
    await open.client.fetch(fragmentAt(origin.url, collector));
    assert.ok(collector.bytes.equals(bytes));
    assert.equal(open.retries.length, 0);
  });

  it('does not count waits that the origin announced, nor our own pauses', async () => {
    await using origin = await startOrigin((_request, response, before) => {
      if (before === 0) setTimeout(() => response.writeHead(503, { 'retry-after': '2' }).end(), 400);
      // Late enough to be seen as too late, if the wait counted.
      else setTimeout(() => response.writeHead(200, { 'content-length': half.length }).end(half), 300);
    });
    const collector = new Collector();
    let pauses = 0;
    collector.onData = () => {
      if (pauses++ > 0) return;
      collector.flow?.pause();
      setTimeout(() => collector.flow?.resume(), 1_800);
    };
    await using open = openClient(origin.url, { limits });
    const result = await open.client.fetch(fragmentAt(origin.url, collector));
    assert.ok(collector.bytes.equals(half));
    assert.equal(result.tries, 2);
    assert.deepEqual(
      open.retries.map(({ delayMs, isAnnounced }) => [delayMs, isAnnounced]),
      [[2_000, true]],
    );
  });

  it('excuses the time in which this process did nothing', async () => {
    await using origin = await startOrigin((_request, response) => {
      response.writeHead(200, { 'content-length': half.length }).write(half.subarray(0, 1000));
      setTimeout(() => response.end(half.subarray(1000)), 100);
    });
    const collector = new Collector();
    let isAsleep = false;
    collector.onData = () => {
      if (isAsleep) return;
      isAsleep = true;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_500);
    };
    await using open = openClient(origin.url, { limits });
    await open.client.fetch(fragmentAt(origin.url, collector));
    assert.ok(collector.bytes.equals(half));
    assert.equal(open.retries.length, 0);
  });
});
