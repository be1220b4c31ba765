import Mocha from 'mocha';
import { followTests, writeResults } from './results.ts';

/** Mocha reporter for `npm test`: a line for each test, and the results in the file that the environment names. */
export default class CountingReporter extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    const results = followTests(runner, console.log);
    runner.once('end', () => writeResults(results));
  }
}
