import assert from 'node:assert/strict';
import type { ErrorCode } from '../../../src/engine/errors.ts';
import { stepsAfter, type Step } from '../../../src/shell/nextSteps.ts';

describe('next steps after a failure', () => {
  const cases: [ErrorCode, number | undefined, boolean, Step[]][] = [
    ['HLS_FRAGMENT_RESET', undefined, true, ['resume']],
    ['HLS_FRAGMENT_UNREACHABLE', undefined, false, ['tryAgain']],
    ['HLS_FRAGMENT_STATUS', 404, true, ['resume', 'allowGaps']],
    ['HLS_FRAGMENT_STATUS', 410, false, ['tryAgain', 'allowGaps']],
    ['HLS_FRAGMENT_STATUS', 503, true, ['resume']],
    ['HLS_FRAGMENT_STATUS', 429, true, ['resume']],
    ['HLS_FRAGMENT_STATUS', 403, true, ['resumeWithNewUrl']],
    ['HLS_KEY_STATUS', 401, true, ['resumeWithNewUrl']],
    ['HLS_PLAYLIST_STATUS', 403, false, ['changeUrl']],
    ['HLS_PLAYLIST_STATUS', 404, false, ['tryAgain', 'changeUrl']],
    ['HLS_PLAYLIST_UNREACHABLE', undefined, true, ['resume', 'resumeWithNewUrl']],
    ['HLS_FRAGMENT_CONTENT', undefined, true, ['resume', 'allowGaps']],
    ['HLS_PLAYLIST_NOT_HLS', undefined, false, ['changeUrl']],
    ['HLS_PLAYLIST_DRM', undefined, false, ['changeUrl']],
    ['HLS_PLAYLIST_CHANGED', undefined, true, ['resume']],
    ['HLS_URL', undefined, false, ['changeUrl']],
    ['HLS_DISK_FULL', undefined, true, ['chooseFolder', 'resume']],
    ['HLS_DISK_DENIED', undefined, false, ['chooseFolder']],
    ['HLS_DISK_NO_FOLDER', undefined, false, ['chooseFolder']],
    ['HLS_DISK_BUSY', undefined, false, ['tryAgain', 'chooseFolder']],
    ['HLS_DISK_REMOVED', undefined, false, ['tryAgain', 'chooseFolder']],
    ['HLS_INTERNAL', undefined, true, ['resume']],
  ];
  for (const [code, status, hasKept, steps] of cases) {
    it(`${code}${status === undefined ? '' : ` ${status}`}${hasKept ? ', something kept' : ''}: ${steps.join()}`, () => {
      const error = { code, message: 'm', hint: 'h', ...(status === undefined ? {} : { status }) };
      assert.deepEqual(stepsAfter(error, hasKept), steps);
    });
  }

  it('a crash: again', () => assert.deepEqual(stepsAfter(undefined, false), ['tryAgain']));
});
