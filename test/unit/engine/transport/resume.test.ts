import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createSecureServer, type ServerHttp2Session } from 'node:http2';
import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { transferError } from '../../../../src/engine/transport/faults.ts';
import { Collector, failureOf, fragmentAt, openClient, patternBytes, startOrigin, type Origin } from './serving.ts';

const size = 300_000;
const whole = patternBytes(size);
const cut = 100_000;
const etag = '"one"';

/** Announces all of `body` and breaks off after `bytes` of it have left. */
function breakOff(response: ServerResponse, body: Buffer, bytes: number, headers: OutgoingHttpHeaders, status = 200) {
  response.writeHead(status, { 'content-length': body.length, ...headers });
  response.write(body.subarray(0, bytes), () => setTimeout(() => response.destroy(), 30));
}

/** Answers `bytes=a-` and `bytes=a-b` rightly. */
function sendRange(response: ServerResponse, headers: IncomingHttpHeaders, more: OutgoingHttpHeaders = { etag }): void {
  const [, from = '', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? [];
  const [first, last] = [Number(from), to === '' ? size - 1 : Number(to)];
  const range = { 'content-range': `bytes ${first}-${last}/${size}`, 'content-length': last - first + 1 };
  response.writeHead(206, { ...range, ...more });
  response.end(whole.subarray(first, last + 1));
}

const sendAll = (response: ServerResponse) => response.writeHead(200, { 'content-length': size, etag }).end(whole);

async function fetchFrom(origin: Origin, more = {}) {
  const collector = new Collector();
  await using open = openClient(origin.url);
  const result = await open.client.fetch(fragmentAt(`${origin.url}/f.ts`, collector, more));
  return { result, collector, retries: open.retries };
}

const readTls = (file: string) => readFileSync(new URL(`../../../origin/tls/${file}`, import.meta.url), 'utf8');

describe('engine/transport: going on where a body stopped', () => {
  const dated = () => ({
    'last-modified': new Date(Date.now() - 60_000).toUTCString(),
    date: new Date().toUTCString(),
  });
  for (const [what, first] of [
    ['an ETag', { etag }],
    ['a strong date', dated()],
  ] as const) {
    it(`asks for the rest with ${what} and gives it to the same receiver`, async () => {
      await using origin = await startOrigin((request, response, before) => {
        if (before === 0) breakOff(response, whole, cut, first);
        else sendRange(response, request.headers, first);
      });
      const { result, collector, retries } = await fetchFrom(origin);
      assert.ok(collector.bytes.equals(whole));
      assert.equal(collector.bodies.length, 1);
      assert.equal(collector.heads.length, 1);
      assert.equal(collector.heads[0]?.lengthBytes, size);
      const [, second] = origin.seen;
      assert.equal(second?.headers.range, `bytes=${cut}-`);
      assert.equal(second.headers['if-range'], 'etag' in first ? etag : first['last-modified']);
      assert.equal(result.status, 206);
      assert.equal(result.tries, 2);
      assert.equal(result.received, size);
      assert.equal(result.chunks, collector.bodies[0]?.length);
      assert.equal(retries.length, 1);
    });
  }

  it('goes on as often as it is interrupted, also by an answer that is no answer', async () => {
    await using origin = await startOrigin((request, response, before) => {
      if (before === 0) breakOff(response, whole, cut, { etag });
      else if (before === 1) response.writeHead(503).end();
      else if (before === 2) {
        const headers = { etag, 'content-range': `bytes ${cut}-${size - 1}/${size}` };
        breakOff(response, whole.subarray(cut), 50_000, headers, 206);
      } else sendRange(response, request.headers);
    });
    const { collector, result } = await fetchFrom(origin);
    assert.ok(collector.bytes.equals(whole));
    assert.equal(collector.bodies.length, 1);
    assert.deepEqual(
      origin.seen.map(({ headers }) => headers.range),
      [undefined, `bytes=${cut}-`, `bytes=${cut}-`, `bytes=${cut + 50_000}-`],
    );
    assert.equal(result.received, size);
  });

  it('goes on after a stall', async () => {
    await using origin = await startOrigin((request, response, before) => {
      if (before > 0) sendRange(response, request.headers);
      else response.writeHead(200, { 'content-length': size, etag }).write(whole.subarray(0, cut));
    });
    const { collector, retries } = await fetchFrom(origin);
    assert.ok(collector.bytes.equals(whole));
    assert.equal(collector.bodies.length, 1);
    assert.equal(retries[0]?.error.reason, 'STALLED');
  });

  it('goes on after a body in chunks, whose length is known only from the rest', async () => {
    await using origin = await startOrigin((request, response, before) => {
      if (before > 0) sendRange(response, request.headers);
      else {
        response.writeHead(200, { etag });
        response.write(whole.subarray(0, cut), () => setTimeout(() => response.destroy(), 30));
      }
    });
    const { collector } = await fetchFrom(origin);
    assert.ok(collector.bytes.equals(whole));
    assert.equal(collector.bodies.length, 1);
  });

  const byteRange = { offset: 20_000, length: 200_000 };
  for (const [what, status] of [
    ['shifts a byte range of the playlist', 206],
    ['cuts it out of a 200, too', 200],
  ] as const) {
    it(what, async () => {
      await using origin = await startOrigin((request, response, before) => {
        if (before > 0) sendRange(response, request.headers);
        else if (status === 200) breakOff(response, whole, cut, { etag });
        else {
          const part = whole.subarray(byteRange.offset, byteRange.offset + byteRange.length);
          const last = byteRange.offset + byteRange.length - 1;
          const headers = { etag, 'content-range': `bytes ${byteRange.offset}-${last}/${size}` };
          breakOff(response, part, cut, headers, 206);
        }
      });
      const { collector } = await fetchFrom(origin, { byteRange });
      assert.ok(collector.bytes.equals(whole.subarray(20_000, 220_000)));
      assert.equal(collector.bodies.length, 1);
      const from = status === 200 ? cut : byteRange.offset + cut;
      assert.equal(origin.seen[1]?.headers.range, `bytes=${from}-219999`);
    });
  }

  it('follows a redirect on the way to the rest', async () => {
    await using origin = await startOrigin((request, response, before) => {
      if (before === 0) breakOff(response, whole, cut, { etag });
      else if (before === 1) response.writeHead(307, { location: '/moved.ts' }).end();
      else sendRange(response, request.headers);
    });
    const { collector, result } = await fetchFrom(origin);
    assert.ok(collector.bytes.equals(whole));
    assert.equal(origin.seen[2]?.headers['if-range'], etag);
    assert.equal(result.url, `${origin.url}/moved.ts`);
  });

  it('goes on with a renewed address', async () => {
    await using origin = await startOrigin((request, response, before) => {
      if (before === 0) breakOff(response, whole, cut, { etag });
      else if (request.url === '/f.ts') response.writeHead(403).end();
      else sendRange(response, request.headers);
    });
    const { collector, result } = await fetchFrom(origin, {
      renew: () => Promise.resolve(`${origin.url}/fresh.ts`),
    });
    assert.ok(collector.bytes.equals(whole));
    assert.equal(collector.bodies.length, 1);
    assert.equal(result.tries, 2);
  });

  const startsOver: [what: string, first: OutgoingHttpHeaders][] = [
    ['a weak ETag', { etag: 'W/"one"' }],
    ['no validator', {}],
    ['a date of the same second', { 'last-modified': new Date(0).toUTCString(), date: new Date(500).toUTCString() }],
    ['Accept-Ranges: none', { etag, 'accept-ranges': 'none' }],
  ];
  for (const [what, first] of startsOver) {
    it(`starts over with ${what}`, async () => {
      await using origin = await startOrigin((_request, response, before) => {
        if (before === 0) breakOff(response, whole, cut, first);
        else sendAll(response);
      });
      const { collector, result } = await fetchFrom(origin);
      assert.ok(collector.bytes.equals(whole));
      assert.equal(collector.bodies.length, 2);
      assert.equal(origin.seen[1]?.headers.range, undefined);
      assert.equal(result.received, size + cut);
      assert.equal(result.chunks, collector.bodies[1]?.length);
    });
  }

  it('goes on over HTTP/2, after a stream that was reset', async () => {
    const sessions = new Set<ServerHttp2Session>();
    const ranges: (string | undefined)[] = [];
    const server = createSecureServer({ key: readTls('origin-key.pem'), cert: readTls('origin.pem') });
    server.on('session', (session) => sessions.add(session));
    server.on('stream', (stream, { range }) => {
      stream.on('error', () => undefined);
      ranges.push(range);
      if (ranges.length === 1) {
        stream.respond({ ':status': 200, etag, 'content-length': size });
        stream.write(whole.subarray(0, cut), () => setTimeout(() => stream.close(2), 50));
      } else {
        const part = { 'content-range': `bytes ${cut}-${size - 1}/${size}`, 'content-length': size - cut };
        stream.respond({ ':status': 206, etag, ...part });
        stream.end(whole.subarray(cut));
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const collector = new Collector();
      await using open = openClient(url, { http: '2', ca: readTls('ca.pem') });
      const result = await open.client.fetch(fragmentAt(`${url}/f.ts`, collector));
      assert.deepEqual(ranges, [undefined, `bytes=${cut}-`]);
      assert.ok(collector.bytes.equals(whole));
      assert.equal(collector.bodies.length, 1);
      assert.equal(result.received, size);
    } finally {
      for (const session of sessions) session.destroy();
      server.close();
    }
  });

  it('starts over in the same try when the resource has changed', async () => {
    const other = patternBytes(size - 5, 99);
    await using origin = await startOrigin((_request, response, before) => {
      if (before === 0) breakOff(response, whole, cut, { etag });
      else response.writeHead(200, { 'content-length': other.length, etag: '"two"' }).end(other);
    });
    const { collector, result } = await fetchFrom(origin);
    assert.ok(collector.bytes.equals(other));
    assert.equal(collector.bodies.length, 2);
    assert.equal(result.tries, 2);
  });

  const rest = { 'content-range': `bytes ${cut}-${size - 1}/${size}`, 'content-length': size - cut, etag };
  const wrong: [what: string, status: number, headers: OutgoingHttpHeaders][] = [
    ['a 416', 416, { 'content-range': `bytes */${cut}` }],
    ['another first byte', 206, { ...rest, 'content-range': `bytes ${cut + 1}-${size}/${size + 1}` }],
    [
      'another last byte',
      206,
      { ...rest, 'content-range': `bytes ${cut}-${size - 2}/${size}`, 'content-length': size - cut - 1 },
    ],
    ['another complete length', 206, { ...rest, 'content-range': `bytes ${cut}-${size - 1}/${size + 9}` }],
    ['another ETag', 206, { ...rest, etag: '"two"' }],
    ['no Content-Range', 206, { 'content-length': size - cut, etag }],
    ['a compressed rest', 206, { ...rest, 'content-encoding': 'gzip' }],
    ['a length that is not that of the range', 206, { ...rest, 'content-length': size - cut - 9 }],
    ['several ranges', 206, { 'content-type': 'multipart/byteranges; boundary=x', 'content-length': size - cut }],
  ];
  for (const [what, status, headers] of wrong) {
    it(`delivers nothing of ${what}, and starts over without Range`, async () => {
      await using origin = await startOrigin((_request, response, before) => {
        if (before === 0) breakOff(response, whole, cut, { etag });
        else if (before === 1) {
          response.writeHead(status, headers);
          response.end(status === 416 ? undefined : patternBytes(Number(headers['content-length']), 77));
        } else sendAll(response);
      });
      const { collector, result, retries } = await fetchFrom(origin);
      assert.ok(collector.bytes.equals(whole));
      assert.equal(collector.bodies.length, 2);
      assert.equal(result.tries, 3);
      assert.equal(retries[1]?.error.reason, 'RANGE');
      assert.deepEqual(
        origin.seen.map(({ headers: asked }) => asked.range),
        [undefined, `bytes=${cut}-`, undefined],
      );
    });
  }

  it('starts over when the whole body is refused', async () => {
    let refusals = 0;
    await using origin = await startOrigin((_request, response) => sendAll(response));
    const { collector } = await fetchFrom(origin, {
      accept() {
        const subject = { resource: 'fragment' as const, label: 'it', url: origin.url };
        if (refusals++ === 0) throw transferError(subject, 'TRUNCATED', 'it is not whole');
      },
    });
    assert.ok(collector.bytes.equals(whole));
    assert.equal(collector.bodies.length, 2);
    assert.equal(origin.seen[1]?.headers.range, undefined);
  });

  it('starts over when the receiver refuses a piece, though the connection breaks off as well', async () => {
    await using origin = await startOrigin((_request, response) => breakOff(response, whole, cut, { etag }));
    const collector = new Collector();
    collector.onData = () => {
      throw transferError({ resource: 'fragment', label: 'it', url: origin.url }, 'CONTENT', 'it is no media');
    };
    await using open = openClient(origin.url);
    const error = await failureOf(open.client.fetch(fragmentAt(origin.url, collector)));
    assert.equal(error.reason, 'CONTENT');
    assert.equal(origin.seen.length, 3);
    assert.ok(origin.seen.every(({ headers }) => headers.range === undefined));
  });

  it('keeps a pause over the interruption', async () => {
    const collector = new Collector();
    let isResumed = false;
    await using origin = await startOrigin((request, response, before) => {
      if (before === 0) breakOff(response, whole, cut, { etag });
      else {
        sendRange(response, request.headers);
        setTimeout(() => {
          isResumed = true;
          collector.flow?.resume();
        }, 300);
      }
    });
    collector.onData = () => {
      if (origin.seen.length > 1) assert.ok(isResumed);
      else if (collector.bytes.length >= cut) collector.flow?.pause();
    };
    await using open = openClient(origin.url);
    await open.client.fetch(fragmentAt(origin.url, collector));
    assert.ok(collector.bytes.equals(whole));
    assert.equal(origin.seen.length, 2);
    assert.equal(collector.bodies.length, 1);
  });

  it('bounds what it goes on with', async () => {
    await using origin = await startOrigin((request, response, before) => {
      if (before > 0) sendRange(response, request.headers);
      else {
        response.writeHead(200, { etag });
        response.write(whole.subarray(0, cut), () => setTimeout(() => response.destroy(), 30));
      }
    });
    const error = await failureOf(fetchFrom(origin, { maxBytes: size - 1 }));
    assert.equal(error.code, 'HLS_FRAGMENT_TOO_LARGE');
  });
});
