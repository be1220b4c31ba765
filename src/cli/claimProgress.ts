import { logRatios } from '../evidence/effects.ts';
import { METRICS } from '../evidence/metrics.ts';
import type { Pair } from '../evidence/pairs.ts';
import { progressOf, runsOf, type RunOrder } from '../evidence/schedule.ts';
import type { TestRecord } from '../evidence/testRecord.ts';
import { formatDuration } from './figures.ts';

type Terminal = NodeJS.WritableStream & { isTTY?: boolean };

/** One line on a terminal that tells how far a claim's test is; elsewhere a line for each pair. */
export class ClaimProgress {
  readonly #out: Terminal;
  #width = 0;
  #last = '';

  constructor(out: Terminal) {
    this.#out = out;
  }

  /** Before a run. */
  show(order: RunOrder, record: TestRecord): void {
    const text = progressText(order, record);
    if (this.#out.isTTY) this.#draw(`${text} · ${order.arm}`);
    else if (text !== this.#last) this.#out.write(`${text}\n`);
    this.#last = text;
  }

  /** Clears the line. */
  end(): void {
    if (this.#width > 0) this.#draw('');
    this.#width = 0;
  }

  #draw(text: string): void {
    this.#out.write(`\r${text.padEnd(this.#width)}${text === '' ? '\r' : ''}`);
    this.#width = text.length;
  }
}

/** `12 of 24 pairs · wall time ×0.984 · 2:13 left · 3 runs repeated`. */
export function progressText({ kind }: Pick<RunOrder, 'kind'>, record: TestRecord): string {
  if (kind === 'warmUp') return 'warming up';
  if (kind === 'profile') return 'profiling';
  const { metric } = record.head.claim.claimed;
  const { pairsDone, pairsDeclared, ratio, remainingMs } = progressOf(record, (pairs) => middleRatio(metric, pairs));
  const of = pairsDeclared === undefined ? ' (their noise says how many are needed)' : ` of ${pairsDeclared}`;
  const discounted = runsOf(record).filter((run) => run.kind === 'timed' && run.discount !== undefined).length;
  return [
    pairsDeclared === undefined ? `${pairsDone} pairs${of}` : `${pairsDone}${of} pairs`,
    ...(ratio === undefined ? [] : [`${METRICS[metric].title} ×${ratio.toFixed(3)} so far`]),
    ...(remainingMs === undefined ? [] : [`${formatDuration(remainingMs / 1000)} left`]),
    ...(discounted === 0 ? [] : [`${discounted} noisy`]),
  ].join(' · ');
}

function middleRatio(metric: keyof typeof METRICS, pairs: readonly Pair[]): number | undefined {
  const sorted = logRatios(metric, pairs).sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  return middle === undefined ? undefined : Math.exp(middle);
}
