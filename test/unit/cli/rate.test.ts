import assert from 'node:assert/strict';
import { readRate } from '../../../src/cli/rate.ts';

describe('cli: a rate', () => {
  const refuse = (message: string) => new Error(message);
  const table: [string, number][] = [
    ['1500', 1500],
    ['500k', 500_000],
    ['500K', 500_000],
    ['2.5M', 2_500_000],
    ['1g', 1_000_000_000],
    ['64Ki', 65_536],
    ['2MI', 2_097_152],
    [' 1Gi ', 1_073_741_824],
  ];
  for (const [text, rate] of table) it(`reads ${text}`, () => assert.equal(readRate('--rate', text, refuse), rate));

  for (const text of ['', 'k', '0', '-1', '1e6', '2 M', '5T', '5MB', '0.0001', '.5M']) {
    it(`refuses "${text}"`, () => assert.throws(() => readRate('--rate', text, refuse), /--rate takes bytes a second/));
  }
});
