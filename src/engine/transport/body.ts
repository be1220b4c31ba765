import type { IncomingHttpHeaders } from 'node:http';
import type { Flow, Receiver } from './exchange.ts';
import { contentCoding, fieldOf, strongValidator } from './fields.ts';
import type { ProgressClock } from './progressClock.ts';

/**
 * A body on its way to one receiver, over as many exchanges as that takes: what the receiver pauses and resumes, and what
 * an interrupted body needs to go on where it stopped.
 */
export class Body implements Flow {
  readonly receiver: Receiver;
  /** Of the request and the answer that it began with. */
  readonly sentMs: number;
  readonly firstByteMs: number;
  /** Length of the whole resource, where the origin says so. */
  readonly completeBytes: number | undefined;
  deliveredBytes = 0;
  chunks = 0;
  readonly #clock: ProgressClock;
  readonly #headers: IncomingHttpHeaders;
  #isInterrupted = false;
  #isPaused = false;
  #isClosed = false;
  #source: Flow | undefined;

  constructor(
    receiver: Receiver,
    clock: ProgressClock,
    head: { headers: IncomingHttpHeaders; completeBytes: number | undefined; sentMs: number; firstByteMs: number },
  ) {
    this.receiver = receiver;
    this.sentMs = head.sentMs;
    this.firstByteMs = head.firstByteMs;
    this.#clock = clock;
    this.completeBytes = head.completeBytes;
    this.#headers = head.headers;
  }

  /** The If-Range to go on with, when it was interrupted and can be gone on with. */
  get ifRange(): string | undefined {
    if (!this.#isInterrupted || this.deliveredBytes === 0) return undefined;
    const isRangeable = fieldOf(this.#headers, 'accept-ranges') !== 'none' && !contentCoding(this.#headers);
    return isRangeable ? strongValidator(this.#headers) : undefined;
  }

  /** Whether an answer with these headers can be of the same representation. */
  isOfSame(headers: IncomingHttpHeaders, completeBytes: number | undefined): boolean {
    const [etag, own] = [fieldOf(headers, 'etag'), fieldOf(this.#headers, 'etag')];
    if (etag !== undefined && own !== undefined && etag !== own) return false;
    return completeBytes === undefined || this.completeBytes === undefined || completeBytes === this.completeBytes;
  }

  /** An exchange delivers it from here on. */
  attach(source: Flow): void {
    this.#source = source;
    this.#isInterrupted = false;
    if (this.#isPaused) source.pause();
  }

  /** Its exchange is over; `isInterrupted` when what came is right and the rest is missing. */
  detach(isInterrupted: boolean): void {
    this.#source = undefined;
    this.#isInterrupted = isInterrupted;
  }

  /** The origin cannot go on with it: the next try starts over. */
  giveUp(): void {
    this.#isInterrupted = false;
  }

  /** Another body took its place: who still holds it can neither pause nor resume anything. */
  close(): void {
    this.resume();
    this.#isClosed = true;
  }

  pause(): void {
    if (this.#isPaused || this.#isClosed) return;
    this.#isPaused = true;
    this.#clock.stop(performance.now());
    this.#source?.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#clock.go(performance.now());
    this.#source?.resume();
  }
}
