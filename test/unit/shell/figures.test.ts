import assert from 'node:assert/strict';
import {
  formatBitrate,
  formatBytes,
  formatClock,
  formatDuration,
  formatShare,
  formatSpeed,
  shareOf,
} from '../../../src/shell/figures.ts';

function table<Input>(title: string, format: (value: Input) => string, cases: [Input, string][]): void {
  describe(title, () => {
    for (const [value, expected] of cases) {
      it(`${String(value)} is ${expected}`, () => assert.equal(format(value), expected));
    }
  });
}

table('size', formatBytes, [
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [9_940, '9.9 kB'],
  [9_960, '10 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [3_240_000_000, '3.2 GB'],
  [5e15, '5000 TB'],
  [-5, '0 B'],
]);

table('speed', formatSpeed, [[812_000_000, '812 MB/s']]);

table('bitrate', formatBitrate, [
  [20_000_000, '20.0 Mbit/s'],
  [800_000, '800 kbit/s'],
  [999_600, '1.0 Mbit/s'],
]);

table('duration', formatDuration, [
  [0, '0 ms'],
  [999.4, '999 ms'],
  [999.6, '1.0 s'],
  [3_900, '3.9 s'],
  [59_940, '59.9 s'],
  [59_960, '1:00'],
  [125_000, '2:05'],
  [3_725_000, '1:02:05'],
]);

table('clock', formatClock, [
  [0, '0:00'],
  [3.4, '0:03'],
  [59.6, '1:00'],
  [3725, '1:02:05'],
]);

table('share', formatShare, [
  [0, '0 %'],
  [0.18, '18 %'],
  [0.999, '99 %'],
  [1, '100 %'],
]);

describe('share of a whole', () => {
  it('is 0 of nothing and never more than 1', () => {
    assert.deepEqual([shareOf(0, 0), shareOf(1, 4), shareOf(5, 4)], [0, 0.25, 1]);
  });
});
