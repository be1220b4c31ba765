import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { EngineError, isAbortError } from '../errors.ts';
import type { ByteRange } from '../playlist/model.ts';
import type { Limits } from '../request.ts';
import { whenAborted } from './aborting.ts';
import { endsEarly, judgeAnswer, rangeHeaders, redirectLocation, type Portion } from './answer.ts';
import { Body } from './body.ts';
import type { Traffic, TrafficEntry } from './concurrency/traffic.ts';
import { Delivery } from './delivery.ts';
import { Drain } from './drain.ts';
import { describeFault, protocolBreach, transferError, type Subject } from './faults.ts';
import { contentCoding } from './fields.ts';
import type { ProgressClock } from './progressClock.ts';
import { proxyAuthorization, type Proxy } from './proxy.ts';
import { unauthorized } from './proxyError.ts';
import type { Passage, Throttled } from './rateLimit.ts';
import type { Flow, Receiver } from './receiver.ts';
import { Valve } from './valve.ts';
import { Watch, type Watchdog } from './watchdog.ts';

/** An exchange under way, as those see it who started it. */
export interface Source extends Flow {
  /** Delivers to that body from here on, which is as far as its own, and counts for that clock. */
  moveTo(body: Body, clock: ProgressClock): void;
  /** Ends it: its answer is not needed any more. Rejects with an AbortError where it is not over. */
  cancel(): void;
  /** Drops the connection with the last byte of the body, so that no other request gets it. */
  retire(): void;
}

/** How the body was had. Times are `performance.now()`: of the request and the answer it began with, and of its end. */
export interface ExchangeResult {
  kind: 'body';
  /** Of the last answer, as `headers`. */
  status: number;
  headers: IncomingHttpHeaders;
  /** Pieces of the body, those before an interruption included. */
  chunks: number;
  sentMs: number;
  firstByteMs: number;
  endMs: number;
  /** Until the request was sent, for want of a connection. */
  connectMs: number;
  /** How long the body was stopped: by its receiver, and by the rate. */
  pausedMs: number;
  heldMs: number;
}

export interface RedirectResult {
  kind: 'redirect';
  status: number;
  location: string;
}

export interface ExchangeOptions extends Subject {
  limits: Limits;
  /** `url`, parsed. */
  address: URL;
  headers: Record<string, string>;
  /** The proxy that is sent the request, where the connection does not lead to the origin itself. */
  forwarder: Proxy | undefined;
  byteRange?: ByteRange | undefined;
  /** Largest body, in bytes. */
  maxBytes: number;
  signal: AbortSignal;
  clock: ProgressClock;
  /** Paces it, where a rate is set. Ended with it. */
  passage: Passage | undefined;
  /** Counts it. */
  traffic?: Traffic | undefined;
  /** What an earlier try left to go on with. */
  interrupted: Body | undefined;
  /** Makes the receiver of a body that starts at its beginning. */
  receive(): Receiver;
  /** Told those of the final answer, whatever its status. */
  onHeaders(headers: IncomingHttpHeaders): void;
  /** Told each new body. */
  onBody(body: Body): void;
  /** Told before it is sent. */
  onStart?(source: Source): void;
  /** Told once, when it is over: the body bytes that came over the network. */
  onReceived(bytes: number): void;
}

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

class Exchange implements Dispatcher.DispatchHandler, Source, Throttled {
  readonly #dispatcher: Dispatcher;
  readonly #watchdog: Watchdog;
  readonly #options: ExchangeOptions;
  readonly #resolve: (result: ExchangeResult | RedirectResult) => void;
  readonly #reject: (error: unknown) => void;
  readonly #watch: Watch;
  readonly #valve: Valve;
  readonly #drain: Drain;
  #forgetAbort: (() => void) | undefined;
  readonly #sentMs = performance.now();
  #connectMs = 0;
  #heldSinceMs = 0;

  #entry: TrafficEntry | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #isSettled = false;
  #isRetiring = false;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #body: Body | undefined;
  /** Of the body, once its head is accepted. */
  #delivery: Delivery | undefined;

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
    const { limits, clock } = options;
    this.#watch = new Watch(limits, clock, (lateness, what) => this.#interrupt(transferError(options, lateness, what)));
    this.#valve = new Valve(this.#watch);
    this.#drain = new Drain(watchdog, limits, () => this.#controller?.abort(abandoned()));
  }

  start(): void {
    const { address, headers, byteRange, interrupted, signal, forwarder } = this.#options;
    if (signal.aborted) {
      this.#options.passage?.end();
      this.#reject(signal.reason);
      return;
    }
    this.#options.passage?.attach(this);
    this.#options.onStart?.(this);
    if (this.#isSettled) return;
    this.#forgetAbort = whenAborted(signal, () => this.#fail(signal.reason));
    this.#watchdog.add(this.#watch);
    this.#entry = this.#options.traffic?.begin();
    const { origin, pathname, search } = address;
    const range = rangeHeaders(byteRange, interrupted);
    const authorization = forwarder ? proxyAuthorization(forwarder) : {};
    const path = `${forwarder ? origin : ''}${pathname}${search}`;
    this.#dispatcher.dispatch(
      { origin, path, method: 'GET', headers: { ...headers, ...range, ...authorization } },
      this,
    );
  }

  pause(): void {
    this.#entry?.pause();
    this.#valve.stop('receiver');
  }

  resume(): void {
    this.#entry?.resume();
    this.#valve.go('receiver');
  }

  hold(): void {
    this.#heldSinceMs = performance.now();
    this.#options.clock.stop(this.#heldSinceMs);
    this.#entry?.hold();
    this.#valve.stop('rate');
  }

  release(): void {
    const nowMs = performance.now();
    this.#options.clock.go(nowMs);
    this.#entry?.release();
    if (this.#body) this.#body.heldMs += nowMs - this.#heldSinceMs;
    this.#valve.go('rate');
  }

  moveTo(body: Body, clock: ProgressClock): void {
    if (this.#isSettled) return;
    this.#body = body;
    clock.begin((this.#options.byteRange?.offset ?? 0) + body.deliveredBytes, performance.now());
    this.#watch.clock = clock;
    body.attach(this);
  }

  cancel(): void {
    this.#fail(abandoned());
  }

  retire(): void {
    this.#isRetiring = true;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#valve.attach(controller);
    this.#connectMs = performance.now() - this.#sentMs;
    this.#entry?.sent();
    if (this.#isSettled) controller.abort(abandoned());
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (this.#isSettled || status < 200) return;
    this.#watch.progress(0);
    this.#entry?.answered();
    this.#status = status;
    this.#headers = headers;
    this.#options.onHeaders(headers);
    try {
      this.#acceptHead();
    } catch (error) {
      // A status that says nothing about the resource leaves it to go on with; the wrong part of it does not.
      if (status < 400 || status === 416) this.#options.interrupted?.giveUp();
      this.#settle(() => this.#reject(error));
      this.#drain.begin({ status, headers });
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { passage } = this.#options;
    if (this.#isSettled) {
      passage?.spend(chunk.length, true);
      this.#drain.received(chunk.length);
      return;
    }
    this.#watch.progress(chunk.length);
    this.#entry?.received(chunk.length);
    try {
      this.#deliver(chunk);
    } catch (error) {
      this.#fail(error);
    }
    passage?.spend(chunk.length, this.#delivery?.isAtEnd ?? false);
  }

  onResponseEnd(): void {
    this.#drain.end();
    if (this.#isSettled) return;
    const { announced, isAtEnd, missingBytes } = this.#delivery as Delivery;
    if (announced !== undefined && !isAtEnd) {
      this.#interrupt(this.#describe(undefined));
    } else if (missingBytes > 0) {
      this.#fail(endsEarly(this.#options, missingBytes));
    } else {
      this.#succeed();
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#drain.end();
    if (isAbortError(error) || error instanceof EngineError) this.#fail(error);
    else if (protocolBreach(error) !== undefined) this.#fail(this.#describe(error));
    else this.#interrupt(this.#describe(error));
  }

  #acceptHead(): void {
    const { byteRange, interrupted, maxBytes, forwarder } = this.#options;
    const head = { status: this.#status, headers: this.#headers };
    if (forwarder && this.#status === 407) throw this.#describe(unauthorized(forwarder, this.#status));
    const location = redirectLocation(head);
    if (location !== undefined) {
      this.#settle(() => this.#resolve({ kind: 'redirect', status: this.#status, location }));
      this.#drain.begin(head);
      return;
    }
    const asked = { subject: this.#options, byteRange, interrupted, maxBytes };
    const portion = judgeAnswer(asked, head);
    this.#delivery = new Delivery(portion, asked);
    this.#entry?.expects(portion.announcedBytes ?? 0);
    this.#options.clock.begin(portion.position, performance.now());
    if (portion.isContinued && interrupted) {
      this.#body = interrupted;
      interrupted.attach(this);
    } else {
      this.#begin(portion);
    }
  }

  #begin({ completeBytes, takeBytes, announcedBytes }: Portion): void {
    const { clock } = this.#options;
    const receiver = this.#options.receive();
    const headers = this.#headers;
    const times = { sentMs: this.#sentMs, connectMs: this.#connectMs, firstByteMs: performance.now() };
    const comingBytes = takeBytes === Infinity ? announcedBytes : takeBytes;
    const lengthBytes = contentCoding(headers) === undefined ? comingBytes : undefined;
    const body = new Body(receiver, clock, { headers, completeBytes, lengthBytes, ...times });
    this.#body = body;
    this.#options.onBody(body);
    body.attach(this);
    receiver.onHead({ status: this.#status, headers, lengthBytes }, body);
  }

  #deliver(chunk: Buffer): void {
    const delivery = this.#delivery as Delivery;
    delivery.deliver(chunk, this.#body as Body);
    // More to come: a 200 to a range request, of which the rest of the resource is not ours.
    if (delivery.isComplete && (this.#isRetiring || !delivery.isAtEnd)) {
      this.#succeed();
      this.#controller?.abort(abandoned());
    }
  }

  #succeed(): void {
    const { chunks, sentMs, connectMs, firstByteMs, pausedMs, heldMs } = this.#body as Body;
    const endMs = performance.now();
    const { status, headers } = { status: this.#status, headers: this.#headers };
    this.#entry?.end(true);
    const times = { sentMs, connectMs, firstByteMs, pausedMs, heldMs, endMs };
    const result = { kind: 'body', status, headers, chunks, ...times } as const;
    // undici takes a connection for free one turn of the event loop later: a request before that opens another one.
    this.#settle(() => queueMicrotask(() => setImmediate(() => this.#resolve(result))));
  }

  /** Ends as failed by the transport's fault: what has been delivered is right, and can be gone on with. */
  #interrupt(error: unknown): void {
    this.#fail(error, true);
  }

  #fail(error: unknown, isInterrupted = false): void {
    if (this.#isSettled) return;
    this.#settle(() => this.#reject(error), isInterrupted);
    this.#controller?.abort(error instanceof Error ? error : abandoned());
  }

  #settle(tell: () => void, isInterrupted = false): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#watchdog.remove(this.#watch);
    this.#entry?.end(false);
    this.#forgetAbort?.();
    this.#options.passage?.end();
    this.#body?.detach(isInterrupted);
    this.#options.onReceived(this.#delivery?.received ?? 0);
    tell();
  }

  #describe(cause: unknown): unknown {
    const { received = 0, announced } = this.#delivery ?? {};
    return describeFault(cause, this.#options, { received, expected: announced });
  }
}

/** Why a connection is dropped whose answer nobody needs any more. */
function abandoned(): Error {
  return new DOMException('The answer is not needed any more.', 'AbortError');
}
