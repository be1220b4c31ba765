import { isDeepStrictEqual } from 'node:util';
import type { Claim } from './claim.ts';
import type { ArmRole } from './runRecord.ts';
import { countedPairs } from './schedule.ts';
import { outcomeOf, type Report } from './report/report.ts';
import { isOfProfile, rolesOf, type ClaimRecord } from './testRecord.ts';
import type { VerdictState } from './verdict.ts';

/** What a list says of a claim that nobody is testing just now. */
export type ClaimState =
  /** `pairsDone` runs of a test that was stopped can be gone on with. */
  | { state: 'untested'; pairsDone: number }
  | { state: VerdictState; sentence: string }
  /** It was tested, and what was tested is no more. */
  | { state: 'stale'; was: VerdictState; sentence: string; why: string };

/** A test's subject as it is now; what is not known is taken as unchanged. */
export interface Subject {
  claim: Claim;
  workloadHash?: string;
  /** As `ArmFacts` has them. */
  fingerprints: Partial<Record<ArmRole, string>>;
  /** SHA-256 of the profile that the claim names. */
  profileHash?: string;
}

/** The state of a claim by the report of its last test; undefined where there is none. */
export function claimState(
  report: Pick<Report, 'record' | 'verdict' | 'profiles'> | undefined,
  subject: Subject,
): ClaimState {
  const outcome = report && outcomeOf(report);
  const why = report && changeSince(report.record, subject);
  if (report === undefined || outcome === undefined) {
    return {
      state: 'untested',
      pairsDone:
        report === undefined || why !== undefined || isOfProfile(report.record)
          ? 0
          : countedPairs(report.record).length,
    };
  }
  return why === undefined ? outcome : { state: 'stale', was: outcome.state, sentence: outcome.sentence, why };
}

/** What has changed since a test began, in words; undefined where its runs are still of this subject. */
export function changeSince(record: ClaimRecord, subject: Subject): string | undefined {
  const { claim, workloadHash, fingerprints, profileHash } = subject;
  if (!isDeepStrictEqual(tested(record.head.claim), tested(claim))) return 'the claim has changed';
  if (isOfProfile(record)) {
    const isSame = profileHash === undefined || profileHash === record.head.profile.sha256;
    return isSame ? undefined : 'the profile has changed';
  }
  const { head } = record;
  if (workloadHash !== undefined && workloadHash !== head.workloadHash) return 'what is downloaded has changed';
  const changed = rolesOf(head).find((role) => {
    const now = fingerprints[role];
    return now !== undefined && now !== head.arms[role]?.fingerprint;
  });
  return changed === undefined ? undefined : `the program of the ${changed} has changed`;
}

/** What runs and verdicts depend on: another title tests nothing else. */
function tested({ claimed, baseline, candidate, workload, profile, gate, smallestEffectPercent }: Claim): unknown {
  return { claimed, baseline, candidate, workload, profile, gate, smallestEffectPercent };
}
