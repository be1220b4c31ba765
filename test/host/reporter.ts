import Mocha from 'mocha';
import { followTests, writeCounts } from './counts.ts';

/** Mocha reporter for `npm test`: a line for each test, and the counts in the file that the environment names. */
export default class CountingReporter extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    const counts = followTests(runner, console.log);
    runner.once('end', () => writeCounts(counts));
  }
}
