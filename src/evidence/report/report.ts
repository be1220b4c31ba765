import type { ProfileSummary } from '../../profile/summary.ts';
import type { Effect } from '../effects.ts';
import type { GateVerdict } from '../gateVerdict.ts';
import { formatFigure, METRICS } from '../metrics.ts';
import { LOOK_ALPHAS } from '../planning.ts';
import { ARM_ROLES, type ArmRole } from '../runRecord.ts';
import { countedPairs } from '../schedule.ts';
import { isOfProfile, rolesOf, type ClaimRecord, type ProfileRecord, type TestRecord } from '../testRecord.ts';
import type { MetricVerdict, Verdict, VerdictState } from '../verdict.ts';
import { code, codeBlock, plain, quote, table } from './markdown.ts';
import { allocationsSection } from './allocationsSection.ts';
import { formatHotFrameTable } from './hotFrameTable.ts';
import { describeRuns, describeUnmeasured } from './runsSection.ts';
import {
  formatChange,
  formatClaimed,
  formatConfidence,
  formatInterval,
  formatMetricVerdict,
  formatStanding,
} from './words.ts';

/** An arm's profile, or the one that the claim names, as the claim reads it. */
export interface ArmProfile {
  /** Of the arm; of the profile's file. */
  name: string;
  summary: ProfileSummary;
  verdict: GateVerdict;
  /** Where it is, relative to the report. */
  file: string;
}

/** All that a report tells. Files are relative to it. */
export interface Report {
  record: ClaimRecord;
  /** Absent where there are only profiles. */
  verdict?: Verdict;
  /** The one that the claim names stands as the baseline's: it is of the program as it is. */
  profiles: Partial<Record<ArmRole, ArmProfile>>;
  /** Why an arm has no profile, where one was made and cannot be used. */
  lost: Partial<Record<ArmRole, string>>;
  files: { runs?: string; plot?: string; diff?: string };
}

/** A claim's state by its report, and in a sentence. Undefined while there is neither a verdict nor a profile that decides. */
export function outcomeOf({
  verdict,
  profiles,
}: Pick<Report, 'verdict' | 'profiles'>): { state: VerdictState; sentence: string } | undefined {
  if (verdict !== undefined) return { state: verdict.state, sentence: `${verdict.summary} · ${verdict.pairs} pairs` };
  // The claim is about the program as it is; of a claim with one arm, that one is.
  const gate = (profiles.baseline ?? profiles.candidate)?.verdict;
  return gate && { state: gate.state, sentence: gate.sentence };
}

/** The whole report as Markdown, to be pasted into an issue or read beside its files. */
export function formatReport(report: Report): string {
  const { record, files } = report;
  return join([
    ...headSections(report),
    files.plot === undefined ? '' : `![Each pair of runs, by metric](${files.plot})`,
    ...profileSections(report),
    isOfProfile(record) ? '' : allocationsSection(record),
    isOfProfile(record) ? originSection(record) : settingSection(record),
    isOfProfile(record) || files.runs === undefined
      ? ''
      : `## Runs\n\n${join(describeRuns(record))}\n\n[Every run as CSV](${files.runs})`,
    `## Not measured\n\n${describeUnmeasured(report)
      .map((line) => `- ${line}`)
      .join('\n')}`,
    reproductionSection(record),
  ]);
}

/** The part of the report that stands by itself, without its files: for the clipboard. */
export function formatSummary(report: Report): string {
  return join([
    ...headSections(report),
    ...ARM_ROLES.flatMap((role) => gateLines(report, role)),
    reproductionSection(report.record),
  ]);
}

function headSections(report: Report): string[] {
  const { claim } = report.record.head;
  const outcome = outcomeOf(report);
  return [
    `# ${plain(claim.id)} ${plain(claim.title)}: ${plain(report.verdict?.summary ?? outcome?.state ?? 'untested')}`,
    `${quote(claim.statement)}\n>\n> — ${plain(claim.source)}`,
    ...(report.verdict === undefined || isOfProfile(report.record)
      ? [outcome === undefined ? 'There is no verdict: nothing was measured to the end.' : plain(outcome.sentence)]
      : verdictSections(report.record, report.verdict)),
  ];
}

function verdictSections(record: TestRecord, verdict: Verdict): string[] {
  const { claim, arms, machine } = record.head;
  const { claimed, standing, state, pairs, morePairs } = verdict;
  const { interval, ratio, metric } = claimed.effect;
  const found = `${METRICS[metric].title} changes by **${formatChange(ratio)}** ${interval === undefined ? '' : `${formatInterval(interval)} `}over ${pairs} pairs`;
  const more = morePairs === undefined ? '' : ` ${morePairs} more pairs may decide it.`;
  const isSpent = state === 'inconclusive' && morePairs === undefined;
  const programs = [...new Set(Object.values(arms).map(({ program }) => program))].map(code).join(' and ');
  return [
    [
      `**${state}**: the claim is that ${formatClaimed(claim.claimed)}; ${found}.`,
      standing === undefined ? '' : formatStanding(standing),
      `${more}${isSpent ? 'No look is left: more pairs need a new test.' : ''}`.trim(),
      `This holds for ${programs}, this workload and this machine (${plain(machine.processor)}, ${machine.cores} cores).`,
    ]
      .filter((sentence) => sentence !== '')
      .join(' '),
    `## Effects\n\n${effectTable(record, verdict)}`,
    methodNote(record, verdict),
  ];
}

function effectTable(record: TestRecord, { claimed, others, beside, unmeasured }: Verdict): string {
  const { claim } = record.head;
  const judged = (one: MetricVerdict, isClaimed: boolean): string[] =>
    effectRow(one.effect, formatMetricVerdict(one, claim, isClaimed), isClaimed);
  return table(
    ['metric', 'baseline', 'candidate', 'change', 'interval', 'at', 'verdict'],
    [
      judged(claimed, true),
      ...others.map((one) => judged(one, false)),
      ...beside.map((effect) => effectRow(effect, '', false)),
      ...unmeasured
        .filter(({ why }) => why === 'not applicable')
        .map(({ metric, why }) => [METRICS[metric].title, '', '', '', '', '', why]),
    ],
    ['baseline', 'candidate', 'change'],
  );
}

function effectRow(
  { metric, baseline, candidate, ratio, interval }: Effect,
  verdict: string,
  isClaimed: boolean,
): string[] {
  const { title, unit } = METRICS[metric];
  const strong = (text: string): string => (isClaimed ? `**${text}**` : text);
  return [
    strong(title),
    formatFigure(baseline, unit),
    formatFigure(candidate, unit),
    strong(formatChange(ratio)),
    formatInterval(interval),
    interval === undefined ? '' : formatConfidence(interval),
    strong(verdict).replace('****', ''),
  ];
}

function methodNote(record: TestRecord, { claimed, others }: Verdict): string {
  const least = record.head.claim.smallestEffectPercent;
  const alpha = claimed.effect.alpha;
  const percent = (part: number): string => `${Number((part * 100).toPrecision(2))} %`;
  const shared =
    others.length === 0
      ? ''
      : ` The other verdicts share as much among the ${others.length} of them; lines without a verdict are for information.`;
  return [
    `Medians of the runs; the change is the Hodges–Lehmann estimate over the pairs' log ratios, with the exact Wilcoxon signed-rank interval.`,
    `*Revisit*: the whole interval lies beyond ${least} % in the claimed direction. *No-op*: two one-sided tests find the arms within ${least} % of each other, or the effect goes the other way.`,
    `Of the error rate of ${percent(LOOK_ALPHAS.reduce((sum, part) => sum + part, 0))} over all looks, this one spends ${percent(alpha)}.${shared}`,
  ].join(' ');
}

function profileSections(report: Report): string[] {
  const { files } = report;
  const sections = ARM_ROLES.flatMap((role) => {
    const profile = report.profiles[role];
    if (profile === undefined) return [];
    const whose = isOfProfile(report.record) ? 'The profile' : role === 'baseline' ? 'Baseline' : 'Candidate';
    return [
      `### ${whose}: ${plain(profile.name)}`,
      ...gateLines(report, role),
      formatHotFrameTable(profile.summary),
      `[The profile](${encodeURI(profile.file)})`,
    ];
  });
  if (sections.length === 0) return [];
  const diff =
    files.diff === undefined
      ? []
      : [`### What changed\n\n![Differential flame graph: red has grown, blue has shrunk](${files.diff})`];
  return [
    '## Hot frames and gate',
    report.verdict === undefined ? '' : 'From runs of their own: no profiler was attached to a timed run.',
    ...sections,
    ...diff,
  ];
}

function gateLines({ profiles }: Report, role: ArmRole): string[] {
  const profile = profiles[role];
  if (profile === undefined) return [];
  const { name, verdict } = profile;
  const { literal, owned } = verdict;
  const answer = (hit: boolean): string => (hit ? '**yes**' : '**no**');
  return [
    [
      `Gate of ${plain(name)}: ${plain(verdict.sentence)}`,
      '',
      `- literal: ${answer(literal.hit)}, ${plain(literal.sentence)}`,
      `- owned: ${answer(owned.hit)}, ${plain(owned.sentence)}`,
    ].join('\n'),
  ];
}

/** Where a profile comes from that no run was made for. */
function originSection({ head }: ProfileRecord): string {
  const { name, sha256 } = head.profile;
  return `## Setting\n\n- the profile that the claim names: ${code(name)}; SHA-256 ${code(sha256)}\n- judged: ${head.startedAt}; no run was made`;
}

function settingSection(record: TestRecord): string {
  const { head } = record;
  const { machine, arms, claim } = head;
  const memory = `${(machine.memoryBytes / 2 ** 30).toFixed(1)} GiB`;
  const roles = rolesOf(head);
  const armRows = roles.map((role) => [
    role,
    plain(claim[role]?.name ?? ''),
    code(arms[role]?.program ?? ''),
    code(arms[role]?.command.join(' ') ?? ''),
  ]);
  return join([
    '## Setting',
    [
      `- machine: ${plain(machine.processor)}, ${machine.cores} cores, ${memory}; ${plain(machine.system)}, kernel ${plain(machine.kernel)}; writes to ${plain(machine.fileSystem)}`,
      `- versions: ${machine.versions.map(plain).join(', ')}`,
      `- workload: ${plain(head.workload)}; SHA-256 ${code(head.workloadHash)}`,
      `- begun: ${head.startedAt}${roles.length < 2 ? '' : `; seed of the order: ${head.seed}`}`,
      ...describeDeclarations(record),
    ].join('\n'),
    table(['arm', 'name', 'program', 'command'], armRows),
  ]);
}

/** The number of pairs by each look, why so many, and how many were there when it was fixed. */
function describeDeclarations({ head, entries }: TestRecord): string[] {
  return entries.flatMap((entry, index) => {
    if (entry.type !== 'declaration') return [];
    const { look, pairs, noise, isCapped } = entry;
    const done = countedPairs({ head, entries: entries.slice(0, index) }).length;
    const named = done === 0 ? 'as asked for' : 'as asked for by somebody who could see those before';
    const noisy = noise === undefined ? named : `for a noise of ${(noise * 100).toFixed(1)} %`;
    return [
      `- look ${look + 1}: ${pairs} pairs, ${noisy}${isCapped ? ', which would need more' : ''}; fixed when there were ${done}`,
    ];
  });
}

function reproductionSection({ head }: ClaimRecord): string {
  return `## Again\n\n${codeBlock(head.reproduce, 'sh')}`;
}

function join(sections: readonly string[]): string {
  return sections.filter((section) => section !== '').join('\n\n');
}
