import type { SampleTimes, Thread } from './model.ts';

/** Samples of one profile whose times are kept: beyond, the merged stacks remain. */
export const TIMED_SAMPLES_MAX = 2 ** 22;

/** What the times of one file may cost together; threads share one. */
export class TimesBudget {
  #samples = 0;

  /** Whether one more sample fits. */
  take(): boolean {
    this.#samples += 1;
    return this.#samples <= TIMED_SAMPLES_MAX;
  }

  get isUsedUp(): boolean {
    return this.#samples > TIMED_SAMPLES_MAX;
  }
}

/** Collects the samples of a thread on the recorder's own clock, in microseconds. */
export class TimesBuilder {
  readonly #budget: TimesBudget;
  #node = new Uint32Array(64);
  #startUs = new Float64Array(64);
  #endUs = new Float64Array(64);
  #length = 0;

  constructor(budget: TimesBudget) {
    this.#budget = budget;
  }

  add(node: number, startUs: number, endUs: number): void {
    if (!this.#budget.take()) return;
    if (this.#length === this.#node.length) this.#grow();
    this.#node[this.#length] = node;
    this.#startUs[this.#length] = startUs;
    this.#endUs[this.#length] = endUs;
    this.#length += 1;
  }

  /**
   * The samples by time, each cut where the next begins; undefined when there are none, or more than the budget.
   *
   * @param isSampled whether the samples were taken by a clock, which is never quite on time: a sample lasts until the next one if there would be
   * no room for another between them
   */
  build({ isSampled = false } = {}): SampleTimes | undefined {
    if (this.#length === 0 || this.#budget.isUsedUp) return undefined;
    const times = this.#sorted();
    const { startUs, endUs } = times;
    for (let at = 1; at < this.#length; at += 1) {
      const [end, next] = [endUs[at - 1] ?? 0, startUs[at] ?? 0];
      const length = (endUs[at] ?? 0) - next;
      if (end > next || (isSampled && next - end < length)) endUs[at - 1] = next;
    }
    return times;
  }

  /** As `build`, for samples of which only the beginning is known: each lasts until the next one, but never longer than twice as long as most do. */
  buildRegular(): SampleTimes | undefined {
    const times = this.build();
    if (times === undefined) return undefined;
    const { startUs, endUs } = times;
    const distances = startUs.map((start, at) => (startUs[at + 1] ?? start) - start);
    const usual = distances.slice(0, -1).sort()[Math.floor((distances.length - 1) / 2)] ?? 0;
    for (const [at, start] of startUs.entries()) endUs[at] = start + Math.min(distances[at] || usual, 2 * usual);
    return times;
  }

  #sorted(): SampleTimes {
    const startUs = this.#startUs.slice(0, this.#length);
    const isInOrder = startUs.every((time, at) => at === 0 || time >= (startUs[at - 1] ?? 0));
    if (isInOrder) {
      return { node: this.#node.slice(0, this.#length), startUs, endUs: this.#endUs.slice(0, this.#length) };
    }
    const order = Uint32Array.from(startUs.keys()).sort((a, b) => (startUs[a] ?? 0) - (startUs[b] ?? 0) || a - b);
    return {
      node: order.map((at) => this.#node[at] ?? 0),
      startUs: Float64Array.from(order, (at) => startUs[at] ?? 0),
      endUs: Float64Array.from(order, (at) => this.#endUs[at] ?? 0),
    };
  }

  #grow(): void {
    const grow = <T extends Uint32Array | Float64Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    const length = 2 * this.#node.length;
    this.#node = grow(this.#node, new Uint32Array(length));
    this.#startUs = grow(this.#startUs, new Float64Array(length));
    this.#endUs = grow(this.#endUs, new Float64Array(length));
  }
}

/**
 * Moves the times of all threads, in place, so that the earliest sample begins at 0, or at `originUs` if the recording began before it.
 * @returns what 0 is on the recorder's clock, for `Profile`; nothing when no thread has times
 */
export function relateTimes(threads: readonly Thread[], originUs = Infinity): { startUs?: number } {
  const startUs = threads.reduce((first, { times }) => Math.min(first, times?.startUs[0] ?? Infinity), originUs);
  if (!Number.isFinite(startUs) || threads.every(({ times }) => times === undefined)) return {};
  for (const { times } of threads) {
    if (times === undefined) continue;
    for (let at = 0; at < times.startUs.length; at += 1) {
      times.startUs[at] = (times.startUs[at] ?? 0) - startUs;
      times.endUs[at] = (times.endUs[at] ?? 0) - startUs;
    }
  }
  return { startUs };
}
