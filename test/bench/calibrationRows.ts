import type { Machine, Odds, Setting } from './calibration.ts';

/** A setting and what has to come of it. */
export interface CalibrationRow {
  setting: Setting;
  goal?: { text: string; isMet: (odds: Odds) => boolean };
}

/**
 * One run's noise; beside it every twentieth run is an outlier, a quarter slower on average, and the machine drifts by 3 % a pair. The reference machine's
 * was read off 40 pairs of the same download (60 × 5.4 MB, 0 ms) against itself: 3.2 % of CPU time and 5.5 % of wall time, outliers
 * included, and 4.0 % and 6.7 % while other work went on beside.
 */
function machine(title: string, runNoise: number): Machine {
  return { title, runNoise, outlierShare: 0.05, outlierSize: 0.25, drift: 0.03 };
}

const cpu = machine('CPU time, 4 %', 0.04);
const wall = machine('wall time, 5.5 %', 0.055);

const falseAlarm = { text: 'at most 6.5 %', isMet: ({ different }: Odds) => different <= 0.065 };
const noOp = { text: 'no-op ≥ 80 %', isMet: ({ noOp }: Odds) => noOp >= 0.8 };

function found(pairs: number): CalibrationRow['goal'] {
  return {
    text: `≥ 90 % within ${pairs} pairs`,
    isMet: ({ worse, mostPairs }) => worse >= 0.9 && mostPairs <= pairs,
  };
}

function both(...goals: NonNullable<CalibrationRow['goal']>[]): CalibrationRow['goal'] {
  return {
    text: goals.map(({ text }) => text).join(', '),
    isMet: (odds) => goals.every(({ isMet }) => isMet(odds)),
  };
}

function row(setting: Setting, goal?: CalibrationRow['goal']): CalibrationRow {
  return { setting, ...(goal === undefined ? {} : { goal }) };
}

/** What the calibration shows. The goals are those of the project; the rows without one say how it goes on from there. */
export const calibrationRows: readonly CalibrationRow[] = [
  row({ metric: 'cpu', machine: cpu, trueRatio: 1, looks: 1 }, both(falseAlarm, noOp)),
  row({ metric: 'cpu', machine: cpu, trueRatio: 1.05, looks: 1 }, found(30)),
  row({ metric: 'wall', machine: wall, trueRatio: 1, looks: 1 }, both(falseAlarm, noOp)),
  row({ metric: 'wall', machine: wall, trueRatio: 1.05, looks: 1 }, found(60)),
  row({ metric: 'cpu', machine: cpu, trueRatio: 1, looks: 3 }, both(falseAlarm, noOp)),
  row({ metric: 'wall', machine: wall, trueRatio: 1, looks: 3 }, both(falseAlarm, noOp)),
  row({ metric: 'wall', machine: wall, trueRatio: 1.05, looks: 3 }),
  row({ metric: 'wall', machine: wall, trueRatio: 0.9, looks: 3 }),
  row({ metric: 'wall', machine: machine('wall time, 6.7 %', 0.067), trueRatio: 1, looks: 1 }, falseAlarm),
  row({ metric: 'wall', machine: machine('wall time, 6.7 %', 0.067), trueRatio: 1.05, looks: 1 }),
  row({ metric: 'wall', machine: machine('wall time, 6.7 %', 0.067), trueRatio: 1.05, looks: 3 }),
];

/** Whether one of so many thousands misses the row's goal. */
export function goalsMissed({ goal }: CalibrationRow, odds: readonly Odds[]): boolean {
  return goal !== undefined && !odds.every((one) => goal.isMet(one));
}
