import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describeSelf, isGone } from '../../../src/jobs/owner.ts';

/** The number of a process that has ended. */
async function endedPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid!;
}

describe('owner of a lock', () => {
  it('is gone when its process on this machine is', async () => {
    assert.equal(isGone({ ...describeSelf(), pid: await endedPid() }), true);
  });

  it('is not gone while its process runs, whoever it belongs to', () => {
    assert.equal(isGone(describeSelf()), false);
    assert.equal(isGone({ ...describeSelf(), pid: 1 }), false);
  });

  it('is not judged when it cannot be seen from here', async () => {
    const pid = await endedPid();
    assert.equal(isGone({ ...describeSelf(), pid, host: 'elsewhere.example' }), false);
    assert.equal(isGone({ ...describeSelf(), pid, space: 'another boot' }), false);
    assert.equal(isGone({ ...describeSelf(), pid: -pid }), false);
    assert.equal(isGone({} as never), false);
  });

  it('names, on Linux, the boot and the pid namespace', function () {
    if (process.platform !== 'linux') this.skip();
    assert.match(describeSelf().space ?? '', /^[0-9a-f-]{36} pid:\[\d+\]$/);
  });
});
