import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createSecureServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import {
  drip,
  eagerRules,
  etag,
  fetchAfterOthers,
  fetchOther,
  hedgeableAt,
  quickRules,
  send,
  size,
  slow,
  startMixedOrigin,
  usual,
  whole,
  type Answering,
} from './hedgeServing.ts';
import { Collector, failureOf, openClient, patternBytes } from './serving.ts';

const rangeStart = ({ headers }: IncomingMessage) => Number(/\d+/.exec(headers.range ?? '')?.[0] ?? 0);

/** The first answer is slow, all that follow are as `next` says. */
function slowThen(next: Answering, headers = { etag }): Answering {
  return (request, response, before) => {
    if (before === 0) send(request, response, { pace: slow, headers });
    else next(request, response, before);
  };
}

const noValidator = {} as { etag: string };
const other = patternBytes(size, 9);

describe('engine/transport: a fragment that has fallen behind', () => {
  it('is gone on with by a second request for the rest, and the slow connection is dropped', async () => {
    await using origin = await startMixedOrigin(slowThen((request, response) => send(request, response)));
    const { result, collector, retries } = await fetchAfterOthers(origin);
    assert.ok(collector.bytes.equals(whole));
    assert.equal(collector.bodies.length, 1);
    assert.deepEqual([result.hedges, result.tries, retries.length], [1, 1, 0]);
    const [first, second] = origin.asked;
    assert.equal(origin.asked.length, 2);
    assert.match(second?.headers.range ?? '', /^bytes=[1-9]\d*-$/);
    assert.equal(second?.headers['if-range'], etag);
    assert.ok(first?.socket.destroyed);
    assert.ok(result.received - size < 10_000, `${result.received - size} bytes came twice`);
    assert.equal(result.chunks, collector.bodies[0]?.length);
  });

  it('is fetched as a whole where there is no validator, for a receiver of its own', async () => {
    const answer = slowThen((request, response) => send(request, response, { headers: {} }), noValidator);
    await using origin = await startMixedOrigin(answer);
    const { result, collector, retries } = await fetchAfterOthers(origin);
    assert.ok(collector.bytes.equals(whole));
    assert.equal(collector.bodies.length, 2);
    assert.equal(origin.asked[1]?.headers.range, undefined);
    assert.deepEqual([result.hedges, result.tries, retries.length], [1, 1, 0]);
    assert.ok(result.received < 1.5 * size);
  });

  it('may be a byte range', async () => {
    const byteRange = { offset: 1000, length: 60_000 };
    const answer: Answering = (request, response, before) => {
      const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
      const part = whole.subarray(Number(first), Number(last) + 1);
      response.writeHead(206, {
        'content-range': `bytes ${first}-${last}/${size}`,
        'content-length': part.length,
        etag,
      });
      drip(response, part, before === 0 ? slow : usual);
    };
    await using origin = await startMixedOrigin(answer);
    const { result, collector } = await fetchAfterOthers(origin, {}, { byteRange });
    assert.ok(collector.bytes.equals(whole.subarray(1000, 61_000)));
    assert.equal(result.hedges, 1);
    assert.match(origin.asked[1]?.headers.range ?? '', /^bytes=\d+-60999$/);
  });

  it('is asked for again when no answer comes', async () => {
    await using origin = await startMixedOrigin((request, response, before) => {
      if (before > 0) send(request, response);
    });
    const hedgeRules = { ...eagerRules, silentMs: 60, observedMs: 60_000 };
    const { result, collector, retries } = await fetchAfterOthers(origin, { hedgeRules });
    assert.ok(collector.bytes.equals(whole));
    assert.deepEqual([collector.bodies.length, result.hedges, result.tries, retries.length], [1, 1, 1, 0]);
    assert.equal(result.received, size);
  });

  it('is left to the first answer when that begins before the second', async () => {
    let first: () => void = () => undefined;
    await using origin = await startMixedOrigin((request, response, before) => {
      if (before === 0) first = () => send(request, response);
      else first();
    });
    const hedgeRules = { ...eagerRules, silentMs: 60, observedMs: 60_000 };
    const { result, collector } = await fetchAfterOthers(origin, { hedgeRules });
    assert.ok(collector.bytes.equals(whole));
    assert.deepEqual([collector.bodies.length, result.hedges], [1, 1]);
    assert.ok(origin.asked[1]?.socket.destroyed);
  });

  it('is left to an answer that begins anew, where the rest of an earlier one was asked for twice', async () => {
    const held: ServerResponse[] = [];
    await using origin = await startMixedOrigin((_request, response, before) => {
      if (before === 0) {
        response.writeHead(200, { 'content-length': size, etag }).write(whole.subarray(0, size / 2));
        setImmediate(() => response.destroy());
      } else if (held.push(response) === 2) {
        held[0]?.writeHead(200, { 'content-length': size, etag }).write(whole.subarray(0, 1000));
      }
    });
    const collector = new Collector();
    collector.onData = () => {
      const [anew, rest] = held;
      if (collector.bodies.length < 2 || rest?.headersSent !== false) return;
      // Whoever is not needed any more has its connection closed.
      rest.socket?.once('close', () => anew?.end(whole.subarray(1000)));
      const { length } = collector.bodies[0]?.reduce((all, chunk) => Buffer.concat([all, chunk])) ?? whole;
      rest.writeHead(206, { 'content-range': `bytes ${length}-${size - 1}/${size}`, etag }).end(whole.subarray(length));
    };
    const open = openClient(origin.url, { hedgeRules: { ...eagerRules, silentMs: 60, observedMs: 60_000 } });
    try {
      await Promise.all(['a', 'b', 'c', 'd'].map((name) => fetchOther(open.client, origin, name)));
      const result = await open.client.fetch(hedgeableAt(`${origin.url}/f.ts`, collector));
      assert.ok(collector.bytes.equals(whole), `${collector.bytes.length} bytes`);
      assert.deepEqual([collector.bodies.length, result.hedges, result.tries], [2, 1, 2]);
    } finally {
      await open.client.close();
    }
  });

  it('goes on from another body when the one that overtook it is slow too', async () => {
    const fastThenSlow = (request: IncomingMessage, response: ServerResponse) => {
      const first = rangeStart(request);
      const range = { 'content-range': `bytes ${first}-${size - 1}/${size}`, 'content-length': size - first };
      response.writeHead(206, { ...range, etag });
      response.write(whole.subarray(first, first + 20_000));
      drip(response, whole.subarray(first + 20_000), slow);
    };
    const answer = slowThen((request, response, before) => {
      if (before > 1) send(request, response);
      else fastThenSlow(request, response);
    });
    await using origin = await startMixedOrigin(answer);
    const { result, collector } = await fetchAfterOthers(origin);
    assert.ok(collector.bytes.equals(whole));
    assert.deepEqual([collector.bodies.length, result.hedges, result.tries], [1, 2, 1]);
  });
});

describe('engine/transport: a stream of HTTP/2 that has fallen behind', () => {
  it('is gone on with on another stream of the same connection', async () => {
    const readTls = (file: string) => readFileSync(new URL(`../../../origin/tls/${file}`, import.meta.url), 'utf8');
    const sessions = new Set<ServerHttp2Session>();
    const ranges: (string | undefined)[] = [];
    const server = createSecureServer({ key: readTls('origin-key.pem'), cert: readTls('origin.pem') });
    server.on('session', (session) => sessions.add(session));
    server.on('stream', (stream, { ':path': path, range }) => {
      stream.on('error', () => undefined);
      const first = Number(/\d+/.exec(range ?? '')?.[0] ?? 0);
      const part = { 'content-length': size - first, etag };
      if (path === '/f.ts') ranges.push(range);
      if (first > 0) stream.respond({ ':status': 206, ...part, 'content-range': `bytes ${first}-${size - 1}/${size}` });
      else stream.respond({ ':status': 200, ...part });
      if (path !== '/f.ts' || first > 0) stream.end(whole.subarray(first));
      else stream.write(whole.subarray(0, 5000));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      await using open = openClient(url, { http: '2', ca: readTls('ca.pem'), hedgeRules: eagerRules });
      const names = ['a', 'b', 'c', 'd'];
      await Promise.all(names.map((name) => open.client.fetch(hedgeableAt(`${url}/${name}.ts`, new Collector()))));
      const collector = new Collector();
      const result = await open.client.fetch(hedgeableAt(`${url}/f.ts`, collector));
      assert.ok(collector.bytes.equals(whole));
      assert.deepEqual([collector.bodies.length, result.hedges, result.tries, result.received], [1, 1, 1, size]);
      assert.deepEqual(ranges, [undefined, 'bytes=5000-']);
      assert.equal(sessions.size, 1);
      assert.equal([...sessions][0]?.destroyed, false);
    } finally {
      for (const session of sessions) session.destroy();
      server.close();
    }
  });
});

describe('engine/transport: a second request that fails', () => {
  const failures: [what: string, Answering, headers?: { etag: string }][] = [
    ['by a status', (_, response) => void response.writeHead(404).end()],
    ['by its connection', (_, response) => void response.destroy()],
    [
      'by the end of its connection',
      (request, response) => {
        response.writeHead(206, { 'content-range': `bytes ${rangeStart(request)}-${size - 1}/${size}`, etag });
        response.flushHeaders();
        response.destroy();
      },
    ],
    ['by never answering', () => undefined],
    ['by another validator', (request, response) => send(request, response, { headers: { etag: '"two"' } })],
    [
      'by ignoring the range',
      (_, response) => void response.writeHead(200, { etag, 'content-length': size }).end(whole),
    ],
    ['by other bytes', (request, response) => void setTimeout(() => send(request, response, { body: other }), 30)],
    [
      'by other bytes as a whole',
      (request, response) => send(request, response, { body: other, headers: {} }),
      noValidator,
    ],
    [
      'by more bytes',
      (request, response) => send(request, response, { body: Buffer.concat([whole, whole]), headers: {} }),
      noValidator,
    ],
  ];
  for (const [what, answer, headers] of failures) {
    it(`${what} changes nothing`, async () => {
      await using origin = await startMixedOrigin(slowThen(answer, headers));
      const { result, collector, retries } = await fetchAfterOthers(origin);
      assert.ok(collector.bytes.equals(whole));
      assert.deepEqual([collector.bodies.length, result.hedges, result.tries], [1, 1, 1]);
      assert.deepEqual(retries, []);
      assert.equal(origin.asked.length, 2);
    });
  }

  it('brings the body all the same when the first one dies', async () => {
    for (const headers of [{ etag }, noValidator]) {
      let firstResponse: ServerResponse | undefined;
      await using origin = await startMixedOrigin((request, response, before) => {
        if (before === 0) {
          firstResponse = response;
          send(request, response, { pace: slow, headers });
        } else {
          firstResponse?.destroy();
          setTimeout(() => send(request, response, { headers }), 30);
        }
      });
      const { result, collector, retries } = await fetchAfterOthers(origin);
      assert.ok(collector.bytes.equals(whole));
      assert.deepEqual([result.hedges, result.tries, retries.length], [1, 1, 0]);
    }
  });

  it('and a first one that fails are one try', async () => {
    let firstResponse: ServerResponse | undefined;
    await using origin = await startMixedOrigin((request, response, before) => {
      if (before > 1) {
        send(request, response);
        return;
      }
      if (before === 0) {
        firstResponse = response;
        send(request, response, { pace: slow });
      } else {
        firstResponse?.destroy();
        setTimeout(() => response.destroy(), 30);
      }
    });
    const { result, collector, retries } = await fetchAfterOthers(origin);
    assert.ok(collector.bytes.equals(whole));
    assert.deepEqual([collector.bodies.length, result.tries, retries.length], [1, 2, 1]);
    assert.equal(retries[0]?.error.reason, 'TRUNCATED');
    assert.match(origin.asked[2]?.headers.range ?? '', /^bytes=[1-9]\d*-$/);
  });

  it('ends with the download', async () => {
    const ending = new AbortController();
    await using origin = await startMixedOrigin(slowThen(() => ending.abort(new Error('enough'))));
    const failure = await failureOf(fetchAfterOthers(origin, { signal: ending.signal }));
    assert.equal(failure.message, 'enough');
    for (const { socket } of origin.asked) {
      if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve));
    }
  });
});

describe('engine/transport: no second request', () => {
  it('while all are slow', async () => {
    await using origin = await startMixedOrigin((request, response) => send(request, response, { pace: slow }));
    await using open = openClient(origin.url, { hedgeRules: quickRules });
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => fetchOther(open.client, origin, name)));
    const all = [1, 2, 3, 4].map(() => open.client.fetch(hedgeableAt(`${origin.url}/f.ts`, new Collector())));
    assert.deepEqual(
      (await Promise.all(all)).map(({ hedges }) => hedges),
      [0, 0, 0, 0],
    );
    assert.equal(origin.asked.length, 4);
  });

  it('while the reader is the brake', async () => {
    await using origin = await startMixedOrigin((request, response) => send(request, response));
    const collector = new Collector();
    collector.onData = () => {
      collector.flow?.pause();
      setTimeout(() => collector.flow?.resume(), 30);
    };
    const { result } = await fetchAfterOthers(
      origin,
      { hedgeRules: { ...quickRules, silentMs: 60_000 } },
      { receive: collector.receive },
    );
    assert.ok(collector.bytes.equals(whole));
    assert.equal(result.hedges, 0);
  });

  for (const status of [429, 503]) {
    it(`to an origin that answered ${status}`, async () => {
      const answer: Answering = (request, response, before) => {
        if (before === 0) response.writeHead(status).end();
        else send(request, response, { pace: slow });
      };
      await using origin = await startMixedOrigin(answer);
      const { result } = await fetchAfterOthers(origin);
      assert.deepEqual([result.tries, result.hedges], [2, 0]);
    });

    it(`to an origin that answered the last second one with ${status}`, async () => {
      await using origin = await startMixedOrigin((request, response, before) => {
        if (before === 1) response.writeHead(status).end();
        else send(request, response, { pace: slow });
      });
      await using open = openClient(origin.url, { hedgeRules: eagerRules });
      await Promise.all(['a', 'b', 'c', 'd'].map((name) => fetchOther(open.client, origin, name)));
      const fetchSlow = () => open.client.fetch(hedgeableAt(`${origin.url}/f.ts`, new Collector()));
      assert.equal((await fetchSlow()).hedges, 1);
      assert.equal((await fetchSlow()).hedges, 0);
      assert.equal(open.retries.length, 0);
    });
  }

  it('under a rate limit', async () => {
    await using origin = await startMixedOrigin((request, response) => send(request, response, { pace: slow }));
    const { result } = await fetchAfterOthers(origin, { rateBytesPerSecond: 10_000_000 });
    assert.equal(result.hedges, 0);
  });

  it('for what may not be asked for twice', async () => {
    await using origin = await startMixedOrigin((request, response) => send(request, response, { pace: slow }));
    const { result } = await fetchAfterOthers(origin, {}, { mayHedge: false });
    assert.equal(result.hedges, 0);
  });

  it('beyond the bytes that may come twice', async () => {
    await using origin = await startMixedOrigin((request, response) => send(request, response, { pace: slow }));
    const hedgeRules = { ...eagerRules, extraShare: 0, extraBytes: 1000 };
    const { result } = await fetchAfterOthers(origin, { hedgeRules });
    assert.equal(result.hedges, 0);
  });

  it('for what is nearly there, but its connection serves no other', async () => {
    const sockets: Socket[] = [];
    const sendLast = (response: ServerResponse) => {
      response.writeHead(200, { 'content-length': 12_000, etag });
      drip(response, whole.subarray(0, 12_000), slow / 2);
    };
    await using origin = await startMixedOrigin((request, response, before) => {
      sockets.push(request.socket);
      if (before > 0) send(request, response);
      else sendLast(response);
    });
    await using open = openClient(origin.url, { hedgeRules: { ...quickRules, gainMs: 1000, lastGainMs: 1000 } });
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => fetchOther(open.client, origin, name)));
    const fetchOne = () => open.client.fetch(hedgeableAt(`${origin.url}/f.ts`, new Collector()));
    assert.equal((await fetchOne()).hedges, 0);
    await fetchOne();
    assert.ok(sockets[0]?.destroyed);
    assert.notEqual(sockets[0], sockets[1]);
  });
});
