import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import type { Digest } from './digest.ts';
import type { LiveSettings, Span } from './live/settings.ts';
import { formatLive, formatSpans, mergeSpans } from './live/settings.ts';
import type { Fault } from './serving/faults.ts';
import { formatFault } from './serving/faults.ts';
import type { Ports } from './serving/origin.ts';
import type { RequestRecord } from './serving/requestLog.ts';
import type { TokenOptions } from './serving/tokens.ts';
import type { ValidatorKind } from './serving/validators.ts';
import type { StreamName } from './streams/catalogue.ts';
import { NEEDED_QUERIES } from './streams/queries.ts';
import type { Cue } from './streams/stream.ts';

export type { Cue, Digest, Fault, LiveSettings, RequestRecord, Span, StreamName };

/** What goes behind a playlist's URL and from there behind every URL in it. */
export interface UrlOptions {
  fragments?: number;
  fragmentBytes?: number;
  latencyMs?: number;
  /** Body bytes per second on each connection. */
  bytesPerSecond?: number;
  /** Of the connections that a session makes, the last one in so many has a tenth of `bytesPerSecond`. */
  slowOneIn?: number;
  slowFirstMs?: number;
  /** Fragments on their way at once to a session; requests beyond are answered 429. */
  mostAtOnce?: number;
  chunked?: boolean;
  /** `true` is `strong`; `modified` sends Last-Modified instead of an ETag. */
  etag?: boolean | ValidatorKind;
  /** A token guards everything below the stream's first playlist; see `TokenOptions`. */
  tokens?: TokenOptions['mode'];
  tokenUses?: number;
  tokenMs?: number;
  /** What is answered to an expired token; default 403. */
  tokenStatus?: number;
  /** Keeps the requests, tokens and counting of faults apart from other tests'. Given by itself where those are. */
  session?: string;
  /** Each with an index, a path or a resource. */
  faults?: readonly Fault[];
  secure?: boolean;
  /** Of `live-window` and `live-event`. */
  live?: LiveSettings;
  /** Put into the query as they are; the origin carries what it doesn't know on. */
  query?: Readonly<Record<string, string>>;
}

export interface DigestOptions {
  fragments?: number;
  fragmentBytes?: number;
  /** Of a multivariant playlist: `2160p`, `1080p`, …; the best where absent. */
  variant?: string;
  /** Of `live-window` and `live-event`, as in the URL. */
  live?: LiveSettings;
  /** The first and the last fragment of a live recording, by their index; what was listed first, and the end. */
  from?: number;
  to?: number;
  /** So many parts of the fragment behind the last. */
  begun?: number;
  /** Of those only these: `listed` says what a client could know of. */
  only?: readonly Span[];
  /** Which files of its subtitles a client could know of; all that are listed at all where absent. */
  text?: readonly Span[];
}

/** How much of a live stream is there. */
export interface LivePosition {
  fragments: number;
  /** Of the fragment behind those. */
  parts: number;
}

/** A running origin in a process of its own. */
export interface Lab extends AsyncDisposable {
  /** `http://<host>:<port>`; for a lab on every address `127.0.0.1`, as below. */
  http: string;
  /** `https://<host>:<port>`: HTTP/2 or HTTP/1.1, by ALPN. */
  https: string;
  httpOther: string;
  httpsOther: string;
  pid: number;
  /** PEM of the authority that signed the certificate (for `localhost`, `127.0.0.1`, `::1`). */
  caPath: string;
  /** The URL of the stream's playlist. */
  url(stream: StreamName, options?: UrlOptions): string;
  /** What a correct download is. Rejects where there is none. */
  digest(stream: StreamName, options?: DigestOptions): Promise<Digest>;
  /** Adds a fault to all requests that it fits, behind those that stand in URLs. */
  fault(fault: Fault): Promise<void>;
  clearFaults(): Promise<void>;
  /** What was asked for, in order; of one session or of all. */
  requests(session?: string): Promise<RequestRecord[]>;
  clearRequests(): Promise<void>;
  /** What live playlists listed to a session, in fragments by their index: all of them or those whose path ends so. */
  listed(session: string, path?: string): Promise<Span[]>;
  /**
   * Begins the live stream of a session with so many fragments and parts, under settings that are too many for a URL. What
   * the URL gives besides holds on.
   */
  begin(session: string, settings: LiveSettings, position: LivePosition): Promise<void>;
  /** Moves the live stream of a session on. Rejects where the session has not asked for one yet. */
  advance(session: string, fragments: number, parts?: number): Promise<LivePosition>;
  /** Ends the process and waits for its end. */
  close(): Promise<void>;
}

export interface LabOptions {
  /** Where it listens; `0.0.0.0` for every address that this machine has. Default `127.0.0.1`. */
  host?: string;
  /** Of http, that of a lab that has ended; the system's choice where absent. */
  port?: number;
}

/** Starts the lab on ports that the system chooses. It ends with `close`, or with this process. */
export async function startLab({ host = '127.0.0.1', port }: LabOptions = {}): Promise<Lab> {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    [main, '--child', '--host', host, ...(port === undefined ? [] : ['--port', String(port)])],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      // In an extension host the executable is Electron.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    },
  );
  const exited = once(child, 'exit');
  const ports = await firstLine(child.stdout, exited);
  const name = host === '0.0.0.0' ? '127.0.0.1' : host;
  const origin = (port: number, scheme = 'http'): string => `${scheme}://${name}:${port}`;
  const http = origin(ports.http);
  const https = origin(ports.https, 'https');
  const close = async (): Promise<void> => {
    child.stdin.end();
    await exited;
  };
  const requests = async (session?: string): Promise<RequestRecord[]> => {
    const query = queryOf(session === undefined ? {} : { session });
    return (await ask(http, 'GET', `/_lab/requests${search(query)}`)) as RequestRecord[];
  };
  return {
    http,
    https,
    httpOther: origin(ports.httpOther),
    httpsOther: origin(ports.httpsOther, 'https'),
    pid: child.pid!,
    caPath: fileURLToPath(new URL('tls/ca.pem', import.meta.url)),
    url: (stream, given = {}) => {
      const options = stream.startsWith('live-') ? { live: {}, ...given } : given;
      const query = { ...NEEDED_QUERIES[stream], ...given.query };
      return `${options.secure === true ? https : http}/${stream}/index.m3u8${search(queryOf({ ...options, query }))}`;
    },
    digest: async (stream, options = {}) =>
      (await ask(http, 'GET', `/_lab/digest${search(queryOf(options, { stream }))}`)) as Digest,
    fault: async (fault) => {
      await ask(http, 'POST', '/_lab/faults', fault);
    },
    clearFaults: async () => {
      await ask(http, 'DELETE', '/_lab/faults');
    },
    requests,
    listed: async (session, path = '') => {
      const listings = (await requests(session)).filter((record) => record.path.endsWith(path));
      return mergeSpans(listings.flatMap(({ listed }): Span[] => (listed ? [[listed.first, listed.last]] : [])));
    },
    clearRequests: async () => {
      await ask(http, 'DELETE', '/_lab/requests');
    },
    begin: async (session, settings, { fragments, parts }) => {
      const query = new URLSearchParams({ session, advance: String(fragments), parts: String(parts) });
      await ask(http, 'PUT', `/_lab/live${search(query)}`, new URLSearchParams(formatLive(settings)).toString());
    },
    advance: async (session, fragments, parts = 0) => {
      const query = new URLSearchParams({ session, advance: String(fragments), parts: String(parts) });
      return (await ask(http, 'POST', `/_lab/live${search(query)}`)) as LivePosition;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function firstLine(output: NodeJS.ReadableStream, exited: Promise<unknown[]>): Promise<Ports> {
  const lines = createInterface({ input: output });
  const died = exited.then(([code]) => {
    throw new Error(`The lab ended before it listened, with code ${String(code)}.`);
  });
  const [line] = (await Promise.race([once(lines, 'line'), died])) as [string];
  // From here on its end is no failure, until somebody waits for it.
  died.catch(() => undefined);
  return JSON.parse(line) as Ports;
}

function queryOf(options: UrlOptions & DigestOptions, more: Readonly<Record<string, string>> = {}): URLSearchParams {
  const params = new URLSearchParams({ ...options.query, ...more });
  for (const name of NUMBERS) if (options[name] !== undefined) params.set(name, String(options[name]));
  for (const [name, value] of formatLive(options.live ?? {})) params.set(name, value);
  for (const name of FLAGS) if (options[name] === true) params.set(name, '1');
  for (const name of TEXTS) if (typeof options[name] === 'string') params.set(name, options[name]);
  if (options.only !== undefined) params.set('only', formatSpans(options.only));
  if (options.text !== undefined) params.set('text', formatSpans(options.text));
  for (const fault of options.faults ?? []) params.append('fault', formatFault(fault));
  const isCounted =
    options.live !== undefined || ['fault', 'tokens', 'slowOneIn', 'mostAtOnce'].some((name) => params.has(name));
  if (isCounted && !params.has('session')) params.set('session', randomUUID());
  return params;
}

const NUMBERS = [
  'fragments',
  'fragmentBytes',
  'latencyMs',
  'bytesPerSecond',
  'slowOneIn',
  'slowFirstMs',
  'mostAtOnce',
  'tokenUses',
  'tokenMs',
  'tokenStatus',
  'from',
  'to',
  'begun',
] as const;
const FLAGS = ['chunked', 'etag'] as const;
const TEXTS = ['session', 'variant', 'tokens', 'etag'] as const;

function search(params: URLSearchParams): string {
  return params.size === 0 ? '' : `?${params.toString()}`;
}

/** Asks the lab itself. Uses node:http: the global fetch would set a process-wide dispatcher. */
async function ask(origin: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const sent = request(origin + path, { method, agent: false });
  sent.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
  const [response] = (await once(sent, 'response')) as [NodeJS.ReadableStream & { statusCode?: number }];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  if (response.statusCode !== 200) throw new Error(`The lab refused ${method} ${path}: ${text.trim()}`);
  return JSON.parse(text);
}
