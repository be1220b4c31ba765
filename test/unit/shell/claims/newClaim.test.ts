import assert from 'node:assert/strict';
import { isTestable } from '../../../../src/evidence/claim.ts';
import { parseClaim } from '../../../../src/evidence/readClaim.ts';
import { NEW_TITLE, newClaimText, nextName, withSuffix } from '../../../../src/shell/claims/newClaim.ts';

describe('a new claim', () => {
  it('can be read and tested as it is, whatever its file is called', () => {
    const ids = ['F7', '2026 läuft das?', '-x', '.claim.json'].map((name) => {
      const claim = parseClaim(newClaimText(`/w/${name}.claim.json`), name);
      assert.ok(isTestable(claim));
      assert.equal(claim.title, NEW_TITLE);
      return claim.id;
    });
    assert.deepEqual(ids, ['F7', '2026-l-uft-das-', 'x', 'claim.json']);
  });

  it('may have a job as its workload', () => {
    const claim = parseClaim(newClaimText('/w/F1.claim.json', '20260101-000000-000-abcdef'), 'F1');
    assert.deepEqual(claim.workload, { kind: 'job', job: '20260101-000000-000-abcdef' });
  });

  it('is proposed a name that is free, and gets the end that makes it a claim', () => {
    assert.equal(nextName([]), 'F1');
    assert.equal(nextName(['/w/F1.claim.json', '/w/F2.claim.json', '/w/G3.claim.json']), 'F3');
    for (const path of ['/w/F1', '/w/F1.json', '/w/F1.claim', '/w/F1.claim.json']) {
      assert.equal(withSuffix(path), '/w/F1.claim.json');
    }
  });
});
