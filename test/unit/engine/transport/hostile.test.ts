import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { TransferCause } from '../../../../src/engine/errors.ts';
import type { Transfer } from '../../../../src/engine/transport/client.ts';
import { Collector, failureOf, fragmentAt, openClient, shortLimits, startRawOrigin } from './serving.ts';

const limits = { ...shortLimits, tries: 2 };
const ok = 'HTTP/1.1 200 OK\r\n';
const body = 'content-length: 5\r\n\r\nhello';
const kilobyte = 'x'.repeat(1024);

/** Writes `text` until the other side has enough. */
function flood(socket: Socket, text: string): void {
  const timer = setInterval(() => socket.write(text), 1);
  socket.on('close', () => clearInterval(timer));
}

interface Case {
  what: string;
  /** Bytes to write, or what to do. */
  answer: string | Buffer | ((socket: Socket) => void);
  end?: boolean;
  more?: Partial<Transfer>;
  /** How it fails; `hello` when it does not. */
  expected: TransferCause | 'hello';
}

const byteRange = { offset: 2, length: 5 };
const cases: Case[] = [
  {
    what: 'a chunk without a length',
    answer: `${ok}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\nZZ\r\n`,
    expected: 'CONTENT',
  },
  {
    what: 'a chunk of 2^72 bytes',
    answer: `${ok}transfer-encoding: chunked\r\n\r\nfffffffffffffffffff\r\n`,
    expected: 'CONTENT',
  },
  {
    what: 'no last chunk',
    answer: `${ok}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n`,
    end: true,
    expected: 'TRUNCATED',
  },
  {
    what: 'no last chunk, and silence',
    answer: `${ok}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n`,
    expected: 'STALLED',
  },
  {
    what: 'a chunk extension without end',
    answer(socket) {
      socket.write(`${ok}transfer-encoding: chunked\r\n\r\n5;`);
      flood(socket, kilobyte);
    },
    expected: 'STALLED',
  },
  {
    what: 'headers without end',
    answer(socket) {
      socket.write(ok);
      flood(socket, `x: ${kilobyte}\r\n`);
    },
    expected: 'CONTENT',
  },
  {
    what: 'trailers without end',
    answer(socket) {
      socket.write(`${ok}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n`);
      flood(socket, `x: ${kilobyte}\r\n`);
    },
    expected: 'CONTENT',
  },
  { what: 'a header without end', answer: `${ok}x: ${kilobyte.repeat(100)}`, expected: 'CONTENT' },
  { what: 'headers a byte at a time', answer: (socket) => flood(socket, 'H'), expected: 'CONTENT' },
  { what: 'half a head', answer: `${ok}content-le`, expected: 'TIMEOUT' },
  {
    what: 'a 206 that was not asked for',
    answer: `HTTP/1.1 206 P\r\ncontent-range: bytes 0-4/9\r\n${body}`,
    expected: 'RANGE',
  },
  { what: '204', answer: 'HTTP/1.1 204 N\r\n\r\n', expected: 'STATUS' },
  { what: '204 with a body', answer: `HTTP/1.1 204 N\r\n${body}`, expected: 'STATUS' },
  { what: '205', answer: 'HTTP/1.1 205 R\r\ncontent-length: 0\r\n\r\n', expected: 'STATUS' },
  { what: 'two lengths', answer: `${ok}content-length: 6\r\n${body}`, expected: 'CONTENT' },
  { what: 'a negative length', answer: `${ok}content-length: -5\r\n\r\nhello`, expected: 'CONTENT' },
  {
    what: 'a length beyond all numbers',
    answer: `${ok}content-length: ${'9'.repeat(30)}\r\n\r\nhello`,
    expected: 'CONTENT',
  },
  { what: 'a length beyond the limit', answer: `${ok}content-length: 99999999999\r\n\r\nhello`, expected: 'TOO_LARGE' },
  {
    what: 'a length and chunks',
    answer: `${ok}transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n`,
    expected: 'CONTENT',
  },
  { what: 'a compressed body', answer: compressed('content-encoding: gzip'), expected: 'CONTENT' },
  {
    what: 'a compressed message',
    answer: compressed('transfer-encoding: gzip', false),
    end: true,
    expected: 'CONTENT',
  },
  { what: 'a body longer than its length', answer: `${ok}${body} and more`, expected: 'hello' },
  { what: 'HTTP/0.9', answer: '<html>hello</html>', end: true, expected: 'CONTENT' },
  { what: 'another protocol', answer: 'SSH-2.0-OpenSSH_9.2\r\n', expected: 'CONTENT' },
  { what: 'bytes of HTTP/2', answer: Buffer.from('000012040000000000000300000064', 'hex'), expected: 'CONTENT' },
  {
    what: 'interim answers without end',
    answer: (socket) => flood(socket, 'HTTP/1.1 103 E\r\n\r\n'),
    expected: 'TIMEOUT',
  },
  { what: 'an interim answer, then the answer', answer: `HTTP/1.1 103 E\r\n\r\n${ok}${body}`, expected: 'hello' },
  {
    what: 'another protocol on offer',
    answer: 'HTTP/1.1 101 S\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    expected: 'RESET',
  },
  { what: 'a body up to the end of the connection', answer: `${ok}\r\nhello`, end: true, expected: 'hello' },
  { what: 'HTTP/1.0', answer: 'HTTP/1.0 200 OK\r\n\r\nhello', end: true, expected: 'hello' },
  { what: 'a reset', answer: (socket) => socket.resetAndDestroy(), expected: 'RESET' },
  { what: 'an end', answer: '', end: true, expected: 'RESET' },
  { what: 'silence', answer: '', expected: 'TIMEOUT' },
  { what: 'status 300 with a Location', answer: 'HTTP/1.1 300 M\r\nlocation: /a\r\n\r\n', expected: 'STATUS' },
  { what: 'status 304', answer: 'HTTP/1.1 304 N\r\n\r\n', expected: 'STATUS' },
  { what: 'status 999', answer: 'HTTP/1.1 999 N\r\ncontent-length: 0\r\n\r\n', expected: 'STATUS' },
  {
    what: 'status 404 with a page without end',
    answer: (socket) => flood(socket, `HTTP/1.1 404 N\r\n\r\n${kilobyte}`),
    expected: 'STATUS',
  },
  {
    what: 'the wrong range',
    answer: `HTTP/1.1 206 P\r\ncontent-range: bytes 0-4/9\r\n${body}`,
    more: { byteRange },
    expected: 'RANGE',
  },
  { what: 'all of it, which ends before the range', answer: `${ok}${body}`, more: { byteRange }, expected: 'RANGE' },
  {
    what: 'a range that it does not have',
    answer: 'HTTP/1.1 416 R\r\ncontent-length: 0\r\n\r\n',
    more: { byteRange },
    expected: 'STATUS',
  },
  {
    what: 'the right range',
    answer: `HTTP/1.1 206 P\r\ncontent-range: bytes 2-6/9\r\n${body}`,
    more: { byteRange },
    expected: 'hello',
  },
  {
    what: 'all of it instead of a range',
    answer: `${ok}content-length: 9\r\n\r\n__hello__`,
    more: { byteRange },
    expected: 'hello',
  },
];

function compressed(header: string, hasLength = true): Buffer {
  const bytes = gzipSync('hello');
  const length = hasLength ? `content-length: ${bytes.length}\r\n` : '';
  return Buffer.concat([Buffer.from(`${ok}${header}\r\n${length}\r\n`), bytes]);
}

describe('engine/transport: answers that are none', () => {
  for (const { what, answer, end = false, more = {}, expected } of cases) {
    it(`${what} ${expected === 'hello' ? 'is fine' : `ends as ${expected}`}, soon`, async () => {
      await using origin = await startRawOrigin((socket) => {
        if (typeof answer === 'function') answer(socket);
        else socket.write(answer);
        if (end) socket.end();
      });
      const collector = new Collector();
      await using open = openClient(origin.url, { limits });
      const startMs = performance.now();
      const fetching = open.client.fetch(fragmentAt(`${origin.url}/f.ts?token=hidden`, collector, more));
      if (expected === 'hello') {
        await fetching;
        assert.equal(collector.bytes.toString(), 'hello');
      } else {
        const error = await failureOf(fetching);
        assert.equal(error.code, `HLS_FRAGMENT_${expected}`, error.message);
        assert.match(error.message, /^Fragment 3 of 9: /);
        assert.doesNotMatch(JSON.stringify(error), /hidden/);
      }
      assert.ok(performance.now() - startMs < 2 * (limits.firstByteMs + 400) + 500);
    });
  }

  it('compresses nothing away from a playlist, whose reader undoes it', async () => {
    await using origin = await startRawOrigin((socket) => socket.write(compressed('content-encoding: gzip')));
    await using open = openClient(origin.url);
    const { body: bytes } = await open.client.fetchBytes({
      resource: 'playlist',
      label: 'The playlist',
      url: origin.url,
      maxBytes: 1000,
    });
    assert.ok(bytes.equals(gzipSync('hello')));
  });

  it('gives up on a port that accepts and never speaks TLS', async () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      await using open = openClient(url, { limits });
      const startMs = performance.now();
      const error = await failureOf(open.client.fetch(fragmentAt(url, new Collector())));
      assert.match(error.code, /^HLS_FRAGMENT_(TIMEOUT|UNREACHABLE)$/);
      assert.ok(performance.now() - startMs < 3_000);
    } finally {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });

  it('is not confused by a connection whose last answer had too many bytes', async () => {
    await using origin = await startRawOrigin((socket, _head, before) =>
      socket.write(before === 0 ? `${ok}${body}${ok}content-length: 5\r\n\r\nwrong` : `${ok}${body}`),
    );
    await using open = openClient(origin.url);
    for (let count = 0; count < 3; count++) {
      const collector = new Collector();
      await open.client.fetch(fragmentAt(origin.url, collector));
      assert.equal(collector.bytes.toString(), 'hello');
    }
  });
});
