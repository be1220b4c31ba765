import { type Claim, hasProfile, isProfilable, isTestable } from '../claim.ts';
import { EvidenceError } from '../errors.ts';
import type { ClaimRecord } from '../testRecord.ts';
import { keepProfile } from './keepProfile.ts';
import { profileClaim, testClaim, type TestSetting } from './testClaim.ts';

/**
 * Does what a claim's verdict needs, and no more: two arms are run against each other; one is profiled; the profile that a claim names is kept.
 *
 * @param isProfileOnly two arms are profiled, too, and not run against each other
 * @throws {EvidenceError} CLAIM_UNTESTABLE where the claim has nothing of that, and as `testClaim`
 */
export async function settleClaim(
  setting: TestSetting<Claim>,
  { isProfileOnly }: { isProfileOnly: boolean },
): Promise<ClaimRecord> {
  const { claim } = setting;
  if (isTestable(claim) && !isProfileOnly) return testClaim({ ...setting, claim });
  if (isProfilable(claim)) return profileClaim({ ...setting, claim });
  if (hasProfile(claim)) return keepProfile({ ...setting, claim });
  throw untestable(setting.claimFile);
}

/**
 * Asks for what a claim lacks.
 * @throws {EvidenceError} CLAIM_UNTESTABLE where there is neither a workload nor a profile
 */
export function checkTestable(claim: Claim, claimFile: string): void {
  if (!isProfilable(claim) && !hasProfile(claim)) throw untestable(claimFile);
}

function untestable(claimFile: string): EvidenceError {
  return new EvidenceError('CLAIM_UNTESTABLE', `${claimFile} names neither a workload nor a profile.`, {
    hint: 'Add "workload", with "baseline" and "candidate" to have two arms run against each other, or "profile".',
  });
}
