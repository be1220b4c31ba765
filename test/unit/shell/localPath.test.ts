import assert from 'node:assert/strict';
import { posix, win32 } from 'node:path';
import { expandHome, toAbsolute } from '../../../src/shell/localPath.ts';

const FOLDER = 'C:\\work\\films';

describe('a path that a person wrote', () => {
  const windows: [string, string][] = [
    ['x.ts', 'C:\\work\\films\\x.ts'],
    ['out/x.ts', 'C:\\work\\films\\out\\x.ts'],
    ['out\\x.ts', 'C:\\work\\films\\out\\x.ts'],
    ['..\\x.ts', 'C:\\work\\x.ts'],
    ['C:x.ts', 'C:\\work\\films\\x.ts'],
    ['D:\\media\\x.ts', 'D:\\media\\x.ts'],
    ['D:/media/x.ts', 'D:/media/x.ts'],
    ['\\\\nas\\media\\x.ts', '\\\\nas\\media\\x.ts'],
    ['\\\\?\\C:\\media\\x.ts', '\\\\?\\C:\\media\\x.ts'],
  ];
  for (const [path, expected] of windows) {
    it(`is absolute on Windows: ${path}`, () => assert.equal(toAbsolute(path, FOLDER, win32), expected));
  }

  it('starts from no folder when it is absolute, and nowhere when it is not', () => {
    assert.equal(toAbsolute('D:\\x.ts', undefined, win32), 'D:\\x.ts');
    assert.equal(toAbsolute('x.ts', undefined, win32), undefined);
    assert.equal(toAbsolute('/media/x.ts', undefined, posix), '/media/x.ts');
    assert.equal(toAbsolute('out/x.ts', '/work', posix), '/work/out/x.ts');
  });

  const homes: [string, string][] = [
    ['~', 'C:\\Users\\me\\'],
    ['~\\Videos', 'C:\\Users\\me\\Videos'],
    ['~/Videos', 'C:\\Users\\me\\Videos'],
    ['~me\\Videos', '~me\\Videos'],
    ['D:\\~', 'D:\\~'],
  ];
  for (const [path, expected] of homes) {
    it(`has the home folder for its tilde: ${path}`, () => {
      assert.equal(
        win32.normalize(expandHome(path, 'C:\\Users\\me', win32)),
        win32.normalize(expected).replace(/me\\$/, 'me'),
      );
    });
  }
});
