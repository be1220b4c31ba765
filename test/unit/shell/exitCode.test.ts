import assert from 'node:assert/strict';
import type { ErrorCode } from '../../../src/engine/errors.ts';
import { exitCodeOf } from '../../../src/shell/exitCode.ts';

describe('exit code', () => {
  it('follows the state', () => {
    assert.equal(exitCodeOf('complete'), 0);
    assert.equal(exitCodeOf('completeWithGaps'), 6);
    assert.equal(exitCodeOf('cancelled'), 130);
    assert.equal(exitCodeOf('interrupted'), 130);
    assert.equal(exitCodeOf('failed'), 3);
  });

  const codes: [ErrorCode, number][] = [
    ['HLS_URL', 2],
    ['HLS_OPTION', 2],
    ['HLS_FRAGMENT_STATUS', 3],
    ['HLS_PLAYLIST_STATUS', 3],
    ['HLS_PLAYLIST_UNREACHABLE', 3],
    ['HLS_PLAYLIST_NOT_HLS', 4],
    ['HLS_PLAYLIST_EMPTY', 4],
    ['HLS_PLAYLIST_DRM', 4],
    ['HLS_DISK_FULL', 5],
    ['HLS_DISK_NO_FOLDER', 5],
    ['HLS_INTERNAL', 3],
  ];
  for (const [code, expected] of codes) {
    it(`of ${code} is ${expected}`, () => assert.equal(exitCodeOf('failed', code), expected));
  }
});
