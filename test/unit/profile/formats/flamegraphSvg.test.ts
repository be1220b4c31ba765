import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mutated } from './mutations.ts';
import { assertProfileOrError, codeOf, fixture, readText, stacksOf, weightOf } from './readingText.ts';

/** A picture of boxes as flamegraph.pl draws them: name, weight, row from the top, left edge, width. */
function picture(
  boxes: [name: string, weight: string, row: number, x: number, width: number][],
  titleEnd = '',
): string {
  const groups = boxes.map(
    ([name, weight, row, x, width]) =>
      `<g class="func_g"><title>${name} (${weight}, 5.00%${titleEnd})</title><rect x="${x}" y="${row * 16}" width="${width}" height="15.0" fill="red"/></g>`,
  );
  return `<?xml version="1.0"?>\n<svg version="1.1">${groups.join('\n')}</svg>\n`;
}

describe('reading flame graphs', () => {
  const drawn = stacksOf(readText(fixture('stacks.folded'))).map((line) => line.replaceAll('<b>', '(b)'));

  it('rebuilds the stacks that flamegraph.pl drew, upright and inverted', () => {
    const upright = readText(fixture('flamegraph.svg'));
    assert.deepEqual([upright.format, upright.unit, upright.threads[0]?.samples], ['flamegraph-svg', 'samples', 100]);
    assert.deepEqual(stacksOf(upright), drawn.sort());
    const inverted = readText(fixture('icicle.svg'));
    assert.equal(inverted.unit, 'microseconds');
    assert.deepEqual(stacksOf(inverted), stacksOf(upright));
  });

  it('rebuilds the stacks that inferno drew, from its exact edges', () => {
    const profile = readText(fixture('inferno.svg'));
    assert.deepEqual(stacksOf(profile), [
      '<module> (w.py:10);main (w.py:9);emit (w.py:4);<listcomp> (w.py:4) 75',
      '<module> (w.py:10);main (w.py:9);parse (w.py:5) 2',
      '<module> (w.py:10);main (w.py:9);parse (w.py:5);<genexpr> (w.py:5) 29',
      '<module> (w.py:10);main (w.py:9);parse (w.py:5);<genexpr> (w.py:5);<genexpr> (w.py:5) 20',
    ]);
    // The same upside down, as cargo flamegraph draws it.
    const flipped = fixture('inferno.svg').replaceAll(
      /y="(\d+)" (width="[\d.]+%" height="15")/g,
      (_, y: string, rest: string) => `y="${1000 - Number(y)}" ${rest}`,
    );
    assert.deepEqual(stacksOf(readText(flipped)), stacksOf(profile));
  });

  it('reads titles from the handlers of older pictures', () => {
    const older = `<svg>${[
      `<rect x="10.0" y="32" width="100" height="15" onmouseover="s('all (1,010 samples, 100%)')" onmouseout="c()"/>`,
      `<rect x="10.0" y="16" width="50" height="15" onmouseover="s('it\\'s &lt;init&gt; (505 samples, 50%)')"/>`,
    ].join('\n')}</svg>`;
    assert.deepEqual(stacksOf(readText(older)), ['all 505', "it's <init> 505"]);
  });

  it('gives a frame to the caller that it lies over, however its edges were rounded', () => {
    const svg = picture([
      ['all', '1,000 samples', 2, 10, 1000],
      ['a', '1 samples', 1, 10, 0.1],
      ['b', '1 samples', 1, 10.1, 0.1],
      ['c', '998 samples', 1, 10.2, 999.8],
      ['x', '1 samples', 0, 10, 0.2],
      ['y', '1 samples', 0, 10.1, 0.1],
      ['z', '900 samples', 0, 10.3, 900],
    ]);
    assert.deepEqual(stacksOf(readText(svg)), ['a;x 1', 'b;y 1', 'c 98', 'c;z 900']);
  });

  it('decodes names once, marks and binaries included, and expands nothing', () => {
    const svg = picture([
      ['all', '9 samples', 1, 0, 9],
      ['&amp;lt;a&gt; &#39;&#x1F600;&unknown;', '4 samples', 0, 0, 4],
      ['libc.so.6`malloc', '3 samples', 0, 4, 3],
      ['do_read_[k]', '2 samples', 0, 7, 2],
    ]);
    assert.deepEqual(readText(svg).threads[0]?.tree.frames, [
      { name: "&lt;a> '😀&unknown;" },
      { name: 'malloc', file: 'libc.so.6' },
      { name: 'do_read', file: '[kernel.kallsyms]' },
    ]);
    const bomb = `<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${svg}`;
    assert.equal(codeOf(bomb), 'PROFILE_BROKEN');
  });

  it('reads a difference without its colours, and units of other names, and says so', () => {
    const difference = picture(
      [
        ['all', '9 samples', 1, 0, 9],
        ['a', '4 samples', 0, 0, 4],
      ],
      '; +1.50%',
    );
    assert.ok(readText(difference).lost.some((note) => note.includes('difference')));
    const other = readText(
      picture([
        ['all', '9.5 cache misses', 1, 0, 9],
        ['a', '4 cache misses', 0, 0, 4],
      ]),
    );
    assert.deepEqual([other.unit, weightOf(other)], ['count', 9.5]);
    assert.ok(other.lost.some((note) => note.includes('cache misses')));
    assert.equal(weightOf(readText(picture([['all', '9 ms', 1, 0, 9]]))), 9000);
  });

  const broken: [what: string, svg: string, code: string][] = [
    [
      'callees that weigh more than their caller',
      picture([
        ['all', '9 samples', 1, 0, 9],
        ['a', '9 samples', 0, 0, 5],
        ['b', '9 samples', 0, 5, 4],
      ]),
      'PROFILE_BROKEN',
    ],
    [
      'frames beside all others',
      picture([
        ['all', '9 samples', 1, 0, 9],
        ['a', '9 samples', 0, 500, 9],
      ]),
      'PROFILE_BROKEN',
    ],
    [
      'no root',
      picture([
        ['a', '9 samples', 1, 0, 9],
        ['b', '9 samples', 1, 9, 9],
        ['c', '1 samples', 0, 0, 1],
        ['d', '1 samples', 0, 9, 1],
      ]),
      'PROFILE_BROKEN',
    ],
    [
      'two units',
      picture([
        ['all', '9 samples', 1, 0, 9],
        ['a', '9 ms', 0, 0, 9],
      ]),
      'PROFILE_BROKEN',
    ],
    ['no weight', picture([['all', '0 samples', 1, 0, 9]]), 'PROFILE_EMPTY'],
    ['no frames', '<svg xmlns:fg="http://github.com/jonhoo/inferno"></svg>', 'PROFILE_EMPTY'],
    ['a weight of absurd size', picture([['all', `${'9'.repeat(39)} samples`, 1, 0, 9]]), 'PROFILE_EMPTY'],
    ['another picture', '<svg><rect x="1" y="1" width="1"/></svg>', 'PROFILE_FORMAT'],
    ['the start of a file', fixture('flamegraph.svg').slice(0, 3000), 'PROFILE_BROKEN'],
    ['half of a file', fixture('flamegraph.svg').slice(0, -900), 'PROFILE_BROKEN'],
  ];
  for (const [what, svg, code] of broken) {
    it(`refuses ${what}`, () => assert.equal(codeOf(svg), code));
  }

  it('takes time in proportion to the file, whatever is in it', () => {
    assertProfileOrError(`<svg>${'<title>'.repeat(300_000)}`);
    assertProfileOrError(`<svg>${'<title>a (1 samples, 1%)</title>'.repeat(100_000)}</svg>`);
    assertProfileOrError(`<svg>${`<g onmouseover="s('`.repeat(20_000)}</svg>`);
    assertProfileOrError(`<svg><title>${' ('.repeat(2 ** 20)}</title><rect/></svg>`);
    const below: [string, string, number, number, number][] = [
      ['all', '90000 samples', 2, 0, 9],
      ['b', '90000 samples', 1, 0, 9],
    ];
    for (let index = 0; index < 20_000; index++) below.push(['c', '1 samples', 1, 0, 0.1], ['d', '1 samples', 0, 0, 9]);
    assertProfileOrError(picture(below));
  });

  it('rebuilds a tower of 100,000 rows', () => {
    const rows = Array.from({ length: 100_000 }, (_, row): [string, string, number, number, number] => [
      row === 0 ? 'all' : 'f',
      '3 samples',
      row,
      0,
      9,
    ]);
    assert.equal(weightOf(readText(picture(rows))), 3);
  });

  it('is a profile or an error, at once, whatever happens to the file', () => {
    const bodies = ['flamegraph.svg', 'inferno.svg'].map((name) => fixture(name).replace(/<script[^]*<\/script>/, ''));
    fc.assert(fc.property(fc.oneof(...bodies.map(mutated)), assertProfileOrError), { numRuns: 300 });
  });
});
