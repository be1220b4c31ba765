import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { prepareArm, type Programs } from '../../evidence/arms/prepareArm.ts';
import { hasProfile, isProfilable, type Arm, type Claim } from '../../evidence/claim.ts';
import { claimState, type ClaimState, type Subject } from '../../evidence/claimState.ts';
import { EvidenceError } from '../../evidence/errors.ts';
import { readClaim } from '../../evidence/readClaim.ts';
import { reportFolder } from '../../evidence/reportFolder.ts';
import type { Report } from '../../evidence/report/report.ts';
import { readReport, REPORT_FILES } from '../../evidence/report/writeReport.ts';
import { ARM_ROLES, type ArmRole } from '../../evidence/runRecord.ts';
import { sha256OfFile } from '../../evidence/runs/output.ts';
import { RECORD_FILE } from '../../evidence/runs/recordFile.ts';
import { runsOf } from '../../evidence/schedule.ts';
import { isOfProfile, parseRecord, type ClaimRecord } from '../../evidence/testRecord.ts';
import { judgeTest, type Verdict } from '../../evidence/verdict.ts';

/** A claim's file as it is now, with what became of the claim. */
export type ClaimEntry = ReadClaim | BrokenClaim;

export interface ReadClaim {
  kind: 'claim';
  file: string;
  claim: Claim;
  /** Where its runs and its report are, or would be. */
  folder: string;
  state: ClaimState;
  /** Of the last test; absent where there was none. */
  record?: ClaimRecord;
  /** By the record, however old; absent while declared pairs are missing, and where only profiles were made. */
  verdict?: Verdict;
  /** Path of the Markdown file, where it is there. */
  report?: string;
  /** Why the record of the last test cannot be used. */
  recordProblem?: string;
}

/** A file that is no claim. */
export interface BrokenClaim {
  kind: 'broken';
  file: string;
  problem: string;
}

/** Reads a claim's file and judges the record of its last test. Rejects only where the system fails. */
export async function readEntry(file: string, programs: Programs): Promise<ClaimEntry> {
  let claim: Claim;
  try {
    claim = await readClaim(file);
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    // Which file it is stands before it.
    return { kind: 'broken', file, problem: error.message.replace(`${file} `, '') };
  }
  const folder = reportFolder(file);
  const base = { kind: 'claim', file, claim, folder } as const;
  const found = await readRecord(folder);
  if (typeof found === 'string') {
    return { ...base, state: { state: 'untested', pairsDone: 0 }, recordProblem: found };
  }
  if (found === undefined) return { ...base, state: { state: 'untested', pairsDone: 0 } };
  const verdict = isOfProfile(found) ? undefined : judgeTest(found);
  const report = join(folder, REPORT_FILES.report);
  const judged = await profilesFor(found, verdict, folder);
  const subject = await subjectOf(claim, dirname(file), programs);
  return {
    ...base,
    state: claimState({ record: found, profiles: judged, ...(verdict && { verdict }) }, subject),
    record: found,
    ...(verdict === undefined ? {} : { verdict }),
    ...((await isThere(report)) ? { report } : {}),
  };
}

/** The whole report of a claim, with both profiles; nothing where the claim was never tested. */
export async function readWholeReport({ record, folder }: ReadClaim): Promise<Report | undefined> {
  return record && (await readReport(record, folder)).report;
}

/** Whether a test would find in the claim what it needs. */
export function canBeTested(entry: ClaimEntry): entry is ReadClaim {
  return entry.kind === 'claim' && (isProfilable(entry.claim) || hasProfile(entry.claim));
}

/** Where there is no verdict of arms the profiles decide; reading them takes longer than all else, so they are read only then. */
async function profilesFor(
  record: ClaimRecord,
  verdict: Verdict | undefined,
  folder: string,
): Promise<Report['profiles']> {
  const isProfiled = isOfProfile(record) || runsOf(record).some(({ kind }) => kind === 'profile');
  if (verdict !== undefined || !isProfiled) return {};
  return (await readReport(record, folder)).report.profiles;
}

/** What is tested as it is now. What is downloaded is left out: to know that it is the same takes as long as to make it. */
async function subjectOf(claim: Claim, home: string, programs: Programs): Promise<Subject> {
  const fingerprints = await fingerprintsOf(claim, home, programs);
  const profile = claim.profile === undefined ? undefined : resolve(home, claim.profile);
  // A profile that is gone has not changed.
  if (profile === undefined || !(await isThere(profile))) return { claim, fingerprints };
  return { claim, fingerprints, profileHash: await sha256OfFile(profile) };
}

async function fingerprintsOf(
  claim: Claim,
  home: string,
  programs: Programs,
): Promise<Partial<Record<ArmRole, string>>> {
  const known = ARM_ROLES.map(async (role) => {
    const arm = claim[role];
    const print = arm && (await fingerprintOf(arm, home, programs));
    return print === undefined ? [] : [[role, print]];
  });
  return Object.fromEntries((await Promise.all(known)).flat()) as Partial<Record<ArmRole, string>>;
}

async function fingerprintOf(arm: Arm, home: string, programs: Programs): Promise<string | undefined> {
  try {
    return (await prepareArm(arm, home, programs)).facts.fingerprint;
  } catch (error) {
    // A program that is not built just now has not changed.
    if (error instanceof EvidenceError) return undefined;
    throw error;
  }
}

/** The record in a folder; a string is why it cannot be used. */
async function readRecord(folder: string): Promise<ClaimRecord | string | undefined> {
  const path = join(folder, RECORD_FILE);
  try {
    const text = await readFile(path, 'utf8');
    return text.includes('\n') ? parseRecord(text, RECORD_FILE) : undefined;
  } catch (error) {
    if (error instanceof EvidenceError) return error.message;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    // What cannot be looked at cannot be opened either.
    return false;
  }
}
