import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { announcedLength, sentBy, type Misdeed, type Sent } from './bodyFaults.ts';
import type { BodyStream } from './bodyStreams.ts';

/** One stream under an address of its own, with what happens to one of its resources. */
export interface Served {
  stream: BodyStream;
  target: string;
  misdeed: Misdeed;
  /** How often it happens. */
  times: number;
  /** Answers range requests, and gives strong ETags. */
  hasRanges: boolean;
}

/** An origin in this process that misbehaves as each case says. */
export class BodyOrigin implements AsyncDisposable {
  readonly #server = createServer({ keepAliveTimeout: 5000 }, (request, response) => this.#answer(request, response));
  readonly #served = new Map<string, Served>();
  #count = 0;
  #port = 0;

  static async start(): Promise<BodyOrigin> {
    const origin = new BodyOrigin();
    origin.#server.listen(0, '127.0.0.1');
    await once(origin.#server, 'listening');
    origin.#port = (origin.#server.address() as AddressInfo).port;
    return origin;
  }

  /** Serves a stream; gives the URL of its playlist. */
  serve(served: Served): string {
    const id = String(this.#count++);
    this.#served.set(id, served);
    return `http://127.0.0.1:${this.#port}/${id}/index.m3u8`;
  }

  /** Stops serving it. */
  forget(url: string): void {
    this.#served.delete(new URL(url).pathname.split('/')[1] ?? '');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    // A client that goes away is no error of the origin.
    response.on('error', () => undefined);
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? ''}`);
    const [, id = '', name = ''] = url.pathname.split('/');
    const served = this.#served.get(id);
    const good = served?.stream.resources.get(name);
    if (served === undefined || good === undefined) {
      response.writeHead(404, { 'content-length': 0 }).end();
      return;
    }
    if (name !== served.target || served.times <= 0 || url.searchParams.has('moved')) {
      sendGood(request, response, good, served.hasRanges);
      return;
    }
    served.times--;
    const sent = sentBy(served.misdeed, served.stream, name);
    if (sent) sendBody(request, response, sent, good);
    else this.#misbehave(served.misdeed, request, response, name);
  }

  #misbehave(misdeed: Misdeed, request: IncomingMessage, response: ServerResponse, name: string): void {
    if (misdeed.kind === 'reset before') request.socket.resetAndDestroy();
    if (misdeed.kind === 'status') {
      const headers = misdeed.retryAfter ? { 'retry-after': '0' } : {};
      response.writeHead(misdeed.status, headers).end(misdeed.status === 204 || misdeed.status === 304 ? '' : 'No.');
    }
    if (misdeed.kind === 'redirect') {
      const locations = {
        moved: `${name}?moved=1`,
        'other host': `http://localhost:${this.#port}${request.url ?? ''}?moved=1`,
        itself: name,
        nowhere: 'http://127.0.0.1:1/',
        file: 'file:///etc/hostname',
      };
      response.writeHead(misdeed.status, { location: locations[misdeed.to], 'content-length': 0 }).end();
    }
  }
}

function sendGood(request: IncomingMessage, response: ServerResponse, good: Buffer, hasRanges: boolean): void {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const etag = `"good-${good.length}"`;
  const isAsked = request.headers['if-range'] === undefined || request.headers['if-range'] === etag;
  if (!hasRanges || !range || !isAsked) {
    response.writeHead(200, { 'content-length': good.length, ...(hasRanges ? { etag } : {}) }).end(good);
    return;
  }
  const start = Number(range[1]);
  const end = Math.min(range[2] === '' ? good.length : Number(range[2]) + 1, good.length);
  if (start >= end) {
    response.writeHead(416, { 'content-range': `bytes */${good.length}`, 'content-length': 0 }).end();
    return;
  }
  const headers = { etag, 'content-range': `bytes ${start}-${end - 1}/${good.length}`, 'content-length': end - start };
  response.writeHead(206, headers).end(good.subarray(start, end));
}

/** Written by hand: Node's own server would see to it that length and body agree. */
function sendBody(request: IncomingMessage, response: ServerResponse, sent: Sent, good: Buffer): void {
  const { body, framing, end } = sent;
  const { socket } = request;
  response.detachSocket(socket);
  const length = announcedLength(sent, good);
  const isChunked = framing === 'chunked' || framing === 'cut chunks';
  const lines = [
    ...['HTTP/1.1 200 OK', 'content-type: application/octet-stream'],
    ...(length === undefined ? [] : [`content-length: ${length}`]),
    ...(isChunked ? ['transfer-encoding: chunked'] : []),
    // What ends early, or late, leaves the connection in no state to go on.
    ...['connection: close', `etag: "bad-${body.length}"`],
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const bytes = end ? body.subarray(0, end.afterBytes) : body;
  if (bytes.length > 0) {
    if (isChunked) socket.write(`${bytes.length.toString(16)}\r\n`);
    socket.write(bytes);
    if (isChunked) socket.write('\r\n');
  }
  if (framing === 'chunked' && !end) socket.write('0\r\n\r\n');
  finish(socket, end?.how ?? 'close');
}

function finish(socket: Socket, how: 'reset' | 'close' | 'stall'): void {
  socket.on('error', () => undefined);
  if (how === 'close') socket.end();
  if (how === 'reset') setImmediate(() => socket.resetAndDestroy());
}
