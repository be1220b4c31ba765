import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { noiseBetween, processorTimes, readMachine } from '../../../../src/evidence/measure/machineLoad.ts';

describe('the load of the machine', () => {
  it('reads busy and stolen time from /proc/stat', () => {
    const text = 'cpu  100 10 50 1000 20 3 7 5 90 0\ncpu0 1 2 3\n';
    assert.deepEqual(processorTimes(text), { busyMs: 1700, stealMs: 50 });
  });

  it('takes what is busy and not of the run as foreign', () => {
    const capacityMs = 1000 * availableParallelism();
    const before = { atMs: 0, busyMs: 500, stealMs: 0 };
    const after = { atMs: 1000, busyMs: 500 + 0.5 * capacityMs, stealMs: 0.1 * capacityMs };
    const noise = noiseBetween(before, after, 0.3 * capacityMs);
    assert.ok(Math.abs((noise.foreignShare ?? 0) - 0.2) < 1e-9);
    assert.ok(Math.abs((noise.stealShare ?? 0) - 0.1) < 1e-9);
    assert.equal(noise.throttledShare, undefined);
  });

  it('says nothing of what the system does not tell', () => {
    assert.deepEqual(noiseBetween({ atMs: 0 }, { atMs: 1 }, 0), {});
  });

  it('reads this machine', function () {
    if (process.platform !== 'linux') this.skip();
    const { busyMs = 0, stealMs = -1 } = readMachine();
    assert.ok(busyMs > 0 && stealMs >= 0);
  });
});
