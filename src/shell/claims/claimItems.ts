import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { ArmProfile, Report } from '../../evidence/report/report.ts';
import type { ArmRole } from '../../evidence/runRecord.ts';
import type { MetricVerdict } from '../../evidence/verdict.ts';
import { METRICS } from '../../evidence/metrics.ts';
import { formatChange, formatInterval, formatMetricVerdict } from '../../evidence/report/words.ts';
import { countedPairs, runsOf } from '../../evidence/schedule.ts';
import { isProfilable } from '../../evidence/claim.ts';
import { isOfProfile } from '../../evidence/testRecord.ts';
import { comparisonUri } from '../comparison.ts';
import { DIFF_VIEW_TYPE } from '../diffEditor.ts';
import type { Audit } from './audits.ts';
import { claimLabel, claimText, gateLines, outcomeLines } from './claimSentences.ts';
import { canBeTested, type ClaimEntry, type ReadClaim } from './claimReading.ts';
import type { RunningTest } from './claimTests.ts';
import { translated } from '../translated.ts';

/** A line of the claims view. */
export type ClaimNode =
  | { kind: 'audit'; audit: Audit<ClaimEntry> }
  | { kind: 'claim'; file: string; entry: ClaimEntry }
  | { kind: 'report'; file: string; path: string; startedAt: string }
  | { kind: 'metric'; file: string; entry: ReadClaim; verdict: MetricVerdict; isClaimed: boolean }
  | { kind: 'profile'; file: string; path: string; name: string; role: ArmRole; profile: ArmProfile }
  | { kind: 'diff'; file: string; sides: readonly [ProfileSide, ProfileSide] }
  | { kind: 'runs'; file: string; path: string; pairs: number; runs: number };

/** One arm's profile, to be compared. */
export interface ProfileSide {
  path: string;
  name: string;
}

/** The lines under a claim: what its last test left. */
export function claimChildren(entry: ReadClaim, report: Report): ClaimNode[] {
  const { file, folder, record, verdict } = entry;
  if (record === undefined) return [];
  const profiles = (['baseline', 'candidate'] as const).flatMap((role): Extract<ClaimNode, { kind: 'profile' }>[] => {
    const profile = report.profiles[role];
    if (profile === undefined) return [];
    return [{ kind: 'profile', file, path: join(folder, profile.file), name: profile.name, role, profile }];
  });
  const [baseline, candidate] = profiles;
  const isDiff = report.files.diff !== undefined && baseline !== undefined && candidate !== undefined;
  const metrics = verdict === undefined ? [] : [verdict.claimed, ...verdict.others];
  return [
    ...(entry.report === undefined
      ? []
      : [{ kind: 'report', file, path: entry.report, startedAt: record.head.startedAt } satisfies ClaimNode]),
    ...metrics.map((one, index): ClaimNode => ({ kind: 'metric', file, entry, verdict: one, isClaimed: index === 0 })),
    ...profiles,
    ...(isDiff ? [{ kind: 'diff', file, sides: [baseline, candidate] } satisfies ClaimNode] : []),
    ...(report.files.runs === undefined || isOfProfile(record) || entry.report === undefined
      ? []
      : [
          {
            ...{ kind: 'runs', file, path: join(folder, report.files.runs) },
            ...{ pairs: countedPairs(record).length, runs: runsOf(record).length },
          } satisfies ClaimNode,
        ]),
  ];
}

/** Draws a line; `running`: the claim's test in this window. */
export function toClaimItem(node: ClaimNode, running: RunningTest | undefined): vscode.TreeItem {
  switch (node.kind) {
    case 'audit':
      return auditItem(node.audit);
    case 'claim':
      return claimItem(node.entry, running);
    case 'report':
      return reportItem(node);
    case 'metric':
      return metricItem(node);
    case 'profile':
      return profileItem(node);
    case 'diff':
      return diffItem(node);
    case 'runs':
      return runsItem(node);
  }
}

/** What is shown when the pointer rests on a claim. */
export function claimTooltip(entry: ReadClaim, report: Report | undefined): vscode.MarkdownString {
  const { claim, file } = entry;
  const text = new vscode.MarkdownString();
  const paragraph = (line: string): unknown => text.appendText(line).appendMarkdown('\n\n');
  text.appendMarkdown('**').appendText(claimLabel(entry)).appendMarkdown('**\n\n');
  paragraph(claim.statement);
  for (const line of outcomeLines(entry)) paragraph(line);
  for (const role of ['baseline', 'candidate'] as const) {
    const profile = report?.profiles[role];
    if (profile === undefined) continue;
    paragraph(vscode.l10n.t('Gate of {0}: {1}', profile.name, profile.verdict.sentence));
    for (const line of gateLines(profile.verdict)) text.appendMarkdown('- ').appendText(line).appendMarkdown('\n');
    text.appendMarkdown('\n');
  }
  paragraph(vscode.workspace.asRelativePath(file));
  return text;
}

function auditItem({ folder, claims }: Audit<ClaimEntry>): vscode.TreeItem {
  const label = vscode.workspace.asRelativePath(folder);
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Expanded);
  item.id = `audit:${folder}`;
  item.description = claims.length === 1 ? vscode.l10n.t('1 claim') : vscode.l10n.t('{0} claims', claims.length);
  item.iconPath = new vscode.ThemeIcon('folder');
  item.contextValue = ';audit;';
  item.accessibilityInformation = { label: [label, item.description].join(', ') };
  return item;
}

function claimItem(entry: ClaimEntry, running: RunningTest | undefined): vscode.TreeItem {
  const { None, Collapsed } = vscode.TreeItemCollapsibleState;
  const hasRecord = entry.kind === 'claim' && entry.record !== undefined;
  const label = claimLabel(entry);
  const item = new vscode.TreeItem(label, hasRecord ? Collapsed : None);
  item.id = entry.file;
  item.description = claimText(entry, running);
  item.iconPath = iconOf(entry, running);
  item.contextValue = `;${flagsOf(entry, running).join(';')};`;
  item.accessibilityInformation = { label: [label, item.description].join(', ') };
  if (entry.kind === 'broken') {
    item.tooltip = `${translated(entry.problem)}\n${entry.file}`;
    item.command = openCommand(entry.file, vscode.l10n.t('Open Claim'));
  }
  return item;
}

/** Flags that menus match with `viewItem =~ /;flag;/`. */
function flagsOf(entry: ClaimEntry, running: RunningTest | undefined): string[] {
  if (entry.kind === 'broken') return ['claim', 'broken'];
  const isReported = entry.report !== undefined;
  return [
    'claim',
    ...(running === undefined ? ['idle'] : ['running']),
    ...(canBeTested(entry) ? ['testable'] : []),
    ...(isProfilable(entry.claim) ? ['profilable'] : []),
    ...(isReported ? ['reported'] : []),
  ];
}

/** Nothing that moves: a picture that is drawn again and again takes processor time, which is what is measured. */
function iconOf(entry: ClaimEntry, running: RunningTest | undefined): vscode.ThemeIcon {
  if (running !== undefined) {
    return running.progress?.doing === 'waiting' ? themeIcon('watch') : themeIcon('beaker', 'charts.blue');
  }
  if (entry.kind === 'broken' || entry.recordProblem !== undefined) return themeIcon('error', 'list.errorForeground');
  switch (entry.state.state) {
    case 'untested':
      return themeIcon(entry.state.pairsDone > 0 ? 'debug-pause' : 'circle-outline');
    case 'revisit':
      return themeIcon('flame', 'list.warningForeground');
    case 'no-op':
      return themeIcon('circle-slash', 'testing.iconPassed');
    case 'inconclusive':
      return themeIcon('question');
    case 'stale':
      return themeIcon('history', 'disabledForeground');
  }
}

function themeIcon(id: string, colour?: string): vscode.ThemeIcon {
  return colour === undefined ? new vscode.ThemeIcon(id) : new vscode.ThemeIcon(id, new vscode.ThemeColor(colour));
}

function reportItem(node: Extract<ClaimNode, { kind: 'report' }>): vscode.TreeItem {
  const item = leaf(vscode.l10n.t('Report'), new Date(node.startedAt).toLocaleString(), 'markdown');
  item.id = `${node.file}/report`;
  item.tooltip = node.path;
  item.contextValue = ';report;';
  item.command = { command: 'hotframe.openClaimReport', title: vscode.l10n.t('Open Report'), arguments: [node] };
  return item;
}

function metricItem({ file, entry, verdict, isClaimed }: Extract<ClaimNode, { kind: 'metric' }>): vscode.TreeItem {
  const { metric, ratio, interval } = verdict.effect;
  const said = formatMetricVerdict(verdict, entry.claim, isClaimed);
  const item = leaf(
    METRICS[metric].title,
    `${formatChange(ratio)} ${formatInterval(interval)} · ${said}`,
    isClaimed ? 'law' : 'graph',
  );
  item.id = `${file}/metric/${metric}`;
  item.tooltip = item.description as string;
  item.contextValue = ';metric;';
  return item;
}

function profileItem(node: Extract<ClaimNode, { kind: 'profile' }>): vscode.TreeItem {
  const { verdict } = node.profile;
  const item = leaf(vscode.l10n.t('Profile of {0}', node.name), vscode.l10n.t('gate: {0}', verdict.state), 'flame');
  item.id = `${node.file}/profile/${node.role}`;
  item.tooltip = [verdict.sentence, ...gateLines(verdict), node.path].join('\n');
  item.contextValue = ';profile;';
  const { l10n, Uri } = vscode;
  item.command = {
    command: 'hotframe.openProfile',
    title: l10n.t('Open Flamegraph'),
    arguments: [Uri.file(node.path)],
  };
  return item;
}

function diffItem(node: Extract<ClaimNode, { kind: 'diff' }>): vscode.TreeItem {
  const [before, after] = node.sides;
  const item = leaf(vscode.l10n.t('What changed'), `${before.name} ↔ ${after.name}`, 'compare-changes');
  item.id = `${node.file}/diff`;
  item.contextValue = ';diff;';
  const side = ({ path, name }: ProfileSide) => ({ uri: vscode.Uri.file(path).toString(), name });
  const uri = vscode.Uri.from(comparisonUri({ before: side(before), after: side(after) }));
  const title = vscode.l10n.t('Compare Profiles');
  item.command = { command: 'vscode.openWith', title, arguments: [uri, DIFF_VIEW_TYPE] };
  return item;
}

function runsItem({ file, path, pairs, runs }: Extract<ClaimNode, { kind: 'runs' }>): vscode.TreeItem {
  const text =
    pairs === 0 ? vscode.l10n.t('{0} runs', runs) : vscode.l10n.t('{0} runs, {1} pairs that count', runs, pairs);
  const item = leaf(basename(path), text, 'table');
  item.id = `${file}/runs`;
  item.tooltip = path;
  item.contextValue = ';runs;';
  item.command = openCommand(path, vscode.l10n.t('Open Every Run'));
  return item;
}

function leaf(label: string, description: string, icon: string): vscode.TreeItem {
  const item = new vscode.TreeItem(label);
  item.description = description;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.accessibilityInformation = { label: [label, description].join(', ') };
  return item;
}

function openCommand(path: string, title: string): vscode.Command {
  return { command: 'vscode.open', title, arguments: [vscode.Uri.file(path)] };
}

/** The folder that a line of an audit, or of one of its claims, is in. */
export function auditFolder(node: ClaimNode): string {
  return node.kind === 'audit' ? node.audit.folder : dirname(node.file);
}
