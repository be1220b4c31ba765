// Required by mocha before the tests: what is generated is the same in each run, so that a red one is the change's doing.
// The long form looks for cases that nobody thought of: there they are new each time.
import fc from 'fast-check';

if (process.env['HOTFRAME_LONG'] !== '1') fc.configureGlobal({ seed: 8216 });
