import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { once } from 'node:events';

import type { Content } from '../content/content.ts';
import { held } from '../content/content.ts';
import { ClockBook } from '../live/clock.ts';
import { isStreamName, streamOf } from '../streams/catalogue.ts';
import { OTHER_ORIGIN } from '../streams/stream.ts';
import { answerOf, parseRange } from './answer.ts';
import { control, json } from './control.ts';
import { Crowd } from './crowd.ts';
import type { Exchange, Origins } from './exchange.ts';
import { pause, sendAnswer, sendText } from './exchange.ts';
import { FaultBook } from './faultBook.ts';
import type { Fault } from './faults.ts';
import type { Side } from './kinds.ts';
import { misbehave } from './misbehaviour.ts';
import type { Options } from './options.ts';
import { carriedSearch, carryQuery, directivesOf, parseOptions, shapeOf } from './options.ts';
import type { Found } from './replies.ts';
import { identityOf, ReplyBook, UnfitQuery } from './replies.ts';
import type { RequestRecord } from './requestLog.ts';
import { RequestLog } from './requestLog.ts';
import { FIRST, TOKEN, TokenBook, withToken } from './tokens.ts';
import { validatorsOf } from './validators.ts';
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
const tokens = new TokenBook();
const log = new RequestLog();
const clocks = new ClockBook();
const replies = new ReplyBook(clocks);
const crowd = new Crowd();

/** Listens on `host`; 0 lets the system choose a port. */
export async function listen(host: string, wanted: Partial<Ports> = {}): Promise<Ports> {
  const ports: Ports = { http: 0, https: 0, httpOther: 0, httpsOther: 0 };
  const first = () => ports;
  const other = () => ({ http: ports.httpOther, https: ports.httpsOther });
  // A server on every address names itself by the one that is always there.
  const name = host === '0.0.0.0' ? '127.0.0.1' : host;
  ports.http = await open(plainServer(name, 'first', first, other), host, wanted.http);
  ports.https = await open(secureServer(name, 'first', first, other), host, wanted.https);
  ports.httpOther = await open(plainServer(name, 'other', other, first), host);
  ports.httpsOther = await open(secureServer(name, 'other', other, first), host);
  return ports;
}

/** Known once the servers listen. */
type PortPair = () => { http: number; https: number };

function plainServer(host: string, side: Side, own: PortPair, other: PortPair): Server {
  return createServer({ requestTimeout: 0, keepAliveTimeout: 120_000 }, (request, response) => {
    answer(request, response, false, {
      other: `http://${host}:${other().http}`,
      plain: `http://${host}:${own().http}`,
      side,
    });
  });
}

function secureServer(host: string, side: Side, own: PortPair, other: PortPair): Server {
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
    answer(request, response, true, {
      other: `https://${host}:${other().https}`,
      plain: `http://${host}:${own().http}`,
      side,
    });
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

/** The addresses that a request does not tell. */
type Others = Omit<Origins, 'own'>;

function answer(request: Request, response: Response, secure: boolean, others: Others): void {
  const wire = wireOf(request, response);
  respond(request, wire, secure, others).catch((error: unknown) => {
    process.stderr.write(`${request.method ?? ''} ${request.url ?? ''}: ${String(error)}\n`);
    wire.reset();
  });
}

async function respond(request: Request, wire: Wire, secure: boolean, others: Others): Promise<void> {
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
    await sendReply(wire, method, json(400, { error: error.message }));
    return;
  }
  const record = recordOf(request, wire, url, options);
  const found = find(url.pathname, options);
  const isCrowded = found?.resource.kind === 'fragment' && !crowd.admit(options, wire.over);
  await pause(wire, options.latencyMs);
  if (found === undefined) {
    await sendReply(wire, method, json(404, { error: `There is nothing at ${url.pathname}.` }));
    return;
  }
  if (isCrowded) {
    await sendReply(wire, method, json(429, { error: 'Too many requests at once.' }));
    return;
  }
  try {
    await serve(found, { url, method, wire, options, headers, origins: { own: url.origin, ...others } }, record);
  } catch (error) {
    if (!(error instanceof UnfitQuery)) throw error;
    await sendReply(wire, method, json(400, { error: error.message }));
  }
}

function recordOf(request: Request, wire: Wire, url: URL, options: Options): RequestRecord {
  const { range } = request.headers;
  const directives = directivesOf(url.searchParams);
  const record = log.add(
    {
      atMs: performance.now(),
      method: request.method ?? 'GET',
      protocol: request.httpVersionMajor === 2 ? 'h2' : 'http/1.1',
      secure: url.protocol === 'https:',
      origin: url.origin,
      path: url.pathname,
      ...(options.session === undefined ? {} : { session: options.session }),
      ...(range === undefined ? {} : { range }),
      ...(directives === undefined ? {} : { directives }),
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
  const write = wire.write.bind(wire);
  wire.write = async (pieces) => {
    record.bodyBytes = pieces.reduce((sum, { length }) => sum + length, record.bodyBytes ?? 0);
    await write(pieces);
  };
  wire.over.addEventListener('abort', () => (record.overMs = performance.now()), { once: true });
  return record;
}

function find(pathname: string, options: Options): Found | undefined {
  const [, stream = '', path = ''] = /^\/([^/]+)\/(.+)$/.exec(pathname) ?? [];
  if (!isStreamName(stream)) return undefined;
  const { resources, resourceAt } = streamOf(stream, shapeOf(options));
  const resource = resources.get(path) ?? resourceAt?.(path);
  return resource === undefined ? undefined : { stream, path, resource };
}

type Asking = Pick<Exchange, 'method' | 'wire' | 'options' | 'headers' | 'origins'> & { url: URL };

async function serve(found: Found, asking: Asking, record: RequestRecord): Promise<void> {
  const { stream, path, resource } = found;
  const { url, options, headers, wire } = asking;
  const isAdmitted = admit(found, asking);
  const reply = isAdmitted ? await replies.of(found, asking) : { status: 403, reason: 'The token has expired.' };
  const refusal = 'status' in reply ? reply : undefined;
  const body = 'status' in reply ? held(Buffer.alloc(0)) : bodyOf(found, asking, reply.body);
  if ('listed' in reply) record.listed = reply.listed;
  const { contentType } = resource;
  const validators = validatorsOf(options.etag, stream, path, shapeOf(options), identityOf(resource, body));
  const range = parseRange(headers.range, body.size);
  const index = resource.fragmentAt?.(typeof range === 'object' ? range.start : 0);
  if (index !== undefined) record.index = index;
  if (index === 0) await pause(wire, options.slowFirstMs);
  if (wire.over.aborted) return;
  const exchange: Exchange = {
    ...asking,
    pathname: url.pathname,
    search: url.search,
    body,
    contentType,
    validators,
    answer: answerOf({ size: body.size, contentType, headers, validators }),
  };
  if (!isAdmitted) {
    record.fault = 'token';
    await sendText(exchange, options.tokens?.status ?? 403, 'text/plain', 'The token has expired.\n');
    return;
  }
  const target = {
    stream,
    path,
    resource: resource.kind,
    origin: asking.origins.side,
    ...(options.session === undefined ? {} : { session: options.session }),
    ...(index === undefined ? {} : { index }),
  };
  const strike = faults.strike(target, options.faults, headers.range !== undefined);
  if (strike !== undefined && !isPastRedirect(strike.fault, url)) {
    record.fault = strike.fault.kind;
    await misbehave(exchange, strike);
  } else if (refusal === undefined) await sendAnswer(exchange);
  else await sendText(exchange, refusal.status, 'text/plain', `${refusal.reason}\n`);
}

function isPastRedirect({ kind, to }: Fault, url: URL): boolean {
  return kind === 'redirect' && to !== 'loop' && url.searchParams.has('redirected');
}

function admit({ path, resource }: Found, { url, options }: Asking): boolean {
  const { tokens: wanted, session = '' } = options;
  if (wanted === undefined || path === FIRST) return true;
  return tokens.admit(session, url.searchParams.get(TOKEN), resource.kind, wanted);
}

/** Texts name the other origin; a playlist carries the query on, the first one with a token of its own. */
function bodyOf({ path, resource }: Found, { url, options, origins }: Asking, body: Content | string): Content {
  if (typeof body !== 'string') return body;
  const text = body.replaceAll(OTHER_ORIGIN, origins.other);
  if (resource.kind !== 'playlist') return held(Buffer.from(text));
  const { tokens: wanted, session = '' } = options;
  const token = wanted === undefined || path !== FIRST ? undefined : tokens.issue(session, wanted);
  return held(Buffer.from(carryQuery(text, withToken(carriedSearch(url), token))));
}

async function sendControl(wire: Wire, method: string, url: URL, request: Request): Promise<void> {
  const readBody = async (): Promise<string> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  };
  try {
    await sendReply(wire, method, await control({ faults, log, clocks }, method, url, readBody));
  } catch (error) {
    if (!(error instanceof RangeError) && !(error instanceof SyntaxError)) throw error;
    await sendReply(wire, method, json(400, { error: error.message }));
  }
}

async function sendReply(
  wire: Wire,
  method: string,
  { status, contentType, text }: { status: number; contentType: string; text: string },
): Promise<void> {
  const bytes = Buffer.from(text);
  wire.head(status, { 'content-type': contentType, 'content-length': bytes.length });
  if (method !== 'HEAD') await wire.write([bytes]);
  await wire.end();
}
