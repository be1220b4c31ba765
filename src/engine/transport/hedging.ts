import { TransferError } from '../errors.ts';
import type { Answer, Transfer } from './client.ts';
import type { Course } from './course.ts';
import { HedgedTry, type LegOptions } from './hedgedTry.ts';
import { PeerBook } from './hedgePace.ts';
import { decideHedge, isSlow, type HedgeRules, type Peers, type Runner } from './hedgeRules.ts';
import { Roll } from './roll.ts';

/** Answers of an origin that has enough to do: RFC 6585 §4, RFC 9110 §15.6.4. */
const busyStatuses: ReadonlySet<number> = new Set([429, 503]);
/** How much of the largest number of transfers at once is forgotten at each look. */
const forgetting = 0.005;
/** A look that comes so much too late says that this process was busy: what it sees is our own doing. */
const lateMs = 100;
/** Where so much less than lately is under way, those who fetch have nothing left to do. */
const idleShare = 0.75;

/**
 * Watches the transfers of a download that may be asked for a second time, and does that with those that have fallen
 * far behind the others, as far as the rules allow.
 */
export class Hedging {
  readonly #rules: HedgeRules;
  readonly #book = new PeerBook();
  readonly #tries = new Roll<HedgedTry>();
  /** Origins that said that they have enough to do. */
  readonly #busy = new Set<string>();
  /** What is put by for second requests under way, and what came twice. */
  readonly #reserved = new Map<HedgedTry, number>();
  #extraBytes = 0;
  /** Of bodies that are over. */
  #receivedBytes = 0;
  #mostRunning = 0;
  #timer: NodeJS.Timeout | undefined;
  #lookedMs = 0;

  constructor(rules: HedgeRules) {
    this.#rules = rules;
  }

  /** Runs one try of a transfer by `follow`, which makes a request for it. Rejects as that does. */
  async run(transfer: Transfer, course: Course, follow: (leg: LegOptions) => Promise<Answer>): Promise<Answer> {
    const each = new HedgedTry(transfer, course, {
      rules: this.#rules,
      follow,
      onHedgeOver: (extraBytes, failure) => {
        this.#reserved.delete(each);
        this.#extraBytes += extraBytes;
        if (failure !== undefined) this.#failed(failure, course);
      },
    });
    if (transfer.mayHedge !== true) return each.run();
    const receivedBefore = course.received;
    this.#add(each);
    try {
      const answer = await each.run();
      this.#note(each, answer);
      return answer;
    } catch (error) {
      this.#failed(error, course);
      throw error;
    } finally {
      this.#receivedBytes += course.received - receivedBefore;
      this.#remove(each);
    }
  }

  /** Who is busy is not asked twice from here on. */
  #failed(error: unknown, { url }: Course): void {
    if (!(error instanceof TransferError)) return;
    const isBusy = busyStatuses.has(error.status ?? 0) || error.retryAfterMs !== undefined;
    if (isBusy) this.#busy.add(new URL(url).origin);
  }

  #add(each: HedgedTry): void {
    this.#tries.add(each);
    this.#mostRunning = Math.max(this.#mostRunning, this.#tries.size);
    if (this.#timer) return;
    this.#lookedMs = performance.now();
    this.#timer = setInterval(() => this.#look(), this.#rules.tickMs);
  }

  #remove(each: HedgedTry): void {
    this.#tries.remove(each);
    if (this.#tries.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** What a body that came undisturbed says about others. */
  #note({ course, body }: HedgedTry, { sentMs, firstByteMs, endMs }: Answer): void {
    if (!body || course.tries > 1 || course.hedges > 0 || body.pauses > 0) return;
    const bytes = body.deliveredBytes;
    this.#book.finished({ endMs, firstByteMs: firstByteMs - sentMs, bodyMs: endMs - firstByteMs, bytes });
  }

  #look(): void {
    const nowMs = performance.now();
    const isLate = nowMs - this.#lookedMs - this.#rules.tickMs > lateMs;
    this.#lookedMs = nowMs;
    this.#mostRunning *= 1 - forgetting;
    for (const each of this.#tries) each.look(nowMs);
    if (isLate) return;
    for (const each of this.#tries) this.#consider(each, nowMs);
  }

  #consider(each: HedgedTry, nowMs: number): void {
    if (each.isHedged) {
      if (each.extraBytes > this.#spareBytes + (this.#reserved.get(each) ?? 0)) each.drop();
      return;
    }
    if (!each.isOpen || !this.#isKnown(each, nowMs)) return;
    const peers = this.#peersOf(each, nowMs);
    const runner = runnerOf(each, peers, this.#rules.observedMs, nowMs);
    if (isSlow(runner, peers, this.#rules)) each.retire();
    if (this.#busy.has(new URL(each.course.url).origin)) return;
    const running = this.#tries.size;
    const situation = {
      hasIdleLanes: running < this.#mostRunning * idleShare,
      running,
      hedges: this.#reserved.size,
      spareBytes: this.#spareBytes,
    };
    const decision = decideHedge(runner, peers, situation, this.#rules);
    if (decision.action === 'wait') return;
    this.#reserved.set(each, decision.extraBytes);
    each.hedge();
  }

  /** Whether enough is known of it to compare it with others, which takes time. */
  #isKnown(each: HedgedTry, nowMs: number): boolean {
    const { observedMs, silentMs } = this.#rules;
    return each.hasAnswer ? each.paceAfter(observedMs) !== undefined : nowMs - each.sentMs >= silentMs;
  }

  get #spareBytes(): number {
    const { extraShare, extraBytes } = this.#rules;
    let receivedBytes = this.#receivedBytes;
    for (const { body } of this.#tries) receivedBytes += body?.deliveredBytes ?? 0;
    let spentBytes = this.#extraBytes;
    for (const bytes of this.#reserved.values()) spentBytes += bytes;
    return Math.max(extraBytes, extraShare * receivedBytes) - spentBytes;
  }

  #peersOf(each: HedgedTry, nowMs: number): Peers {
    const running = [...this.#tries].flatMap((other) => {
      const { body, hasAnswer } = other;
      if (other === each || !body || !hasAnswer || body.isPaused) return [];
      // As soon as there is one: all that began with this one may be as slow.
      const bytesPerSecond = other.paceAfter(this.#rules.tickMs / 2);
      return [{ firstByteMs: body.firstByteMs - body.sentMs, bytesPerSecond }];
    });
    return this.#book.peers(nowMs, running);
  }
}

/** Where nobody says how long a body is, and it is longer than the usual one: so much of what has come is yet to come. */
const unknownShare = 0.1;

function runnerOf(each: HedgedTry, peers: Peers, observedMs: number, nowMs: number): Runner {
  const { body, kind, hasAnswer, sentMs } = each;
  const deliveredBytes = body?.deliveredBytes ?? 0;
  const guessed = Math.max(peers.bodyBytes - deliveredBytes, deliveredBytes * unknownShare);
  return {
    kind,
    hasAnswer,
    waitedMs: nowMs - sentMs,
    deliveredBytes,
    remainingBytes: body?.lengthBytes === undefined ? guessed : body.lengthBytes - deliveredBytes,
    bytesPerSecond: each.paceAfter(observedMs),
    isPaused: body?.isPaused ?? false,
  };
}
