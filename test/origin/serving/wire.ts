import { once } from 'node:events';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { constants } from 'node:http2';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

export type Request = IncomingMessage | Http2ServerRequest;
export type Response = ServerResponse | Http2ServerResponse;

/** One answer on its way to the client, the same for both versions of HTTP. */
export interface Wire {
  protocol: 'http/1.1' | 'h2';
  /** The connection, as an identity. */
  connection: object;
  /** Aborted once the answer is over, finished or not. */
  over: AbortSignal;
  head(status: number, headers: OutgoingHttpHeaders): void;
  /** The connection's end will be that of the body. Before `head`; nothing in HTTP/2, where each stream has an end. */
  delimitByClose(): void;
  /** An interim answer (103). */
  interim(): void;
  /** Writes bytes past all framing. HTTP/2, which has no such place, resets the stream. */
  raw(bytes: Buffer): Promise<void>;
  /** Closes the connection (HTTP/2: the stream) in an orderly way, without an answer. */
  hangUp(): void;
  /** Writes the pieces in as few system calls as can be and waits until there is room for more. */
  write(pieces: readonly Buffer[]): Promise<void>;
  /** Finishes the message and waits until it is handed to the system. */
  end(): Promise<void>;
  /** Ends the connection (HTTP/2: the stream) where it is, without the rest of the message. */
  cutOff(): Promise<void>;
  /** Resets the connection (HTTP/2: the stream). */
  reset(): void;
}

export function wireOf(request: Request, response: Response): Wire {
  const over = new AbortController();
  response.once('close', () => {
    over.abort();
  });
  // A client that goes away is no error of the origin; 'close' follows.
  response.on('error', () => undefined);
  return 'stream' in response
    ? streamWire(response, over.signal)
    : socketWire(response, (request as IncomingMessage).socket, over.signal);
}

function socketWire(response: ServerResponse, socket: Socket, over: AbortSignal): Wire {
  return {
    protocol: 'http/1.1',
    connection: socket,
    over,
    head: (status, headers) => response.writeHead(status, headers),
    delimitByClose() {
      response.shouldKeepAlive = false;
      response.useChunkedEncodingByDefault = false;
    },
    interim: () => response.writeEarlyHints({ link: '</style.css>; rel=preload' }),
    // A client that has gone is told by `over`, not by an error.
    raw: (bytes) => new Promise((resolve) => socket.write(bytes, () => resolve())),
    hangUp: () => socket.destroySoon(),
    async write(pieces) {
      // Not the response: corked, it says that it is full and never that it has drained when its body is chunked.
      socket.cork();
      let hasRoom = true;
      for (const piece of pieces) hasRoom = response.write(piece);
      socket.uncork();
      if (!hasRoom) await untilEither(response, 'drain', over);
    },
    async end() {
      response.end();
      await untilEither(response, 'finish', over);
    },
    async cutOff() {
      // Without a body so far the headers are still held back.
      response.flushHeaders();
      socket.destroySoon();
      await until(over);
    },
    reset() {
      if (socket instanceof TLSSocket) socket.destroy();
      else socket.resetAndDestroy();
    },
  };
}

function streamWire(response: Http2ServerResponse, over: AbortSignal): Wire {
  const { stream } = response;
  return {
    protocol: 'h2',
    connection: stream.session ?? stream,
    over,
    head: (status, headers) => response.writeHead(status, headers),
    delimitByClose: () => undefined,
    interim: () => response.writeEarlyHints({ link: '</style.css>; rel=preload' }),
    async raw() {
      stream.close(constants.NGHTTP2_PROTOCOL_ERROR);
      await until(over);
    },
    hangUp: () => stream.close(constants.NGHTTP2_NO_ERROR),
    async write(pieces) {
      stream.cork();
      let hasRoom = true;
      for (const piece of pieces) hasRoom = stream.write(piece);
      stream.uncork();
      if (!hasRoom) await untilEither(stream, 'drain', over);
    },
    async end() {
      response.end();
      await untilEither(stream, 'finish', over);
    },
    async cutOff() {
      if (response.hasHeader('content-length')) stream.end();
      else stream.close(constants.NGHTTP2_INTERNAL_ERROR);
      await until(over);
    },
    reset: () => stream.close(constants.NGHTTP2_INTERNAL_ERROR),
  };
}

/** Waits until the answer is over. */
export async function until(over: AbortSignal): Promise<void> {
  if (!over.aborted) await once(over, 'abort');
}

async function untilEither(emitter: Response | Http2ServerResponse['stream'], event: string, over: AbortSignal) {
  if (over.aborted) return;
  try {
    await once(emitter, event, { signal: over });
  } catch (error) {
    if (!isOver(over)) throw error;
  }
}

/** Asks anew: over time the answer changes, which the compiler doesn't know of a property. */
export function isOver(over: AbortSignal): boolean {
  return over.aborted;
}
