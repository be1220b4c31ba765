import assert from 'node:assert/strict';
import type { Claimed } from '../../../src/evidence/claim.ts';
import type { Effect } from '../../../src/evidence/effects.ts';
import type { Figures } from '../../../src/evidence/metrics.ts';
import { zoneOf } from '../../../src/evidence/planning.ts';
import { nextDeclaration, type RunOrder } from '../../../src/evidence/schedule.ts';
import { judgeEffect, judgeTest, type Standing, standingOf, type Verdict } from '../../../src/evidence/verdict.ts';
import { jitter, runTest, testHead } from './samples.ts';

type Ratios = Partial<Record<keyof Figures, { ratio: number; noise: number } | null>>;

/** The verdict on arms whose figures have such ratios and such noise. */
function verdictOn(ratios: Ratios, claim: Record<string, unknown> = {}): Verdict {
  const bases: Figures = { wall: 2000, cpu: 900, peakMemory: 4e8, pageFaults: 40_000, loopDelay: 12 };
  const figures = (run: RunOrder): Figures =>
    Object.fromEntries(
      Object.entries(ratios).map(([metric, given]) => {
        if (given === null) return [metric, null];
        const { ratio, noise } = given;
        const base = bases[metric as keyof Figures] ?? 1000;
        return [metric, base * (run.arm === 'candidate' ? ratio : 1) * Math.exp(noise * jitter(run))];
      }),
    );
  const record = runTest(testHead(claim), { figures });
  assert.deepEqual(record.end, { do: 'judge' });
  const verdict = judgeTest(record);
  assert.ok(verdict);
  return verdict;
}

describe('the verdict on a test', () => {
  it('is revisit where the whole interval lies beyond the smallest effect', () => {
    const { state, summary, claimed, standing, pairs } = verdictOn({ wall: { ratio: 0.88, noise: 0.01 } });
    assert.deepEqual([state, summary, standing, pairs], ['revisit', 'revisit in time', 'within', 12]);
    assert.equal(claimed.difference, 'better');
    assert.ok(Math.abs(claimed.effect.ratio - 0.88) < 0.005, `${claimed.effect.ratio}`);
  });

  it('is a no-op in time and a win in memory where that is what was measured', () => {
    const { state, summary, others, program } = verdictOn({
      wall: { ratio: 1, noise: 0.01 },
      peakMemory: { ratio: 0.4, noise: 0.02 },
      cpu: { ratio: 0.999, noise: 0.01 },
    });
    assert.equal(state, 'no-op');
    assert.equal(summary, 'no-op in time, win in memory');
    assert.deepEqual(
      others.map(({ metric, state }) => [metric, state]),
      [
        ['cpu', 'no-op'],
        ['peakMemory', 'revisit'],
      ],
    );
    assert.equal(program, 'hotframe 0.1.0');
  });

  it('says worse where the effect goes the other way, in the claimed metric and in others', () => {
    const { state, summary } = verdictOn({ wall: { ratio: 1.2, noise: 0.02 }, cpu: { ratio: 1.3, noise: 0.02 } });
    assert.deepEqual([state, summary], ['no-op', 'no-op in time (worse), worse in CPU']);
  });

  it('is inconclusive where the noise hides it, and says how many more pairs', () => {
    const { state, summary, morePairs, claimed } = verdictOn({ wall: { ratio: 0.95, noise: 0.5 } });
    assert.deepEqual([state, morePairs, claimed.difference], ['inconclusive', 60, 'none']);
    assert.equal(summary, 'inconclusive in time (60 more pairs)');
  });

  it('can be about an increase', () => {
    const claimed = { metric: 'cpu', change: 'increase', percent: [10, 20] };
    const { summary, standing } = verdictOn({ cpu: { ratio: 1.15, noise: 0.01 } }, { claimed });
    assert.deepEqual([summary, standing], ['revisit in CPU', 'within']);
    assert.equal(verdictOn({ cpu: { ratio: 0.8, noise: 0.01 } }, { claimed }).summary, 'no-op in CPU');
  });

  it('tells what a program does not have apart from what nobody measured', () => {
    const { unmeasured, others } = verdictOn({ wall: { ratio: 1, noise: 0.01 }, loopDelay: null });
    assert.deepEqual(unmeasured.slice(0, 4), [
      { metric: 'cpu', why: 'not measured' },
      { metric: 'peakMemory', why: 'not measured' },
      { metric: 'pageFaults', why: 'not measured' },
      { metric: 'loopDelay', why: 'not applicable' },
    ]);
    assert.deepEqual(others, []);
  });

  it('shares the error rate among the metrics that nothing is claimed of, and leaves the claimed one its own', () => {
    const same = { ratio: 1, noise: 0.02 };
    const { claimed, others, beside } = verdictOn({
      wall: same,
      cpu: same,
      peakMemory: same,
      pageFaults: same,
      gc: same,
    });
    assert.equal(claimed.effect.alpha, 0.045);
    assert.deepEqual(
      others.map(({ effect }) => effect.alpha),
      [0.015, 0.015, 0.015],
    );
    assert.deepEqual(
      beside.map(({ metric, alpha }) => [metric, alpha]),
      [['gc', 0.045]],
    );
    const widths = [claimed, ...others].map(({ effect }) => effect.interval!.confidence);
    assert.ok(widths.every((confidence, index) => confidence >= (index === 0 ? 0.955 : 0.985)));
  });

  it('tests equivalence on each side with the whole error rate', () => {
    const { effect } = verdictOn({ wall: { ratio: 1, noise: 0.02 } }).claimed;
    const { interval, equivalence } = effect;
    assert.ok(interval && equivalence && equivalence.low > interval.low && equivalence.high < interval.high);
    assert.ok(equivalence.confidence >= 1 - 2 * 0.045 && equivalence.confidence < 1 - 0.045);
  });

  it('waits for all pairs that are declared, and spends less error on the next look', () => {
    const figures = (run: RunOrder) => ({ wall: 1000 * Math.exp(0.04 * jitter(run)) });
    const record = runTest(testHead(), { figures });
    const more = nextDeclaration(record)!;
    const open = { head: record.head, entries: [...record.entries, more] };
    assert.equal(judgeTest(open), undefined);
    assert.equal(judgeTest({ head: record.head, entries: record.entries.slice(0, 20) }), undefined);
    const looked = judgeTest({ ...open, entries: [...record.entries, { ...more, pairs: 12 }] });
    assert.equal(looked?.claimed.effect.alpha, 0.0025);
  });
});

const interval = (low: number, high: number) => ({ low, high, confidence: 0.95 });

describe('the rules of a verdict', () => {
  const zone = zoneOf(5);
  const rows: [
    what: string,
    interval: [number, number],
    narrow: [number, number],
    decrease: string,
    increase: string,
  ][] = [
    ['far below', [0.8, 0.9], [0.81, 0.89], 'revisit better', 'no-op better'],
    ['below, and about as far as matters', [0.93, 0.97], [0.935, 0.965], 'inconclusive better', 'no-op better'],
    [
      'below, and too near to matter',
      [0.97, 0.99],
      [0.972, 0.988],
      'no-op better equivalent',
      'no-op better equivalent',
    ],
    ['around 1, and near', [0.97, 1.03], [0.975, 1.025], 'no-op none equivalent', 'no-op none equivalent'],
    [
      'around 1, near only at the lower level',
      [0.94, 1.04],
      [0.955, 1.03],
      'no-op none equivalent',
      'no-op none equivalent',
    ],
    ['around 1, and wide', [0.9, 1.1], [0.92, 1.08], 'inconclusive none', 'inconclusive none'],
    ['above, and about as far as matters', [1.01, 1.08], [1.02, 1.07], 'no-op worse', 'inconclusive worse'],
    ['far above', [1.1, 1.2], [1.11, 1.19], 'no-op worse', 'revisit worse'],
    ['exactly on the edges of the zone', [1 / 1.05, 1.05], [1 / 1.05, 1.05], 'inconclusive none', 'inconclusive none'],
    ['touching 1', [0.9, 1], [0.91, 0.99], 'inconclusive none', 'inconclusive none'],
  ];
  for (const [what, range, narrow, decrease, increase] of rows) {
    it(`hold for an interval ${what}`, () => {
      const effect: Effect = {
        ...{ metric: 'wall', pairs: 12, baseline: 1, candidate: 1, ratio: 1, alpha: 0.05 },
        ...{ interval: interval(...range), equivalence: interval(...narrow) },
      };
      for (const [change, expected] of [
        ['decrease', decrease],
        ['increase', increase],
      ] as const) {
        const { state, difference, isEquivalent } = judgeEffect(effect, change, zone);
        assert.equal([state, difference, ...(isEquivalent ? ['equivalent'] : [])].join(' '), expected, change);
      }
    });
  }

  it('hold where the pairs are too few for an interval', () => {
    const effect: Effect = { metric: 'wall', pairs: 3, baseline: 1, candidate: 1, ratio: 0.5, alpha: 0.05 };
    assert.deepEqual(judgeEffect(effect, 'decrease', zone), {
      ...{ metric: 'wall', state: 'inconclusive', difference: 'none', isEquivalent: false, effect },
    });
  });

  it('tell where the interval stands to the claimed range', () => {
    const decrease: Claimed = { metric: 'wall', change: 'decrease', percent: [5, 15] };
    const increase: Claimed = { metric: 'wall', change: 'increase', percent: [5, 15] };
    const places: [low: number, high: number, decrease: Standing, increase: Standing][] = [
      [0.86, 0.94, 'within', 'short of'],
      [0.96, 1.02, 'short of', 'short of'],
      [0.7, 0.8, 'beyond', 'short of'],
      [0.8, 0.99, 'around', 'short of'],
      [0.9, 0.99, 'across the lower end of', 'short of'],
      [0.8, 0.9, 'across the upper end of', 'short of'],
      [1.06, 1.14, 'short of', 'within'],
      [1.2, 1.3, 'short of', 'beyond'],
      [1.01, 1.1, 'short of', 'across the lower end of'],
      [1.1, 1.3, 'short of', 'across the upper end of'],
    ];
    for (const [low, high, less, more] of places) {
      assert.equal(standingOf(decrease, interval(low, high)), less, `${low} to ${high}`);
      assert.equal(standingOf(increase, interval(low, high)), more, `${low} to ${high}`);
    }
    assert.equal(standingOf({ metric: 'wall', change: 'decrease' }, interval(0.9, 1)), undefined);
    assert.equal(standingOf(decrease, undefined), undefined);
  });
});
