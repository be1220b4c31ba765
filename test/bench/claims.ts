// Shows what the statistics of claims are worth: npm run bench:claims [-- --real 20]. Without --real by thousands of made-up tests, else by so many
// real ones of two arms that are the same.
import { parseArgs } from 'node:util';
import { showCalibration } from './calibrationTable.ts';
import { showRealClaims } from './realClaims.ts';

const { values } = parseArgs({ options: { real: { type: 'string' } } });
const isMet = values.real === undefined ? showCalibration() : await showRealClaims(readCount(values.real));
process.exitCode = isMet ? 0 : 1;

function readCount(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new Error(`--real takes a whole number from 1 to 999, not "${text}"`);
  return Number(text);
}
