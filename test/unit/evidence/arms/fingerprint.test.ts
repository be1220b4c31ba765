import assert from 'node:assert/strict';
import { inOrder, programPlaces } from '../../../../src/evidence/arms/fingerprint.ts';

describe('fingerprints of arms', () => {
  it('are of the sources in one order on every platform', () => {
    const posix = ['shell/language/x.ts', 'shell/languageModelTools.ts', 'shell-x.ts', 'a.ts', 'a/b.ts', 'aB.ts'];
    const windows = posix.map((name) => name.replaceAll('/', '\\'));
    assert.deepEqual(inOrder(posix), [...posix].sort());
    assert.deepEqual(
      inOrder(windows).map((name) => name.replaceAll('\\', '/')),
      inOrder(posix),
    );
  });

  it('look for programs on the PATH, and for paths in the folder', () => {
    const environment = { PATH: '/usr/bin::/bin', PATHEXT: '.EXE' };
    assert.deepEqual(programPlaces('curl', '/work', environment, false), ['/usr/bin/curl', '/bin/curl']);
    assert.deepEqual(programPlaces('./run.sh', '/work', environment, false), ['/work/run.sh']);
    assert.deepEqual(programPlaces('a\\b', '/work', { PATH: '/bin' }, false), ['/bin/a\\b']);
  });

  it('look for programs of Windows with the extensions that they leave out', () => {
    const environment = { PATH: 'C:\\Windows;D:\\tools', PATHEXT: '.EXE;.CMD' };
    const places = ['C:\\Windows\\curl', 'C:\\Windows\\curl.EXE', 'C:\\Windows\\curl.CMD'];
    assert.deepEqual(programPlaces('curl', 'C:\\work', environment, true).slice(0, 3), places);
    for (const name of ['.\\run.exe', './run.exe', 'C:\\work\\run.exe']) {
      assert.equal(programPlaces(name, 'C:\\work', environment, true)[0], 'C:\\work\\run.exe', name);
    }
    assert.equal(programPlaces('D:\\x.exe', 'C:\\work', environment, true)[0], 'D:\\x.exe');
  });
});
