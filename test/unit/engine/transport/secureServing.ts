import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import {
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';

const readTls = (file: string) => readFileSync(new URL(`../../../origin/tls/${file}`, import.meta.url), 'utf8');

/** Who signed the certificate of these origins. */
export const ca = readTls('ca.pem');

/** A request as the origin saw it. */
export interface SecurelySeen {
  url: string;
  protocol: '1.1' | '2';
  range?: string;
}

/** An origin over TLS. */
export interface SecureOrigin extends AsyncDisposable {
  /** `https://127.0.0.1:<port>`. */
  url: string;
  seen: SecurelySeen[];
  /** Those of HTTP/2, in order. */
  sessions: ServerHttp2Session[];
  /** Connections so far, by what was agreed on (ALPN). */
  connections: Record<'h2' | 'http/1.1', number>;
}

export type SecureAnswering = (
  request: Http2ServerRequest,
  response: Http2ServerResponse,
  seen: SecurelySeen,
  session: ServerHttp2Session | undefined,
) => void;

/**
 * Serves HTTP/1.1 and, unless it `isOld`, HTTP/2: the client's choice (ALPN). Closes connections beyond `mostConnections`
 * before a byte is said.
 */
export async function startSecureOrigin(
  answer: SecureAnswering,
  { isOld = false, mostConnections = Infinity } = {},
): Promise<SecureOrigin> {
  const seen: SecurelySeen[] = [];
  const sessions: ServerHttp2Session[] = [];
  const sockets = new Set<TLSSocket>();
  const connections: SecureOrigin['connections'] = { h2: 0, 'http/1.1': 0 };
  const take = (request: Http2ServerRequest, response: Http2ServerResponse) => {
    const { range } = request.headers;
    const protocol = request.httpVersionMajor === 2 ? '2' : '1.1';
    const each: SecurelySeen = { url: request.url, protocol, ...(range === undefined ? {} : { range }) };
    seen.push(each);
    response.on('error', () => undefined);
    answer(request, response, each, protocol === '2' ? (response.stream.session as ServerHttp2Session) : undefined);
  };
  const keys = { key: readTls('origin-key.pem'), cert: readTls('origin.pem') };
  const server = isOld
    ? createServer(keys, take as never)
    : createSecureServer({ ...keys, allowHTTP1: true }, take).on('session', (session) => {
        session.on('error', () => undefined);
        sessions.push(session);
      });
  server.maxConnections = mostConnections;
  server.on('secureConnection', (socket: TLSSocket) => {
    connections[socket.alpnProtocol === 'h2' ? 'h2' : 'http/1.1']++;
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    sessions,
    connections,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const session of sessions) session.destroy();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
