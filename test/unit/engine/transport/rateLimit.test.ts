import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { isAbortError } from '../../../../src/engine/errors.ts';
import { startLab } from '../../../origin/lab.ts';
import { Collector, failureOf, fragmentAt, openClient, patternBytes, shortLimits, startOrigin } from './serving.ts';

const windowMs = 250;

/** When bytes came, over all receivers. */
class Arrivals {
  readonly list: { atMs: number; bytes: number }[] = [];

  collector(): Collector {
    const collector = new Collector();
    collector.onData = ({ length }) => this.list.push({ atMs: performance.now(), bytes: length });
    return collector;
  }

  get bytes(): number {
    return this.list.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get ms(): number {
    return (this.list.at(-1)?.atMs ?? 0) - (this.list[0]?.atMs ?? 0);
  }

  /** Most bytes within any quarter of a second. */
  get mostInWindow(): number {
    return Math.max(
      ...this.list.map(({ atMs: from }) =>
        this.list.reduce((sum, { atMs, bytes }) => (atMs >= from && atMs < from + windowMs ? sum + bytes : sum), 0),
      ),
    );
  }
}

describe('engine/transport: rate limit', () => {
  for (const reads of ['pooled', 'plain'] as const) {
    it(`brings what the rate says in every quarter of a second, all connections together, reads ${reads}`, async () => {
      const content = patternBytes(200_000);
      await using origin = await startOrigin((_request, response) => response.end(content));
      const rateBytesPerSecond = 800_000;
      await using open = openClient(origin.url, { rateBytesPerSecond, reads });
      const arrivals = new Arrivals();
      const collectors = Array.from({ length: 4 }, () => arrivals.collector());
      const transfers = collectors.map((each, index) => open.client.fetch(fragmentAt(`${origin.url}/${index}`, each)));
      await Promise.all(transfers);
      for (const { bytes } of collectors) assert.ok(bytes.equals(content));
      assert.equal(arrivals.bytes, 800_000);
      // A read brings at most a turn where it is ours, and 64 KiB where it is Node's.
      const readBytes = reads === 'pooled' ? 20_000 : 65_536;
      const mostBytes = rateBytesPerSecond * (windowMs / 1000 + 0.05) + 20_000 + 2 * readBytes;
      assert.ok(arrivals.mostInWindow <= mostBytes, `${arrivals.mostInWindow} in a window, at most ${mostBytes}`);
      assert.ok(arrivals.ms >= 800, `took ${arrivals.ms} ms`);
      assert.deepEqual(open.retries, []);
    });
  }

  it('opens no more connections than the rate needs', async () => {
    const content = patternBytes(150_000);
    await using origin = await startOrigin((_request, response) => response.end(content));
    await using open = openClient(origin.url, { rateBytesPerSecond: 1_000_000 });
    const transfers = Array.from({ length: 6 }, (_, index) =>
      open.client.fetch(fragmentAt(`${origin.url}/${index}`, new Collector())),
    );
    await Promise.race(transfers);
    assert.ok(origin.seen.length <= 4, `${origin.seen.length} requests before the first answer was whole`);
    await Promise.all(transfers);
  });

  it('counts playlists and keys, and lets them pass', async () => {
    const content = patternBytes(400_000);
    await using origin = await startOrigin((request, response) => {
      response.end(
        request.url === '/key'
          ? content.subarray(0, 16)
          : content.subarray(0, request.url === '/list' ? 60_000 : undefined),
      );
    });
    await using open = openClient(origin.url, { rateBytesPerSecond: 500_000 });
    const arrivals = new Arrivals();
    const collectors = [arrivals.collector(), arrivals.collector()];
    const fragments = collectors.map((each, index) => open.client.fetch(fragmentAt(`${origin.url}/${index}`, each)));
    while (arrivals.bytes < 20_000) await new Promise(setImmediate);
    const before = arrivals.bytes;
    const key = { resource: 'key' as const, label: 'The key', url: `${origin.url}/key`, maxBytes: 1000 };
    assert.equal((await open.client.fetchBytes(key)).body.length, 16);
    const list = { resource: 'playlist' as const, label: 'The playlist', url: `${origin.url}/list`, maxBytes: 1e6 };
    assert.equal((await open.client.fetchBytes(list)).body.length, 60_000);
    // They have the rate for themselves meanwhile: what fragments may get is what was due to them already.
    assert.ok(arrivals.bytes - before <= 80_000, `${arrivals.bytes - before} bytes of fragments went first`);
    const startMs = performance.now();
    const stillBytes = 800_000 - arrivals.bytes;
    await Promise.all(fragments);
    assert.ok(performance.now() - startMs >= (stillBytes / 500_000) * 1000 - 200);
  });

  it('is taken for no stall and no crawl', async () => {
    const content = patternBytes(60_000);
    await using origin = await startOrigin((_request, response) => response.end(content));
    // Three connections share what is less than the minimum for one.
    const limits = {
      ...shortLimits,
      minimumBytesPerSecond: 60_000,
      rateWindowMs: 300,
      stallMs: 300,
      noProgressMs: 600,
    };
    await using open = openClient(origin.url, { rateBytesPerSecond: 90_000, limits });
    const collectors = Array.from({ length: 3 }, () => new Collector());
    await Promise.all(collectors.map((each, index) => open.client.fetch(fragmentAt(`${origin.url}/${index}`, each))));
    for (const { bytes } of collectors) assert.ok(bytes.equals(content));
    assert.deepEqual(open.retries, []);
  });

  it('still tells a connection that stalls', async () => {
    const content = patternBytes(300_000);
    await using origin = await startOrigin((request, response, before) => {
      response.writeHead(200, { 'content-length': content.length });
      if (request.url === '/stalls' && before === 0) response.write(content.subarray(0, 1000));
      else response.end(content);
    });
    await using open = openClient(origin.url, { rateBytesPerSecond: 400_000 });
    const collector = new Collector();
    const stalling = open.client.fetch(fragmentAt(`${origin.url}/stalls`, collector));
    while (origin.seen.length < 1) await new Promise(setImmediate);
    const others = [0, 1].map((index) => open.client.fetch(fragmentAt(`${origin.url}/${index}`, new Collector())));
    await Promise.all([stalling, ...others]);
    assert.deepEqual(
      open.retries.map(({ error }) => error.reason),
      ['STALLED'],
    );
    assert.ok(collector.bytes.equals(content));
  });

  it('ends what waits for its turn when the download ends', async () => {
    await using origin = await startOrigin((_request, response) => response.end(patternBytes(300_000)));
    const ending = new AbortController();
    await using open = openClient(origin.url, { rateBytesPerSecond: 20_000, signal: ending.signal });
    const transfers = [0, 1, 2].map((index) =>
      failureOf(open.client.fetch(fragmentAt(`${origin.url}/${index}`, new Collector()))),
    );
    while (origin.seen.length === 0) await new Promise(setImmediate);
    ending.abort();
    for (const error of await Promise.all(transfers)) assert.ok(isAbortError(error));
    assert.ok(origin.seen.length < 3);
  });

  it('holds for HTTP/2, over one connection', async () => {
    await using lab = await startLab();
    const ca = readFileSync(lab.caPath, 'utf8');
    await using open = openClient(lab.https, { ca, http: '2', rateBytesPerSecond: 1_000_000 });
    const arrivals = new Arrivals();
    const { body } = await open.client.fetchBytes({
      resource: 'playlist',
      label: 'The playlist',
      url: lab.url('small', { secure: true, fragmentBytes: 250_000 }),
      maxBytes: 1e6,
    });
    const names = body
      .toString()
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    const urls = names.slice(0, 4).map((name) => new URL(name, lab.url('small', { secure: true })).href);
    await Promise.all(urls.map((url) => open.client.fetch(fragmentAt(url, arrivals.collector()))));
    assert.ok(arrivals.bytes > 900_000, String(arrivals.bytes));
    assert.ok(arrivals.ms >= 700, `took ${arrivals.ms} ms`);
    assert.ok(arrivals.mostInWindow <= 250_000 + 50_000 + 25_000 + 2 * 65_536, String(arrivals.mostInWindow));
  });
});
