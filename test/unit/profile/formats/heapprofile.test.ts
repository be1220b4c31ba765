import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mutated } from './mutations.ts';
import { assertProfileOrError, codeOf, fixture, readText, stacksOf, weightOf } from './readingText.ts';

function node(functionName: string, selfSize: unknown, ...children: unknown[]): object {
  return {
    callFrame: { functionName, url: 'file:///a.js', lineNumber: 0, columnNumber: 4 },
    selfSize,
    id: 1,
    children,
  };
}

function file(...children: unknown[]): string {
  return JSON.stringify({ head: { ...node('(root)', 0, ...children) }, samples: [] });
}

describe('reading V8 heap profiles', () => {
  it('reads a recording in bytes', () => {
    const text = fixture('rows.heapprofile');
    const raw = JSON.parse(text) as { samples: unknown[] };
    const profile = readText(text);
    assert.deepEqual([profile.format, profile.unit], ['heapprofile', 'bytes']);
    assert.equal(profile.threads[0]?.samples, raw.samples.length);
    const sizes = [...text.matchAll(/"selfSize":(\d+)/g)].map(([, size]) => Number(size));
    assert.equal(
      weightOf(profile),
      sizes.reduce((sum, size) => sum + size, 0),
    );
    assert.ok(stacksOf(profile).some((stack) => /;rows;from;\(anonymous\) 10487216$/.test(stack)));
    assert.ok(profile.lost.some((note) => note.includes('ArrayBuffers')));
  });

  it('counts lines and columns from 1, and keeps what the root itself has', () => {
    const text = JSON.stringify({ head: node('(root)', 7, node('a', 5, node('', 0))) });
    const frames = readText(text).threads[0]?.tree.frames;
    assert.deepEqual(
      frames?.find(({ name }) => name === 'a'),
      {
        name: 'a',
        file: 'file:///a.js',
        line: 1,
        column: 5,
      },
    );
    assert.deepEqual(stacksOf(readText(text)), ['(root) 7', 'a 5']);
    assert.equal(readText(text).threads[0]?.samples, 2);
  });

  const broken: [what: string, text: string, code: string][] = [
    ['no allocation', file(node('a', 0)), 'PROFILE_EMPTY'],
    ['a size below nothing', file(node('a', -1)), 'PROFILE_BROKEN'],
    ['a size beyond all memory', file(node('a', 1e300)), 'PROFILE_BROKEN'],
    ['a size that is a word', file(node('a', '12')), 'PROFILE_BROKEN'],
    ['a child that is none', file(5), 'PROFILE_BROKEN'],
    ['a node without a call frame', file({ selfSize: 1 }), 'PROFILE_BROKEN'],
    ['children that are no list', file({ ...node('a', 1), children: 3 }), 'PROFILE_BROKEN'],
    ['half of a file', fixture('rows.heapprofile').slice(0, 3000), 'PROFILE_BROKEN'],
  ];
  for (const [what, text, code] of broken) {
    it(`refuses ${what}`, () => assert.equal(codeOf(text), code));
  }

  it('reads nodes nested 100,000 deep', () => {
    const open = '{"callFrame":{"functionName":"f"},"selfSize":1,"children":['.repeat(100_000);
    assert.equal(weightOf(readText(`{"head":${open}${']}'.repeat(100_000)}}`)), 100_000);
  });

  it('is a profile or an error, at once, whatever happens to the file', () => {
    const text = fixture('rows.heapprofile');
    fc.assert(fc.property(mutated(text), assertProfileOrError), { numRuns: 200 });
    const values = fc
      .json({ maxDepth: 3 })
      .map((json) => `{"head":{"selfSize":1,"callFrame":{},"children":[${json}]}}`);
    fc.assert(fc.property(values, assertProfileOrError), { numRuns: 200 });
  });
});
