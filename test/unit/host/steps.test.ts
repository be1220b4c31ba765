import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isGroupAlive } from '../../host/processes.ts';
import { type Outcome, type Step, judge, runAgain, runStep } from '../../host/steps.ts';

describe('judging a step', () => {
  const cases: [string, Parameters<typeof judge>, { passed: number; failed: number }][] = [
    ['counts a check that ended well', [0, 'one check'], { passed: 1, failed: 0 }],
    ['counts a check that ended badly', [2, 'one check'], { passed: 0, failed: 1 }],
    ['counts a check that took too long', ['timeout', 'one check'], { passed: 0, failed: 1 }],
    ['takes the counts of tests', [0, { passed: 7, failed: 0 }], { passed: 7, failed: 0 }],
    ['does not count failed tests twice', [1, { passed: 7, failed: 2 }], { passed: 7, failed: 2 }],
    ['fails tests that passed in a process that did not', [1, { passed: 7, failed: 0 }], { passed: 7, failed: 1 }],
    ['adds the time-out to the tests that ended', ['timeout', { passed: 7, failed: 1 }], { passed: 7, failed: 2 }],
    ['fails a process that ended before it could count', ['SIGKILL', undefined], { passed: 0, failed: 1 }],
    ['fails a process that ended well without a count', [0, undefined], { passed: 0, failed: 1 }],
    ['fails a run without tests', [0, { passed: 0, failed: 0 }], { passed: 0, failed: 1 }],
  ];
  for (const [title, args, expected] of cases) {
    it(title, () => {
      const { passed, failed } = judge(...args);
      assert.deepEqual({ passed, failed }, expected);
    });
  }
});

describe('running a step', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(join(tmpdir(), 'hotframe-test-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const step = (code: string, more: Partial<Step> = {}): Step => {
    const path = join(folder, 'program.mjs');
    writeFileSync(path, code);
    return { name: 'step', args: [path], timeoutS: 20, ...more };
  };

  it('tells the results that the process wrote, and its lines as they come', async () => {
    const lines: string[] = [];
    const program = step(
      `import { writeFileSync } from 'node:fs';
       writeFileSync(process.env.HOTFRAME_TEST_RESULTS, '{"passed":3,"failed":1,"failures":["one: why"],"failedFiles":["a"],"passedInThem":1}');
       console.log('one of four failed');
       process.exitCode = 1;`,
      { isCounted: true, isTold: true },
    );
    const { passed, failed, failures } = await runStep(program, (line) => lines.push(line));
    assert.deepEqual({ passed, failed, lines }, { passed: 3, failed: 1, lines: ['one of four failed'] });
    assert.deepEqual(failures, ['one: why']);
  });

  it('keeps what a failed check printed', async () => {
    const { failed, output } = await runStep(step(`console.error('why'); process.exitCode = 3;`), () => undefined);
    assert.deepEqual({ failed, output }, { failed: 1, output: 'why' });
  });

  it('ends a process that takes too long, with what it started', async () => {
    const pids: number[] = [];
    const program = step(
      `import { spawn } from 'node:child_process';
       const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
       console.log([process.pid, child.pid].join(' '));
       setInterval(() => {}, 1000);`,
      { isTold: true, timeoutS: 1 },
    );
    const { failed, problem } = await runStep(program, (line) => pids.push(...line.split(' ').map(Number)));
    assert.equal(failed, 1);
    assert.match(problem ?? '', /too long/);
    const [leader = 0] = pids;
    assert.equal(pids.length, 2);
    assert.equal(isGroupAlive(leader), false);
  });
});

describe('running failed tests again', () => {
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'hotframe-test-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const mocha = ['node_modules/mocha/bin/mocha.js', '--no-config', '--reporter', 'test/host/reporter.ts'];

  /** Two files of tests; in `shaky` the second one fails as often as it says. */
  function makeStep(failures: number): Step {
    const [steady, shaky, tries] = ['steady.test.mjs', 'shaky.test.mjs', 'tries'].map((name) => join(folder, name));
    writeFileSync(steady ?? '', `it('stands', () => {}); it('stays', () => {});`);
    writeFileSync(tries ?? '', '');
    writeFileSync(
      shaky ?? '',
      `import { appendFileSync, readFileSync } from 'node:fs';
       it('stands too', () => {});
       it('shakes', () => {
         appendFileSync(${JSON.stringify(tries)}, '.');
         if (readFileSync(${JSON.stringify(tries)}).length <= ${failures}) throw new Error('not yet');
       });`,
    );
    return { name: 'step', args: mocha, files: [join(folder, '*.test.mjs')], isCounted: true, timeoutS: 20 };
  }

  async function runBoth(step: Step): Promise<[Outcome, Outcome]> {
    const first = await runStep(step, () => undefined);
    return [first, await runAgain(step, first, () => undefined)];
  }

  it('counts what passes then, and says what it was', async () => {
    const [first, { passed, failed, unsteady, output }] = await runBoth(makeStep(1));
    assert.deepEqual([first.passed, first.failed, first.passedInThem], [3, 1, 1]);
    assert.deepEqual([passed, failed], [4, 0]);
    assert.match(unsteady?.join() ?? '', /shakes\n.*not yet/);
    assert.doesNotMatch(output, /stays/, 'only the file with the failure is run again');
  });

  it('leaves failed what fails again', async () => {
    const [, { passed, failed, failures, unsteady }] = await runBoth(makeStep(2));
    assert.deepEqual([passed, failed, failures.length, unsteady], [3, 1, 1, []]);
  });

  it('is for few files, and for tests that ended', async () => {
    const first = await runStep(makeStep(9), () => undefined);
    const ran: string[] = [];
    for (const more of [{ failedFiles: ['a', 'b', 'c', 'd'] }, { failedFiles: [] }, { problem: 'it took too long' }]) {
      const outcome = { ...first, ...more };
      assert.equal(await runAgain(makeStep(0), outcome, (line) => ran.push(line)), outcome);
    }
    assert.deepEqual(ran, []);
  });
});
