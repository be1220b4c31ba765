import { mergeDateRange } from './playlist/dateRanges.ts';
import type { DateRange } from './playlist/model.ts';

/** What the ranges that a playlist no longer lists may take up: a recording goes on for days. */
export interface DateRangeLimits {
  ranges: number;
  characters: number;
}

const usualLimits: DateRangeLimits = { ranges: 5_000, characters: 4 * 1024 * 1024 };

/**
 * The date ranges of a stream over all its readings, one for each ID. Of those that have left the playlist the oldest are
 * left out where they get too many, and counted.
 */
export class DateRangeBook {
  readonly #limits: DateRangeLimits;
  readonly #byId = new Map<string, DateRange>();
  #characters = 0;
  #omitted = 0;

  constructor(limits = usualLimits) {
    this.#limits = limits;
  }

  /** Takes in what one reading lists. */
  add(ranges: readonly DateRange[] = []): void {
    if (ranges.length === 0) return;
    const listed = new Set<string>();
    for (const range of ranges) {
      const known = this.#byId.get(range.id);
      const merged = mergeDateRange(known, range);
      this.#characters += lengthOf(merged) - (known === undefined ? 0 : lengthOf(known));
      this.#byId.set(range.id, merged);
      listed.add(range.id);
    }
    this.#makeRoom(listed);
  }

  /** In the order in which they were first listed. */
  list(): readonly DateRange[] {
    return [...this.#byId.values()];
  }

  /** How many were left out. */
  get omitted(): number {
    return this.#omitted;
  }

  /** What is listed stays, so that nothing is counted twice. */
  #makeRoom(listed: ReadonlySet<string>): void {
    for (const [id, range] of this.#byId) {
      if (this.#byId.size <= this.#limits.ranges && this.#characters <= this.#limits.characters) return;
      if (listed.has(id)) continue;
      this.#byId.delete(id);
      this.#characters -= lengthOf(range);
      this.#omitted++;
    }
  }
}

function lengthOf({ id, class: className = '', attributes }: DateRange): number {
  return Object.entries(attributes).reduce(
    (sum, [name, value]) => sum + name.length + value.length,
    id.length + className.length,
  );
}
