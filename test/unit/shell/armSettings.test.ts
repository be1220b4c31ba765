import assert from 'node:assert/strict';
import { readArm } from '../../../src/shell/armSettings.ts';

const DEFAULTS = {
  profile: 'cpu',
  profileIntervalUs: 5000,
  write: 'streaming',
  concurrency: 'auto',
  http: 'auto',
  reorderMemoryBytes: 64 * 1024 * 1024,
};

describe('settings of downloads', () => {
  const read = (values: Record<string, unknown>) => readArm((name) => values[name]);

  it('are those of the person', () => {
    const values = { profile: 'native', write: 'buffered', http: '2', concurrency: 12, reorderMemoryMiB: 128 };
    assert.deepEqual(read({ ...values, profileIntervalMicroseconds: 1000 }), {
      profile: 'native',
      profileIntervalUs: 1000,
      write: 'buffered',
      concurrency: 12,
      http: '2',
      reorderMemoryBytes: 128 * 1024 * 1024,
    });
  });

  it('have a default where nothing is set, or what nobody knows', () => {
    assert.deepEqual(read({}), DEFAULTS);
    const odd = { profile: 'all', write: 7, http: 2, concurrency: 'many', reorderMemoryMiB: '64' };
    assert.deepEqual(read({ ...odd, profileIntervalMicroseconds: Number.NaN }), DEFAULTS);
  });

  it('stay within their bounds', () => {
    const low = read({ profileIntervalMicroseconds: 0, concurrency: -1, reorderMemoryMiB: 0 });
    assert.deepEqual([low.profileIntervalUs, low.concurrency, low.reorderMemoryBytes], [100, 1, 8 * 1024 * 1024]);
    const high = read({ profileIntervalMicroseconds: 1e12, concurrency: 1000.4, reorderMemoryMiB: Infinity });
    assert.deepEqual(
      [high.profileIntervalUs, high.concurrency, high.reorderMemoryBytes],
      [1_000_000, 64, 4096 * 1024 * 1024],
    );
  });
});
