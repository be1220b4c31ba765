import assert from 'node:assert/strict';
import { readClaimDefinition } from '../../../../src/shell/claims/claimDefinition.ts';

const refuse = (property: string, message: string): Error => new Error(`${property} ${message}`);

describe('what a task or a tool says of a test', () => {
  it('is read with its path made absolute', () => {
    const given = { type: 'hotframe-claim', claim: 'a/F4.claim.json', pairs: 12, expect: 'no-op' };
    assert.deepEqual(readClaimDefinition(given, '/w', refuse), {
      claim: '/w/a/F4.claim.json',
      pairs: 12,
      expect: 'no-op',
    });
    const profiled = { claim: '/v/F4.claim.json', profileOnly: true };
    assert.deepEqual(readClaimDefinition(profiled, undefined, refuse), profiled);
  });

  it('is refused with the property that is wrong', () => {
    const claim = '/w/F4.claim.json';
    const cases: [given: Record<string, unknown>, words: RegExp][] = [
      [{}, /claim is missing/],
      [{ claim: '/w/F4.json' }, /claim is no \.claim\.json file/],
      [{ claim: 'F4.claim.json' }, /claim is relative/],
      [{ claim, pairs: 5 }, /pairs is not a whole number from 6 to 1000/],
      [{ claim, pairs: 6.5 }, /pairs/],
      [{ claim, pairs: '6' }, /pairs/],
      [{ claim, profileOnly: 'yes' }, /profileOnly/],
      [{ claim, profileOnly: true, pairs: 6 }, /pairs are not made/],
      [{ claim, expect: 'yes' }, /expect is one of revisit, no-op/],
    ];
    for (const [given, words] of cases) assert.throws(() => readClaimDefinition(given, undefined, refuse), words);
  });
});
