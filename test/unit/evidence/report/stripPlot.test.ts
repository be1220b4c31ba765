import assert from 'node:assert/strict';
import { effectOf } from '../../../../src/evidence/effects.ts';
import { zoneOf } from '../../../../src/evidence/planning.ts';
import { drawStripPlot } from '../../../../src/evidence/report/stripPlot.ts';
import { formatChange, formatConfidence, formatInterval } from '../../../../src/evidence/report/words.ts';
import { countedPairs, type RunOrder } from '../../../../src/evidence/schedule.ts';
import { jitter, runTest, testHead } from '../samples.ts';

function plotOf(ratio: number, noise = 0.02, title = 'F4'): string {
  const figures = (run: RunOrder) => ({
    wall: 1000 * (run.arm === 'candidate' ? ratio : 1) * Math.exp(noise * jitter(run)),
  });
  const isBusy = ({ kind, pair }: RunOrder): boolean => kind === 'timed' && pair === 1;
  const record = runTest(testHead(), { figures, noise: (run) => ({ foreignShare: isBusy(run) ? 1 : 0 }) });
  const pairs = countedPairs(record);
  const effect = effectOf('wall', pairs, 0.05);
  assert.ok(typeof effect === 'object');
  const { claimed } = record.head.claim;
  return drawStripPlot({ title, pairs, effects: [effect], claimed, zone: zoneOf(5) });
}

const numbers = (svg: string, pattern: RegExp): number[] =>
  [...svg.matchAll(pattern)].map(([, found]) => Number(found));

describe('the strip plot', () => {
  it('has a dot for each pair, at its place and with its words, the noisy ones hollow', () => {
    const svg = plotOf(0.9);
    const dots = [
      ...svg.matchAll(
        /<circle cx="([\d.]+)" cy="[\d.]+" r="4" ([^>]*)><title>pair (\d+): (−[\d.]+) %(, noisy)?<\/title>/g,
      ),
    ];
    assert.deepEqual(
      dots.map(([, , , pair]) => Number(pair)),
      Array.from({ length: 12 }, (_, index) => index + 1),
    );
    assert.deepEqual(
      dots.filter(([, , , , , noisy]) => noisy).map(([, , look, pair]) => [look?.includes('fill="none"'), pair]),
      [[true, '2']],
    );
    const byPlace = dots
      .toSorted((a, b) => Number(a[1]) - Number(b[1]))
      .map(([, , , , change]) => Number(change?.replace('−', '-')));
    assert.deepEqual(
      byPlace,
      byPlace.toSorted((a, b) => a - b),
    );
  });

  it('draws all within the picture, whatever the ratios', () => {
    for (const ratio of [0.001, 0.3, 0.9, 1, 1.02, 40]) {
      const svg = plotOf(ratio);
      const places = numbers(svg, /\b(?:cx|x|x1|x2)="(-?[\d.]+)"/g);
      assert.ok(
        places.every((place) => place >= 0 && place <= 960),
        `${ratio}`,
      );
      const labels = numbers(svg, /<text x="([\d.]+)" y="94" text-anchor="middle"/g);
      assert.ok(labels.length >= 2 && labels.length <= 11, `${ratio}: ${labels.length} ticks`);
      const gaps = labels.slice(1).map((at, index) => at - labels[index]!);
      assert.ok(
        gaps.every((gap) => gap > 30),
        `${ratio}: ${gaps.join(' ')}`,
      );
      assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
    }
  });

  it('is XML whatever the title', () => {
    const svg = plotOf(1, 0, 'a <b> & "c"\u0001');
    assert.match(svg, /a &lt;b&gt; &amp; &quot;c&quot;\uFFFD/);
  });
});

describe('a change in words', () => {
  it('is in percent where it is small, and a factor where it is not', () => {
    const words = [0.95, 1.034, 1, 0.9999, 0.5, 0.0024, 2, 12.345].map(formatChange);
    assert.deepEqual(words, ['−5.0 %', '+3.4 %', '0.0 %', '0.0 %', '×0.50', '×0.0024', '×2.00', '×12.35']);
  });

  it('has both ends of an interval in one form', () => {
    const words = (
      [
        [0.9, 0.95],
        [0.34, 0.58],
        [0.057_12, 0.8],
        [1.5, 3],
      ] as const
    ).map(([low, high]) => formatInterval({ low, high, confidence: 0.95 }));
    assert.deepEqual(words, ['[−10.0 %, −5.0 %]', '[×0.34, ×0.58]', '[×0.057, ×0.80]', '[×1.50, ×3.00]']);
    assert.equal(formatInterval(undefined), '–');
  });

  it('promises no more confidence than there is', () => {
    assert.equal(formatConfidence({ low: 0, high: 1, confidence: 0.95699 }), '95.6 %');
  });
});
