import assert from 'node:assert/strict';
import { toFileName } from '../../../src/jobs/fileName.ts';

describe('file name', () => {
  const cases: [string, string][] = [
    ['sintel.ts', 'sintel.ts'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ['..\\..\\boot.ini', '_.._boot.ini'],
    ['.hidden', 'hidden'],
    ['...', ''],
    ['  spaced name. ', 'spaced name'],
    ['CON', '_CON'],
    ['aux.ts', '_aux.ts'],
    ['com1', '_com1'],
    ['console.ts', 'console.ts'],
    ['NUL', '_NUL'],
    ['nul .tar.gz', '_nul .tar.gz'],
    ['Lpt9.txt', '_Lpt9.txt'],
    ['COM¹.ts', '_COM¹.ts'],
    ['CONOUT$', '_CONOUT$'],
    ['com10.ts', 'com10.ts'],
    ['C:\\Users\\me\\x.ts', 'C__Users_me_x.ts'],
    ['\\\\server\\share\\x.ts', '__server_share_x.ts'],
    ['x.ts::$DATA', 'x.ts__$DATA'],
    ['x.ts. . .', 'x.ts'],
    ['a:b|c?d*e"f<g>h', 'a_b_c_d_e_f_g_h'],
    ['a\u0000b\nc', 'abc'],
    ['evil\u202egpj.ts', 'evilgpj.ts'],
    ['日本語 4K', '日本語 4K'],
    ['\ud800x', 'x'],
    ['', ''],
  ];
  for (const [text, expected] of cases) {
    it(`makes ${JSON.stringify(expected)} of ${JSON.stringify(text)}`, () => {
      assert.equal(toFileName(text), expected);
    });
  }

  it('cuts a long name by bytes and keeps its extension', () => {
    const name = toFileName(`${'é'.repeat(300)}.ts`);
    assert.equal(Buffer.byteLength(name) <= 120, true);
    assert.match(name, /^é{50,}\.ts$/u);
  });

  it('keeps within the length what is no device any more', () => {
    assert.equal(toFileName(`con.${'x'.repeat(200)}`, 20).length, 20);
  });

  it('never cuts through a character', () => {
    assert.equal(toFileName('😀'.repeat(60), 10), '😀😀');
  });
});
