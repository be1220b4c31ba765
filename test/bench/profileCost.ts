// What recording a profile costs: each kind at the default interval, then a CPU profile at several, each in pairs with a download
// that records none:
//   node test/bench/profileCost.ts [--pairs 12] [--fragments 600] [--dir <folder>]
import { type Arm, benchEngine, cpu, downloadCpu, formatComparison, wall } from './engineRuns.ts';
import { chooseInterval, type IntervalCost } from './intervals.ts';
import { estimateRatio } from './statistics.ts';

const defaultIntervalUs = 5000;
const intervalsUs = [250, 500, 1000, 2000, 4000];
const atMost = 1.05;

await benchEngine({ pairs: 12 }, async ({ runPairs }) => {
  const a: Arm = { name: 'off' };
  for (const kind of ['cpu', 'native', 'heap'] as const) {
    const b: Arm = { name: kind, profile: { kind, intervalUs: defaultIntervalUs } };
    console.log(`${formatComparison({ a, b }, await runPairs(a, b), [cpu, downloadCpu, wall])}\n`);
  }
  const costs: IntervalCost[] = [];
  for (const intervalUs of intervalsUs) {
    const b: Arm = { name: `${intervalUs} µs`, profile: { kind: 'cpu', intervalUs } };
    const runs = await runPairs(a, b);
    console.log(`${formatComparison({ a, b }, runs, [cpu, wall])}\n`);
    costs.push({ intervalUs, cpu: estimateRatio(runs.a.map(cpuOf), runs.b.map(cpuOf)) });
  }
  console.log(chooseInterval(costs, atMost));
  return 0;
});

function cpuOf({ cpuS }: { cpuS: number }): number {
  return cpuS;
}
