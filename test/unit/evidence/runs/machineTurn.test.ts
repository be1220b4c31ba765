import assert from 'node:assert/strict';
import { takeMachine } from '../../../../src/evidence/runs/machineTurn.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

describe('the turn of a test on a machine', () => {
  it('is waited for, and can be given up', async () => {
    await using folder = await temporaryFolder();
    const { signal } = new AbortController();
    const first = await takeMachine(folder.path, signal, () => assert.fail('nobody else is there'));

    const stopping = new AbortController();
    const reason = new Error('stopped');
    const given = takeMachine(folder.path, stopping.signal, (pid) => {
      assert.equal(pid, process.pid);
      stopping.abort(reason);
    });
    await assert.rejects(given, reason);

    const waits: (number | undefined)[] = [];
    const { promise: isWaiting, resolve } = Promise.withResolvers<undefined>();
    const second = takeMachine(folder.path, signal, (pid) => {
      waits.push(pid);
      resolve(undefined);
    });
    await isWaiting;
    await first.release();
    await (await second).release();
    assert.deepEqual(waits, [process.pid]);
  });
});
