import type { ClientHttp2Session } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { buildConnector, Dispatcher } from 'undici';
import symbols from 'undici/lib/core/symbols.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import { TransferError } from '../errors.ts';
import type { Traffic } from './concurrency/traffic.ts';
import { exchange, type ExchangeOptions, type ExchangeResult, type RedirectResult, type Source } from './exchange.ts';
import { FlowControl } from './flowControl.ts';
import { http2Options, http2Windows } from './http2.ts';
import { HttpDecision, type Ending, type FragmentTraffic, type HttpChoice, type HttpVersion } from './httpChoice.ts';
import type { ProxyingConnector } from './proxyConnector.ts';
import type { Watchdog } from './watchdog.ts';

export interface HttpVersionsOptions {
  http: HttpVersion | 'auto';
  /** Makes what connects for that version; called once for each. */
  connectorFor(version: HttpVersion): ProxyingConnector;
  rateBytesPerSecond: number | undefined;
}

/** Failures of the way rather than of what was asked for. */
const losses: ReadonlySet<string> = new Set(['RESET', 'TRUNCATED', 'TIMEOUT', 'STALLED', 'UNREACHABLE', 'TLS']);
/** Answers of an origin that has enough to do: RFC 6585 §4, RFC 9110 §15.6.4. */
const busyStatuses: ReadonlySet<number> = new Set([429, 503]);

interface Opened {
  agent: Dispatcher;
  connector: ProxyingConnector;
}

/** What sends requests: by the version of HTTP that was asked for, or by that which is faster to each origin. */
export class HttpVersions {
  /** How many fragments wait for their turn. */
  waiting: () => number = () => 0;
  readonly flowControl: FlowControl;
  readonly #options: HttpVersionsOptions;
  readonly #opened = new Map<HttpVersion, Opened>();
  readonly #decisions = new Map<string, OriginDecision>();
  /** Something was asked for without TLS. */
  #isOpen = false;

  constructor(options: HttpVersionsOptions) {
    this.#options = options;
    this.flowControl = new FlowControl(http2Windows(options.rateBytesPerSecond));
  }

  /** One exchange, as `exchange`, by the version that is chosen for it now. */
  async exchange(watchdog: Watchdog, options: ExchangeOptions): Promise<ExchangeResult | RedirectResult> {
    const way = this.#decisionFor(options)?.begin();
    if (!way) return exchange(this.#agent(this.#pickedFor(options.address)), watchdog, options);
    const { told, seen } = watched(options, way);
    try {
      const result = await exchange(this.#agent(way.version), watchdog, told);
      way.end(endingOf(result, seen.bytes));
      return result;
    } catch (error) {
      if (way.version === '2' && isDenial(error)) return await this.#askAgain(way, error, watchdog, options);
      way.end(failureOf(error));
      throw error;
    }
  }

  /** Some deny over HTTP/2 what they serve over HTTP/1.1 (RFC 9110 §15.5.20). */
  async #askAgain(
    way: Way,
    { status = 0 }: TransferError,
    watchdog: Watchdog,
    options: ExchangeOptions,
  ): Promise<ExchangeResult | RedirectResult> {
    try {
      const result = await exchange(this.#agent('1.1'), watchdog, options);
      way.end({ type: 'broken', why: `status ${status}` });
      return result;
    } catch (error) {
      way.end({ type: 'late' });
      throw error;
    }
  }

  /** Of the origin that most fragments came from; absent where no choice was asked for or nothing was fetched. */
  get choice(): HttpChoice | undefined {
    const { http, rateBytesPerSecond } = this.#options;
    if (http !== 'auto') return undefined;
    const [most] = [...this.#decisions.values()].sort((a, b) => b.count - a.count);
    if (most) return most.decision.choice;
    if (rateBytesPerSecond !== undefined) return { picked: '1.1', why: 'a rate is set' };
    return this.#isOpen ? { picked: '1.1', why: 'HTTP/2 wants TLS' } : undefined;
  }

  /** Drops every connection. */
  async close(): Promise<void> {
    const opened = [...this.#opened.values()];
    for (const { connector } of opened) connector.close();
    await Promise.all(opened.map(({ agent }) => agent.destroy()));
  }

  /** Where there is something to decide, and this exchange says something about it. */
  #decisionFor({ address, traffic, interrupted }: ExchangeOptions): OriginDecision | undefined {
    const { http, rateBytesPerSecond } = this.#options;
    const { origin, protocol } = address;
    this.#isOpen ||= protocol === 'http:';
    // Without TLS nobody is asked (RFC 9113 §3.2); a rate that is set bounds both alike.
    if (http !== 'auto' || protocol === 'http:' || rateBytesPerSecond !== undefined) return undefined;
    // What is gone on with began at another time, perhaps in another way.
    if (traffic === undefined || interrupted !== undefined) return undefined;
    let each = this.#decisions.get(origin);
    if (!each) {
      each = new OriginDecision(traffic, () => this.waiting());
      this.#decisions.set(origin, each);
    }
    return each;
  }

  #pickedFor({ origin }: URL): HttpVersion {
    const { http } = this.#options;
    return http === 'auto' ? (this.#decisions.get(origin)?.decision.choice.picked ?? '1.1') : http;
  }

  #agent(version: HttpVersion): Dispatcher {
    const opened = this.#opened.get(version) ?? this.#open(version);
    this.#opened.set(version, opened);
    return opened.agent;
  }

  #open(version: HttpVersion): Opened {
    const connector = this.#options.connectorFor(version);
    const agent = new Agent({
      allowH2: version === '2',
      connect: version === '2' ? this.#agreeing(connector) : connector.connect,
      h2Options: http2Options(http2Windows(this.#options.rateBytesPerSecond)),
      // The watchdog's work: undici's timers stand still while the consumer is paused.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    agent.on('connect', (_origin, targets) => {
      const client = targets.at(-1) as { [symbols.kHTTP2Session]?: ClientHttp2Session | null } | undefined;
      const session = client?.[symbols.kHTTP2Session];
      if (session) this.flowControl.watch(session);
    });
    return { agent, connector };
  }

  /** Sees what was agreed on. Where that is HTTP/1.1, the connection is good for what waits for it. */
  #agreeing({ connect }: ProxyingConnector): buildConnector.connector {
    return (options, callback) => {
      connect(options, (...outcome: Parameters<buildConnector.Callback>) => {
        // Where it fails, undici hands on no socket at all, whatever its types say.
        const [error, socket] = outcome;
        if (error === null && (socket as TLSSocket).alpnProtocol !== 'h2') {
          this.#decisions.get(`${options.protocol}//${options.host ?? ''}`)?.decision.declined();
        }
        callback(...outcome);
      });
    };
  }
}

/** The decision for one origin, told of each transfer. */
class OriginDecision {
  readonly decision = new HttpDecision();
  /** Transfers so far. */
  count = 0;
  readonly #traffic: Traffic;
  readonly #waiting: () => number;
  /** On their way over HTTP/1.1. */
  readonly #sources = new Set<Source>();
  readonly #retired = new Set<Source>();

  constructor(traffic: Traffic, waiting: () => number) {
    this.#traffic = traffic;
    this.#waiting = waiting;
  }

  begin(): Way {
    const token = {};
    this.count++;
    const version = this.decision.begin(token, this.#now());
    let source: Source | undefined;
    return {
      version,
      started: (started) => {
        source = started;
        if (version === '1.1') this.#sources.add(started);
      },
      end: (ending) => {
        if (source) this.#sources.delete(source);
        if (source && this.#retired.delete(source)) this.decision.madeRoom();
        this.decision.end(token, ending, this.#now());
        if (this.decision.isWantingRoom && this.#retired.size === 0) this.#retire();
      },
    };
  }

  /** Has the connections of those that are on their way end with them. */
  #retire(): void {
    for (const source of this.#sources) {
      source.retire();
      this.#retired.add(source);
    }
  }

  #now(): FragmentTraffic {
    const { receivedBytes, inFlight, limit, refused } = this.#traffic;
    return { ms: performance.now(), receivedBytes, inFlight, limit, refused, waiting: this.#waiting() };
  }
}

/** One exchange that is measured. */
interface Way {
  version: HttpVersion;
  started(source: Source): void;
  /** Told once. */
  end(ending: Ending): void;
}

function endingOf(result: ExchangeResult | RedirectResult, bytes: number): Ending {
  if (result.kind === 'redirect') return { type: 'late' };
  const { sentMs, firstByteMs, endMs } = result;
  return { type: 'whole', bytes, sentMs, firstByteMs: firstByteMs - sentMs, endMs };
}

function failureOf(error: unknown): Ending {
  if (!(error instanceof TransferError)) return { type: 'late' };
  const { reason, status = 0 } = error;
  if (busyStatuses.has(status)) return { type: 'refused' };
  if (status >= 500) return { type: 'broken', why: `status ${status}` };
  return losses.has(reason) ? { type: 'broken', why: reason } : { type: 'late' };
}

/** Whether the origin says that it does not serve this, rather than not now. */
function isDenial(error: unknown): error is TransferError {
  if (!(error instanceof TransferError)) return false;
  const { status = 0 } = error;
  return status >= 400 && status < 500 && !busyStatuses.has(status);
}

/** The same exchange, of which the way is told. */
function watched(options: ExchangeOptions, way: Way): { told: ExchangeOptions; seen: { bytes: number } } {
  const seen = { bytes: 0 };
  const told: ExchangeOptions = {
    ...options,
    onStart: (source) => {
      way.started(source);
      options.onStart?.(source);
    },
    onReceived: (bytes) => {
      seen.bytes = bytes;
      options.onReceived(bytes);
    },
  };
  return { told, seen };
}
