import assert from 'node:assert/strict';
import { chooseInterval } from '../../bench/intervals.ts';

const cost = (intervalUs: number, ratio: number, high?: number) => ({
  intervalUs,
  cpu: { ratio, ...(high !== undefined && { interval: { low: ratio - 0.01, high } }) },
});

describe('bench sampling intervals', () => {
  it('takes the shortest one whose whole confidence interval is within the limit', () => {
    const costs = [cost(500, 1.04, 1.07), cost(1000, 1.03, 1.05), cost(2000, 1.01, 1.03)];
    assert.match(chooseInterval(costs, 1.05), /^1000 µs is the shortest interval that costs at most 5 % CPU/);
  });

  it('does not trust a cheap interval below a dear one', () => {
    const costs = [cost(250, 1.01, 1.02), cost(1000, 1.08, 1.1), cost(2000, 1.02, 1.03)];
    assert.match(chooseInterval(costs, 1.05), /^2000 µs is/);
  });

  it('falls back to the estimates and says so', () => {
    assert.match(
      chooseInterval([cost(1000, 1.04, 1.09), cost(500, 1.1, 1.2)], 1.05),
      /^1000 µs seems .*estimate alone/,
    );
    assert.match(chooseInterval([cost(1000, 1.02)], 1.05), /^1000 µs seems/);
  });

  it('says where none will do', () => {
    assert.equal(chooseInterval([cost(1000, 1.2, 1.3)], 1.05), 'every interval costs more than 5 % CPU');
    assert.match(chooseInterval([cost(1000, 1.055, 1.3)], 1.05), /^no interval is shown/);
    assert.match(chooseInterval([cost(1000, 1.2)], 1.05), /^no interval is shown/);
  });
});
