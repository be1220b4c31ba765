import { TransferError } from '../errors.ts';
import type { ByteRange } from '../playlist/model.ts';
import type { Limits, ProxySettings, ReadsName } from '../request.ts';
import { SharedBackOff } from './backOff.ts';
import { Traffic } from './concurrency/traffic.ts';
import { connectorsByVersion } from './connectorsByVersion.ts';
import { Cookies } from './cookies.ts';
import { Course, type FailedHow } from './course.ts';
import type { ExchangeResult } from './exchange.ts';
import type { Receiver } from './receiver.ts';
import { transferError, type Subject } from './faults.ts';
import type { LegOptions } from './hedgedTry.ts';
import { defaultHedgeRules, type HedgeRules } from './hedgeRules.ts';
import { Hedging } from './hedging.ts';
import type { HttpVersion } from './httpChoice.ts';
import { HttpVersions } from './httpVersions.ts';
import { OriginPolicy } from './originPolicy.ts';
import { isForwarded, Proxies, type Proxy } from './proxy.ts';
import { RateLimit, type Passage } from './rateLimit.ts';
import { requestHeaders } from './requestHeaders.ts';
import { decideRetry } from './retry.ts';
import type { Stage } from './stageTimes.ts';
import { Watchdog } from './watchdog.ts';

export interface ClientOptions {
  /** The origin that the user named: custom headers go there and nowhere else. */
  origin: string;
  headers: Record<string, string>;
  /** `auto`: HTTP/1.1, and HTTP/2 where it is faster. */
  http: HttpVersion | 'auto';
  reads: ReadsName;
  /** PEM certificates trusted in addition to the default ones. */
  ca?: string | undefined;
  proxy?: ProxySettings | undefined;
  /** Of bodies, over all connections. */
  rateBytesPerSecond?: number | undefined;
  limits: Limits;
  signal: AbortSignal;
  /** A try failed; the next one starts after `delayMs`, a wait that the origin asked for where it `isAnnounced`. */
  onRetry: (error: TransferError, tries: number, delayMs: number, isAnnounced: boolean) => void;
  /** Let a playlist from a public host lead to private addresses. */
  allowPrivateAddresses: boolean;
  /** When fragments are asked for a second time; default `defaultHedgeRules`. */
  hedgeRules?: HedgeRules;
}

export interface Transfer extends Subject {
  byteRange?: ByteRange | undefined;
  /** Largest body, in bytes. */
  maxBytes: number;
  /** It may be asked for a second time when it has fallen far behind others of which that holds too. */
  mayHedge?: boolean;
  /** It is asked for before it is there: how long the origin holds it says nothing of how transfers go. */
  isHeld?: boolean;
  /** Where they differ from those of the download. */
  limits?: Partial<Limits>;
  /** Ends it alone, beside the signal of the download. */
  signal?: AbortSignal;
  /**
   * Called when a body begins: what takes it. A try that goes on where the one before was interrupted goes on with the
   * same receiver; one that starts over calls again.
   */
  receive(): Receiver;
  /** Called when the body is whole; may throw a TransferError to refuse it. */
  accept?(answer: Answer): void;
  /**
   * The origin answered 401 or 403: the URL to go on with at once, or nothing when there is no other. Takes up no try:
   * who gives one bounds how often.
   */
  renew?(error: TransferError): Promise<string | undefined>;
}

/** A whole answer. */
export interface Answer extends ExchangeResult {
  /** Where the body came from, after redirects. */
  url: string;
}

/** How a transfer went, over all its tries. */
export interface TransferResult extends Answer {
  tries: number;
  /** Body bytes over the network, failed tries included. */
  received: number;
  /** How often it was asked for beside a try that had fallen behind. */
  hedges: number;
  /** How long the rate kept its requests waiting before they were sent. */
  admissionMs: number;
}

const maxRedirects = 10;

/** Fetches resources of one download: retries, redirects, time limits, shared back-off, origin policy. */
export class Client {
  readonly traffic = new Traffic();
  readonly http: HttpVersions;
  readonly #options: ClientOptions;
  readonly #watchdog: Watchdog;
  readonly #policy: OriginPolicy;
  readonly #proxies: Proxies;
  readonly #rateLimit: RateLimit | undefined;
  readonly #cookies = new Cookies();
  readonly #backOff = new SharedBackOff();
  readonly #hedging: Hedging;
  #isUnderWay = false;

  /** Throws a UsageError for a proxy that is none. */
  constructor(options: ClientOptions) {
    this.#options = options;
    this.#watchdog = new Watchdog();
    this.#hedging = new Hedging(hedgeRulesOf(options));
    this.#proxies = new Proxies(options.proxy);
    const isProxied = (address: URL) => this.#proxies.for(address) !== undefined;
    this.#policy = new OriginPolicy(options.origin, options.allowPrivateAddresses, { isProxied });
    const { rateBytesPerSecond } = options;
    this.#rateLimit = rateBytesPerSecond === undefined ? undefined : new RateLimit(rateBytesPerSecond);
    const { http, reads, ca, proxy, limits } = options;
    const connectorFor = connectorsByVersion({
      reads,
      ca,
      proxies: this.#proxies,
      isStrict: proxy?.isStrict ?? true,
      lookup: this.#policy.lookup,
      readBytes: this.#rateLimit?.readBytes,
      firstByteMs: limits.firstByteMs,
    });
    this.http = new HttpVersions({ http, connectorFor, rateBytesPerSecond });
  }

  /** Fetches a resource, trying again as the limits allow. Rejects with a TransferError, or the signal's reason. */
  async fetch(transfer: Transfer): Promise<TransferResult> {
    const limits = transfer.limits ? { ...this.#options.limits, ...transfer.limits } : this.#options.limits;
    const signal = this.#signalOf(transfer);
    const course = new Course(transfer.url, limits, signal);
    for (;;) {
      if (this.#backOff.isHeld) await this.#wait('backOff', transfer, course, () => this.#backOff.passed(signal));
      if (course.tries > 1 && this.traffic.isManaged)
        await this.#wait('backOff', transfer, course, () => this.traffic.room(signal));
      const isContinuing = course.interrupted !== undefined;
      let isWhole = false;
      try {
        const result = await this.#hedging.run(transfer, course, (leg) => this.#follow(transfer, course, leg));
        isWhole = true;
        transfer.accept?.(result);
        this.#isUnderWay = true;
        const { tries, received, hedges, admissionMs } = course;
        return { ...result, tries, received, hedges, admissionMs };
      } catch (error) {
        if (!(error instanceof TransferError)) throw error;
        const url = await this.#renew(transfer, error, course);
        if (url !== undefined) course.url = url;
        else await this.#prepareNextTry(error, transfer, course, { isContinuing, isWhole });
      }
    }
  }

  /** Fetches a whole small resource into memory. `accept` may throw a TransferError to refuse what came. */
  async fetchBytes(
    transfer: Omit<Transfer, 'receive' | 'accept'> & { accept?(body: Buffer<ArrayBuffer>, answer: Answer): void },
  ): Promise<TransferResult & { body: Buffer<ArrayBuffer> }> {
    let chunks: Buffer[] = [];
    let body = Buffer.alloc(0);
    const result = await this.fetch({
      ...transfer,
      receive: () => {
        chunks = [];
        return { onHead: () => undefined, onData: (chunk) => chunks.push(Buffer.from(chunk)) };
      },
      accept: (answer) => {
        body = Buffer.concat(chunks);
        transfer.accept?.(body, answer);
      },
    });
    return { ...result, body };
  }

  /** Drops every connection. */
  async close(): Promise<void> {
    await this.http.close();
  }

  async #headersFor(address: URL, user: Readonly<Record<string, string>>): Promise<Record<string, string>> {
    const { cookie: own, ...headers } = requestHeaders(address, user);
    const cookie = await this.#cookies.header(address.href, own);
    return cookie === undefined ? headers : { ...headers, cookie };
  }

  /** Waits until the rate has room for a request. */
  async #admit(transfer: Transfer, course: Course): Promise<Passage | undefined> {
    const rateLimit = this.#rateLimit;
    if (rateLimit === undefined) return undefined;
    const sinceMs = performance.now();
    const isUrgent = transfer.resource !== 'fragment';
    const passage = await this.#wait('rate', transfer, course, () => rateLimit.admit(isUrgent, course.signal));
    course.admissionMs += performance.now() - sinceMs;
    return passage;
  }

  /** Waits for what is not the origin's to answer for. */
  async #wait<T>(stage: Stage, transfer: Transfer, course: Course, work: () => Promise<T>): Promise<T> {
    return course.excused(() => this.#staged(stage, transfer, work));
  }

  /** Counts a wait of a fragment. */
  async #staged<T>(stage: Stage, { resource, isHeld }: Transfer, work: () => Promise<T>): Promise<T> {
    return resource === 'fragment' && !isHeld ? this.traffic.stages.during(stage, work) : work();
  }

  /** The proxy that is sent the request itself. */
  #forwarderOf(address: URL): Proxy | undefined {
    const proxy = this.#proxies.for(address);
    return isForwarded(proxy, address) ? proxy : undefined;
  }

  #signalOf({ signal }: Transfer): AbortSignal {
    return signal ? AbortSignal.any([this.#options.signal, signal]) : this.#options.signal;
  }

  async #renew(transfer: Transfer, error: TransferError, course: Course): Promise<string | undefined> {
    if (error.reason !== 'STATUS' || (error.status !== 401 && error.status !== 403)) return undefined;
    return course.excused(async () => transfer.renew?.(error));
  }

  /** Waits as long as the next try has to. Throws the error when there is none. */
  async #prepareNextTry(error: TransferError, transfer: Transfer, course: Course, how: FailedHow): Promise<void> {
    const { onRetry } = this.#options;
    const { limits, signal } = course;
    course.failed(error, how);
    const { tries, refusals } = course;
    const idleMs = course.clock.idleMs(performance.now());
    const failed = { error, tries, refusals, idleMs, isUnderWay: this.#isUnderWay };
    const decision = decideRetry(failed, limits, Math.random);
    if (decision.action === 'fail') throw course.ended(error, decision.why);
    const isAnnounced = error.retryAfterMs !== undefined;
    onRetry(error, tries, decision.delayMs, isAnnounced);
    course.tries++;
    if (error.resource === 'fragment') this.traffic.failed(error);
    // Where it is managed, all go on in a smaller number instead.
    const isForAll = isAnnounced || (error.status === 429 && !this.traffic.isManaged);
    if (isForAll) this.#backOff.hold(decision.delayMs);
    else await this.#staged('backOff', transfer, () => course.delay(decision.delayMs, signal));
  }

  async #follow(transfer: Transfer, course: Course, leg: LegOptions): Promise<Answer> {
    const { origin, headers } = this.#options;
    const { limits, signal } = course;
    let { url } = course;
    await this.#policy.check(url, undefined, transfer);
    let isAtHome = true;
    for (let redirects = 0; redirects <= maxRedirects; redirects++) {
      const { resource, fragment, label, byteRange, maxBytes } = transfer;
      const subject = { resource, url, fragment, label };
      const address = new URL(url);
      // Once a chain has left the origin, what leads back to it is not the user's own request any more.
      isAtHome &&= address.origin === origin;
      const { clock, interrupted, receive, onBody, onStart, onReceived } = leg;
      // Spelled out: V8 makes a hash table of an object that many others are spread into, for each request.
      const result = await this.http.exchange(this.#watchdog, {
        resource,
        url,
        fragment,
        label,
        byteRange,
        maxBytes,
        address,
        forwarder: this.#forwarderOf(address),
        headers: await this.#headersFor(address, isAtHome ? headers : {}),
        signal,
        limits,
        passage: await this.#admit(transfer, course),
        traffic: transfer.resource === 'fragment' && !transfer.isHeld ? this.traffic : undefined,
        onHeaders: (answered) => this.#cookies.keep(subject.url, answered),
        clock,
        interrupted,
        receive,
        onBody,
        onStart,
        onReceived,
      });
      if (result.kind === 'body') {
        if (transfer.resource === 'playlist') this.#policy.playlistCame(url);
        return { ...result, url };
      }
      const target = redirectTarget(subject, result.location);
      await this.#policy.check(target, url, subject);
      url = target;
    }
    throw transferError(transfer, 'REDIRECT', `more than ${maxRedirects} redirects in a row`);
  }
}

/** Where all wait for their turns, who is behind the others is not slow. */
function hedgeRulesOf({ hedgeRules = defaultHedgeRules, rateBytesPerSecond }: ClientOptions): HedgeRules {
  return rateBytesPerSecond === undefined ? hedgeRules : { ...hedgeRules, peers: Infinity };
}

function redirectTarget(subject: Subject, location: string): string {
  if (URL.canParse(location, subject.url)) return new URL(location, subject.url).href;
  throw transferError(subject, 'REDIRECT', 'the origin redirects to something that is no address');
}
