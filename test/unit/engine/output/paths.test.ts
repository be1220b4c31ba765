import assert from 'node:assert/strict';
import path from 'node:path';
import { outputPaths } from '../../../../src/engine/output/paths.ts';
import type { Stream } from '../../../../src/engine/source.ts';

const folder = path.resolve('films');
const plan = { fragments: [], durationS: 0, gaps: 0 };

function pathsOf(output: string, ...names: string[]): string[] {
  const flags = { isDefault: false, isAutoselect: false, isForced: false };
  const audio = names.map((name): Stream => {
    return {
      name: `audio.${name}`,
      id: name,
      plan,
      listed: [],
      rendition: { type: 'AUDIO', groupId: 'a', name, ...flags },
    };
  });
  return outputPaths(path.join(folder, output), [{ name: 'main', id: '', plan, listed: [] }, ...audio]).map((file) =>
    path.relative(folder, file),
  );
}

describe('output paths', () => {
  const cases: [string, string[], string[]][] = [
    ['a.ts', ['en'], ['a.ts', 'a.en.ts']],
    ['a.ts', ['en', 'en', 'en'], ['a.ts', 'a.en.ts', 'a.en.en.ts', 'a.en.en-2.ts']],
    ['a.ts', ['en', 'EN'], ['a.ts', 'a.en.ts', 'a.EN.EN.ts']],
    ['a.ts', ['../../etc/passwd'], ['a.ts', 'a.-etc-passwd.ts']],
    ['a.ts', ['..\\..\\boot'], ['a.ts', 'a.-boot.ts']],
    ['a.ts', ['CON', 'a\0b', '  ', ''], ['a.ts', 'a.CON.ts', 'a.a-b.ts', 'a.-.ts', 'a.audio.ts']],
    ['a.ts', ['日本語'], ['a.ts', 'a.日本語.ts']],
    ['a.ts', ['x'.repeat(300)], ['a.ts', `a.${'x'.repeat(32)}.ts`]],
  ];
  for (const [output, names, expected] of cases) {
    it(`of ${JSON.stringify(names).slice(0, 40)}`, () => assert.deepEqual(pathsOf(output, ...names), expected));
  }

  // Names of renditions come from strangers, and the file may be on Windows.
  const hostile = ['C:\\x', '\\\\server\\share', 'x.ts::$DATA', 'a<b>c:d"e|f?g*h', 'nul', 'COM1', 'trailing. .', 'a/b'];
  for (const name of hostile) {
    it(`are names that Windows takes too, of ${JSON.stringify(name)}`, () => {
      const [, rendition = ''] = pathsOf('a.ts', name);
      assert.match(rendition, /^a\.[\p{L}\p{N}_-]+\.ts$/u);
    });
  }

  for (const name of ['x'.repeat(252), 'é'.repeat(126), '😀'.repeat(63)]) {
    it(`fit on the disk when the name is ${Buffer.byteLength(name)} bytes of ${name.slice(0, 2)}`, () => {
      const [, rendition = ''] = pathsOf(`${name}.ts`, 'en');
      assert.ok(Buffer.byteLength(rendition) <= 255 && Buffer.byteLength(rendition) > 250, rendition);
      assert.ok(rendition.isWellFormed() && rendition.endsWith('.en.ts'));
    });
  }
});
