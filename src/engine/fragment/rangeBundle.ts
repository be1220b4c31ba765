import { TransferError } from '../errors.ts';
import type { ByteRange } from '../playlist/model.ts';
import type { Transfer, TransferResult } from '../transport/client.ts';
import type { Flow, Receiver, ResponseHead } from '../transport/receiver.ts';

/** Who fetches a fragment: the client, or a share in a request for several. */
export interface Fetcher {
  fetch(transfer: Transfer): Promise<TransferResult>;
}

/**
 * Fetches the adjacent byte ranges of several fragments by one request. Each fragment has a share, by which it is fetched
 * as if alone: what is wrong with it, or with the request, has it asked for by a request of its own.
 */
export class RangeBundle {
  readonly shares: readonly Share[];
  readonly #client: Fetcher;

  constructor(client: Fetcher, count: number) {
    this.#client = client;
    this.shares = Array.from({ length: count }, () => new Share(client, () => this.#beginWhenComplete()));
  }

  #beginWhenComplete(): void {
    if (this.shares.some(({ isExpected }) => isExpected)) return;
    const parts = this.shares.flatMap(({ part }) => part ?? []);
    let run: Part[] = [];
    for (const part of parts) {
      if (!isNext(run.at(-1), part)) {
        this.#fetch(run);
        run = [];
      }
      run.push(part);
    }
    this.#fetch(run);
  }

  #fetch(run: readonly Part[]): void {
    const [first] = run;
    if (run.length < 2 || !first) {
      first?.fetchAlone();
      return;
    }
    const { resource, url, fragment, label } = first.transfer;
    const length = run.reduce((sum, { range }) => sum + range.length, 0);
    const byteRange = { offset: first.range.offset, length };
    const limits = { tries: 1 };
    const receive = () => new Splitter(run);
    const line = new Line();
    for (const part of run) part.line = line;
    const whole = { resource, url, fragment, label, byteRange, maxBytes: length, limits, receive };
    this.#client.fetch(whole).then(
      (result) => run.at(-1)?.succeed(result),
      (error: unknown) => {
        // Those behind the one that it struck have not been tried.
        for (const [index, part] of run.filter(({ isOver }) => !isOver).entries()) part.fail(error, index === 0);
      },
    );
  }
}

/** One fragment's share in a request for several. */
export class Share implements Fetcher {
  part: Part | undefined;
  readonly #client: Fetcher;
  readonly #onReady: () => void;
  #isExpected = true;

  constructor(client: Fetcher, onReady: () => void) {
    this.#client = client;
    this.#onReady = onReady;
  }

  /** It has not been said yet whether it is needed. */
  get isExpected(): boolean {
    return this.#isExpected;
  }

  fetch(transfer: Transfer): Promise<TransferResult> {
    const { byteRange } = transfer;
    const isAlone = !this.#isExpected || !byteRange || byteRange.length > transfer.maxBytes;
    if (isAlone) {
      this.leave();
      return this.#client.fetch(transfer);
    }
    this.part = new Part(this.#client, transfer, byteRange);
    this.leave();
    return this.part.result;
  }

  /** The fragment needs no request, or no other. Idempotent. */
  leave(): void {
    if (!this.#isExpected) return;
    this.#isExpected = false;
    this.#onReady();
  }
}

/** A fragment's part of the common body. */
class Part {
  readonly transfer: Transfer;
  readonly range: ByteRange;
  /** For those that are asked for alone after all. */
  line: Line | undefined;
  readonly #client: Fetcher;
  readonly #settled = Promise.withResolvers<TransferResult>();
  #isOver = false;
  #receiver: Receiver | undefined;
  #flow: PartFlow | undefined;
  #head: ResponseHead | undefined;
  #got = 0;
  #chunks = 0;
  #sentMs = 0;
  #firstByteMs = 0;

  constructor(client: Fetcher, transfer: Transfer, range: ByteRange) {
    this.#client = client;
    this.transfer = transfer;
    this.range = range;
  }

  get result(): Promise<TransferResult> {
    return this.#settled.promise;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get leftBytes(): number {
    return this.range.length - this.#got;
  }

  /** Its bytes come from here on. */
  begin(head: ResponseHead, flow: Flow, sentMs: number): void {
    this.#got = 0;
    this.#chunks = 0;
    if (this.#isOver) return;
    this.#sentMs = sentMs;
    this.#firstByteMs = performance.now();
    this.#head = { ...head, lengthBytes: this.range.length };
    this.#flow = new PartFlow(flow);
    this.#receiver = this.transfer.receive();
    this.#receiver.onHead(this.#head, this.#flow);
  }

  take(bytes: Buffer): void {
    this.#got += bytes.length;
    if (this.#isOver) return;
    this.#chunks++;
    this.#receiver?.onData(bytes);
  }

  /** All of it came; of the last part when the whole body was right, with what is known of that. */
  succeed(whole?: TransferResult): void {
    if (this.#isOver || !this.#head) return;
    const { status, headers } = this.#head;
    const times = { sentMs: this.#sentMs, firstByteMs: this.#firstByteMs, endMs: performance.now() };
    // Those of the whole request cannot be told apart.
    const waits = { connectMs: 0, heldMs: 0, pausedMs: this.#flow?.pausedMs ?? 0 };
    const { url } = this.transfer;
    const body = { kind: 'body' as const, status, headers, chunks: this.#chunks, url: whole?.url ?? url };
    const answer = { ...body, ...times, ...waits };
    try {
      this.transfer.accept?.(answer);
    } catch (error) {
      this.fail(error);
      return;
    }
    this.#end();
    const course = { tries: 1, received: this.range.length, hedges: whole?.hedges ?? 0, admissionMs: 0 };
    this.#settled.resolve({ ...answer, ...course });
  }

  /** The request failed, or what came of it is refused: the fragment is asked for alone. */
  fail(error: unknown, isTry = true): void {
    if (this.#isOver) return;
    this.#end();
    if (!(error instanceof TransferError)) {
      this.#settled.reject(error);
      return;
    }
    const received = this.#got;
    this.#fetch()
      .then((result) => ({ ...result, tries: result.tries + (isTry ? 1 : 0), received: result.received + received }))
      .then(this.#settled.resolve, this.#settled.reject);
  }

  fetchAlone(): void {
    this.#fetch().then(this.#settled.resolve, this.#settled.reject);
  }

  #fetch(): Promise<TransferResult> {
    const fetch = () => this.#client.fetch(this.transfer);
    return this.line ? this.line.run(fetch) : fetch();
  }

  #end(): void {
    this.#isOver = true;
    this.#flow?.end();
  }
}

/**
 * One after the other, so that a request that failed makes no burst. Only parts of one request, which fail in their
 * order: one that waits in the memory for those before it never has them wait.
 */
class Line {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

/** Gives each part its bytes. */
class Splitter implements Receiver {
  readonly #parts: readonly Part[];
  readonly #startMs = performance.now();
  #index = 0;
  #head: ResponseHead | undefined;
  #flow: Flow | undefined;

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  onHead(head: ResponseHead, flow: Flow): void {
    this.#head = head;
    this.#flow = flow;
    this.#begin(this.#startMs);
  }

  onData(chunk: Buffer): void {
    let rest = chunk;
    for (let part = this.#parts[this.#index]; part && rest.length > 0; part = this.#parts[this.#index]) {
      const bytes = rest.subarray(0, part.leftBytes);
      rest = rest.subarray(bytes.length);
      this.#try(part, () => part.take(bytes));
      if (part.leftBytes > 0) return;
      // The last one waits for what HTTP says of the whole.
      if (this.#index < this.#parts.length - 1) part.succeed();
      this.#index++;
      this.#begin(performance.now());
    }
  }

  #begin(sentMs: number): void {
    const part = this.#parts[this.#index];
    const [head, flow] = [this.#head, this.#flow];
    if (part && head && flow) this.#try(part, () => part.begin(head, flow, sentMs));
  }

  #try(part: Part, step: () => void): void {
    try {
      step();
    } catch (error) {
      part.fail(error);
    }
  }
}

/** Lets the receiver of one part pause the common body, until its part is over. */
class PartFlow implements Flow {
  /** How long it was paused. */
  pausedMs = 0;
  readonly #flow: Flow;
  #isPaused = false;
  #pausedSinceMs = 0;
  #isOver = false;

  constructor(flow: Flow) {
    this.#flow = flow;
  }

  pause(): void {
    if (this.#isOver) return;
    if (!this.#isPaused) this.#pausedSinceMs = performance.now();
    this.#isPaused = true;
    this.#flow.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.pausedMs += performance.now() - this.#pausedSinceMs;
    this.#flow.resume();
  }

  end(): void {
    this.resume();
    this.#isOver = true;
  }
}

function isNext(before: Part | undefined, part: Part): boolean {
  if (!before) return true;
  const { offset, length } = before.range;
  return before.transfer.url === part.transfer.url && offset + length === part.range.offset;
}
