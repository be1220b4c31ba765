import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ClientOptions, Transfer } from '../../../../src/engine/transport/client.ts';
import { defaultHedgeRules } from '../../../../src/engine/transport/hedgeRules.ts';
import { Collector, fragmentAt, openClient, patternBytes, startOrigin, type Origin } from './serving.ts';

export const size = 100_000;
export const whole = patternBytes(size);
export const etag = '"one"';

/** As by default, but sooner. */
export const quickRules = { ...defaultHedgeRules, tickMs: 5, observedMs: 40, silentMs: 60, gainMs: 40, lastGainMs: 40 };

/** How fast an answer comes. */
export interface Pace {
  sliceBytes: number;
  everyMs: number;
}

export const usual: Pace = { sliceBytes: 10_000, everyMs: 3 };
/** Half a second for all of it. */
export const slow: Pace = { sliceBytes: 1000, everyMs: 5 };

/** Sends the rest of a message piece by piece. */
export function drip(response: ServerResponse, bytes: Buffer, pace: Pace): void {
  if (response.destroyed) return;
  const { sliceBytes, everyMs } = pace;
  response.write(bytes.subarray(0, sliceBytes));
  const rest = bytes.subarray(sliceBytes);
  if (rest.length === 0) response.end();
  else setTimeout(() => drip(response, rest, pace), everyMs);
}

export interface Reply {
  pace?: Pace;
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
  const open = openClient(origin.url, { hedgeRules: quickRules, ...options });
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
