import assert from 'node:assert/strict';
import { judgeProfile } from '../../../src/evidence/gateVerdict.ts';
import { parseClaim } from '../../../src/evidence/readClaim.ts';
import { readProfile } from '../../../src/profile/formats/index.ts';
import { claimText } from './samples.ts';

const MALLOC = '_start;main;work;malloc 4';
/** Nothing in it is an allocator or a system call by name; page faults are under half of it. */
const FAULTS = '_start;main;work;__memmove_avx_unaligned_erms;asm_exc_page_fault_[k];clear_page_erms_[k] 40';
const WORK = '_start;main;work 60';

function read(stacks: string[], gate: Record<string, unknown> = {}) {
  const rule = parseClaim(claimText({ gate }), 'x').gate;
  return judgeProfile(readProfile(Buffer.from(stacks.join('\n')), 'x.folded'), rule, 'downloader 1.0');
}

describe('the verdict on a profile alone', () => {
  it('is by whole stacks unless the claim says otherwise', () => {
    const { verdict } = read([FAULTS, WORK]);
    assert.deepEqual([verdict.state, verdict.owned.hit, verdict.literal.hit], ['revisit', true, false]);
    assert.match(
      verdict.owned.sentence,
      /^the suspects own 40\.0 % of the busy samples, at least the claim's 10 %: page-fault 40\.0 %$/,
    );
    assert.equal(verdict.literal.sentence, 'none of the top 10 hot frames is allocator or syscall by name');
    assert.equal(
      verdict.sentence,
      'The profile shows allocator or syscall in the top 10 hot frames of downloader 1.0, by the owned reading: revisit. The literal one differs.',
    );
  });

  it('is by the names of the hot frames where the claim wants that', () => {
    const { verdict } = read([FAULTS, WORK], { reading: 'literal' });
    assert.equal(verdict.state, 'no-op');
    assert.match(
      verdict.sentence,
      /^The profile shows no allocator or syscall .* by the literal reading: close as no-op\. The owned one differs\.$/,
    );
  });

  it("holds the suspects' share against the claim's", () => {
    const { verdict } = read([MALLOC, WORK]);
    assert.deepEqual([verdict.state, verdict.owned.hit, verdict.literal.hit], ['no-op', false, true]);
    assert.match(
      verdict.owned.sentence,
      /own 6\.3 % of the busy samples, less than the claim's 10 %: allocator 6\.3 %$/,
    );
    assert.equal(verdict.literal.sentence, '1 of the top 10 hot frames: #2 malloc 6.3 %');
    assert.equal(read([MALLOC, WORK], { ownedPercent: 6.25 }).verdict.state, 'revisit');
  });

  it('looks for what the claim suspects, in as many frames as it says', () => {
    assert.equal(read([MALLOC, WORK], { reading: 'literal', top: 1 }).verdict.state, 'no-op');
    const { verdict } = read([MALLOC, WORK], { suspects: ['gc'], reading: 'literal' });
    assert.equal(verdict.state, 'no-op');
    assert.match(verdict.sentence, /shows no gc in the top 10/);
    assert.equal(verdict.owned.sentence, "the suspects own 0.0 % of the busy samples, less than the claim's 10 %");
  });
});
