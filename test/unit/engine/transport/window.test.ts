import assert from 'node:assert/strict';
import { runWindow, Width, WorkQueue } from '../../../../src/engine/transport/window.ts';

/** Lets everything that can go on go on. */
const turn = () => new Promise(setImmediate);

describe('window', () => {
  it('does what is there and what comes, in order, at most so much at once', async () => {
    const queue = new WorkQueue([1, 2, 3]);
    const started: number[] = [];
    const endings: (() => void)[] = [];
    const done = runWindow(
      queue,
      new Width(2),
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
      new Width(2),
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
      new Width(3),
      () => Promise.resolve(),
      () => undefined,
    );
    await turn();
    queue.fail(new Error('the playlist is gone'));
    await assert.rejects(done, /the playlist is gone/);
  });

  it('starts more when it is widened, and lets what is beyond end when it is narrowed', async () => {
    const queue = new WorkQueue([1, 2, 3, 4, 5, 6, 7, 8]);
    const width = new Width(1);
    const atWork = new Map<number, () => void>();
    const work = async (item: number) => {
      await new Promise<void>((resolve) => atWork.set(item, resolve));
      atWork.delete(item);
    };
    const done = runWindow(queue, width, work, () => assert.fail('nothing fails'));
    const end = async (...items: number[]) => {
      for (const item of items) atWork.get(item)?.();
      await turn();
    };
    await turn();
    assert.deepEqual([...atWork.keys()], [1]);
    width.set(4);
    await turn();
    assert.deepEqual([...atWork.keys()], [1, 2, 3, 4]);
    width.set(2);
    await turn();
    assert.deepEqual([...atWork.keys()], [1, 2, 3, 4]);
    await end(1, 2);
    assert.deepEqual([...atWork.keys()], [3, 4]);
    await end(3);
    assert.deepEqual([...atWork.keys()], [4, 5]);
    width.set(3);
    await turn();
    assert.deepEqual([...atWork.keys()], [4, 5, 6]);
    queue.close();
    await end(4, 5, 6);
    width.set(32);
    await end(7, 8);
    await done;
    assert.equal(queue.waiting, 0);
  });

  it('starts nothing more when it is widened after a failure', async () => {
    const queue = new WorkQueue([1, 2, 3]);
    const width = new Width(2);
    const started: number[] = [];
    let end: () => void = () => undefined;
    const done = runWindow(
      queue,
      width,
      async (item) => {
        started.push(item);
        if (item === 1) throw new Error('bad');
        await new Promise<void>((resolve) => (end = resolve));
      },
      () => undefined,
    );
    await turn();
    width.set(8);
    await turn();
    end();
    await assert.rejects(done, /bad/);
    assert.deepEqual(started, [1, 2]);
  });
});
