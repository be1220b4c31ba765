import type { RatioEstimate } from './statistics.ts';

/** CPU seconds with a profile recorded at that interval ÷ without. */
export interface IntervalCost {
  intervalUs: number;
  cpu: RatioEstimate;
}

/**
 * The shortest sampling interval whose cost stays within the limit, in a sentence: by the whole 95 % interval where one
 * does, else by the estimate alone, which is said. An interval counts only if no longer one is above the limit: a
 * shorter interval cannot be cheaper, so such a figure is noise.
 */
export function chooseInterval(costs: readonly IntervalCost[], atMost: number): string {
  const limit = `${Math.round((atMost - 1) * 100)} %`;
  const shown = shortest(costs, ({ cpu }) => cpu.interval !== undefined && cpu.interval.high <= atMost);
  if (shown !== undefined)
    return `${shown} µs is the shortest interval that costs at most ${limit} CPU (95 % interval)`;
  const likely = shortest(costs, ({ cpu }) => cpu.ratio <= atMost);
  if (likely !== undefined)
    return `${likely} µs seems to cost at most ${limit} CPU (estimate alone; more pairs would show it)`;
  const isDear = costs.every(({ cpu }) => cpu.interval !== undefined && cpu.interval.low > atMost);
  return isDear
    ? `every interval costs more than ${limit} CPU`
    : `no interval is shown to cost at most ${limit} CPU; more pairs would tell`;
}

function shortest(costs: readonly IntervalCost[], isCheap: (cost: IntervalCost) => boolean): number | undefined {
  const longestFirst = costs.toSorted((a, b) => b.intervalUs - a.intervalUs);
  const firstDear = longestFirst.findIndex((cost) => !isCheap(cost));
  const cheap = firstDear === -1 ? longestFirst : longestFirst.slice(0, firstDear);
  return cheap.at(-1)?.intervalUs;
}
