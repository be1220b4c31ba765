import assert from 'node:assert/strict';
import { DownloadQueue, type Place } from '../../../../src/shell/queue/queue.ts';

describe('the queue of downloads', () => {
  let limit: number;
  let changes: number;
  let queue: DownloadQueue;
  let started: string[];

  beforeEach(() => {
    limit = 2;
    changes = 0;
    started = [];
    queue = new DownloadQueue(
      () => limit,
      () => (changes += 1),
    );
  });

  function enter(name: string, signal = new AbortController().signal, isUrgent = false): Place {
    const place = queue.enter(isUrgent);
    place.turn(signal).then(
      () => started.push(name),
      (reason: unknown) => started.push(`${name}: ${String(reason)}`),
    );
    return place;
  }

  /** Promises that are settled are told in the next turn of the loop. */
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  async function startedNow(): Promise<string> {
    await settle();
    return started.join(' ');
  }

  it('lets so many run as the limit says, and the next one when one is over', async () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => enter(name));
    assert.deepEqual([a?.number, b?.number, c?.number, d?.number], [undefined, undefined, 1, 2]);
    assert.equal(await startedNow(), 'a b');
    b?.leave();
    assert.equal(await startedNow(), 'a b c');
    assert.deepEqual([c?.number, d?.number], [undefined, 1]);
    b?.leave();
    assert.equal(await startedNow(), 'a b c', 'who leaves twice frees one turn');
    a?.leave();
    c?.leave();
    assert.equal(await startedNow(), 'a b c d');
    assert.equal(changes, 4);
  });

  it('follows the limit when that changes, and takes no turn away', async () => {
    const places = ['a', 'b', 'c', 'd', 'e'].map((name) => enter(name));
    limit = 4;
    queue.refill();
    assert.equal(await startedNow(), 'a b c d');
    limit = 1;
    queue.refill();
    for (const place of places.slice(0, 3)) place.leave();
    assert.equal(await startedNow(), 'a b c d');
    places[3]?.leave();
    assert.equal(await startedNow(), 'a b c d e');
  });

  it('starts in the order that was made', async () => {
    limit = 1;
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => enter(name));
    assert.ok(a && b && c && d);
    queue.move([d], 'top');
    queue.move([b], 'down');
    assert.deepEqual([d.number, c.number, b.number], [1, 2, 3]);
    queue.moveBefore([b], c);
    assert.deepEqual([d.number, b.number, c.number], [1, 2, 3]);
    queue.moveBefore([d], undefined);
    queue.move([a], 'top');
    for (const place of [a, b, c]) place.leave();
    assert.equal(await startedNow(), 'a b c d');
  });

  it('lets one pass beyond the limit, and the others wait for it', async () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => enter(name));
    assert.ok(a && b && c && d);
    queue.pass(d);
    assert.equal(await startedNow(), 'a b d');
    queue.pass(d);
    a.leave();
    assert.equal(await startedNow(), 'a b d', 'two still run');
    b.leave();
    assert.equal(await startedNow(), 'a b d c');
  });

  it('lets what is urgent run at once', async () => {
    for (const name of ['a', 'b']) enter(name);
    const place = enter('live', undefined, true);
    assert.equal(place.number, undefined);
    assert.equal(await startedNow(), 'a b live');
  });

  it('gives the place of one who has enough to the next', async () => {
    const abort = new AbortController();
    const [a, , c, d] = ['a', 'b', 'c', 'd'].map((name) => enter(name, abort.signal));
    const e = enter('e');
    assert.equal(await startedNow(), 'a b');
    abort.abort('enough');
    assert.deepEqual([c?.number, d?.number, e.number], [undefined, undefined, 1]);
    assert.equal(await startedNow(), 'a b c: enough d: enough', 'those who run keep their turn until they leave');
    a?.leave();
    assert.equal(await startedNow(), 'a b c: enough d: enough e');
  });
});
