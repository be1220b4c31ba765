import assert from 'node:assert/strict';
import { excludeGlob, groupAudits } from '../../../../src/shell/claims/audits.ts';

describe('audits', () => {
  it('are the folders of claims, in the order of names and of their numbers', () => {
    const files = ['/w/b/F10.claim.json', '/w/a/G1.claim.json', '/w/b/F2.claim.json', '/w/b/F2-h2.claim.json'];
    const audits = groupAudits(files.map((file) => ({ file })));
    assert.deepEqual(
      audits.map(({ folder, claims }) => [folder, ...claims.map(({ file }) => file.slice(5))]),
      [
        ['/w/a', 'G1.claim.json'],
        ['/w/b', 'F2-h2.claim.json', 'F2.claim.json', 'F10.claim.json'],
      ],
    );
  });

  it('are not looked for where settings exclude everything', () => {
    assert.equal(excludeGlob([{}, { '**/a': false }]), undefined);
    assert.equal(excludeGlob([{ '**/.git': true }, {}]), '**/.git');
    const globs = [
      { '**/.git': true, '**/a': false },
      { '**/node_modules': true, '**/*.js': { when: '$(basename).ts' } },
    ];
    assert.equal(excludeGlob(globs), '{**/.git,**/node_modules}');
  });
});
