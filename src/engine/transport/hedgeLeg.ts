import type { Body } from './body.ts';
import type { Source } from './exchange.ts';
import type { Flow, Receiver, ResponseHead } from './receiver.ts';
import { HeldBytes } from './heldBytes.ts';
import type { ProgressClock } from './progressClock.ts';

/** Why a second request is dropped, where it is not a failure of its own. */
export class NotNeeded extends Error {}

/** One of the requests of a try, with a handle on its exchange under way; redirects make it several in a row. */
export class HedgeLeg {
  /** Body bytes over the network. */
  received = 0;
  #source: Source | undefined;
  #isCancelled = false;

  started(source: Source): void {
    this.#source = source;
    if (this.#isCancelled) source.cancel();
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#source?.cancel();
  }

  retire(): void {
    this.#source?.retire();
  }

  moveTo(body: Body, clock: ProgressClock): void {
    this.#source?.moveTo(body, clock);
  }
}

/** Reads a second answer beside the first one. */
export interface SecondReader extends Receiver {
  /** How far the second one has come, in bytes of the body. */
  readonly position: number;
  /** The first one brought the next bytes. Throws NotNeeded when the second one is of no use any more. */
  firstHas(chunk: Buffer): void;
}

/**
 * Reads the rest of a body while the first answer still brings it too: holds what the second one is to bring, compares,
 * and gives the rest to the body once the second one is further.
 */
export class RestReader implements SecondReader {
  readonly #body: Body;
  readonly #maxBytes: number;
  readonly #overtake: () => void;
  /** What the first one has brought and the second one has not yet. */
  readonly #ahead: HeldBytes;
  #isFirstGone = false;
  #hasBegun = false;

  constructor(body: Body, maxBytes: number, overtake: () => void) {
    this.#body = body;
    this.#maxBytes = maxBytes;
    this.#overtake = overtake;
    this.#ahead = new HeldBytes(body.deliveredBytes);
  }

  get position(): number {
    return this.#ahead.start;
  }

  onHead(): void {
    // That of the body is known.
  }

  onData(chunk: Buffer): void {
    this.#hasBegun = true;
    const overlap = Math.min(chunk.length, this.#ahead.bytes);
    if (!this.#ahead.takeSame(chunk.subarray(0, overlap), this.position)) throw otherBytes();
    const isFurther = chunk.length > overlap;
    if (!isFurther && !this.#isLevelAlone) return;
    this.#overtake();
    this.#body.chunks++;
    if (isFurther) this.#body.deliver(chunk.subarray(overlap));
  }

  firstHas(chunk: Buffer): void {
    this.#ahead.push(chunk);
    if (this.#ahead.bytes > this.#maxBytes) throw new NotNeeded('The first answer is far ahead.');
  }

  /** The first one has failed: the second one need not be further than it. */
  firstIsGone(): void {
    this.#isFirstGone = true;
    if (this.#hasBegun && this.#isLevelAlone) this.#overtake();
  }

  get #isLevelAlone(): boolean {
    return this.#isFirstGone && this.#ahead.bytes === 0;
  }
}

/** Reads a whole second answer into memory. */
export class WholeReader implements SecondReader {
  readonly #first: Body;
  readonly #maxBytes: number;
  readonly #whole = new HeldBytes(0);
  /** What the first one brought since. */
  readonly #since: HeldBytes;
  #own: Body | undefined;
  #head: ResponseHead | undefined;

  constructor(first: Body, maxBytes: number) {
    this.#first = first;
    this.#maxBytes = maxBytes;
    this.#since = new HeldBytes(first.deliveredBytes);
  }

  get position(): number {
    return this.#whole.end;
  }

  /** The second answer's own body. */
  began(body: Body): void {
    this.#own = body;
  }

  onHead(head: ResponseHead): void {
    this.#head = head;
    if (!this.#first.isOfSame(head.headers, this.#own?.completeBytes)) throw otherBytes();
    if ((head.lengthBytes ?? 0) > this.#maxBytes) throw tooMuch();
  }

  onData(chunk: Buffer): void {
    this.#whole.push(chunk);
    if (this.#whole.bytes > this.#maxBytes) throw tooMuch();
  }

  firstHas(chunk: Buffer): void {
    this.#since.push(chunk);
    if (this.#since.bytes > this.#maxBytes) throw tooMuch();
  }

  /** Whether what both have brought is the same. */
  isSame(): boolean {
    let place = 0;
    for (const piece of this.#whole.pieces()) {
      if (!this.#since.takeSame(piece, place)) return false;
      place += piece.length;
    }
    return this.#since.bytes === 0;
  }

  /** A body like the second answer's, for another receiver. */
  bodyFor(receiver: Receiver, clock: ProgressClock): Body {
    return (this.#own as Body).fork(receiver, clock, 0);
  }

  /** Gives it all to another body, as fast as that takes it. Rejects with the signal's reason. */
  async deliverTo(body: Body, signal: AbortSignal): Promise<void> {
    const gate = new Gate();
    body.attach(gate);
    try {
      body.receiver.onHead(this.#head as ResponseHead, body);
      for (const piece of this.#whole.pieces()) {
        await gate.opened(signal);
        body.chunks++;
        body.deliver(piece);
      }
    } finally {
      body.detach(false);
    }
  }
}

/** Lets a reader of bytes in memory pause and go on. */
class Gate implements Flow {
  #closed: PromiseWithResolvers<void> | undefined;

  pause(): void {
    this.#closed ??= Promise.withResolvers();
  }

  resume(): void {
    this.#closed?.resolve();
    this.#closed = undefined;
  }

  async opened(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!this.#closed) return;
    const { promise, reject } = this.#closed;
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort);
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }
}

function otherBytes(): NotNeeded {
  return new NotNeeded('The second answer is another one.');
}

function tooMuch(): NotNeeded {
  return new NotNeeded('The second answer is more than may wait in memory.');
}
