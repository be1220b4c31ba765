// How long the host's event loop is held up while its worker downloads at full speed:
//   node test/bench/hostDelay.ts [--pairs 3, here single runs] [--fragments 600] [--dir <folder>]
import { benchEngine, type EngineRun } from './engineRuns.ts';
import { formatTable } from './table.ts';

/** Of the 99th percentile, sampled every millisecond. */
const atMostMs = 10;

await benchEngine({ pairs: 3 }, async ({ pairs, run }) => {
  const runs: EngineRun[] = [];
  for (let i = 0; i < pairs; i++) runs.push(await run({ name: 'download' }));
  const ms = (value: number): string => value.toFixed(1);
  console.log(
    formatTable(
      [
        { title: 'p50 ms', align: 'right', text: ({ loopDelay }) => ms(loopDelay.p50Ms) },
        { title: 'p99 ms', align: 'right', text: ({ loopDelay }) => ms(loopDelay.p99Ms) },
        { title: 'max ms', align: 'right', text: ({ loopDelay }) => ms(loopDelay.maxMs) },
        { title: 'samples', align: 'right', text: ({ loopDelay }) => String(loopDelay.samples) },
        { title: 'download s', align: 'right', text: ({ receipt }) => (receipt.wallMs / 1000).toFixed(2) },
      ],
      runs,
    ),
  );
  const worst = Math.max(...runs.map(({ loopDelay }) => loopDelay.p99Ms));
  const passed = worst <= atMostMs;
  console.log(`\np99 at most ${atMostMs} ms: ${ms(worst)} ms, ${passed ? 'pass' : 'FAIL'}`);
  return passed ? 0 : 1;
});
