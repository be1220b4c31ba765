import { METRICS } from '../evidence/metrics.ts';
import type { TestProgress } from '../evidence/testProgress.ts';
import { formatDuration } from './figures.ts';

type Terminal = NodeJS.WritableStream & { isTTY?: boolean };

/** Tells how far a claim's test is. */
export interface ProgressTeller {
  show(progress: TestProgress): void;
  /** Nothing more comes. */
  end(): void;
}

/** A line of JSON for each step, for programs. */
export class ClaimProgressLines implements ProgressTeller {
  readonly #out: NodeJS.WritableStream;

  constructor(out: NodeJS.WritableStream) {
    this.#out = out;
  }

  show(progress: TestProgress): void {
    this.#out.write(`${JSON.stringify(progress)}\n`);
  }

  end(): void {
    // Each line is whole as it is.
  }
}

/** One line on a terminal that tells how far a claim's test is; elsewhere a line for each pair. */
export class ClaimProgress implements ProgressTeller {
  readonly #out: Terminal;
  #width = 0;
  #last = '';

  constructor(out: Terminal) {
    this.#out = out;
  }

  show(progress: TestProgress): void {
    const text = progressText(progress);
    if (this.#out.isTTY) this.#draw('arm' in progress ? `${text} · ${progress.arm}` : text);
    else if (text !== this.#last) this.#out.write(`${text}\n`);
    this.#last = text;
  }

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
export function progressText(progress: TestProgress): string {
  if (progress.doing === 'waiting') return waitingText(progress.pid);
  if (progress.doing === 'warmUp') return 'warming up';
  if (progress.doing === 'profile') return 'profiling';
  if (progress.doing === 'allocations') return 'counting allocations';
  const { metric, pairsDone, pairsDeclared, ratio, remainingMs, noisyRuns } = progress;
  const of = pairsDeclared === undefined ? ' (their noise says how many are needed)' : ` of ${pairsDeclared}`;
  return [
    pairsDeclared === undefined ? `${pairsDone} pairs${of}` : `${pairsDone}${of} pairs`,
    ...(ratio === undefined ? [] : [`${METRICS[metric].title} ×${ratio.toFixed(3)} so far`]),
    ...(remainingMs === undefined ? [] : [`${formatDuration(remainingMs / 1000)} left`]),
    ...(noisyRuns === 0 ? [] : [`${noisyRuns} noisy`]),
  ].join(' · ');
}

function waitingText(pid: number | undefined): string {
  return `waiting for another test on this machine to end${pid === undefined ? '' : ` (process ${pid})`}`;
}
