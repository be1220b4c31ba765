import assert from 'node:assert/strict';
import { findNamed } from '../../../src/shell/namedFile.ts';

type Found = ReturnType<typeof findNamed>;

/** What a profile or a map names, where it is on Windows, and where anywhere else. */
const cases: [file: string, windows: Found, elsewhere: Found][] = [
  ['C:\\app\\x.js', { absolute: 'C:\\app\\x.js' }, undefined],
  ['c:/app/x.js', { absolute: 'c:/app/x.js' }, undefined],
  ['C:x.js', undefined, undefined],
  ['/app/x.js', { absolute: '/app/x.js' }, { absolute: '/app/x.js' }],
  ['src\\x.js', { relative: 'src\\x.js' }, { relative: 'src\\x.js' }],
  ['../src/x.js', { relative: '../src/x.js' }, { relative: '../src/x.js' }],
  ['file:///C:/my%20app/x.js', { absolute: 'C:\\my app\\x.js' }, { absolute: '/C:/my app/x.js' }],
  ['file:///c%3A/app/x.js', { absolute: 'c:\\app\\x.js' }, { absolute: '/c:/app/x.js' }],
  ['FILE:///C:/app/x.js', { absolute: 'C:\\app\\x.js' }, { absolute: '/C:/app/x.js' }],
  ['file:///app/x.js', undefined, { absolute: '/app/x.js' }],
  ['\\\\server\\share\\x.js', undefined, undefined],
  ['//server/share/x.js', undefined, undefined],
  ['\\/server/share/x.js', undefined, undefined],
  ['\\\\?\\C:\\app\\x.js', undefined, undefined],
  ['\\\\.\\pipe\\x', undefined, undefined],
  ['file://server/share/x.js', undefined, undefined],
  ['file:////server/share/x.js', undefined, undefined],
  ['file:///\\server\\share\\x.js', undefined, undefined],
  ['file:///C:/a%5Cb.js', undefined, { absolute: '/C:/a\\b.js' }],
  ['file:///C:/a%2Fb.js', undefined, undefined],
  ['file:///C:/%ZZ.js', undefined, undefined],
  ['node:fs', undefined, undefined],
  ['https://host/x.js', undefined, undefined],
  ['vscode-file://app/x.js', undefined, undefined],
];

describe('a file that a profile names', () => {
  for (const [file, windows, elsewhere] of cases) {
    it(`is found or left alone: ${file}`, () => {
      assert.deepEqual(findNamed(file, true), windows);
      assert.deepEqual(findNamed(file, false), elsewhere);
    });
  }

  it('is never looked for on a server by an escaped slash', () => {
    assert.equal(findNamed('file:///%5Cserver/share/x.js', true), undefined);
  });
});
