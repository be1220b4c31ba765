import assert from 'node:assert/strict';
import { failureReason } from '../../../src/shell/failureReasons.ts';

describe('the reason of a failure', () => {
  const translate = (text: string): string => `“${text}”`;

  it('is that of its code, of a transfer by its cause', () => {
    const refused = '“The origin answered with an error.”';
    assert.equal(failureReason('HLS_FRAGMENT_STATUS', translate), refused);
    assert.equal(failureReason('HLS_PLAYLIST_STATUS', translate), refused);
    assert.equal(failureReason('HLS_PLAYLIST_DRM', translate), '“The stream is protected and is not downloaded.”');
    assert.equal(failureReason('HLS_INTERNAL', translate), '“This is a defect of Hotframe.”');
  });

  it('is left to the words of the engine where the code is not known', () => {
    for (const code of ['HLS_FRAGMENT_TELEPORTED', 'HLS_TOMORROW', '', 'constructor']) {
      assert.equal(failureReason(code, translate), undefined, code);
    }
  });
});
