import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { EngineError, isAbortError } from '../errors.ts';
import type { ByteRange } from '../playlist/model.ts';
import { describeFault, transferError, type Subject } from './faults.ts';
import { parseRetryAfter } from './retry.ts';
import { Watch, type Watchdog } from './watchdog.ts';

/** Lets the receiver of a body stop and go on reading. Both are idempotent. */
export interface Flow {
  pause(): void;
  resume(): void;
}

/** The head of an answer whose body will be delivered. */
export interface ResponseHead {
  status: number;
  headers: IncomingHttpHeaders;
  /** Bytes that will be delivered, where the origin says so. */
  lengthBytes: number | undefined;
}

/** Takes a body as it arrives. What it throws ends the transfer and is its error. A chunk is valid only during the call. */
export interface Receiver {
  onHead(head: ResponseHead, flow: Flow): void;
  onData(chunk: Buffer): void;
}

/** How one exchange went. Times are `performance.now()`. */
export interface ExchangeResult {
  kind: 'body';
  status: number;
  headers: IncomingHttpHeaders;
  chunks: number;
  sentMs: number;
  firstByteMs: number;
  endMs: number;
}

export interface RedirectResult {
  kind: 'redirect';
  status: number;
  location: string;
}

export interface ExchangeOptions extends Subject {
  headers: Record<string, string>;
  byteRange?: ByteRange | undefined;
  /** Largest body, in bytes. */
  maxBytes: number;
  signal: AbortSignal;
  receiver: Receiver;
  /** Told every body byte as it arrives, failed tries included. */
  onReceived(bytes: number): void;
}

/** A refused answer's body is read up to here, so that its connection can serve the next request. */
const drainBytes = 64 * 1024;

/** One GET: sends it, watches it, checks the answer against what was asked for, and delivers its body. */
export function exchange(
  dispatcher: Dispatcher,
  watchdog: Watchdog,
  options: ExchangeOptions,
): Promise<ExchangeResult | RedirectResult> {
  return new Promise((resolve, reject) => {
    new Exchange(dispatcher, watchdog, options, resolve, reject).start();
  });
}

class Exchange implements Dispatcher.DispatchHandler, Flow {
  readonly #dispatcher: Dispatcher;
  readonly #watchdog: Watchdog;
  readonly #options: ExchangeOptions;
  readonly #resolve: (result: ExchangeResult | RedirectResult) => void;
  readonly #reject: (error: unknown) => void;
  readonly #watch: Watch;
  readonly #onAbort = () => this.#fail(this.#options.signal.reason);
  readonly #sentMs = performance.now();

  #controller: Dispatcher.DispatchController | undefined;
  #isSettled = false;
  #isPaused = false;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #firstByteMs = 0;
  #chunks = 0;
  /** Body bytes on the wire, and those that the origin announced. */
  #received = 0;
  #announced: number | undefined;
  /** What of the body is delivered: `skip` bytes are dropped, then at most `take`. */
  #skip = 0;
  #take = Infinity;
  #drained = 0;

  constructor(
    dispatcher: Dispatcher,
    watchdog: Watchdog,
    options: ExchangeOptions,
    resolve: (result: ExchangeResult | RedirectResult) => void,
    reject: (error: unknown) => void,
  ) {
    this.#dispatcher = dispatcher;
    this.#watchdog = watchdog;
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#watch = new Watch((lateness, message) => this.#fail(transferError(options, lateness, message)));
  }

  start(): void {
    const { url, headers, byteRange, signal } = this.#options;
    if (signal.aborted) {
      this.#reject(signal.reason);
      return;
    }
    signal.addEventListener('abort', this.#onAbort);
    this.#watchdog.add(this.#watch);
    const { origin, pathname, search } = new URL(url);
    const range = byteRange && { range: `bytes=${byteRange.offset}-${byteRange.offset + byteRange.length - 1}` };
    this.#dispatcher.dispatch(
      { origin, path: pathname + search, method: 'GET', headers: { ...headers, ...range } },
      this,
    );
  }

  pause(): void {
    this.#isPaused = true;
    this.#watch.pause();
    this.#controller?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#watch.resume();
    // Not at once: one transfer's bytes make room for another, and undici's parsers must not run inside each other.
    queueMicrotask(() => {
      if (!this.#isPaused) this.#controller?.resume();
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isSettled) controller.abort(abandoned());
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (this.#isSettled || status < 200) return;
    this.#watch.progress(0);
    this.#firstByteMs = performance.now();
    this.#status = status;
    this.#headers = headers;
    try {
      this.#acceptHead();
    } catch (error) {
      this.#refuse(error);
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isSettled) {
      this.#drained += chunk.length;
      if (this.#drained > drainBytes) controller.abort(abandoned());
      return;
    }
    this.#received += chunk.length;
    this.#chunks++;
    this.#watch.progress(chunk.length);
    this.#options.onReceived(chunk.length);
    try {
      this.#deliver(chunk);
    } catch (error) {
      this.#fail(error);
    }
  }

  onResponseEnd(): void {
    if (this.#isSettled) return;
    if (this.#announced !== undefined && this.#received !== this.#announced) {
      this.#fail(this.#describe(undefined));
    } else if (this.#options.byteRange && this.#take > 0) {
      this.#fail(
        transferError(this.#options, 'RANGE', `the resource ends ${this.#take} bytes before its byte range does`),
      );
    } else {
      this.#succeed();
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(isAbortError(error) || error instanceof EngineError ? error : this.#describe(error));
  }

  #acceptHead(): void {
    const { receiver, byteRange } = this.#options;
    const location = this.#headers.location;
    if (this.#status >= 300 && this.#status < 400 && location !== undefined) {
      this.#settle(() => this.#resolve({ kind: 'redirect', status: this.#status, location }));
      return;
    }
    if (this.#status !== 200 && !(this.#status === 206 && byteRange)) throw this.#statusError();
    this.#announced = this.#announcedLength();
    if (byteRange) this.#cut(byteRange);
    this.#checkSize(this.#take === Infinity ? this.#announced : this.#take);
    const isIdentity = (this.#headers['content-encoding'] ?? 'identity') === 'identity';
    const lengthBytes = isIdentity ? (this.#take === Infinity ? this.#announced : this.#take) : undefined;
    receiver.onHead({ status: this.#status, headers: this.#headers, lengthBytes }, this);
  }

  /** Settles which part of the body is the range that was asked for: all of a 206, a cut of a 200. */
  #cut(range: ByteRange): void {
    this.#take = range.length;
    if (this.#status === 200) {
      this.#skip = range.offset;
      return;
    }
    const match = /^bytes (\d+)-(\d+)\//.exec(this.#headers['content-range'] ?? '');
    const end = range.offset + range.length - 1;
    if (match && Number(match[1]) === range.offset && Number(match[2]) === end) return;
    const asked = `bytes ${range.offset}-${end}`;
    throw transferError(
      this.#options,
      'RANGE',
      `asked for ${asked}, got "${this.#headers['content-range'] ?? 'no Content-Range'}"`,
    );
  }

  #checkSize(bytes: number | undefined): void {
    const { maxBytes } = this.#options;
    if (bytes === undefined || bytes <= maxBytes) return;
    throw transferError(this.#options, 'TOO_LARGE', `more than the ${maxBytes} bytes that its duration justifies`);
  }

  #deliver(chunk: Buffer): void {
    let part = chunk;
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, part.length);
      this.#skip -= skipped;
      part = part.subarray(skipped);
    }
    if (part.length > this.#take) part = part.subarray(0, this.#take);
    if (part.length > 0) this.#options.receiver.onData(part);
    if (this.#take !== Infinity) {
      this.#take -= part.length;
      if (this.#take === 0 && this.#received !== this.#announced) {
        // A 200 to a range request: the rest of the resource is not ours.
        this.#succeed();
        this.#controller?.abort(abandoned());
      }
    } else {
      this.#checkSize(this.#received);
    }
  }

  #succeed(): void {
    this.#settle(() =>
      this.#resolve({
        kind: 'body',
        status: this.#status,
        headers: this.#headers,
        chunks: this.#chunks,
        sentMs: this.#sentMs,
        firstByteMs: this.#firstByteMs,
        endMs: performance.now(),
      }),
    );
  }

  /** Ends as failed, but lets the rest of a small body drain so that the connection stays usable. */
  #refuse(error: unknown): void {
    this.#settle(() => this.#reject(error));
    if ((this.#announced ?? this.#announcedLength() ?? Infinity) > drainBytes) this.#controller?.abort(abandoned());
  }

  #fail(error: unknown): void {
    if (this.#isSettled) return;
    this.#settle(() => this.#reject(error));
    this.#controller?.abort(error instanceof Error ? error : abandoned());
  }

  #settle(tell: () => void): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#watchdog.remove(this.#watch);
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    tell();
  }

  #announcedLength(): number | undefined {
    const value = this.#headers['content-length'];
    return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
  }

  #statusError(): EngineError {
    const status = this.#status;
    return transferError(this.#options, 'STATUS', `the origin answered ${status}`, {
      status,
      retryAfterMs:
        status === 429 || status === 503 ? parseRetryAfter(this.#headers['retry-after'], Date.now()) : undefined,
    });
  }

  #describe(cause: unknown): EngineError {
    return describeFault(cause, this.#options, { received: this.#received, expected: this.#announced });
  }
}

/** Why a connection is dropped whose answer nobody needs any more. */
function abandoned(): Error {
  return new DOMException('The answer is not needed any more.', 'AbortError');
}
