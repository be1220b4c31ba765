import type { Figures, MetricName } from '../metrics.ts';

/** What a program may tell of itself, by its name in the receipt of `hotframe download --json`. */
const TOLD: readonly [counter: string, metric: MetricName][] = [
  ['gcMs', 'gc'],
  ['loopDelayP99Ms', 'loopDelay'],
  ['arrayBuffersPeakBytes', 'arrayBuffers'],
  ['allocations', 'allocations'],
];

/**
 * The figures that only a program itself knows, from the last line of its standard output where that is JSON with `counters`. Those
 * that an engine on Node always has and another program doesn't tell are not applicable to it.
 */
export function readToldFigures(stdout: string, kind: 'engine' | 'command'): Figures {
  const told = toldFigures(countersIn(stdout));
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

function countersIn(stdout: string): Record<string, unknown> {
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  if (!line.startsWith('{')) return {};
  try {
    const { counters } = JSON.parse(line) as { counters?: unknown };
    return typeof counters === 'object' && counters !== null ? (counters as Record<string, unknown>) : {};
  } catch {
    // A program may print what it likes: then it tells nothing.
    return {};
  }
}
