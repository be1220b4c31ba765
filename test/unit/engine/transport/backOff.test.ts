import assert from 'node:assert/strict';
import { Collector, failureOf, fragmentAt, openClient, shortLimits, startOrigin } from './serving.ts';

const ok = 'content';

/** Requests by path, in milliseconds since the first answer that was none. */
async function fetchMany(refusal: { status: number; retryAfter?: string }, more = {}) {
  let refusedMs = 0;
  await using origin = await startOrigin((request, response) => {
    if (request.url !== '/told' || refusedMs > 0) {
      setTimeout(() => response.end(ok), 20);
      return;
    }
    refusedMs = performance.now();
    const headers = refusal.retryAfter === undefined ? {} : { 'retry-after': refusal.retryAfter };
    response.writeHead(refusal.status, headers).end();
  });
  await using open = openClient(origin.url, more);
  const fetchAll = async (name: string) => {
    for (let step = 0; step < 8; step++) {
      await open.client.fetch(fragmentAt(`${origin.url}/${name}${step}`, new Collector()));
    }
  };
  const told = open.client.fetch(fragmentAt(`${origin.url}/told`, new Collector()));
  const results = await Promise.allSettled([told, ...['a', 'b', 'c', 'd', 'e', 'f'].map(fetchAll)]);
  return {
    told: results[0],
    toldAgainMs: (origin.seen.findLast(({ url }) => url === '/told')?.atMs ?? 0) - refusedMs,
    afterMs: origin.seen.filter(({ url }) => url !== '/told').map(({ atMs }) => atMs - refusedMs),
    retries: open.retries,
  };
}

describe('engine/transport: back-off', () => {
  for (const status of [429, 503, 500]) {
    it(`makes all wait that a ${status} tells to, and lets them start a little apart`, async () => {
      const { afterMs, told, toldAgainMs, retries } = await fetchMany({ status, retryAfter: '1' });
      assert.equal(told.status, 'fulfilled');
      assert.ok(toldAgainMs >= 990);
      assert.equal(retries[0]?.isAnnounced, true);
      assert.deepEqual(
        afterMs.filter((atMs) => atMs > 100 && atMs < 990),
        [],
      );
      const first = afterMs.filter((atMs) => atMs >= 990).slice(0, 6);
      assert.equal(new Set(first.map(Math.round)).size > 1, true, first.join());
      assert.ok(Math.max(...first) < 1_400, first.join());
    });
  }

  it('takes a date', async () => {
    const retryAfter = new Date(Date.now() + 2_000).toUTCString();
    const { toldAgainMs, retries } = await fetchMany({ status: 503, retryAfter });
    assert.equal(retries[0]?.isAnnounced, true);
    assert.ok(toldAgainMs >= 900, `${toldAgainMs}`);
  });

  it('slows nobody else for a 503 that announces nothing', async () => {
    const { afterMs, told } = await fetchMany({ status: 503 });
    assert.equal(told.status, 'fulfilled');
    assert.ok(afterMs.filter((atMs) => atMs > 0 && atMs < 100).length >= 12, afterMs.join());
  });

  it('slows all for a 429 that announces nothing', async () => {
    const { afterMs, retries } = await fetchMany({ status: 429 });
    const holdMs = retries[0]?.delayMs ?? 0;
    assert.equal(retries[0]?.isAnnounced, false);
    assert.ok(holdMs >= 100);
    const during = afterMs.filter((atMs) => atMs > 60 && atMs < holdMs - 5);
    assert.deepEqual(during, []);
  });

  it('fails at once for a wait that is too long, and says which', async () => {
    const limits = { ...shortLimits, retryAfterMs: 5_000 };
    const startMs = performance.now();
    await using origin = await startOrigin((_request, response) =>
      response.writeHead(503, { 'retry-after': '3600' }).end(),
    );
    await using open = openClient(origin.url, { limits });
    const error = await failureOf(open.client.fetch(fragmentAt(origin.url, new Collector())));
    assert.equal(error.code, 'HLS_FRAGMENT_STATUS');
    assert.equal(error.status, 503);
    assert.match(error.message, /answered 503 and asks to wait 3600 s, longer than the 5 s that are allowed$/);
    assert.ok(performance.now() - startMs < 500);
    assert.equal(origin.seen.length, 1);
  });

  it('ends a wait when it is cancelled', async () => {
    await using origin = await startOrigin((_request, response) =>
      response.writeHead(503, { 'retry-after': '200' }).end(),
    );
    const stopping = new AbortController();
    const reason = new DOMException('Enough.', 'AbortError');
    await using open = openClient(origin.url, {
      signal: stopping.signal,
      onRetry: () => setImmediate(() => stopping.abort(reason)),
    });
    assert.equal(await failureOf(open.client.fetch(fragmentAt(origin.url, new Collector()))), reason);
  });
});
