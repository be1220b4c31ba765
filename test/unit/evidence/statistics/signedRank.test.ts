import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import {
  cumulativeProbabilities,
  equivalence,
  hodgesLehmann,
  interval,
  leastPairs,
  tails,
  walshAverages,
} from '../../../../src/evidence/statistics/signedRank.ts';

/**
 * What R 4.2.2 says: wilcox.test(x, conf.int = TRUE, exact = TRUE) at both levels, and one-sided with mu = −zone and zone. The first two sets
 * are published with these results: Hollander and Wolfe (1973), table 3.1 (estimate 0.46, P = 0.0391), and Darwin's maize, Fisher
 * (1935), table 3 (P = 0.0413); the others are normal, with R's seed 20260504.
 */
interface Known {
  name: string;
  differences: number[];
  estimate: number;
  interval95: [number, number];
  interval90: [number, number];
  twoSided: number;
  zone: number;
  aboveMinusZone: number;
  belowZone: number;
}

const TOLERANCE = 1e-9;

function assertClose(actual: number | undefined, expected: number, what: string): void {
  assert.ok(
    Math.abs((actual ?? NaN) - expected) <= TOLERANCE * Math.max(1, Math.abs(expected)),
    `${what}: ${actual}, not ${expected}`,
  );
}

describe('the signed-rank statistic', () => {
  let known: Known[];
  before(async () => {
    known = JSON.parse(await readFile(new URL('wilcox.json', import.meta.url), 'utf8')) as Known[];
  });

  it("has R's estimates and intervals", () => {
    assert.equal(known.length, 8);
    for (const { name, differences, estimate, interval95, interval90 } of known) {
      const averages = walshAverages(differences);
      assertClose(hodgesLehmann(averages), estimate, name);
      for (const [alpha, [low, high]] of [
        [0.05, interval95],
        [0.1, interval90],
      ] as const) {
        const found = interval(averages, alpha);
        assertClose(found?.low, low, `${name}, low at ${alpha}`);
        assertClose(found?.high, high, `${name}, high at ${alpha}`);
        assert.ok((found?.confidence ?? 0) >= 1 - alpha);
      }
    }
  });

  it("has R's probabilities", () => {
    for (const { name, differences, twoSided, zone, aboveMinusZone, belowZone } of known) {
      const averages = walshAverages(differences);
      const { greater, less } = tails(averages, 0);
      assertClose(Math.min(1, 2 * Math.min(greater, less)), twoSided, name);
      assertClose(tails(averages, -zone).greater, aboveMinusZone, name);
      assertClose(tails(averages, zone).less, belowZone, name);
      assertClose(equivalence(averages, zone), Math.max(aboveMinusZone, belowZone), name);
    }
  });

  it('has the critical values of the published tables (Wilcoxon and Wilcox 1964, two-sided 5 % and 1 %)', () => {
    const table: [count: number, at5: number, at1: number | undefined][] = [
      [5, -1, undefined],
      [6, 0, undefined],
      [7, 2, undefined],
      [8, 3, 0],
      [9, 5, 1],
      [10, 8, 3],
      [15, 25, 15],
      [20, 52, 37],
      [25, 89, 68],
      [30, 137, 109],
      [50, 434, 373],
    ];
    const critical = (count: number, alpha: number): number =>
      cumulativeProbabilities(count).findLastIndex((probability) => 2 * probability <= alpha);
    for (const [count, at5, at1 = -1] of table)
      assert.deepEqual([critical(count, 0.05), critical(count, 0.01)], [at5, at1], `${count}`);
  });

  it('needs six differences for an interval of 95 %', () => {
    assert.equal(leastPairs(0.05), 6);
    assert.equal(leastPairs(0.045 / 4), 8);
    for (const alpha of [0.2, 0.1, 0.05, 0.01, 0.0025]) {
      const least = leastPairs(alpha);
      const differences = Array.from({ length: least }, (_, index) => index * 1.1 + 1);
      assert.ok(interval(walshAverages(differences), alpha), `${alpha}`);
      assert.equal(interval(walshAverages(differences.slice(1)), alpha), undefined, `${alpha}`);
    }
    assert.equal(interval(walshAverages([]), 0.05), undefined);
    assert.ok(Number.isNaN(hodgesLehmann(walshAverages([]))));
  });

  it('keeps zeros and ties, and counts them against the finding', () => {
    const averages = walshAverages([0, 0, 0, 0, 0, 0]);
    assert.deepEqual(interval(averages, 0.05), { low: 0, high: 0, confidence: 1 - 2 / 64 });
    assert.deepEqual(tails(averages, 0), { greater: 1, less: 1 });
    assert.equal(equivalence(averages, 0.05), 1 / 64);
  });

  const differences = fc.array(
    fc.integer({ min: -40, max: 40 }).map((value) => value / 8),
    { minLength: 6, maxLength: 24 },
  );

  it('tests and intervals agree, ties or not', () => {
    fc.assert(
      fc.property(differences, fc.integer({ min: -20, max: 20 }), (values, at) => {
        const averages = walshAverages(values);
        const [centre, found] = [at / 16, interval(averages, 0.05)];
        const { greater, less } = tails(averages, centre);
        assert.equal(greater <= 0.025, (found?.low ?? NaN) > centre);
        assert.equal(less <= 0.025, (found?.high ?? NaN) < centre);
        const [zone, narrow] = [Math.abs(centre), interval(averages, 0.1)];
        const isInside = (narrow?.low ?? NaN) > -zone && (narrow?.high ?? NaN) < zone;
        assert.equal(equivalence(averages, zone) <= 0.05, isInside);
      }),
    );
  });

  it('turns with the signs and moves with the values', () => {
    fc.assert(
      fc.property(differences, fc.integer({ min: -8, max: 8 }), (values, by) => {
        const found = interval(walshAverages(values), 0.05);
        const turned = interval(walshAverages(values.map((value) => 0 - value)), 0.05);
        const moved = interval(walshAverages(values.map((value) => value + by)), 0.05);
        assert.ok(found && turned && moved);
        assert.deepEqual([turned.low, turned.high], [0 - found.high, 0 - found.low]);
        assert.deepEqual([moved.low, moved.high], [found.low + by, found.high + by]);
      }),
    );
  });
});
