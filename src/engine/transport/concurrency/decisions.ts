/** Why the width changed. */
export type WidthReason =
  /** Where it begins. */
  | 'start'
  /** More at once brought more. */
  | 'faster'
  /** The last change brought less, or nothing: back to where it was. */
  | 'slower'
  /** This thread can do no more: more at once would only cost more. */
  | 'busy'
  /** A try of whether another width is faster. */
  | 'probe'
  /** The origin answered 429 or 503. */
  | 'refused'
  /** It did not answer in time, or stalled. */
  | 'timeout'
  /** Transfers had to wait for memory. */
  | 'memory'
  /** Nothing went wrong for a while: back to what the origin or the memory took before. */
  | 'recovered';

/** One change of the width. */
export interface WidthDecision {
  /** Since the start of the download. */
  ms: number;
  /** Transfers at once from then on. */
  width: number;
  why: WidthReason;
  /** Megabits per second of body, measured right before; absent where nothing was. */
  mbps?: number;
}

/** How `auto` chose the number of transfers at once. */
export interface ConcurrencyTrace {
  start: number;
  peak: number;
  end: number;
  /** The first and the last ones, in order. */
  decisions: WidthDecision[];
  /** Decisions between those, where there were too many. */
  omitted?: number;
}

const keptFirst = 48;
const keptLast = 16;

/** The decisions of one download in bounded memory: the first 48 and the last 16. */
export class DecisionLog {
  readonly #first: WidthDecision[] = [];
  readonly #last: WidthDecision[] = [];
  #omitted = 0;
  #peak = 0;

  add(decision: WidthDecision): void {
    this.#peak = Math.max(this.#peak, decision.width);
    if (this.#first.length < keptFirst) {
      this.#first.push(decision);
      return;
    }
    this.#last.push(decision);
    if (this.#last.length <= keptLast) return;
    this.#last.shift();
    this.#omitted++;
  }

  /** Undefined before the first decision. */
  trace(): ConcurrencyTrace | undefined {
    const decisions = [...this.#first, ...this.#last];
    const [start, end] = [decisions[0], decisions.at(-1)];
    if (start === undefined || end === undefined) return undefined;
    const omitted = this.#omitted > 0 ? { omitted: this.#omitted } : {};
    return { start: start.width, peak: this.#peak, end: end.width, decisions, ...omitted };
  }
}
