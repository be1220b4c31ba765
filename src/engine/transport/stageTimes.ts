/** What a fragment's request does, or waits for, from when its turn has come until its body is there. */
export const stages = ['connecting', 'firstByte', 'body', 'order', 'rate', 'backOff'] as const;

/**
 * `connecting`: for a connection to be sent on; `firstByte`: for the answer to begin; `body`: for its bytes; `order`: stopped, for
 * the memory for what waits for its place in the file is full; `rate`: for its turn under a rate limit; `backOff`: for another try.
 */
export type Stage = (typeof stages)[number];

/** Milliseconds for each stage. */
export type StageTotals = Record<Stage, number>;

/** How many requests are in each stage, and how long all of them together have been there. */
export class StageTimes {
  readonly #counts: StageTotals = zeros();
  readonly #totals: StageTotals = zeros();
  #sinceMs = performance.now();

  enter(stage: Stage): void {
    this.#advance();
    this.#counts[stage]++;
  }

  leave(stage: Stage): void {
    this.#advance();
    this.#counts[stage]--;
  }

  move(from: Stage, to: Stage): void {
    if (from === to) return;
    this.#advance();
    this.#counts[from]--;
    this.#counts[to]++;
  }

  /** Does what a request waits for in that stage. Rejects as `work` does. */
  async during<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
    this.enter(stage);
    try {
      return await work();
    } finally {
      this.leave(stage);
    }
  }

  /** Until now, in milliseconds of requests: two that wait for one second each are two seconds. */
  totals(): StageTotals {
    this.#advance();
    return { ...this.#totals };
  }

  #advance(): void {
    const nowMs = performance.now();
    const passedMs = nowMs - this.#sinceMs;
    this.#sinceMs = nowMs;
    for (const stage of stages) this.#totals[stage] += this.#counts[stage] * passedMs;
  }
}

function zeros(): StageTotals {
  return { connecting: 0, firstByte: 0, body: 0, order: 0, rate: 0, backOff: 0 };
}
