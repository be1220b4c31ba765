/** What is measured of a run, whatever program it is; the verdict's metrics first. */
export const METRIC_NAMES = [
  'wall',
  'cpu',
  'peakMemory',
  'pageFaults',
  'loopDelay',
  'cpuUser',
  'cpuSystem',
  'gc',
  'contextSwitches',
  'writtenBytes',
  'writeCalls',
  'chunksPerFragment',
  'allocations',
  'arrayBuffers',
] as const;
export type MetricName = (typeof METRIC_NAMES)[number];

export type MetricUnit = 'milliseconds' | 'bytes' | 'count';

/** What a metric means. Of every one less is better. */
export interface Metric {
  /** As it stands in sentences and tables. */
  title: string;
  /** In a few words of a verdict: no-op in time. */
  word: string;
  unit: MetricUnit;
  /** Figures below count as it: ratios of a clock's steps or of a handful of events are noise, and of 0 there is none. */
  resolution: number;
  /** Only programs on Node have it. */
  isOfNode?: true;
}

export const METRICS: Readonly<Record<MetricName, Metric>> = {
  wall: { title: 'wall time', word: 'time', unit: 'milliseconds', resolution: 1 },
  cpu: { title: 'CPU time', word: 'CPU', unit: 'milliseconds', resolution: 1 },
  peakMemory: { title: 'peak memory', word: 'memory', unit: 'bytes', resolution: 2 ** 20 },
  pageFaults: { title: 'page faults', word: 'page faults', unit: 'count', resolution: 100 },
  loopDelay: { title: 'loop delay, p99', word: 'loop delay', unit: 'milliseconds', resolution: 1, isOfNode: true },
  cpuUser: { title: 'user CPU time', word: 'user CPU', unit: 'milliseconds', resolution: 10 },
  cpuSystem: { title: 'system CPU time', word: 'system CPU', unit: 'milliseconds', resolution: 10 },
  gc: { title: 'garbage collection', word: 'garbage collection', unit: 'milliseconds', resolution: 1, isOfNode: true },
  contextSwitches: { title: 'context switches', word: 'context switches', unit: 'count', resolution: 10 },
  writtenBytes: { title: 'bytes written', word: 'bytes written', unit: 'bytes', resolution: 4096 },
  writeCalls: { title: 'write calls', word: 'write calls', unit: 'count', resolution: 1 },
  chunksPerFragment: { title: 'chunks per fragment', word: 'chunks per fragment', unit: 'count', resolution: 1 },
  allocations: { title: 'allocations, as told', word: 'allocations', unit: 'count', resolution: 100 },
  arrayBuffers: {
    title: 'array buffers, peak',
    word: 'array buffers',
    unit: 'bytes',
    resolution: 2 ** 20,
    isOfNode: true,
  },
};

/** The metrics that get a verdict; the others are told beside them. */
export const JUDGED_METRICS = ['wall', 'cpu', 'peakMemory', 'pageFaults', 'loopDelay'] as const satisfies MetricName[];

/** A run's figures in their metrics' units. `null`: the program has no such thing; absent: it was not measured. */
export type Figures = Partial<Record<MetricName, number | null>>;

/** A figure for people: `1.24 s`, `35.2 ms`, `103 MiB`, `42,305`. */
export function formatFigure(value: number, unit: MetricUnit): string {
  switch (unit) {
    case 'milliseconds':
      return value >= 1000 ? `${digits(value / 1000, 2)} s` : `${digits(value, 1)} ms`;
    case 'bytes':
      return value >= 2 ** 20 ? `${digits(value / 2 ** 20, 1)} MiB` : `${digits(value / 2 ** 10, 1)} KiB`;
    case 'count':
      return digits(value, 0);
  }
}

function digits(value: number, decimals: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}
