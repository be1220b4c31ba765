import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { lookup } from 'node:dns';
import path from 'node:path';
import { createSecureContext, createServer as createTlsServer } from 'node:tls';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import type { Dispatcher } from 'undici';
import Agent from 'undici/lib/dispatcher/agent.js';
import { pooledConnector } from '../../../../src/engine/transport/connector.ts';
import { ReadBuffers } from '../../../../src/engine/transport/pooledReads.ts';

const tlsFolder = path.join(import.meta.dirname, '../../../origin/tls');
const pem = (name: string) => readFileSync(path.join(tlsFolder, name));

/** Tiny pieces are for small bodies. */
const mostPieces = 100;

/** What an answer is and how it comes. */
interface Answer {
  framing: 'length' | 'chunked' | 'close';
  bodyBytes: number;
  hints: boolean;
  /** Where the head is cut, in shares of its length. */
  headCuts: number[];
  /** Sizes of the pieces in which the body comes, in turn. */
  pieces: number[];
  /** Which of the client's chunks it pauses at. */
  pauses: boolean[];
  /** The connection is reset after such a share of the body. */
  resetAt: number | undefined;
}

/** Buffers that nobody may look into once they are given back. */
class SpoiledBuffers extends ReadBuffers {
  given = 0;
  taken = 0;

  override take(): Buffer {
    this.taken++;
    return super.take();
  }

  override giveBack(buffer: Buffer): void {
    this.given++;
    buffer.fill(0xee);
    super.giveBack(buffer);
  }
}

function bodyOf(seed: number, bytes: number): Buffer {
  const block = createHash('sha512').update(String(seed)).digest();
  return Buffer.alloc(bytes, block);
}

function headOf({ framing, bodyBytes, hints }: Answer, seed: number): string {
  const field = {
    length: `Content-Length: ${bodyBytes}`,
    chunked: 'Transfer-Encoding: chunked',
    close: 'Connection: close',
  };
  const final = `HTTP/1.1 200 OK\r\n${field[framing]}\r\nX-Marker: ${markerOf(seed)}\r\n\r\n`;
  return hints ? `HTTP/1.1 103 Early Hints\r\nLink: </${markerOf(seed)}>\r\n\r\n${final}` : final;
}

function markerOf(seed: number): string {
  return createHash('sha256').update(`head ${seed}`).digest('hex').repeat(4);
}

async function answer(socket: Socket, each: Answer, seed: number): Promise<void> {
  const head = Buffer.from(headOf(each, seed), 'latin1');
  let start = 0;
  for (const share of [...each.headCuts].sort((a, b) => a - b)) {
    const end = Math.floor(share * head.length);
    socket.write(head.subarray(start, end));
    start = end;
    // So that the client reads it alone.
    await turn();
    await turn();
  }
  socket.write(head.subarray(start));
  const body = bodyOf(seed, each.bodyBytes);
  const stop = each.resetAt === undefined ? body.length : Math.floor(body.length * each.resetAt);
  for (let at = 0, piece = 0; at < stop; piece++) {
    const size = Math.max(each.pieces[piece % each.pieces.length] as number, Math.ceil(body.length / mostPieces));
    const end = Math.min(stop, at + size);
    const bytes = body.subarray(at, end);
    if (each.framing === 'chunked') socket.write(`${bytes.length.toString(16)}\r\n`);
    await new Promise((resolve) => socket.write(bytes, resolve));
    if (each.framing === 'chunked') socket.write('\r\n');
    at = end;
    if (socket.destroyed) return;
    if (bytes.length < 1000) await turn();
  }
  if (each.resetAt !== undefined) socket.resetAndDestroy();
  else if (each.framing === 'chunked') socket.write('0\r\n\r\n');
  else if (each.framing === 'close') socket.end();
}

interface Lab extends AsyncDisposable {
  origin: string;
  buffers: SpoiledBuffers;
  fetch(index: number, each: Answer): Promise<'whole' | 'failed'>;
}

/** An origin that answers `/<n>` with the nth answer, and a client with pooled reads. */
async function start(answers: readonly Answer[], isSecure: boolean): Promise<Lab> {
  const sockets = new Set<Socket>();
  const serve = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).setNoDelay(true);
    let head = '';
    socket.on('data', (chunk) => {
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      const index = Number(/^GET \/(\d+)/.exec(head)?.[1]);
      head = '';
      answer(socket, answers[index] as Answer, index).catch((error: unknown) => socket.destroy(error as Error));
    });
  };
  const server: Server = isSecure
    ? createTlsServer({ key: pem('origin-key.pem'), cert: pem('origin.pem') }, serve)
    : createServer(serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const origin = isSecure ? `https://localhost:${port}` : `http://127.0.0.1:${port}`;
  const buffers = new SpoiledBuffers();
  const context = isSecure ? createSecureContext({ ca: pem('ca.pem') }) : undefined;
  const connect = pooledConnector({ lookup, timeoutMs: 10_000, secureContext: () => context, buffers });
  const agent = new Agent({ allowH2: false, connect, headersTimeout: 0, bodyTimeout: 0 });
  return {
    origin,
    buffers,
    fetch: (index, each) =>
      new Promise((resolve, reject) => {
        agent.dispatch({ origin, path: `/${index}`, method: 'GET' }, new Taker(index, each, resolve, reject));
      }),
    async [Symbol.asyncDispose]() {
      await agent.destroy();
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Compares what comes with what must come, at once and only then, and pauses as it is told. */
class Taker implements Dispatcher.DispatchHandler {
  readonly #index: number;
  readonly #answer: Answer;
  readonly #expected: Buffer;
  readonly #resolve: (end: 'whole' | 'failed') => void;
  readonly #reject: (error: unknown) => void;
  #at = 0;
  #chunks = 0;
  #isPaused = false;

  constructor(
    index: number,
    each: Answer,
    resolve: (end: 'whole' | 'failed') => void,
    reject: (error: unknown) => void,
  ) {
    this.#index = index;
    this.#answer = each;
    this.#expected = bodyOf(index, each.bodyBytes);
    this.#resolve = resolve;
    this.#reject = reject;
  }

  onRequestStart(): void {
    // Nothing to prepare.
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status === 200) this.#check(() => assert.equal(headers['x-marker'], markerOf(this.#index)));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#check(() => {
      assert.equal(this.#isPaused && this.#answer.framing !== 'close', false, 'a chunk comes while paused');
      const expected = this.#expected.subarray(this.#at, this.#at + chunk.length);
      assert.equal(Buffer.compare(chunk, expected), 0, `other bytes from ${this.#at} on`);
    });
    this.#at += chunk.length;
    const { pauses } = this.#answer;
    if (!pauses[this.#chunks++ % pauses.length]) return;
    this.#isPaused = true;
    controller.pause();
    setImmediate(() => {
      this.#isPaused = false;
      controller.resume();
    });
  }

  onResponseEnd(): void {
    // undici takes a reset for the end of a body whose end is that of the connection.
    const { framing, resetAt } = this.#answer;
    if (resetAt === undefined || framing !== 'close') {
      this.#check(() => assert.equal(this.#at, this.#expected.length));
    }
    this.#resolve('whole');
  }

  onResponseError(): void {
    this.#resolve('failed');
  }

  #check(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.#reject(error);
    }
  }
}

const answers = fc.array(
  fc.record({
    framing: fc.constantFrom<Answer['framing']>('length', 'length', 'chunked', 'close'),
    bodyBytes: fc.oneof(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 3000, max: 1_500_000 })),
    hints: fc.boolean(),
    headCuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
    pieces: fc.array(fc.oneof(fc.integer({ min: 1, max: 4000 }), fc.integer({ min: 4000, max: 400_000 })), {
      minLength: 1,
      maxLength: 4,
    }),
    pauses: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
    resetAt: fc.option(fc.double({ min: 0, max: 0.99, noNaN: true }), { nil: undefined, freq: 8 }),
  }),
  { minLength: 1, maxLength: 8 },
);

const runs = process.env['HOTFRAME_LONG'] === '1' ? 2000 : 60;

describe('engine/transport: pooled reads', function () {
  this.timeout(process.env['HOTFRAME_LONG'] === '1' ? 1_200_000 : 60_000);

  for (const isSecure of [false, true]) {
    it(`give each body as it was sent, over ${isSecure ? 'TLS' : 'TCP'}, and every buffer back`, async () => {
      await fc.assert(
        fc.asyncProperty(answers, fc.boolean(), async (list, isAtOnce) => {
          const lab = await start(list, isSecure);
          let ends: string[] = [];
          try {
            const fetchAt = (index: number) => lab.fetch(index, list[index] as Answer);
            if (isAtOnce) ends = await Promise.all(list.map((_, index) => fetchAt(index)));
            else for (const index of list.keys()) ends.push(await fetchAt(index));
          } finally {
            await lab[Symbol.asyncDispose]();
          }
          for (const [index, each] of list.entries()) {
            if (each.resetAt === undefined) assert.equal(ends[index], 'whole');
            else if (each.framing !== 'close' && each.bodyBytes > 0) assert.equal(ends[index], 'failed');
          }
          await turn();
          assert.equal(lab.buffers.given, lab.buffers.taken);
        }),
        { numRuns: runs },
      );
    });
  }
});
