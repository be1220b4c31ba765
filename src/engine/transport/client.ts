import { createSecureContext, getCACertificates, rootCertificates, type SecureContext } from 'node:tls';
import type { Dispatcher } from 'undici';
import Agent from 'undici/lib/dispatcher/agent.js';
import { TransferError } from '../errors.ts';
import type { ByteRange } from '../playlist/model.ts';
import type { Limits } from '../request.ts';
import { SharedBackOff } from './backOff.ts';
import { exchange, type ExchangeResult, type Receiver } from './exchange.ts';
import { transferError, type Subject } from './faults.ts';
import { decideRetry } from './retry.ts';
import { wait } from './wait.ts';
import { Watchdog } from './watchdog.ts';

export interface ClientOptions {
  /** The origin that the user named: custom headers go there and nowhere else. */
  origin: string;
  headers: Record<string, string>;
  http: '1.1' | '2' | 'auto';
  /** PEM certificates trusted in addition to the default ones. */
  ca?: string | undefined;
  limits: Limits;
  signal: AbortSignal;
  /** A try failed; the next one starts after `delayMs`, a wait that the origin asked for where it `isAnnounced`. */
  onRetry: (error: TransferError, tries: number, delayMs: number, isAnnounced: boolean) => void;
  /** Let a playlist from a public host lead to private addresses. */
  allowPrivateAddresses: boolean;
}

export interface Transfer extends Subject {
  byteRange?: ByteRange | undefined;
  /** Largest body, in bytes. */
  maxBytes: number;
  /** Called for each try: what takes its body. */
  receive(): Receiver;
  /** Called when the body of a try is whole; may throw a TransferError to refuse it. */
  accept?(): void;
  /** The origin answered 401 or 403: the URL to try instead, or nothing when there is no other. */
  renew?(error: TransferError): Promise<string | undefined>;
}

/** How a transfer went, over all its tries. */
export interface TransferResult extends ExchangeResult {
  /** Where the body came from, after redirects. */
  url: string;
  tries: number;
  /** Body bytes over the network, failed tries included. */
  received: number;
}

const maxRedirects = 10;
/** RFC 9113 §6.9.2: a window of one round trip's worth; undici's 512 KiB caps a 100 ms path at 5 MiB/s. */
const http2WindowBytes = 16 * 1024 * 1024;
// Typed as inside `settings`, where it is ignored; undici reads it here.
const http2Windows: object = { initialWindowSize: http2WindowBytes, connectionWindowSize: http2WindowBytes };

/** Fetches resources of one download: retries, redirects, time limits, shared back-off, origin policy. */
export class Client {
  readonly #options: ClientOptions;
  readonly #agent: Dispatcher;
  readonly #watchdog: Watchdog;
  readonly #backOff = new SharedBackOff();

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#watchdog = new Watchdog(options.limits);
    this.#agent = new Agent({
      allowH2: options.http === '2',
      connect: {
        ...(options.ca === undefined ? {} : { secureContext: trusting(options.ca) }),
        ...(options.http === '2' ? { preferH2: true } : {}),
      },
      h2Options: http2Windows,
      // The watchdog's work: undici's timers stand still while the consumer is paused.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /** Fetches a resource, trying again as the limits allow. Rejects with a TransferError, or the signal's reason. */
  async fetch(transfer: Transfer): Promise<TransferResult> {
    const { limits, signal, onRetry } = this.#options;
    let received = 0;
    let progressMs = performance.now();
    const onReceived = (bytes: number) => {
      received += bytes;
      progressMs = performance.now();
    };
    for (let tries = 1; ; tries++) {
      await this.#backOff.passed(signal);
      try {
        const result = await this.#follow(transfer, onReceived);
        transfer.accept?.();
        return { ...result, tries, received };
      } catch (error) {
        if (!(error instanceof TransferError)) throw error;
        const idleMs = performance.now() - progressMs;
        const decision = decideRetry({ error, tries, idleMs }, limits, Math.random);
        if (decision.action === 'fail') throw withTries(error, tries);
        onRetry(error, tries, decision.delayMs, error.retryAfterMs !== undefined);
        if (error.status === 429 || error.retryAfterMs !== undefined) this.#backOff.hold(decision.delayMs);
        await wait(decision.delayMs, signal);
        // An announced wait is no lack of progress.
        if (error.retryAfterMs !== undefined) progressMs = performance.now();
      }
    }
  }

  /** Fetches a whole small resource into memory. `accept` may throw a TransferError to refuse what came. */
  async fetchBytes(
    transfer: Omit<Transfer, 'receive' | 'accept'> & { accept?(body: Buffer<ArrayBuffer>): void },
  ): Promise<TransferResult & { body: Buffer<ArrayBuffer> }> {
    let chunks: Buffer[] = [];
    let body = Buffer.alloc(0);
    const result = await this.fetch({
      ...transfer,
      receive: () => {
        chunks = [];
        return { onHead: () => undefined, onData: (chunk) => chunks.push(Buffer.from(chunk)) };
      },
      accept: () => {
        body = Buffer.concat(chunks);
        transfer.accept?.(body);
      },
    });
    return { ...result, body };
  }

  /** Drops every connection. */
  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #follow(transfer: Transfer, onReceived: (bytes: number) => void): Promise<ExchangeResult & { url: string }> {
    let url = transfer.url;
    for (let redirects = 0; redirects <= maxRedirects; redirects++) {
      const result = await exchange(this.#agent, this.#watchdog, {
        ...transfer,
        url,
        headers: this.#headersFor(url),
        signal: this.#options.signal,
        receiver: transfer.receive(),
        onReceived,
      });
      if (result.kind === 'body') return { ...result, url };
      url = redirectTarget(transfer, url, result.location);
    }
    throw transferError(transfer, 'REDIRECT', `more than ${maxRedirects} redirects in a row`);
  }

  #headersFor(url: string): Record<string, string> {
    const { origin, headers } = this.#options;
    const own = { 'user-agent': 'Hotframe', 'accept-encoding': 'identity' };
    return new URL(url).origin === origin ? { ...own, ...headers } : own;
  }
}

/** Made once: undici would read all certificates again for each connection. */
function trusting(ca: string): SecureContext {
  return createSecureContext({ ca: [...trustedCertificates(), ca] });
}

/** The certificates that Node trusts by default, with those of the system where Node can read them. */
function trustedCertificates(): readonly string[] {
  return typeof getCACertificates === 'function' ? getCACertificates('default') : rootCertificates;
}

function redirectTarget(transfer: Transfer, from: string, location: string): string {
  const target = URL.canParse(location, from) ? new URL(location, from) : undefined;
  if (!target || (target.protocol !== 'http:' && target.protocol !== 'https:')) {
    throw transferError(transfer, 'REDIRECT', 'the origin redirects to an address that is not http or https');
  }
  if (target.protocol === 'http:' && from.startsWith('https:')) {
    throw transferError(transfer, 'REDIRECT', 'the origin redirects from https down to http');
  }
  return target.href;
}

function withTries(error: TransferError, tries: number): TransferError {
  if (tries === 1) return error;
  const { resource, reason, status, retryAfterMs, hint, url, fragment } = error;
  const message = `${error.message} (${tries} tries)`;
  return new TransferError(resource, reason, message, { status, retryAfterMs, hint, url, fragment, cause: error });
}
