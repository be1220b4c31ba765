import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createRawServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { TransferError } from '../../../../src/engine/errors.ts';
import { defaultLimits, type Limits } from '../../../../src/engine/request.ts';
import { Client, type ClientOptions, type Transfer } from '../../../../src/engine/transport/client.ts';
import type { Flow, ResponseHead } from '../../../../src/engine/transport/receiver.ts';

/** A request as the origin saw it. */
export interface Seen {
  atMs: number;
  url: string;
  headers: IncomingMessage['headers'];
}

export interface Origin extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`. */
  url: string;
  seen: Seen[];
}

/** Answers each request by `answer`, which is told how many came before. */
export async function startOrigin(
  answer: (request: IncomingMessage, response: ServerResponse, before: number) => void,
): Promise<Origin> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    seen.push({ atMs: performance.now(), url: request.url ?? '', headers: request.headers });
    answer(request, response, seen.length - 1);
  });
  return { url: await open(server), seen, [Symbol.asyncDispose]: () => close(server, new Set()) };
}

/** Answers the head of each request with whatever bytes `answer` writes. */
export async function startRawOrigin(answer: (socket: Socket, head: string, before: number) => void): Promise<Origin> {
  const seen: Seen[] = [];
  const sockets = new Set<Socket>();
  const server = createRawServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    let head = '';
    socket.on('data', (chunk) => {
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      const whole = head;
      head = '';
      seen.push({ atMs: performance.now(), url: whole.split(' ')[1] ?? '', headers: {} });
      answer(socket, whole, seen.length - 1);
    });
  });
  return { url: await open(server), seen, [Symbol.asyncDispose]: () => close(server, sockets) };
}

async function open(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server & { closeAllConnections?: () => void }, sockets: Set<Socket>): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections?.();
  for (const socket of sockets) socket.destroy();
  await closed;
}

/** Short, so that what only time can show is shown soon. */
export const shortLimits: Limits = {
  ...defaultLimits,
  firstByteMs: 400,
  stallMs: 400,
  rateWindowMs: 400,
  tries: 4,
  noProgressMs: 3_000,
};

export interface OpenClient extends AsyncDisposable {
  client: Client;
  retries: { error: TransferError; tries: number; delayMs: number; isAnnounced: boolean }[];
}

export function openClient(origin: string, options: Partial<ClientOptions> = {}): OpenClient {
  const retries: OpenClient['retries'] = [];
  const client = new Client({
    origin,
    headers: {},
    http: 'auto',
    reads: 'pooled',
    limits: shortLimits,
    signal: new AbortController().signal,
    onRetry: (error, tries, delayMs, isAnnounced) => retries.push({ error, tries, delayMs, isAnnounced }),
    allowPrivateAddresses: false,
    ...options,
  });
  return { client, retries, [Symbol.asyncDispose]: () => client.close() };
}

/** What receivers were given: one entry for each. */
export class Collector {
  readonly bodies: Buffer[][] = [];
  readonly heads: ResponseHead[] = [];
  flow: Flow | undefined;
  onData: (chunk: Buffer) => void = () => undefined;

  receive = () => {
    const chunks: Buffer[] = [];
    this.bodies.push(chunks);
    return {
      onHead: (head: ResponseHead, flow: Flow) => {
        this.heads.push(head);
        this.flow = flow;
      },
      onData: (chunk: Buffer) => {
        chunks.push(Buffer.from(chunk));
        this.onData(chunk);
      },
    };
  };

  /** What the last receiver has. */
  get bytes(): Buffer {
    return Buffer.concat(this.bodies.at(-1) ?? []);
  }
}

/** A transfer of a fragment. */
export function fragmentAt(url: string, collector: Collector, more: Partial<Transfer> = {}): Transfer {
  return {
    resource: 'fragment',
    fragment: 2,
    label: 'Fragment 3 of 9',
    url,
    maxBytes: 1 << 24,
    receive: collector.receive,
    ...more,
  };
}

/** Bytes that differ from place to place. */
export function patternBytes(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  for (let index = 0; index < length; index++) bytes[index] = (index * 31 + (index >> 8) * 7 + seed) & 0xff;
  return bytes;
}

/** The error that a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<TransferError> {
  const error: unknown = await promise.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  return error as TransferError;
}
