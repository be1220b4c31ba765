import { calibrate, type Odds, type Setting } from './calibration.ts';
import { calibrationRows, goalsMissed } from './calibrationRows.ts';
import { formatTable } from './table.ts';

const TESTS = 1000;
const SEEDS = [1, 2, 3];

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** Puts thousands of made-up tests through the schedule and the verdict of real ones, and prints what came of it; whether all goals are met. */
export function showCalibration(): boolean {
  const rows = calibrationRows.map((row) => {
    const odds = SEEDS.map((seed) => calibrate(row.setting, TESTS, seed));
    console.error(`${row.setting.machine.title}, ${describe(row.setting)}: done`);
    return { ...row, odds: meanOf(odds), missed: goalsMissed(row, odds) };
  });
  console.log(
    formatTable(
      [
        { title: 'noise', align: 'left', text: ({ setting }) => setting.machine.title },
        { title: 'candidate', align: 'left', text: ({ setting }) => describe(setting) },
        { title: 'called different', align: 'right', text: ({ odds }) => percent(odds.different) },
        { title: 'no-op', align: 'right', text: ({ odds }) => percent(odds.noOp) },
        { title: 'revisit', align: 'right', text: ({ odds }) => percent(odds.revisit) },
        { title: 'inconclusive', align: 'right', text: ({ odds }) => percent(odds.inconclusive) },
        { title: 'pairs', align: 'right', text: ({ odds }) => odds.meanPairs.toFixed(0) },
        {
          title: 'goal',
          align: 'left',
          text: ({ goal, missed }) => (goal === undefined ? '' : `${goal.text}: ${missed ? 'MISSED' : 'met'}`),
        },
      ],
      rows,
    ),
  );
  console.log(`\n${SEEDS.length} × ${TESTS} tests a row; a goal is met when each thousand meets it.`);
  return rows.every(({ missed }) => !missed);
}

function describe({ trueRatio, looks }: Setting): string {
  const change = trueRatio - 1;
  const words = change === 0 ? 'the same' : `${percent(Math.abs(change))} ${change > 0 ? 'slower' : 'faster'}`;
  return looks === 1 ? words : `${words}, ${looks} looks`;
}

function meanOf(all: readonly Odds[]): Odds {
  const names = Object.keys(all[0]!) as (keyof Odds)[];
  const mean = (name: keyof Odds): number => all.reduce((sum, odds) => sum + odds[name], 0) / all.length;
  return Object.fromEntries(names.map((name) => [name, mean(name)])) as unknown as Odds;
}
