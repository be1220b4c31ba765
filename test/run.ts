// `npm test`: everything that has to hold, at most two cheap steps at a time, those with a real VS Code alone.
// `npm run test:long`: the same with many times the cases of what is generated, killed and made to fail.
// The last line is the sum over all: "N passed, N failed".
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withEnding } from './host/ending.ts';
import { type Outcome, type Step, runAgain, runStep } from './host/steps.ts';

const modules = (path: string): string => join('node_modules', path);
const mocha = [
  modules('mocha/bin/mocha.js'),
  ...['--require', './test/host/sameCases.ts'],
  ...['--reporter', 'test/host/reporter.ts'],
];

const isLong = process.argv.includes('--long');
// Read by the tests themselves, in every process that they start.
if (isLong) process.env['HOTFRAME_LONG'] = '1';

/** Unit tests that take long, by what they do. */
const hardships = {
  faults: 'test/unit/engine/faults/**/*.test.ts',
  kills: 'test/unit/engine/{kill,properties,soak}/**/*.test.ts',
};

/** The other unit tests of the engine: many of them wait for real time-outs. */
const engine = {
  rooms: 'test/unit/engine/*/**/*.test.ts',
  whole: 'test/unit/engine/*.test.ts',
};

function unitTests(name: string, spec: string, ignored: readonly string[] = []): Step {
  return {
    name,
    args: [...mocha, '--no-config', '--timeout', '20000', ...ignored.flatMap((each) => ['--ignore', each])],
    files: [spec],
    isCounted: true,
    timeoutS: 600,
  };
}

function hardship(name: string, spec: string): Step {
  return {
    name,
    // Without the configuration file, whose spec would be added to this one.
    args: [...mocha, '--no-config', '--timeout', isLong ? '600000' : '60000'],
    files: [spec],
    isCounted: true,
    timeoutS: isLong ? 3600 : 300,
  };
}

/** Steps of one row may run side by side; a row starts when the one before has ended. */
function steps(vsix: string): Step[][] {
  return [
    [{ name: 'package (vsce)', args: ['test/host/vsix.ts', vsix], timeoutS: 120 }],
    [{ name: 'build (esbuild)', args: ['esbuild.mjs'], timeoutS: 60 }],
    [
      hardship('faults (mocha)', hardships.faults),
      { name: 'lint (eslint)', args: [modules('eslint/bin/eslint.js'), '.'], timeoutS: 180 },
      { name: 'formatting (prettier)', args: [modules('prettier/bin/prettier.cjs'), '--check', '.'], timeoutS: 60 },
      { name: 'types (tsc)', args: [modules('typescript/bin/tsc'), '-p', '.'], timeoutS: 120 },
      { name: 'types of the webview (tsc)', args: [modules('typescript/bin/tsc'), '-p', 'src/webview'], timeoutS: 60 },
      hardship('kills, properties and a soak (mocha)', hardships.kills),
      unitTests('downloads (mocha)', engine.whole),
      unitTests('rooms of the engine (mocha)', engine.rooms, Object.values(hardships)),
      unitTests('other unit tests (mocha)', 'test/unit/**/*.test.ts', ['test/unit/engine/**']),
    ],
    [
      {
        name: 'integration tests (mocha in the extension host)',
        args: ['test/integration/run.ts'],
        isCounted: true,
        isTold: true,
        timeoutS: 400,
      },
    ],
    [
      {
        name: 'UI tests (mocha and a browser on the workbench)',
        args: [...mocha, '--no-config', '--timeout', '120000'],
        files: ['test/ui/**/*.test.ts'],
        env: { HOTFRAME_VSIX: vsix },
        isCounted: true,
        isTold: true,
        timeoutS: 400,
      },
    ],
  ];
}

/** Runs the steps of a row, two at a time, and tells each as it ends; then alone what failed. */
async function runRow(row: Step[]): Promise<Outcome[]> {
  const waiting = [...row];
  const outcomes: [Step, Outcome][] = [];
  const work = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      console.log(`… ${step.name}`);
      const outcome = await runStep(step, console.log);
      outcomes.push([step, outcome]);
      tell(step, outcome);
    }
  };
  await Promise.all([work(), work()]);
  const final: Outcome[] = [];
  for (const [step, first] of outcomes) {
    const outcome = await runAgain(step, first, console.log);
    if (outcome !== first) tell(step, outcome);
    final.push(outcome);
  }
  return final;
}

function tell(step: Step, { name, passed, failed, seconds, output, problem }: Outcome): void {
  if (failed > 0 && !step.isTold) console.log(output);
  const tests = step.isCounted ? `: ${passed} passed, ${failed} failed` : '';
  const why = problem === undefined ? '' : `: ${problem}`;
  console.log(`${failed === 0 ? '✔' : '✖'} ${name}${tests}${why} (${seconds.toFixed(1)} s)`);
}

/** Says at the end what failed, which stands far above by then: each test, or the last lines of what has no tests. */
function repeatFailures({ name, failures, output, problem }: Outcome): void {
  const why = problem === undefined ? '' : `: ${problem}`;
  console.log(`not as it should be: ${name}${why}`);
  console.log(failures.length > 0 ? failures.join('\n') : output.split('\n').slice(-20).join('\n'));
}

process.exitCode = await withEnding(async (ending) => {
  const folder = mkdtempSync(join(tmpdir(), 'hotframe-test-'));
  ending.add(() => rmSync(folder, { recursive: true, force: true }));
  const startedMs = performance.now();
  const outcomes: Outcome[] = [];
  for (const row of steps(join(folder, 'hotframe.vsix'))) outcomes.push(...(await runRow(row)));
  const sum = (of: (outcome: Outcome) => number): number => outcomes.reduce((total, outcome) => total + of(outcome), 0);
  const failed = sum((outcome) => outcome.failed);
  for (const { name, unsteady = [] } of outcomes)
    if (unsteady.length > 0) console.log(`passed only when run again: ${name}\n${unsteady.join('\n')}`);
  for (const outcome of outcomes) if (outcome.failed > 0) repeatFailures(outcome);
  console.log(`took ${Math.round((performance.now() - startedMs) / 1000)} s`);
  console.log(`${sum((outcome) => outcome.passed)} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});
