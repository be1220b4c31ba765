import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../jobs/folder.ts';
import { diffProfiles, type NamedProfile, type ProfileDiff } from '../../profile/diff.ts';
import { toDiffSvg } from '../../profile/diffExport.ts';
import { ProfileError } from '../../profile/errors.ts';
import { readProfileFile } from '../../profile/formats/file.ts';
import { EvidenceError } from '../errors.ts';
import { type GateVerdict, judgeProfile } from '../gateVerdict.ts';
import { zoneOf } from '../planning.ts';
import { ARM_ROLES, type ArmRole } from '../runRecord.ts';
import { countedPairs, runsOf } from '../schedule.ts';
import { isOfProfile, rolesOf, type ClaimRecord } from '../testRecord.ts';
import { judgeTest, type Verdict, type VerdictState } from '../verdict.ts';
import { formatReport, outcomeOf, type Report } from './report.ts';
import { formatRuns } from './runsCsv.ts';
import { drawStripPlot } from './stripPlot.ts';

/** Names of the report and of the files beside it. */
export const REPORT_FILES = { report: 'report.md', runs: 'runs.csv', plot: 'pairs.svg', diff: 'diff.svg' } as const;

/** A report on disk, and what it says. */
export interface WrittenReport {
  /** Id of the claim. */
  claim: string;
  state: VerdictState;
  sentence: string;
  /** Of the Markdown file. */
  path: string;
  /** Absent where only profiles were made. */
  verdict?: Verdict;
  gates: Partial<Record<ArmRole, GateVerdict>>;
}

/**
 * Writes what a test found: `report.md`, with `runs.csv` and the pictures beside it; what an earlier report left there is replaced.
 * @param folder of the record, where its profiles are
 * @throws {EvidenceError} CLAIM_RUN where there is nothing yet to report
 */
export async function writeReport(record: ClaimRecord, folder: string): Promise<WrittenReport> {
  const { report, diff } = await readReport(record, folder);
  const outcome = outcomeOf(report);
  if (outcome === undefined) throw nothingFound(report);
  const { claim } = record.head;
  const { verdict, profiles, files } = report;
  await makeFolder(folder);
  if (files.plot !== undefined && verdict !== undefined && !isOfProfile(record)) {
    const plot = drawStripPlot({
      title: `${claim.id} ${claim.title}`,
      pairs: countedPairs(record),
      effects: [verdict.claimed, ...verdict.others].map(({ effect }) => effect),
      claimed: claim.claimed,
      zone: zoneOf(claim.smallestEffectPercent),
    });
    await writeFile(join(folder, files.plot), plot);
  }
  if (files.diff !== undefined && diff !== undefined)
    await writeFile(join(folder, files.diff), toDiffSvg(diff, 'share'));
  if (files.runs !== undefined) await writeFile(join(folder, files.runs), formatRuns(runsOf(record)));
  const path = join(folder, REPORT_FILES.report);
  await writeFile(path, `${formatReport(report)}\n`);
  return {
    claim: claim.id,
    ...outcome,
    path,
    ...(verdict === undefined ? {} : { verdict }),
    gates: Object.fromEntries(ARM_ROLES.flatMap((role) => (profiles[role] ? [[role, profiles[role].verdict]] : []))),
  };
}

/** Judges a record with the profiles in its folder, and writes nothing. */
export async function readReport(record: ClaimRecord, folder: string): Promise<{ report: Report; diff?: ProfileDiff }> {
  const named: Partial<Record<ArmRole, NamedProfile>> = {};
  const profiles: Report['profiles'] = {};
  const lost: Report['lost'] = {};
  for (const { role, name, program, file } of profilesOf(record)) {
    try {
      const profile = await readProfileFile(join(folder, file));
      named[role] = { name, profile };
      profiles[role] = { name, ...judgeProfile(profile, record.head.claim.gate, program), file };
    } catch (error) {
      if (!(error instanceof ProfileError)) throw error;
      lost[role] = error.message;
    }
  }
  const verdict = isOfProfile(record) ? undefined : judgeTest(record);
  const diff = compare(named);
  const files = {
    ...(isOfProfile(record) ? {} : { runs: REPORT_FILES.runs }),
    ...(verdict === undefined ? {} : { plot: REPORT_FILES.plot }),
    ...(diff === undefined ? {} : { diff: REPORT_FILES.diff }),
  };
  const report: Report = { record, ...(verdict === undefined ? {} : { verdict }), profiles, lost, files };
  return { report, ...(diff === undefined ? {} : { diff }) };
}

/** The profiles of a record, whose they are and where; `program` is what a verdict on it holds for. */
function profilesOf(record: ClaimRecord): { role: ArmRole; name: string; program: string; file: string }[] {
  if (isOfProfile(record)) {
    const { name, file } = record.head.profile;
    return [{ role: 'baseline', name, program: name, file }];
  }
  const { claim, arms } = record.head;
  return rolesOf(record.head).flatMap((role) => {
    const file = runsOf(record).findLast((run) => run.arm === role && run.profile !== undefined)?.profile;
    if (file === undefined) return [];
    return [{ role, name: claim[role]?.name ?? role, program: arms[role]?.program ?? role, file }];
  });
}

/** The difference of the arms' profiles, where they can be compared. */
function compare({ baseline, candidate }: Partial<Record<ArmRole, NamedProfile>>): ProfileDiff | undefined {
  if (baseline === undefined || candidate === undefined) return undefined;
  try {
    return diffProfiles(baseline, candidate);
  } catch (error) {
    if (error instanceof ProfileError && error.code === 'PROFILE_MISMATCH') return undefined;
    throw error;
  }
}

function nothingFound({ lost }: Report): EvidenceError {
  const why = Object.values(lost).join('; ');
  return new EvidenceError('CLAIM_RUN', `There is nothing to report yet${why === '' ? '' : `: ${why}`}.`, {
    hint: 'Test the claim to its end. What cannot be used goes when the folder is removed.',
  });
}
