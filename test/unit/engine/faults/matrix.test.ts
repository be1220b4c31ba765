import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { startLab, type Lab } from '../../../origin/lab.ts';
import { atOnce } from './atOnce.ts';
import { allCases, type Case } from './cases.ts';
import { shortLimits } from './limits.ts';
import { runCase, type Outcome } from './runCase.ts';
import { tableOf } from './table.ts';

/**
 * Every fault at every kind of resource: the exact file, or a failure that says which resource, why and what to do, with
 * nothing under the final name, in bounded time. With `HOTFRAME_LONG=1` also under the limits that people have.
 */
const matrices = {
  'short limits': { settings: { limits: shortLimits, deadAfterS: 2 }, longestS: 15, width: 48, timeoutMs: 180_000 },
  ...(process.env['HOTFRAME_LONG'] === '1'
    ? { 'default limits': { settings: { deadAfterS: 20 }, longestS: 60, width: 96, timeoutMs: 1_800_000 } }
    : {}),
};

for (const [name, { settings, longestS, width, timeoutMs }] of Object.entries(matrices)) {
  describe(`engine: every fault at every resource, ${name}`, () => {
    const outcomes = new Map<Case, Outcome>();
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown) => unhandled.push(reason);
    const cases = allCases();
    let lab: Lab;

    before(async function () {
      this.timeout(timeoutMs);
      lab = await startLab();
      const ca = await readFile(lab.caPath, 'utf8');
      process.on('unhandledRejection', onUnhandled);
      for (const outcome of await atOnce(cases, width, (one) => runCase(one, { lab, ca, settings, longestS }))) {
        outcomes.set(outcome.case, outcome);
      }
    });
    after(async () => {
      process.off('unhandledRejection', onUnhandled);
      await lab.close();
      process.stdout.write(`\n${tableOf([...outcomes.values()])}\n\n`);
    });

    for (const fault of new Set(cases.map((one) => one.fault))) {
      it(fault, () => {
        const problems = cases
          .filter((one) => one.fault === fault)
          .flatMap((one) =>
            (outcomes.get(one)?.problems ?? ['it did not run']).map((problem) => [one, problem] as const),
          );
        const said = problems.map(([{ place, strikes }, problem]) => `${place}, ${strikes}: ${problem}`);
        assert.deepEqual(said, []);
      });
    }

    it('leaves no rejection unhandled', () => assert.deepEqual(unhandled, []));
  });
}
