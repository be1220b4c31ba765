import type { IncomingHttpHeaders } from 'node:http';
import type { Flow, Receiver } from './receiver.ts';
import { contentCoding, fieldOf, strongValidator } from './fields.ts';
import type { ProgressClock } from './progressClock.ts';

/** What the answer that a body begins with says of it. */
export interface BodyHead {
  headers: IncomingHttpHeaders;
  completeBytes: number | undefined;
  lengthBytes: number | undefined;
  sentMs: number;
  connectMs: number;
  firstByteMs: number;
}

/**
 * A body on its way to one receiver, over as many exchanges as that takes: what the receiver pauses and resumes, and what
 * an interrupted body needs to go on where it stopped.
 */
export class Body implements Flow {
  readonly receiver: Receiver;
  /** Of the request and the answer that it began with. */
  readonly sentMs: number;
  /** How long that request waited for a connection. */
  readonly connectMs: number;
  readonly firstByteMs: number;
  /** Length of the whole resource, where the origin says so. */
  readonly completeBytes: number | undefined;
  /** Its own length, where the origin says so. */
  readonly lengthBytes: number | undefined;
  deliveredBytes = 0;
  chunks = 0;
  /** How often its reader has paused it. */
  pauses = 0;
  /** How long that took, and how long the rate has stopped it. */
  pausedMs = 0;
  heldMs = 0;
  /** Sees what is delivered, before its receiver. */
  tap: ((chunk: Buffer) => void) | undefined;
  readonly #clock: ProgressClock;
  readonly #headers: IncomingHttpHeaders;
  #isInterrupted = false;
  #isPaused = false;
  #pausedSinceMs = 0;
  #isClosed = false;
  #source: Flow | undefined;

  constructor(receiver: Receiver, clock: ProgressClock, head: BodyHead) {
    this.receiver = receiver;
    this.sentMs = head.sentMs;
    this.connectMs = head.connectMs;
    this.firstByteMs = head.firstByteMs;
    this.#clock = clock;
    this.completeBytes = head.completeBytes;
    this.lengthBytes = head.lengthBytes;
    this.#headers = head.headers;
  }

  /** The If-Range to go on with, when it was interrupted and can be gone on with. */
  get ifRange(): string | undefined {
    return this.#isInterrupted ? this.validator : undefined;
  }

  /** By what the rest of it can be asked for (If-Range), where that can be. */
  get validator(): string | undefined {
    if (this.deliveredBytes === 0) return undefined;
    const isRangeable = fieldOf(this.#headers, 'accept-ranges') !== 'none' && !contentCoding(this.#headers);
    return isRangeable ? strongValidator(this.#headers) : undefined;
  }

  /** An exchange delivers it at the moment. */
  get isAttached(): boolean {
    return this.#source !== undefined;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** The same body for another receiver, as if it were interrupted at that place. */
  fork(receiver: Receiver, clock: ProgressClock, place = this.deliveredBytes): Body {
    const { completeBytes, lengthBytes, sentMs, connectMs, firstByteMs } = this;
    const copy = new Body(receiver, clock, {
      headers: this.#headers,
      completeBytes,
      lengthBytes,
      sentMs,
      connectMs,
      firstByteMs,
    });
    copy.deliveredBytes = place;
    copy.#isInterrupted = true;
    return copy;
  }

  /** Takes the next bytes; `chunk` is valid only during the call. */
  deliver(chunk: Buffer): void {
    this.deliveredBytes += chunk.length;
    this.tap?.(chunk);
    this.receiver.onData(chunk);
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
    this.pauses++;
    this.#pausedSinceMs = performance.now();
    this.#clock.stop(this.#pausedSinceMs);
    this.#source?.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    const nowMs = performance.now();
    this.pausedMs += nowMs - this.#pausedSinceMs;
    this.#clock.go(nowMs);
    this.#source?.resume();
  }
}
