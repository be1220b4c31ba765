import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import {
  createServer as createHttpServer,
  request as forward,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { serveSocks } from './socks.ts';

/** What a proxy was asked for. */
export interface ProxyRecord {
  how: 'forward' | 'connect' | 'socks5';
  /** `host:port`, as the client named it. */
  target: string;
  /** What the client said who it is: `user:password`. */
  credentials: string | undefined;
  /** Lower case. */
  headerNames: string[];
}

export interface ProxyOptions {
  kind: 'http' | 'https' | 'socks5';
  /** `user:password`; who does not say it is refused. */
  credentials?: string;
  /** Answers every CONNECT, or request, with this status; a SOCKS proxy with this reply. */
  refusal?: number;
  /** Names that it knows, and where they are; all else is as the system says. */
  hosts?: Readonly<Record<string, string>>;
}

/** A running proxy. */
export interface Proxy extends AsyncDisposable {
  /** `host:port`. */
  at: string;
  log: ProxyRecord[];
}

/** What a proxy of either protocol does with where it is to connect to. */
export interface Ways {
  options: ProxyOptions;
  log: ProxyRecord[];
  connectTo(host: string, port: number): Socket;
}

/** Starts a real proxy on a port of loopback that the system chooses. */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const log: ProxyRecord[] = [];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const placeOf = (host: string): string => options.hosts?.[host] ?? host;
  const connectTo = (host: string, port: number): Socket => keep(connect({ host: placeOf(host), port }));
  const server = serverOf({ options, log, connectTo });
  server.on('connection', keep);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    at: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function serverOf(ways: Ways): Server {
  const { kind } = ways.options;
  if (kind === 'socks5') return createServer((socket) => serveSocks(socket, ways));
  const server = kind === 'https' ? createHttpsServer(certificate()) : createHttpServer();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => relay(request, response, ways));
  server.on('connect', (request: IncomingMessage, socket: Duplex) => tunnel(request, socket, ways));
  return server;
}

function certificate(): { key: Buffer; cert: Buffer } {
  const read = (name: string): Buffer => readFileSync(fileURLToPath(new URL(`../tls/${name}.pem`, import.meta.url)));
  return { key: read('origin-key'), cert: read('origin') };
}

/** The status that a request is refused with, where it is. */
function refusalOf(
  request: IncomingMessage,
  how: 'forward' | 'connect',
  target: string,
  ways: Ways,
): number | undefined {
  const said = request.headers['proxy-authorization']?.replace(/^Basic /, '');
  const credentials = said === undefined ? undefined : Buffer.from(said, 'base64').toString();
  ways.log.push({ how, target, credentials, headerNames: Object.keys(request.headers) });
  if (ways.options.credentials !== undefined && credentials !== ways.options.credentials) return 407;
  return ways.options.refusal;
}

/** RFC 9112 §3.2.2: the request names the whole URL. */
function relay(request: IncomingMessage, response: ServerResponse, ways: Ways): void {
  if (!URL.canParse(request.url ?? '')) {
    response.writeHead(400).end();
    return;
  }
  const { hostname, port, pathname, search, host } = new URL(request.url ?? '');
  const refusal = refusalOf(request, 'forward', host, ways);
  if (refusal !== undefined) {
    response.writeHead(refusal, refusal === 407 ? { 'proxy-authenticate': 'Basic realm="proxy"' } : {}).end();
    return;
  }
  const headers = { ...request.headers };
  delete headers['proxy-authorization'];
  const onward = forward({
    createConnection: () => ways.connectTo(hostname, Number(port) || 80),
    path: pathname + search,
    headers,
  });
  onward.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
  onward.on('response', (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.headers)));
  response.on('close', () => onward.destroy());
  onward.end();
}

/** RFC 9110 §9.3.6. */
function tunnel(request: IncomingMessage, socket: Duplex, ways: Ways): void {
  const target = request.url ?? '';
  const refusal = refusalOf(request, 'connect', target, ways);
  socket.on('error', () => undefined);
  if (refusal !== undefined) {
    socket.end(`HTTP/1.1 ${refusal} Refused\r\nContent-Length: 0\r\n\r\n`);
    return;
  }
  const { hostname, port } = new URL(`http://${target}`);
  const onward = ways.connectTo(hostname.replace(/^\[|\]$/g, ''), Number(port) || 80);
  onward.once('connect', () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    onward.pipe(socket).pipe(onward);
  });
  onward.on('error', () => socket.end('HTTP/1.1 502 Bad gateway\r\n\r\n'));
  socket.on('close', () => onward.destroy());
}
