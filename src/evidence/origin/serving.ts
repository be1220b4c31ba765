import { once } from 'node:events';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import type { Duplex, Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { Credentials } from './certificate.ts';
import { PLAYLIST_PATH, type Resources, type Timing } from './resource.ts';
import type { SendingLimit } from './sendingLimit.ts';

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

/** Told of each answer, for the origin's own books. */
export interface Watch {
  began(): void;
  /** All of it is handed to the system, or the client has gone. */
  ended(sentBytes: number): void;
}

/** An answer on its way, the same for both versions of HTTP. */
interface Way {
  /** Sends the head by itself. */
  head(status: number, headers: OutgoingHttpHeaders): void;
  end(): void;
  /** Where the body is written, and what is corked meanwhile. */
  body: Writable;
  transport: Duplex;
}

function wayOf(request: Request, response: Response): Way {
  if ('stream' in response) {
    const { stream } = response;
    const head = (status: number, headers: OutgoingHttpHeaders) => response.writeHead(status, headers);
    return { head, end: () => response.end(), body: stream, transport: stream };
  }
  const head = (status: number, headers: OutgoingHttpHeaders) => response.writeHead(status, headers).flushHeaders();
  return { head, end: () => response.end(), body: response, transport: request.socket };
}

/** How often a paced body is sent on. */
const STEP_MS = 4;
/** Weight of the newest timer in what is known of their lateness, which is bounded: a busy machine is no reason to answer early. */
const LATENESS_WEIGHT = 0.05;
const LATENESS_MAX_MS = 2;
/** Megabytes. At Node's default of 10, two large fragments at once get a third refused with ENHANCE_YOUR_CALM. */
const SESSION_MEMORY = 4000;

/**
 * Serves on a loopback port that the system chooses, and resolves to it. With credentials it speaks TLS, HTTP/2 and 1.1 as
 * the client chooses; without, HTTP/1.1 in the clear.
 *
 * @param limit of all bodies together that are sent at the time of a recording
 */
export async function serve(
  resources: Resources,
  credentials: Credentials | undefined,
  watch: Watch,
  limit?: SendingLimit,
): Promise<{ port: number; server: Server }> {
  const onRequest = (request: Request, response: Response): void => {
    answer(request, response, { resources, watch, limit }).catch((error: unknown) => {
      process.stderr.write(`${request.url ?? ''}: ${String(error)}\n`);
      request.socket.destroy();
    });
  };
  const lasting = { requestTimeout: 0, keepAliveTimeout: 120_000 };
  const server: Server =
    credentials === undefined
      ? createServer(lasting, onRequest)
      : createSecureServer(
          {
            ...lasting,
            allowHTTP1: true,
            maxSessionMemory: SESSION_MEMORY,
            key: credentials.key,
            cert: credentials.cert,
          },
          onRequest,
        );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, server };
}

/** What all answers share. */
interface Served {
  resources: Resources;
  watch: Watch;
  limit: SendingLimit | undefined;
}

async function answer(request: Request, response: Response, { resources, watch, limit }: Served): Promise<void> {
  watch.began();
  // A request that nobody reads has Node reset its stream behind the answer, of which some clients then lose the end.
  request.resume();
  const atMs = performance.now();
  const over = new AbortController();
  response.once('close', () => over.abort());
  // A client that goes away is no error of the origin; 'close' follows.
  response.on('error', () => undefined);
  const way = wayOf(request, response);
  let sentBytes = 0;
  try {
    const { method = 'GET', url = '/', headers } = request;
    const { pathname } = new URL(url, 'http://origin');
    const resource = resources.get(pathname);
    if (pathname === PLAYLIST_PATH) limit?.begin();
    if (resource === undefined || (method !== 'GET' && method !== 'HEAD')) {
      way.head(resource === undefined ? 404 : 405, { 'content-length': 0 });
      way.end();
      return;
    }
    const range = rangeOf(headers.range, resource.bytes);
    if (range === undefined) {
      way.head(416, { 'content-range': `bytes */${resource.bytes}`, 'content-length': 0 });
      way.end();
      return;
    }
    const { start, end, isPart } = range;
    const body = method === 'HEAD' ? [] : await resource.read(start, end);
    const timing = resource.timing?.(start, end);
    if (timing !== undefined) await until(atMs + timing.firstByteMs, over.signal);
    way.head(isPart ? 206 : 200, {
      'content-type': resource.contentType,
      'content-length': end - start,
      'accept-ranges': 'bytes',
      ...(isPart ? { 'content-range': `bytes ${start}-${end - 1}/${resource.bytes}` } : {}),
    });
    sentBytes = await (timing === undefined
      ? send(way, body, over.signal)
      : pace(way, body, { ...timing, limit }, over.signal));
    way.end();
    await untilEither(way.body, 'finish', over.signal);
  } finally {
    watch.ended(sentBytes);
  }
}

/** Hands all to the system in as few calls as can be; resolves once there is room for more. */
async function send({ body, transport }: Way, pieces: readonly Buffer[], over: AbortSignal): Promise<number> {
  transport.cork();
  let hasRoom = true;
  let bytes = 0;
  for (const piece of pieces) {
    hasRoom = body.write(piece);
    bytes += piece.length;
  }
  transport.uncork();
  if (!hasRoom) await untilEither(body, 'drain', over);
  return bytes;
}

/** When a body is to be sent, and what it shares with others. */
interface Pace extends Timing {
  limit: SendingLimit | undefined;
}

/** Sends at an even rate, so that the last byte leaves `bodyMs` after the first, or later where the limit of all is reached. */
async function pace(way: Way, pieces: readonly Buffer[], { bodyMs, limit }: Pace, over: AbortSignal): Promise<number> {
  const startMs = performance.now();
  const total = pieces.reduce((sum, { length }) => sum + length, 0);
  const left = [...pieces];
  let sent = 0;
  while (sent < total && !over.aborted) {
    const share = bodyMs > 0 ? (performance.now() - startMs) / bodyMs : 1;
    const wanted = share >= 1 ? total - sent : Math.floor(share * total) - sent;
    let due = limit === undefined ? wanted : limit.take(wanted, performance.now());
    const parts: Buffer[] = [];
    while (due > 0) {
      const first = left[0];
      if (first === undefined) break;
      const part = first.subarray(0, due);
      if (part.length === first.length) left.shift();
      else left[0] = first.subarray(part.length);
      due -= part.length;
      parts.push(part);
    }
    if (parts.length > 0) sent += await send(way, parts, over);
    const stepMs = share >= 1 ? STEP_MS : Math.min(STEP_MS, startMs + bodyMs - performance.now());
    if (sent < total) await until(performance.now() + stepMs, over);
  }
  return sent;
}

/** By how much timers have fired late so far: fragments by the hundred would add it up. */
let latenessMs = 0;

async function until(ms: number, over: AbortSignal): Promise<void> {
  const delayMs = ms - latenessMs - performance.now();
  if (delayMs <= 0 || over.aborted) return;
  await wait(delayMs, undefined, { signal: over }).catch(() => undefined);
  if (!isOver(over)) latenessMs += (performance.now() - ms) * LATENESS_WEIGHT;
  latenessMs = Math.min(LATENESS_MAX_MS, Math.max(0, latenessMs));
}

async function untilEither(emitter: NodeJS.EventEmitter, event: string, over: AbortSignal): Promise<void> {
  if (over.aborted) return;
  try {
    await once(emitter, event, { signal: over });
  } catch (error) {
    if (!isOver(over)) throw error;
  }
}

/** One range at most (RFC 9110 §14.2): anything else is answered with all; undefined where it cannot be satisfied. */
function rangeOf(
  header: string | undefined,
  bytes: number,
): { start: number; end: number; isPart: boolean } | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  const isBackwards = first !== '' && last !== '' && Number(last) < Number(first);
  if ((first === '' && last === '') || isBackwards) return { start: 0, end: bytes, isPart: false };
  const start = first === '' ? Math.max(bytes - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? bytes : Math.min(Number(last) + 1, bytes);
  return start < end ? { start, end, isPart: true } : undefined;
}

/** Asks anew: over time the answer changes, which the compiler doesn't know of a property. */
function isOver(over: AbortSignal): boolean {
  return over.aborted;
}
