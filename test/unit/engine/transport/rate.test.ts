import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TokenBucket, Turns } from '../../../../src/engine/transport/rate.ts';

const windowMs = 250;

describe('engine/transport: token bucket', () => {
  it('fills at its rate, up to its capacity', () => {
    const bucket = new TokenBucket(1000, 50, 10, 0);
    assert.equal(bucket.level(0), 10);
    assert.equal(bucket.level(20), 30);
    assert.equal(bucket.level(1000), 50);
  });

  it('is overdrawn, and says how long that lasts', () => {
    const bucket = new TokenBucket(1000, 50, 10, 0);
    assert.equal(bucket.waitMs(0), 0);
    bucket.take(110);
    assert.equal(bucket.level(0), -100);
    assert.equal(bucket.waitMs(0), 100);
    assert.equal(bucket.waitMs(99), 1);
    assert.equal(bucket.waitMs(101), 0);
  });

  it('takes back what was not used, and no more than it holds', () => {
    const bucket = new TokenBucket(1000, 50, 0, 0);
    bucket.take(-20);
    assert.equal(bucket.level(0), 20);
    bucket.take(-1000);
    assert.equal(bucket.level(0), 50);
  });

  it('does not fill when the clock goes back', () => {
    const bucket = new TokenBucket(1000, 50, 0, 100);
    assert.equal(bucket.level(50), 0);
    assert.equal(bucket.level(110), 10);
  });
});

describe('engine/transport: turns', () => {
  it('are so large as a fortieth of a second brings, within bounds', () => {
    const sizes = [1, 100_000, 1_000_000, 1e9].map((rate) => new Turns(rate, 0).bytes);
    assert.deepEqual(sizes, [2048, 2500, 25_000, 65_536]);
  });

  it('are given in order, to those who read before those who have not begun', () => {
    const turns = new Turns(1_000_000, 0);
    const given: string[] = [];
    const who = (name: string) => ({ go: () => void given.push(name) });
    const [late, early, starting, leaving] = [who('late'), who('early'), who('starting'), who('leaving')];
    turns.wait(starting, false);
    turns.wait(leaving, true);
    turns.wait(early, true);
    turns.wait(late, true);
    turns.leave(leaving);
    assert.equal(turns.give(0), 1);
    assert.deepEqual(given, ['early']);
    for (let ms = 0; ms < 100; ms += 5) turns.give(ms);
    assert.deepEqual(given, ['early', 'late', 'starting']);
    assert.equal(turns.give(100), undefined);
  });

  it('let every quarter of a second pass what the rate says, and all of it when there is enough to read', () => {
    const origin = fc.record({
      bytesPerSecond: fc.integer({ min: 20_000, max: 50_000_000 }),
      readers: fc.integer({ min: 1, max: 32 }),
      chunkBytes: fc.integer({ min: 1_000, max: 262_144 }),
      fragmentBytes: fc.integer({ min: 1_000, max: 5_000_000 }),
    });
    fc.assert(
      fc.property(origin, ({ bytesPerSecond, readers, chunkBytes, fragmentBytes }) => {
        const { passed, turnBytes } = simulate({ bytesPerSecond, readers, chunkBytes, fragmentBytes }, 3000);
        const most = (bytesPerSecond * windowMs) / 1000 + Math.max(turnBytes, bytesPerSecond * 0.05) + 2 * turnBytes;
        for (let ms = 0; ms + windowMs <= passed.length; ms += 10) {
          const bytes = sum(passed.slice(ms, ms + windowMs));
          assert.ok(bytes <= most + 2 * chunkBytes, `${bytes} in ${windowMs} ms, at most ${most}`);
        }
        const all = sum(passed);
        assert.ok(all >= bytesPerSecond * 3 * 0.95 - 2 * chunkBytes, `${all} bytes of ${bytesPerSecond * 3}`);
      }),
      { numRuns: 60 },
    );
  });
});

interface Simulation {
  bytesPerSecond: number;
  readers: number;
  chunkBytes: number;
  fragmentBytes: number;
}

/** Bytes that pass in each millisecond: readers whose sockets always hold more, one fragment after the other. */
function simulate({ bytesPerSecond, readers, chunkBytes, fragmentBytes }: Simulation, durationMs: number) {
  const turns = new Turns(bytesPerSecond, 0);
  const passed: number[] = [];
  const ready: (() => void)[] = [];
  let now = 0;
  const read = (reader: { left: number }, paid: number) => {
    let credit = paid;
    while (credit > 0 && reader.left > 0) {
      const bytes = Math.min(chunkBytes, reader.left);
      passed[now] = (passed[now] ?? 0) + bytes;
      credit -= bytes;
      reader.left -= bytes;
    }
    turns.spend(-credit);
    const isOver = reader.left === 0;
    if (isOver) reader.left = fragmentBytes;
    turns.wait({ go: (more) => ready.push(() => read(reader, more)) }, !isOver);
  };
  for (let index = 0; index < readers; index++) {
    const reader = { left: fragmentBytes };
    turns.wait({ go: (more) => ready.push(() => read(reader, more)) }, false);
  }
  for (; now < durationMs; now++) {
    passed[now] ??= 0;
    turns.give(now);
    for (let next = ready.shift(); next; next = ready.shift()) {
      next();
      turns.give(now);
    }
  }
  return { passed, turnBytes: turns.bytes };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
