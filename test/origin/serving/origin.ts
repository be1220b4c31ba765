import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { once } from 'node:events';

import type { Content } from '../content/content.ts';
import { held } from '../content/content.ts';
import { isStreamName, streamOf } from '../streams/catalogue.ts';
import type { Resource } from '../streams/stream.ts';
import { answerOf, etagOf, parseRange } from './answer.ts';
import { control, json } from './control.ts';
import type { Exchange } from './exchange.ts';
import { pause, sendAnswer } from './exchange.ts';
import { FaultBook } from './faults.ts';
import { misbehave } from './misbehaviour.ts';
import type { Options } from './options.ts';
import { carryQuery, parseOptions, shapeOf } from './options.ts';
import type { RequestRecord } from './requestLog.ts';
import { RequestLog } from './requestLog.ts';
import type { Request, Response, Wire } from './wire.ts';
import { wireOf } from './wire.ts';

/** Where the origin listens. The others are the same under another port, for redirects across origins. */
export interface Ports {
  http: number;
  https: number;
  httpOther: number;
  httpsOther: number;
}

const faults = new FaultBook();
const log = new RequestLog();

/** Listens on `host`; 0 lets the system choose a port. */
export async function listen(host: string, wanted: Partial<Ports> = {}): Promise<Ports> {
  const ports: Ports = { http: 0, https: 0, httpOther: 0, httpsOther: 0 };
  const others = () => ({ http: ports.httpOther, https: ports.httpsOther });
  ports.http = await open(plainServer(host, others), host, wanted.http);
  ports.https = await open(secureServer(host, others), host, wanted.https);
  ports.httpOther = await open(
    plainServer(host, () => ports),
    host,
  );
  ports.httpsOther = await open(
    secureServer(host, () => ports),
    host,
  );
  return ports;
}

type OtherPorts = () => { http: number; https: number };

function plainServer(host: string, others: OtherPorts): Server {
  return createServer({ requestTimeout: 0, keepAliveTimeout: 120_000 }, (request, response) => {
    answer(request, response, false, `http://${host}:${others().http}`);
  });
}

function secureServer(host: string, others: OtherPorts): Server {
  const options = {
    allowHTTP1: true,
    requestTimeout: 0,
    // HTTP/1.1 only, as the above.
    keepAliveTimeout: 120_000,
    // Megabytes. At the default of 10, two large fragments at once get a third refused with ENHANCE_YOUR_CALM.
    maxSessionMemory: 4000,
    key: readTls('origin-key.pem'),
    cert: readTls('origin.pem'),
  };
  return createSecureServer(options, (request, response) => {
    answer(request, response, true, `https://${host}:${others().https}`);
  });
}

function readTls(file: string): Buffer {
  return readFileSync(new URL(`../tls/${file}`, import.meta.url));
}

async function open(server: Server, host: string, port = 0): Promise<number> {
  server.listen(port, host);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function answer(request: Request, response: Response, secure: boolean, otherOrigin: string): void {
  const wire = wireOf(request, response);
  respond(request, wire, secure, otherOrigin).catch((error: unknown) => {
    process.stderr.write(`${request.method ?? ''} ${request.url ?? ''}: ${String(error)}\n`);
    wire.reset();
  });
}

async function respond(request: Request, wire: Wire, secure: boolean, otherOrigin: string): Promise<void> {
  const { method = 'GET', headers } = request;
  const host = headers.host ?? headers[':authority'] ?? 'localhost';
  const url = new URL(request.url ?? '/', `${secure ? 'https' : 'http'}://${String(host)}`);
  if (url.pathname === '/' || url.pathname.startsWith('/_lab/')) {
    await sendControl(wire, method, url, request);
    return;
  }
  let options: Options;
  try {
    options = parseOptions(url.searchParams);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    await sendText(wire, method, json(400, { error: error.message }));
    return;
  }
  const record = recordOf(request, wire, url.pathname, secure, options);
  await pause(wire, options.latencyMs);
  const found = find(url.pathname, options);
  if (found === undefined) await sendText(wire, method, json(404, { error: `There is nothing at ${url.pathname}.` }));
  else await serve(found, { url, method, wire, options, headers, otherOrigin }, record);
}

function recordOf(request: Request, wire: Wire, path: string, secure: boolean, options: Options): RequestRecord {
  const { range } = request.headers;
  const record = log.add(
    {
      atMs: performance.now(),
      method: request.method ?? 'GET',
      protocol: request.httpVersionMajor === 2 ? 'h2' : 'http/1.1',
      secure,
      path,
      ...(options.session === undefined ? {} : { session: options.session }),
      ...(range === undefined ? {} : { range }),
      headerNames: Object.keys(request.headers)
        .filter((name) => !name.startsWith(':'))
        .sort(),
    },
    wire.connection,
  );
  const head = wire.head.bind(wire);
  wire.head = (status, sent) => {
    record.status = status;
    head(status, sent);
  };
  wire.over.addEventListener('abort', () => (record.overMs = performance.now()), { once: true });
  return record;
}

interface Found {
  stream: string;
  path: string;
  resource: Resource;
}

function find(pathname: string, options: Options): Found | undefined {
  const [, stream = '', path = ''] = /^\/([^/]+)\/(.+)$/.exec(pathname) ?? [];
  if (!isStreamName(stream)) return undefined;
  const resource = streamOf(stream, shapeOf(options)).resources.get(path);
  return resource === undefined ? undefined : { stream, path, resource };
}

type Asking = Pick<Exchange, 'method' | 'wire' | 'options' | 'headers' | 'otherOrigin'> & { url: URL };

async function serve({ stream, path, resource }: Found, asking: Asking, record: RequestRecord): Promise<void> {
  const { url, options, headers, wire } = asking;
  const body = bodyOf(resource, url.search);
  const { contentType } = resource;
  const etag = options.etag ? { etag: etagOf(stream, path, shapeOf(options), body.size) } : {};
  const range = parseRange(headers.range, body.size);
  const index = resource.fragmentAt?.(typeof range === 'object' ? range.start : 0);
  if (index === 0) await pause(wire, options.slowFirstMs);
  if (wire.over.aborted) return;
  const exchange: Exchange = {
    ...asking,
    pathname: url.pathname,
    search: url.search,
    body,
    contentType,
    answer: answerOf({ size: body.size, contentType, headers, ...etag }),
  };
  const fault = faults.strike(
    {
      stream,
      path,
      resource: resource.kind,
      ...(options.session === undefined ? {} : { session: options.session }),
      ...(index === undefined ? {} : { index }),
    },
    options.faults,
  );
  const isPastRedirect = fault?.kind === 'redirect' && fault.to !== 'loop' && url.searchParams.has('redirected');
  if (fault === undefined || isPastRedirect) {
    await sendAnswer(exchange);
    return;
  }
  record.fault = fault.kind;
  await misbehave(exchange, fault);
}

function bodyOf({ body }: Resource, search: string): Content {
  return typeof body === 'string' ? held(Buffer.from(carryQuery(body, search))) : body;
}

async function sendControl(wire: Wire, method: string, url: URL, request: Request): Promise<void> {
  const readBody = async (): Promise<string> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  };
  try {
    await sendText(wire, method, await control({ faults, log }, method, url, readBody));
  } catch (error) {
    if (!(error instanceof RangeError) && !(error instanceof SyntaxError)) throw error;
    await sendText(wire, method, json(400, { error: error.message }));
  }
}

async function sendText(
  wire: Wire,
  method: string,
  { status, contentType, text }: { status: number; contentType: string; text: string },
): Promise<void> {
  const bytes = Buffer.from(text);
  wire.head(status, { 'content-type': contentType, 'content-length': bytes.length });
  if (method !== 'HEAD') await wire.write([bytes]);
  await wire.end();
}
