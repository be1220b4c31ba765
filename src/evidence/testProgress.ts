import { type Effect, effectOf } from './effects.ts';
import type { MetricName } from './metrics.ts';
import type { ArmRole, RunKind } from './runRecord.ts';
import { countedPairs, progressOf, runsOf, type Progress, type RunOrder } from './schedule.ts';
import type { Interval } from './statistics/signedRank.ts';
import type { TestRecord } from './testRecord.ts';

/** What a test is doing, for who waits. `hotframe claim test --progress json` tells each as a line. */
export type TestProgress = WaitingProgress | RunProgress;

/** Another test has this machine. */
export interface WaitingProgress {
  doing: 'waiting';
  /** Of the other test, where it is known. */
  pid?: number;
}

/** A run begins. */
export interface RunProgress extends Progress {
  doing: RunKind;
  arm: ArmRole;
  /** The claimed one, which `ratio` and `interval` are of. */
  metric: MetricName;
  /** Candidate in parts of the baseline so far; to be shown and not to be decided by. Absent without a pair. */
  ratio?: number;
  /** Where the ratio lies at 95 %, were this the end. Absent while the pairs are too few. */
  interval?: Interval;
  /** Timed runs that don't count, or only as the last try. */
  noisyRuns: number;
}

/** The error rate of the interval that is shown. */
const SHOWN_ALPHA = 0.05;

/** How far a test is when a run begins. */
export function progressAt({ kind, arm }: Pick<RunOrder, 'kind' | 'arm'>, record: TestRecord): RunProgress {
  const { metric } = record.head.claim.claimed;
  const effect = effectOf(metric, countedPairs(record), SHOWN_ALPHA);
  const { ratio, interval }: Partial<Effect> = typeof effect === 'string' ? {} : effect;
  return {
    ...{ doing: kind, arm, metric, ...progressOf(record) },
    ...(ratio === undefined ? {} : { ratio }),
    ...(interval === undefined ? {} : { interval }),
    noisyRuns: runsOf(record).filter((run) => run.kind === 'timed' && run.discount !== undefined).length,
  };
}

/** Reads a line of `--progress json`; undefined for any other line. */
export function parseProgress(line: string): TestProgress | undefined {
  if (!line.startsWith('{"doing":')) return undefined;
  try {
    return JSON.parse(line) as TestProgress;
  } catch (error) {
    // Cut off by the end of the process.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
