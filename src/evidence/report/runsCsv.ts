import { METRIC_NAMES, METRICS, type MetricName } from '../metrics.ts';
import { settledPairs } from '../pairs.ts';
import type { RunRecord } from '../runRecord.ts';

/** A metric's name with its unit: `wallMs`, `peakMemoryBytes`. */
function titleOf(name: MetricName): string {
  const { unit } = METRICS[name];
  if (unit === 'milliseconds') return `${name}Ms`;
  return unit === 'bytes' && !name.endsWith('Bytes') ? `${name}Bytes` : name;
}

const NOISE = ['foreignShare', 'stealShare', 'throttledShare', 'originShare'] as const;

/**
 * Every run as a line of CSV (RFC 4180), in the order they were made. `counts` is `yes`, `noisy` (it counts, and the machine was noisy) or
 * `no`. A figure is empty where it was not measured and `n/a` where the program has no such thing.
 */
export function formatRuns(runs: readonly RunRecord[]): string {
  const counted = new Map(
    settledPairs(runs).flatMap(({ baseline, candidate, isNoisy }) =>
      [baseline, candidate].map((run) => [run, isNoisy ? 'noisy' : 'yes'] as const),
    ),
  );
  const titles = [
    ...['sequence', 'session', 'kind', 'arm', 'pair', 'attempt', 'position', 'startedAt', 'counts', 'why', 'detail'],
    ...METRIC_NAMES.map(titleOf),
    ...NOISE,
    ...['bottleneck', 'profile'],
  ];
  const rows = runs.map((run) => [
    ...[run.sequence, run.session, run.kind, run.arm, run.pair, run.attempt, run.position, run.startedAt],
    ...[counted.get(run) ?? 'no', run.discount?.why, run.discount?.detail],
    ...METRIC_NAMES.map((name) => (run.figures[name] === null ? 'n/a' : run.figures[name])),
    ...NOISE.map((share) => run.noise[share]),
    ...[run.bottleneck, run.profile],
  ]);
  return [titles, ...rows].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}

function cell(value: string | number | undefined): string {
  const text = String(value ?? '');
  // What begins so is a formula to spreadsheets, wherever the text came from; numbers are not text.
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
