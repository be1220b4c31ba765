import { EngineError, isAbortError, TransferError } from '../errors.ts';
import type { Body } from './body.ts';
import type { Answer, Transfer } from './client.ts';
import type { Course } from './course.ts';
import type { ExchangeOptions } from './exchange.ts';
import type { Receiver } from './receiver.ts';
import { HedgeLeg, NotNeeded, RestReader, WholeReader, type SecondReader } from './hedgeLeg.ts';
import { PaceMeter } from './hedgePace.ts';
import type { HedgeKind, HedgeRules } from './hedgeRules.ts';
import { ProgressClock } from './progressClock.ts';

/** What differs between the requests of one try. */
export type LegOptions = Required<
  Pick<ExchangeOptions, 'clock' | 'interrupted' | 'receive' | 'onBody' | 'onStart' | 'onReceived'>
>;

export interface TryHooks {
  rules: HedgeRules;
  /** Makes a request for the transfer, redirects followed. */
  follow: (leg: LegOptions) => Promise<Answer>;
  /** A second request is over: so many bytes came twice, and why where it failed. */
  onHedgeOver: (extraBytes: number, failure: unknown) => void;
}

/** Failures of the way, which leave what the other request brings. */
const losses: ReadonlySet<string> = new Set(['RESET', 'TRUNCATED', 'TIMEOUT', 'STALLED', 'UNREACHABLE']);

interface Second {
  leg: HedgeLeg;
  kind: HedgeKind;
  reader?: SecondReader;
  /** Place of the body when it was asked for. */
  since: number;
}

/**
 * One try of a transfer, to which a second request may be added. The first whole answer wins: what the second one brings
 * goes to the same receiver as soon as it is further than the first, or from the beginning to a new receiver where two
 * answers cannot be joined. Whatever goes wrong with the second one changes nothing.
 */
export class HedgedTry {
  readonly course: Course;
  readonly sentMs = performance.now();
  readonly #transfer: Transfer;
  readonly #hooks: TryHooks;
  readonly #settled = Promise.withResolvers<Answer>();
  readonly #pace = new PaceMeter();
  #pausesSeen = 0;
  /** What an earlier try left to go on with, then what its own answer began. */
  #body: Body | undefined;
  /** The request that the try goes by; absent once that has failed and the second one is left. */
  #first: HedgeLeg | undefined;
  #second: Second | undefined;
  /** Why the first one failed. */
  #failure: unknown;
  #isOpen = true;

  constructor(transfer: Transfer, course: Course, hooks: TryHooks) {
    this.#transfer = transfer;
    this.course = course;
    this.#hooks = hooks;
    this.#body = course.interrupted;
  }

  /** Makes the first request. Rejects with its error, if no second one brings the body. */
  run(): Promise<Answer> {
    const leg = new HedgeLeg();
    this.#first = leg;
    this.#start(leg, {
      clock: this.course.clock,
      interrupted: this.course.interrupted,
      receive: () => this.#receive(),
      onBody: (body) => this.#begin(body),
    });
    return this.#settled.promise;
  }

  get body(): Body | undefined {
    return this.#body;
  }

  /** Its answer has begun. */
  get hasAnswer(): boolean {
    return this.#body?.isAttached ?? false;
  }

  get isHedged(): boolean {
    return this.#second !== undefined;
  }

  /** A second request may be made. */
  get isOpen(): boolean {
    return this.#isOpen && this.#first !== undefined && this.#second === undefined;
  }

  /** How a second request would go. */
  get kind(): HedgeKind {
    if (this.#body?.validator !== undefined) return 'rest';
    return this.hasAnswer ? 'whole' : 'first';
  }

  /** Bytes a second of the body lately, once it was seen for so long. */
  paceAfter(observedMs: number): number | undefined {
    return this.#pace.bytesPerSecond(observedMs);
  }

  /** Bytes that have come twice so far; 0 once there is one request only. */
  get extraBytes(): number {
    const { kind, reader, since } = this.#second ?? {};
    if (!reader || !this.#first) return 0;
    const base = kind === 'rest' ? (since ?? 0) : 0;
    return Math.max(0, Math.min(this.#position, reader.position) - base);
  }

  /** Sees how far the body has come. */
  look(nowMs: number): void {
    const body = this.#body;
    if (!body?.isAttached || body.isPaused || body.pauses !== this.#pausesSeen) this.#pace.forget();
    if (!body) return;
    this.#pausesSeen = body.pauses;
    if (body.isAttached && !body.isPaused) this.#pace.see(nowMs, body.deliveredBytes);
  }

  /** Its connection is not to be used again. */
  retire(): void {
    this.#first?.retire();
  }

  /** Asks a second time. */
  hedge(): void {
    const { kind } = this;
    const leg = new HedgeLeg();
    this.course.hedges++;
    if (kind === 'first') this.#askForFirst(leg);
    else this.#askBeside(leg, kind, this.#body as Body);
  }

  /** Drops the second request, and makes no other. */
  drop(failure?: unknown): void {
    const second = this.#second;
    if (!second) return;
    // While there is no answer at all, one that begins slowly may still need a second one.
    if (this.hasAnswer || failure !== undefined) this.#isOpen = false;
    this.#second = undefined;
    this.#untap();
    second.leg.cancel();
    this.#hooks.onHedgeOver(second.leg.received, failure);
  }

  get #position(): number {
    return this.#body?.deliveredBytes ?? 0;
  }

  #receive(): Receiver {
    // What begins anew is no body that the rest of an earlier one belongs to.
    this.drop();
    return this.#transfer.receive();
  }

  #begin(body: Body): void {
    this.#body = body;
    this.#pace.forget();
    this.course.begin(body);
  }

  #untap(): void {
    if (this.#body) this.#body.tap = undefined;
  }

  /** The first answer that begins wins. */
  #askForFirst(leg: HedgeLeg): void {
    this.#second = { leg, kind: 'first', since: 0 };
    this.#start(leg, {
      clock: this.course.clock,
      interrupted: undefined,
      receive: () => {
        this.#adopt();
        return this.#transfer.receive();
      },
      onBody: (body) => this.#begin(body),
    });
  }

  #askBeside(leg: HedgeLeg, kind: 'rest' | 'whole', body: Body): void {
    const clock = new ProgressClock(this.course.limits, performance.now());
    const { heldBytes } = this.#hooks.rules;
    const whole = kind === 'whole' ? new WholeReader(body, heldBytes) : undefined;
    const rest = whole ? undefined : new RestReader(body, heldBytes, () => this.#overtake(leg, body));
    const reader = (whole ?? rest) as SecondReader;
    this.#second = { leg, kind, reader, since: body.deliveredBytes };
    body.tap = (chunk) => {
      try {
        reader.firstHas(chunk);
      } catch (error) {
        this.drop(error);
      }
    };
    this.#start(leg, {
      clock,
      interrupted: rest && body.fork(rest, clock),
      receive: () => {
        if (whole) return whole;
        throw new NotNeeded('The origin does not give the rest alone.');
      },
      onBody: (own) => whole?.began(own),
    });
  }

  #start(leg: HedgeLeg, options: Omit<LegOptions, 'onStart' | 'onReceived'>): void {
    const onReceived = (bytes: number) => {
      this.course.received += bytes;
      leg.received += bytes;
    };
    this.#hooks
      .follow({ ...options, onStart: (source) => leg.started(source), onReceived })
      .then(
        (answer) => this.#ended(leg, answer),
        (error: unknown) => this.#failed(leg, error),
      )
      .catch((error: unknown) => this.#settled.reject(error));
  }

  #ended(leg: HedgeLeg, answer: Answer): void {
    if (leg === this.#first) {
      this.#close();
      this.#settled.resolve(answer);
    } else if (leg === this.#second?.leg) {
      const { reader } = this.#second;
      if (reader instanceof WholeReader && reader.isSame()) this.#settled.resolve(this.#deliver(reader, answer));
      else this.drop();
      this.#endIfNothingIsLeft();
    }
  }

  #failed(leg: HedgeLeg, error: unknown): void {
    if (leg === this.#first) {
      this.#first = undefined;
      this.#failure = error;
      const isLoss = error instanceof TransferError && losses.has(error.reason);
      if (!isLoss) this.#close();
      else if (this.#second?.reader instanceof RestReader) this.#second.reader.firstIsGone();
    } else if (leg === this.#second?.leg) {
      this.drop(error);
      if (!isExpected(error)) this.#abandon(error);
    } else return;
    this.#endIfNothingIsLeft();
  }

  #endIfNothingIsLeft(): void {
    if (this.#first === undefined && this.#second === undefined) this.#settled.reject(this.#failure);
  }

  #close(): void {
    this.#isOpen = false;
    this.drop();
  }

  /** Ends it for a reason that has nothing to do with the transfer. */
  #abandon(error: unknown): void {
    const first = this.#first;
    this.#first = undefined;
    this.#failure = error;
    first?.cancel();
  }

  /** The second one is further than the first: it goes on in its place. */
  #overtake(leg: HedgeLeg, body: Body): void {
    this.#adopt();
    leg.moveTo(body, this.course.clock);
  }

  #adopt(): void {
    const { leg } = this.#second as Second;
    const { extraBytes } = this;
    const first = this.#first;
    this.#untap();
    this.#second = undefined;
    this.#first = leg;
    first?.cancel();
    this.#pace.forget();
    this.#hooks.onHedgeOver(extraBytes, undefined);
  }

  /** A whole second answer came first: it goes to a receiver of its own. Rejects with what that throws. */
  async #deliver(reader: WholeReader, answer: Answer): Promise<Answer> {
    this.#isOpen = false;
    this.#adopt();
    const body = reader.bodyFor(this.#transfer.receive(), this.course.clock);
    this.#begin(body);
    await reader.deliverTo(body, this.course.signal);
    return answer;
  }
}

/** What may go wrong with a second request, and with no consequence. */
function isExpected(error: unknown): boolean {
  return error instanceof NotNeeded || error instanceof EngineError || isAbortError(error);
}
