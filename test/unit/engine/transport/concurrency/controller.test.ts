import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  ConcurrencyController,
  maxAutoWidth,
  startWidth,
} from '../../../../../src/engine/transport/concurrency/controller.ts';
import type { Reading } from '../../../../../src/engine/transport/concurrency/reading.ts';
import { simulate, type Load, type Network } from './simulator.ts';

const large = 5_400_000;
const fixedWidths = [1, 2, 4, 8, 16, 32];

interface Setting {
  name: string;
  network: Network;
  fragmentBytes: number;
  /** Fragments, and how much slower than the best fixed width it may be with them. */
  bounds: readonly (readonly [number, number])[];
}

const settings: readonly Setting[] = [
  {
    name: '0 ms',
    network: { latencyMs: 0.5, total: 800_000, perTransfer: 500_000, noise: 0.3 },
    fragmentBytes: large,
    bounds: [
      [60, 1.2],
      [600, 1.05],
    ],
  },
  {
    name: '40 ms, 50 Mbit/s per connection',
    network: { latencyMs: 40, perTransfer: 6_250, noise: 0.1 },
    fragmentBytes: large,
    bounds: [
      [60, 1.2],
      [600, 1.05],
    ],
  },
  {
    name: '40 ms, 50 Mbit/s per connection, fragments of 1 MB',
    network: { latencyMs: 40, perTransfer: 6_250, noise: 0.1 },
    fragmentBytes: 1_050_000,
    bounds: [
      [96, 1.22],
      [600, 1.05],
    ],
  },
  {
    name: '100 ms, 1 Gbit/s in total',
    network: { latencyMs: 100, total: 125_000, noise: 0.1 },
    fragmentBytes: large,
    bounds: [
      [60, 1.2],
      [600, 1.05],
    ],
  },
  {
    name: 'tiny fragments',
    network: { latencyMs: 0.5, total: 800_000, serialMs: 0.15 },
    fragmentBytes: 24_000,
    bounds: [
      [60, 1.2],
      [5_000, 1.05],
    ],
  },
  {
    name: '429 beyond 6, 0 ms',
    network: { latencyMs: 0.5, total: 800_000, perTransfer: 500_000, mostAtOnce: 6 },
    fragmentBytes: large,
    bounds: [
      [60, 1.2],
      [600, 1.05],
    ],
  },
  {
    name: '429 beyond 6, 40 ms',
    network: { latencyMs: 40, perTransfer: 6_250, mostAtOnce: 6 },
    fragmentBytes: 1_050_000,
    bounds: [
      [60, 1.2],
      [600, 1.05],
    ],
  },
];

describe('engine/transport: concurrency', () => {
  for (const { name, network, fragmentBytes, bounds } of settings) {
    for (const [fragments, bound] of bounds) {
      it(`comes near the best fixed width: ${fragments} fragments, ${name}`, () => {
        const load = { fragments, fragmentBytes };
        const best = Math.min(...fixedWidths.map((width) => simulate(network, load, { width }).ms));
        for (const seed of [1, 2, 3]) {
          const { ms, changes } = simulate(network, load, new ConcurrencyController(), seed);
          assert.ok(ms <= best * bound, `${ms} ms, the best has ${best} ms: ${JSON.stringify(changes)}`);
        }
      });
    }
  }

  it('asks for no more than what an origin took, and seldom tries whether it takes more', () => {
    const network: Network = { latencyMs: 40, perTransfer: 6_250, mostAtOnce: 6 };
    const load: Load = { fragments: 3_000, fragmentBytes: 1_050_000 };
    const controller = new ConcurrencyController();
    const { refused, mostAtOnce, ms } = simulate(network, load, controller);
    assert.ok(ms > 60_000);
    assert.ok(refused <= 12, `${refused} were refused`);
    assert.ok(mostAtOnce <= 12);
    assert.equal(controller.width, 6);
  });

  it('goes one down, and not for long to half, when an origin that it fills now and then counts one too many', () => {
    const network: Network = { latencyMs: 1, perTransfer: 200_000, mostAtOnce: 6, hasLingering: true };
    const load: Load = { fragments: 600, fragmentBytes: large };
    const four = simulate({ latencyMs: 1, perTransfer: 200_000 }, load, { width: 4 });
    for (const seed of [1, 2, 3]) {
      const controller = new ConcurrencyController();
      const { refused, ms } = simulate(network, load, controller, seed);
      assert.ok(refused <= 12, `${refused} were refused`);
      assert.ok(controller.width >= 4, `${controller.width}`);
      assert.ok(ms <= four.ms * 1.1, `${ms} ms, four at once ${four.ms} ms`);
    }
  });

  it('goes on to the bound where each connection is limited, and stays there', () => {
    const controller = new ConcurrencyController();
    const load = { fragments: 600, fragmentBytes: large };
    const { changes } = simulate({ latencyMs: 40, perTransfer: 6_250 }, load, controller);
    assert.equal(controller.width, maxAutoWidth);
    assert.deepEqual(
      changes.map(({ why }) => why),
      changes.map(() => 'faster'),
    );
  });

  it('keeps to its bounds, ends and settles on any path', () => {
    const networks: fc.Arbitrary<Network> = fc
      .record({
        latencyMs: fc.integer({ min: 1, max: 300 }),
        perTransfer: fc.integer({ min: 1_000, max: 500_000 }),
        total: fc.integer({ min: 5_000, max: 1_000_000 }),
        noise: fc.double({ min: 0, max: 0.9, noNaN: true }),
        mostAtOnce: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
      })
      .map(({ mostAtOnce, ...rest }) => (mostAtOnce === undefined ? rest : { ...rest, mostAtOnce }));
    fc.assert(
      fc.property(
        networks,
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 99 }),
        (network, count, seed) => {
          const bytes = (5_000 * Math.min(network.total ?? 0, (network.perTransfer ?? 0) * 8)) / count;
          const { changes, ms } = simulate(
            network,
            { fragments: count, fragmentBytes: bytes },
            new ConcurrencyController(),
            seed,
          );
          for (const { width } of changes) assert.ok(Number.isInteger(width) && width >= 1 && width <= maxAutoWidth);
          assert.ok(changes.length <= 12 + ms / 500, `${changes.length} changes in ${ms} ms`);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps to its bounds whatever it is told', () => {
    const step = fc.record({
      afterMs: fc.integer({ min: 0, max: 3_000 }),
      bytes: fc.integer({ min: 0, max: 1e9 }),
      completed: fc.nat(50),
      inFlight: fc.nat(64),
      pausedShare: fc.double({ min: 0, max: 1, noNaN: true }),
      firstByteMs: fc.option(fc.double({ min: 0, max: 20_000, noNaN: true }), { nil: undefined }),
      refused: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(40)),
      timedOut: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(40)),
      isWorkWaiting: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const controller = new ConcurrencyController();
        let reading = readingAt(0);
        for (const { afterMs, bytes, pausedShare, ...rest } of steps) {
          const { completed, refused, timedOut } = reading;
          reading = {
            ...rest,
            ms: reading.ms + afterMs,
            receivedBytes: reading.receivedBytes + bytes,
            completed: completed + rest.completed,
            refused: refused + rest.refused,
            timedOut: timedOut + rest.timedOut,
            paused: Math.floor(rest.inFlight * pausedShare),
          };
          const before = controller.width;
          const change = controller.observe(reading);
          assert.ok(Number.isInteger(controller.width) && controller.width >= 1 && controller.width <= maxAutoWidth);
          assert.equal(change?.width ?? before, controller.width);
          if (change) assert.notEqual(change.width, before);
        }
      }),
    );
  });

  it('stays where it is while there is no more to fetch', () => {
    const controller = new ConcurrencyController();
    for (let ms = 0; ms < 60_000; ms += 50) {
      const more = { receivedBytes: ms * 1_000, completed: ms / 50, inFlight: startWidth, isWorkWaiting: false };
      assert.equal(controller.observe({ ...readingAt(ms), ...more }), undefined);
    }
    assert.equal(controller.width, startWidth);
  });

  it('stays where this thread can do no more, and says so once', () => {
    const controller = new ConcurrencyController();
    const at = (ms: number, busyMs: number): Reading => ({
      ...readingAt(ms),
      receivedBytes: ms * ms * 100,
      completed: ms / 10,
      inFlight: controller.width,
      busyMs,
    });
    const changes = [];
    for (let ms = 0; ms < 5_000; ms += 10) changes.push(controller.observe(at(ms, ms * 0.95)) ?? []);
    assert.deepEqual(
      changes.flat().map(({ width, why }) => [width, why]),
      [[startWidth, 'busy']],
    );
    for (let ms = 5_000; ms < 10_000; ms += 10) controller.observe(at(ms, 4750 + (ms - 5_000) * 0.5));
    assert.ok(controller.width > startWidth, 'it grows once there is time again');
  });

  it('halves for timeouts, and comes back after a while', () => {
    const controller = new ConcurrencyController();
    const steady = (ms: number, timedOut: number): Reading => ({
      ...readingAt(ms),
      receivedBytes: ms * 1_000,
      completed: ms / 10,
      inFlight: controller.width,
      timedOut,
    });
    for (let ms = 0; ms < 300; ms += 10) controller.observe(steady(ms, 0));
    const before = controller.width;
    assert.deepEqual(controller.observe(steady(300, 1)), { width: Math.floor(before / 2), why: 'timeout' });
    for (let ms = 310; ms < 1_500; ms += 10) controller.observe(steady(ms, 1));
    assert.equal(controller.width, before);
  });

  it('neither grows nor judges while transfers wait for memory; asks for fewer when that lasts', () => {
    const controller = new ConcurrencyController();
    const crowded = (ms: number, paused: number): Reading => ({
      ...readingAt(ms),
      receivedBytes: ms * 100_000,
      completed: ms,
      inFlight: controller.width,
      paused,
    });
    let ms = 0;
    for (; ms < 400; ms += 10) assert.equal(controller.observe(crowded(ms, 4)), undefined);
    const widths = new Set<number>();
    for (; ms < 5_000; ms += 10) {
      controller.observe(crowded(ms, controller.width - 1));
      widths.add(controller.width);
    }
    assert.equal(Math.min(...widths), 1);
    assert.equal(Math.max(...widths), startWidth);
    for (; ms < 20_000; ms += 10) {
      controller.observe(crowded(ms, 0));
      widths.add(controller.width);
    }
    assert.ok(Math.max(...widths) >= startWidth);
  });
});

function readingAt(ms: number): Reading {
  const nothing = { receivedBytes: 0, completed: 0, inFlight: 0, paused: 0, refused: 0, timedOut: 0 };
  return { ms, ...nothing, firstByteMs: 5, isWorkWaiting: true };
}
