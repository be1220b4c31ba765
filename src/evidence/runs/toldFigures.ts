import type { Figures, MetricName } from '../metrics.ts';

/** What a program may tell of itself, by its name in the receipt of `hotframe download --json`. */
const TOLD: readonly [counter: string, metric: MetricName][] = [
  ['gcMs', 'gc'],
  ['loopDelayP99Ms', 'loopDelay'],
  ['arrayBuffersPeakBytes', 'arrayBuffers'],
  ['chunksPerFragment', 'chunksPerFragment'],
  ['allocations', 'allocations'],
];

/**
 * The figures that only a program itself knows, from the last line of its standard output where that is JSON with `counters`, or with the
 * `chunks` of all `fragments`. Those that an engine on Node always has and another program doesn't tell are not applicable to it.
 */
export function readToldFigures(stdout: string, kind: 'engine' | 'command'): Figures {
  const last = lastLine(stdout);
  const chunksPerFragment = quotient(last['chunks'], last['fragments']);
  const told = toldFigures({ chunksPerFragment, ...countersOf(last) });
  return kind === 'engine' ? told : { gc: null, loopDelay: null, arrayBuffers: null, ...told };
}

/** Those among counters of that name. */
export function toldFigures(counters: Readonly<Record<string, unknown>>): Figures {
  const figures: Figures = {};
  for (const [counter, metric] of TOLD) {
    const value = counters[counter];
    if (typeof value === 'number' && Number.isFinite(value)) figures[metric] = value;
  }
  return figures;
}

function countersOf({ counters }: Record<string, unknown>): Record<string, unknown> {
  return typeof counters === 'object' && counters !== null ? (counters as Record<string, unknown>) : {};
}

function quotient(sum: unknown, count: unknown): number | undefined {
  return typeof sum === 'number' && typeof count === 'number' && count > 0 ? sum / count : undefined;
}

function lastLine(stdout: string): Record<string, unknown> {
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  if (!line.startsWith('{')) return {};
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    // A program may print what it likes: then it tells nothing.
    return {};
  }
}
