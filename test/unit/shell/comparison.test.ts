import assert from 'node:assert/strict';
import type { JobProfile } from '../../../src/jobs/record.ts';
import { comparisonUri, isComparable, pairProfiles, readComparison } from '../../../src/shell/comparison.ts';
import { sampleProfile } from '../jobs/samples.ts';

function side(kind: JobProfile['kind'], total = 1, unit = 'microseconds'): { profile: JobProfile } {
  return { profile: { ...sampleProfile(), kind, total, unit } };
}

describe('comparison', () => {
  const comparison = {
    before: { uri: 'file:///jobs/1/profiles/engine.cpuprofile', name: 'a/b CPU profile' },
    after: { uri: 'file:///jobs/2/profiles/engine.cpuprofile', name: 'c' },
  };

  it('has an address whose end is the name of the tab', () => {
    const { path } = comparisonUri(comparison);
    assert.equal(path, '/a_b CPU profile ↔ c');
  });

  it('is read back from its address', () => {
    assert.deepEqual(readComparison(comparisonUri(comparison).query), comparison);
  });

  for (const query of ['', 'x', 'null', '[]', '{"before":1,"after":{}}', '{"before":{"uri":"a","name":"b"}}']) {
    it(`is not read from ${query === '' ? 'nothing' : query}`, () => assert.equal(readComparison(query), undefined));
  }

  it('needs one unit, and one kind where both were recorded', () => {
    const cases = [
      isComparable(side('cpu').profile, side('cpu').profile),
      isComparable(side('cpu').profile, side('native').profile),
      isComparable(side('cpu').profile, side('attached').profile),
      isComparable(side('cpu').profile, side('cpu', 1, 'samples').profile),
    ];
    assert.deepEqual(cases, [true, false, true, false]);
  });

  it('of two jobs takes native profiles before others, of several the longest', () => {
    const [cpu, short, long, attached] = [side('cpu', 90), side('native', 2), side('native', 5), side('attached', 99)];
    const [other, otherCpu] = [side('native', 3), side('cpu', 50)];
    assert.deepEqual(pairProfiles([attached, cpu, short, long], [otherCpu, other]), [long, other]);
    assert.deepEqual(pairProfiles([attached, cpu], [otherCpu, other]), [cpu, otherCpu]);
    assert.deepEqual(pairProfiles([attached], [otherCpu]), [attached, otherCpu]);
    assert.equal(pairProfiles([cpu], [other]), undefined);
    assert.equal(pairProfiles([], [other]), undefined);
  });
});
