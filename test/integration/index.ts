import Mocha from 'mocha';
import { connectChannel } from '../host/channel.ts';
import { followTests } from '../host/results.ts';

/** The suites, each loaded when mocha's globals are there. A unit test compares them with the folder. */
const suites: (() => Promise<unknown>)[] = [
  // First: it looks at the host before the extension is active.
  () => import('./activation.test.ts'),
  () => import('./api.test.ts'),
  () => import('./claims.test.ts'),
  () => import('./download.test.ts'),
  () => import('./failures.test.ts'),
  () => import('./folders.test.ts'),
  () => import('./hostArm.test.ts'),
  () => import('./interruption.test.ts'),
  () => import('./jobs.test.ts'),
  () => import('./language.test.ts'),
  () => import('./profiles.test.ts'),
  () => import('./queue.test.ts'),
  () => import('./recording.test.ts'),
  () => import('./recordingWords.test.ts'),
  () => import('./replay.test.ts'),
  () => import('./requestHeaders.test.ts'),
  () => import('./storage.test.ts'),
  () => import('./task.test.ts'),
  () => import('./tools.test.ts'),
];

/** Runs all suites in the extension host that loads this bundle; rejects when a test fails. */
export async function run(): Promise<void> {
  const channel = await connectChannel();
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, reporter: Mocha.reporters.Base });
  mocha.suite.emit('pre-require', globalThis, 'integration', mocha);
  for (const load of suites) await load();
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    const results = followTests(runner, (text) => channel.say({ type: 'line', text }));
    runner.on('pending', (test) => channel.say({ type: 'line', text: `  – ${test.fullTitle()}` }));
    runner.once('end', () => channel.say({ type: 'result', value: results }));
  });
  await channel.end();
  if (failures > 0) throw new Error(`${failures} tests failed`);
}
