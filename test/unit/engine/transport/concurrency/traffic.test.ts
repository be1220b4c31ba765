import assert from 'node:assert/strict';
import { Traffic } from '../../../../../src/engine/transport/concurrency/traffic.ts';

/** Lets everything that can go on go on. */
const turn = () => new Promise(setImmediate);

describe('engine/transport: traffic', () => {
  it('counts what is on its way, once each', () => {
    const traffic = new Traffic();
    const [first, second] = [traffic.begin(), traffic.begin()];
    first.answered();
    first.received(10);
    first.pause();
    first.pause();
    assert.deepEqual([traffic.inFlight, traffic.paused, traffic.receivedBytes], [2, 1, 10]);
    first.end(true);
    first.end(false);
    first.pause();
    second.resume();
    assert.deepEqual([traffic.inFlight, traffic.paused, traffic.completed], [1, 0, 1]);
    second.end(false);
    assert.deepEqual([traffic.inFlight, traffic.paused, traffic.completed], [0, 0, 1]);
    assert.ok(traffic.firstByteMs !== undefined && traffic.firstByteMs < 1_000);
  });

  it('tells at once what the origin did not take', () => {
    const traffic = new Traffic();
    let told = 0;
    traffic.onTrouble = () => told++;
    for (const status of [429, 503]) traffic.failed({ status, reason: 'STATUS' });
    for (const reason of ['TIMEOUT', 'STALLED']) traffic.failed({ status: undefined, reason });
    traffic.failed({ status: 500, reason: 'STATUS' });
    traffic.failed({ status: undefined, reason: 'RESET' });
    assert.deepEqual([told, traffic.refused, traffic.timedOut], [4, 2, 2]);
  });

  it('has room for as many as the limit says, one after the other', async () => {
    const traffic = new Traffic();
    const { signal } = new AbortController();
    await traffic.room(signal);
    traffic.limit = 2;
    const entries = [traffic.begin(), traffic.begin()];
    const through: number[] = [];
    const wait = async (id: number) => {
      await traffic.room(signal);
      through.push(id);
      entries.push(traffic.begin());
    };
    const waits = [1, 2, 3, 4].map(wait);
    await turn();
    assert.deepEqual(through, []);
    entries[0]?.end(true);
    await turn();
    assert.deepEqual(through, [1]);
    // It may be paused because memory waits for the very one that asks for room.
    entries[1]?.pause();
    await turn();
    assert.deepEqual(through, [1, 2]);
    traffic.limit = undefined;
    await turn();
    await Promise.all(waits);
    assert.deepEqual(through, [1, 2, 3, 4]);
  });

  it('gives the place of one that is cancelled to the next', async () => {
    const traffic = new Traffic();
    traffic.limit = 1;
    const entry = traffic.begin();
    const cancelling = new AbortController();
    const first = traffic.room(cancelling.signal);
    const second = traffic.room(new AbortController().signal);
    entry.end(true);
    cancelling.abort();
    await assert.rejects(first, { name: 'AbortError' });
    await second;
    await assert.rejects(traffic.room(cancelling.signal), { name: 'AbortError' });
  });
});
