import type { Effect } from '../../src/evidence/effects.ts';

/** What one real test of two arms that are the same said. */
export interface RealTest {
  wall: Effect;
  cpu: Effect;
  /** In a line. */
  verdict: string;
  noisyPairs: number;
}

/** Of twenty tests so many may call what is the same different. */
const ALARMS_PER_TEST = 3 / 20;

/** Whether an effect says that the arms differ, however little. */
export function isAlarm({ interval }: Effect): boolean {
  return interval !== undefined && (interval.low > 1 || interval.high < 1);
}

/** Tests that called what is the same different, by a metric, and whether they are no more than may be. */
export function alarmsOf(
  tests: readonly RealTest[],
  metric: 'wall' | 'cpu',
): { alarms: number; most: number; isMet: boolean } {
  const alarms = tests.filter((test) => isAlarm(test[metric])).length;
  const most = Math.floor(tests.length * ALARMS_PER_TEST);
  return { alarms, most, isMet: alarms <= most };
}
