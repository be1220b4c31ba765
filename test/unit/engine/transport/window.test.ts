import assert from 'node:assert/strict';
import { runWindow, WorkQueue } from '../../../../src/engine/transport/window.ts';

/** Lets everything that can go on go on. */
const turn = () => new Promise(setImmediate);

describe('window', () => {
  it('does what is there and what comes, in order, at most so much at once', async () => {
    const queue = new WorkQueue([1, 2, 3]);
    const started: number[] = [];
    const endings: (() => void)[] = [];
    const done = runWindow(
      queue,
      2,
      async (item) => {
        started.push(item);
        await new Promise<void>((resolve) => endings.push(resolve));
      },
      () => assert.fail('nothing fails'),
    );
    await turn();
    assert.deepEqual(started, [1, 2]);
    endings[0]?.();
    await turn();
    assert.deepEqual(started, [1, 2, 3]);
    for (const end of endings) end();
    await turn();
    queue.add([4]);
    await turn();
    assert.deepEqual(started, [1, 2, 3, 4]);
    queue.close();
    for (const end of endings) end();
    await done;
  });

  it('ends with the first failure, once what runs has ended, and starts nothing more', async () => {
    const queue = new WorkQueue(['bad', 'slow', 'never']);
    const reasons: unknown[] = [];
    let end: () => void = () => undefined;
    const started: string[] = [];
    const done = runWindow(
      queue,
      2,
      async (item) => {
        started.push(item);
        if (item === 'bad') throw new Error('bad');
        await new Promise<void>((resolve) => (end = resolve));
      },
      (reason) => {
        reasons.push(reason);
        end();
      },
    );
    await assert.rejects(done, /bad/);
    assert.deepEqual(started, ['bad', 'slow']);
    assert.equal(reasons.length, 1);
  });

  it('ends when what brings the work fails while nothing is there', async () => {
    const queue = new WorkQueue<number>();
    const done = runWindow(
      queue,
      3,
      () => Promise.resolve(),
      () => undefined,
    );
    await turn();
    queue.fail(new Error('the playlist is gone'));
    await assert.rejects(done, /the playlist is gone/);
  });
});
