import assert from 'node:assert/strict';
import * as esbuild from 'esbuild';
import { findOriginal, mapOf } from '../../../src/shell/sourceMap.ts';

const SOURCE = `export function outer(n: number): number {
  return inner(n) + 1;
}

function inner(n: number): number {
  return n * 2;
}
`;

async function build(sourcemap: 'inline' | 'linked'): Promise<{ script: string; map: string | undefined }> {
  const { outputFiles } = await esbuild.build({
    stdin: { contents: SOURCE, sourcefile: 'src/my file.ts', loader: 'ts', resolveDir: '/app' },
    bundle: true,
    write: false,
    minifyWhitespace: true,
    sourcemap,
    outfile: '/app/dist/out.js',
    absWorkingDir: '/app',
    logLevel: 'silent',
  });
  const text = (end: string): string | undefined => outputFiles.find(({ path }) => path.endsWith(end))?.text;
  return { script: text('.js') ?? '', map: text('.map') };
}

/** Where a text stands in a script, from 1. */
function placeOf(script: string, text: string): { path: string; line: number; column: number } {
  const before = script.slice(0, script.indexOf(text)).split('\n');
  return { path: '/app/dist/out.js', line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

describe('source map', () => {
  it('leads from a bundle to what it was made of', async () => {
    const { script, map } = await build('linked');
    assert.deepEqual(mapOf(script, '/app/dist/out.js'), { path: '/app/dist/out.js.map' });
    const original = findOriginal(placeOf(script, 'inner(n){'), { text: map!, path: '/app/dist/out.js.map' });
    assert.deepEqual(original && { path: original.path, line: original.line }, {
      path: '/app/src/my file.ts',
      line: 5,
    });
  });

  it('is read out of the script too', async () => {
    const { script } = await build('inline');
    const map = mapOf(script, '/app/dist/out.js');
    assert.ok(map !== undefined && 'text' in map);
    const original = findOriginal(placeOf(script, 'outer(n){'), { text: map.text, path: '/app/dist/out.js' });
    assert.equal(original?.line, 1);
  });

  it('is looked for on this machine only', () => {
    const mapped = (address: string): unknown => mapOf(`f();\n//# sourceMappingURL=${address}\n`, '/app/a.js');
    assert.equal(mapped('https://host/a.js.map'), undefined);
    assert.equal(mapped('//host/a.js.map'), undefined);
    assert.equal(mapped('file://host/a.js.map'), undefined);
    assert.deepEqual(mapped('maps/a.js.map'), { path: '/app/maps/a.js.map' });
    assert.equal(mapOf('f();', '/app/a.js'), undefined);
    const text = JSON.stringify({ version: 3, sources: ['//host/x.ts'], names: [], mappings: 'AAAA' });
    assert.equal(findOriginal({ path: '/app/a.js', line: 1, column: 1 }, { text, path: '/app/a.js.map' }), undefined);
  });

  it('is followed on Windows as anywhere', () => {
    const mapped = (address: string): unknown =>
      mapOf(`f();\n//# sourceMappingURL=${address}\n`, 'C:\\app\\dist\\a.js');
    assert.deepEqual(mapped('a.js.map'), { path: 'C:\\app\\dist\\a.js.map' });
    assert.deepEqual(mapped('../maps/a%20b.map'), { path: 'C:\\app\\maps\\a b.map' });
    assert.deepEqual(mapped('file:///D:/maps/a.map'), { path: 'D:\\maps\\a.map' });
    assert.deepEqual(mapped('D:/maps/a.map'), { path: 'D:/maps/a.map' });
    for (const elsewhere of [
      '\\\\server\\a.map',
      '%5C%5Cserver%5Ca.map',
      'file:///%5Cserver/a.map',
      'file:////server/a.map',
    ]) {
      assert.equal(mapped(elsewhere), undefined, elsewhere);
    }
    const text = JSON.stringify({ version: 3, sources: ['..\\src\\x.ts'], names: [], mappings: 'AAAA' });
    const place = { path: 'C:\\app\\dist\\a.js', line: 1, column: 1 };
    assert.equal(findOriginal(place, { text, path: 'C:\\app\\dist\\a.js.map' })?.path, 'C:\\app\\src\\x.ts');
  });

  it('says nothing of places that it does not know, and is refused when it is none', () => {
    const place = { path: '/app/a.js', line: 9, column: 1 };
    const text = JSON.stringify({ version: 3, sources: ['x.ts'], names: [], mappings: 'AAAA' });
    assert.equal(findOriginal(place, { text, path: '/app/a.js.map' }), undefined);
    for (const broken of ['[]', 'null', '{"mappings":3}', '{']) {
      assert.throws(() => findOriginal(place, { text: broken, path: '/app/a.js.map' }), SyntaxError);
    }
  });
});
