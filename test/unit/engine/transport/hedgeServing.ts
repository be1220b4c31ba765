import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ClientOptions, Transfer } from '../../../../src/engine/transport/client.ts';
import { defaultHedgeRules, type HedgeRules } from '../../../../src/engine/transport/hedgeRules.ts';
import { Collector, fragmentAt, openClient, patternBytes, startOrigin, type Origin } from './serving.ts';

export const size = 100_000;
export const whole = patternBytes(size);
export const etag = '"one"';

/** As by default, but sooner. */
export const quickRules: HedgeRules = { ...defaultHedgeRules, tickMs: 5, observedMs: 40, silentMs: 60 };

/** Whose pace is known is asked for a second time, on a machine with much else to do too. */
export const eagerRules: HedgeRules = {
  ...quickRules,
  silentMs: 60_000,
  factor: 0,
  lastFactor: 0,
  gainMs: -60_000,
  lastGainMs: -60_000,
  extraBytes: 1_000_000,
};

/** How fast answers come, in bytes a second: half a second and 25 ms for all of it. */
export const slow = 200_000;
export const usual = 4_000_000;

const leastMs = 2;

/** Sends the rest of a message at that pace, whatever the timers are like. */
export function drip(response: ServerResponse, bytes: Buffer, bytesPerSecond: number): void {
  const startMs = performance.now();
  let sent = 0;
  const sendMore = () => {
    if (response.destroyed) return;
    const due = Math.ceil(((performance.now() - startMs + leastMs) * bytesPerSecond) / 1000);
    response.write(bytes.subarray(sent, due));
    sent = due;
    if (sent >= bytes.length) response.end();
    else setTimeout(sendMore, leastMs);
  };
  sendMore();
}

export interface Reply {
  pace?: number;
  body?: Buffer;
  headers?: OutgoingHttpHeaders;
}

/** Answers rightly, a range too where it is one of `bytes=a-`. */
export function send(request: IncomingMessage, response: ServerResponse, reply: Reply = {}): void {
  const { pace = usual, body = whole, headers = { etag } } = reply;
  const first = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const part = body.subarray(first);
  const range = { 'content-range': `bytes ${first}-${body.length - 1}/${body.length}` };
  response.writeHead(first === 0 ? 200 : 206, {
    'content-length': part.length,
    ...(first === 0 ? {} : range),
    ...headers,
  });
  drip(response, part, pace);
}

export type Answering = (request: IncomingMessage, response: ServerResponse, before: number) => void;

/** An origin whose `/f.ts` is answered by `answer`, told how many requests for it came before, and all else rightly. */
export async function startMixedOrigin(answer: Answering): Promise<Origin & { asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const origin = await startOrigin((request, response) => {
    if (request.url !== '/f.ts') send(request, response);
    else answer(request, response, asked.push(request) - 1);
  });
  return Object.assign(origin, { asked });
}

/** A transfer of a fragment that may be asked for twice. */
export function hedgeableAt(url: string, collector: Collector, more: Partial<Transfer> = {}): Transfer {
  return fragmentAt(url, collector, { mayHedge: true, ...more });
}

/** Fetches some fragments that come as usual, and after them `/f.ts`. */
export async function fetchAfterOthers(
  origin: Origin,
  options: Partial<ClientOptions> = {},
  transfer: Partial<Transfer> = {},
) {
  const open = openClient(origin.url, { hedgeRules: eagerRules, ...options });
  try {
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => fetchOther(open.client, origin, name)));
    const collector = new Collector();
    const result = await open.client.fetch(hedgeableAt(`${origin.url}/f.ts`, collector, transfer));
    return { result, collector, retries: open.retries };
  } finally {
    await open.client.close();
  }
}

export function fetchOther(client: ReturnType<typeof openClient>['client'], origin: Origin, name: string) {
  return client.fetch(hedgeableAt(`${origin.url}/${name}.ts`, new Collector()));
}
