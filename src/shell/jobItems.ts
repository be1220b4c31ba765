import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import type { Receipt } from '../engine/receipt.ts';
import {
  isActive,
  isPausable,
  isResumable,
  type BrokenJob,
  type JobProfile,
  type JobRecord,
  type JobState,
} from '../jobs/record.ts';
import type { JobEntry } from '../jobs/store.ts';
import { limitSentence } from './bottleneckSentences.ts';
import type { LiveState } from './download.ts';
import { formatBytes } from './figures.ts';
import { placeLines, placesText } from './gapSentences.ts';
import { languageName } from './languageName.ts';
import { jobDescription, jobLabel, keptText, profileText, receiptText, spokenText, stateText } from './sentences.ts';
import { translated } from './translated.ts';

/** What is in a file beside the main one. */
type OutputRendition = Pick<NonNullable<Receipt['renditions']>[number], 'type' | 'name' | 'language'>;

/** A line of the jobs view. */
export type JobNode =
  | { kind: 'job'; id: string; folder: string; record: JobRecord }
  | { kind: 'broken'; id: string; folder: string; job: BrokenJob }
  | { kind: 'output'; id: string; path: string; bytes: number | undefined; rendition?: OutputRendition }
  | { kind: 'gaps'; id: string; record: JobRecord }
  | { kind: 'receipt'; id: string; record: JobRecord }
  | { kind: 'profile'; id: string; path: string; profile: JobProfile; label: string };

/** What a tooltip can show; the receipt has the rest. */
const TOOLTIP_LINES = 20;

/** The line of a job in the store. */
export function toNode(entry: JobEntry): JobNode {
  return entry.kind === 'job'
    ? { kind: 'job', id: entry.record.id, folder: entry.folder, record: entry.record }
    : { kind: 'broken', id: entry.job.id, folder: entry.folder, job: entry.job };
}

/** The lines under a job: what it left behind. */
export function childrenOf({ id, folder, record }: Extract<JobNode, { kind: 'job' }>): JobNode[] {
  const { receipt, profiles } = record;
  // Of a replay the file is gone.
  const main = record.request.replay === undefined ? receipt?.output : undefined;
  const hasGaps = main !== undefined && (receipt?.gapPlaces ?? []).length > 0;
  return [
    ...(main === undefined ? [] : [{ kind: 'output', id, path: main.path, bytes: main.bytes } satisfies JobNode]),
    ...(receipt?.renditions ?? []).map(({ output, ...rendition }): JobNode => {
      const { path, bytes } = output;
      return { kind: 'output', id, path, bytes, rendition };
    }),
    ...(hasGaps ? [{ kind: 'gaps', id, record } satisfies JobNode] : []),
    ...(receipt === undefined ? [] : [{ kind: 'receipt', id, record } satisfies JobNode]),
    ...profiles.map((profile): JobNode => {
      const label = profileLabel(profile, profiles);
      return { kind: 'profile', id, path: join(folder, 'profiles', profile.file), profile, label };
    }),
  ];
}

/** What a person named it; else by its kind, with a number, for a job that was resumed has a profile of each of its runs. */
function profileLabel(profile: JobProfile, all: readonly JobProfile[]): string {
  if (profile.name !== profile.file) return profile.name;
  const number = all.filter(({ kind }) => kind === profile.kind).indexOf(profile) + 1;
  switch (profile.kind) {
    case 'cpu':
      return number === 1 ? vscode.l10n.t('CPU profile') : vscode.l10n.t('CPU profile {0}', number);
    case 'native':
      return number === 1 ? vscode.l10n.t('Native profile') : vscode.l10n.t('Native profile {0}', number);
    case 'heap':
      return number === 1 ? vscode.l10n.t('Heap profile') : vscode.l10n.t('Heap profile {0}', number);
    case 'attached':
      return profile.name;
  }
}

/** Draws a line. `live`: what the job's download in this window is at. */
export function toItem(node: JobNode, live: LiveState | undefined): vscode.TreeItem {
  switch (node.kind) {
    case 'job':
      return jobItem(node, live);
    case 'broken':
      return brokenItem(node.job);
    case 'output':
      return outputItem(node);
    case 'gaps':
      return gapsItem(node);
    case 'receipt':
      return receiptItem(node);
    case 'profile':
      return profileItem(node);
  }
}

function jobItem({ id, record }: Extract<JobNode, { kind: 'job' }>, live: LiveState | undefined): vscode.TreeItem {
  const { state, receipt, profiles } = record;
  const label = jobLabel(record);
  const hasChildren = receipt !== undefined || profiles.length > 0;
  const { None, Collapsed } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(label, hasChildren ? Collapsed : None);
  item.id = id;
  item.description = jobDescription(record, live);
  item.iconPath = state === 'running' && record.isLive ? themeIcon('record', 'charts.red') : iconOf(state);
  item.contextValue = flags(
    'job',
    state,
    ...(live === undefined ? [] : ['own']),
    ...(live?.recording?.isStopping === false ? ['live'] : []),
    ...(isActive(record) ? [] : ['over']),
    ...(isPausable(record) ? ['pausable'] : []),
    ...(profiles.length > 0 ? ['profiled'] : []),
    ...(isResumable(record) ? ['resumable'] : []),
    ...(record.request.replay === undefined ? [] : ['replay']),
  );
  item.accessibilityInformation = { label: spokenText(record, live) };
  return item;
}

function brokenItem({ id, folder, reason, detail }: BrokenJob): vscode.TreeItem {
  const item = new vscode.TreeItem(id);
  item.id = id;
  item.description =
    reason === 'newer'
      ? vscode.l10n.t('written by a newer version of Hotframe')
      : vscode.l10n.t('its record cannot be read');
  item.iconPath = new vscode.ThemeIcon('question', new vscode.ThemeColor('list.warningForeground'));
  item.tooltip = `${detail}\n${folder}`;
  item.contextValue = flags('broken', 'over');
  item.accessibilityInformation = { label: [id, item.description].join(', ') };
  return item;
}

function outputItem(node: Extract<JobNode, { kind: 'output' }>): vscode.TreeItem {
  const { id, path, bytes, rendition } = node;
  const label = basename(path);
  const item = new vscode.TreeItem(label);
  item.id = `${id}/output/${path}`;
  const content = rendition === undefined ? [] : [languageName(rendition.language ?? rendition.name)];
  item.description = [...content, ...(bytes === undefined ? [] : [formatBytes(bytes)])].join(' · ');
  const { kind, icon } = outputKind(rendition);
  item.iconPath = new vscode.ThemeIcon(icon);
  item.tooltip = path;
  item.contextValue = flags('output');
  item.accessibilityInformation = { label: [kind, label, item.description].join(', ') };
  item.command = { command: 'hotframe.openOutput', title: vscode.l10n.t('Open Output'), arguments: [node] };
  return item;
}

function outputKind(rendition: OutputRendition | undefined): { kind: string; icon: string } {
  switch (rendition?.type) {
    case undefined:
      return { kind: vscode.l10n.t('Output'), icon: 'file-media' };
    case 'AUDIO':
      return { kind: vscode.l10n.t('Audio'), icon: 'unmute' };
    case 'SUBTITLES':
      return { kind: vscode.l10n.t('Subtitles'), icon: 'note' };
  }
}

function gapsItem(node: Extract<JobNode, { kind: 'gaps' }>): vscode.TreeItem {
  const { gapPlaces } = node.record.receipt ?? {};
  const label = vscode.l10n.t('Gaps');
  const item = new vscode.TreeItem(label);
  item.id = `${node.id}/gaps`;
  item.description = placesText(gapPlaces);
  item.iconPath = themeIcon('warning', 'list.warningForeground');
  item.tooltip = placeLines(gapPlaces).slice(0, TOOLTIP_LINES).join('\n');
  item.contextValue = flags('receipt');
  item.accessibilityInformation = { label: [label, item.description].join(', ') };
  item.command = { command: 'hotframe.openReceipt', title: vscode.l10n.t('Open Receipt'), arguments: [node] };
  return item;
}

function receiptItem(node: Extract<JobNode, { kind: 'receipt' }>): vscode.TreeItem {
  const label = vscode.l10n.t('Receipt');
  const item = new vscode.TreeItem(label);
  item.id = `${node.id}/receipt`;
  item.description = receiptText(node.record);
  item.iconPath = new vscode.ThemeIcon('list-ordered');
  item.contextValue = flags('receipt');
  item.accessibilityInformation = { label: [label, item.description].join(', ') };
  item.command = { command: 'hotframe.openReceipt', title: vscode.l10n.t('Open Receipt'), arguments: [node] };
  return item;
}

function profileItem(node: Extract<JobNode, { kind: 'profile' }>): vscode.TreeItem {
  const { id, path, profile, label } = node;
  const item = new vscode.TreeItem(label);
  item.id = `${id}/profile/${profile.file}`;
  item.description = profileText(profile);
  item.iconPath = new vscode.ThemeIcon('flame');
  item.tooltip = path;
  item.contextValue = flags('profile');
  item.accessibilityInformation = { label: [label, item.description].join(', ') };
  item.command = { command: 'hotframe.openFlamegraph', title: vscode.l10n.t('Open Flamegraph'), arguments: [node] };
  return item;
}

/** Flags that menus match with `viewItem =~ /;flag;/`. */
function flags(...names: string[]): string {
  return `;${names.join(';')};`;
}

function iconOf(state: JobState): vscode.ThemeIcon {
  switch (state) {
    case 'queued':
      return themeIcon('clock', 'charts.blue');
    case 'running':
      return themeIcon('sync~spin', 'charts.blue');
    case 'paused':
      return themeIcon('debug-pause', 'charts.blue');
    case 'complete':
      return themeIcon('pass-filled', 'testing.iconPassed');
    case 'completeWithGaps':
      return themeIcon('pass', 'list.warningForeground');
    case 'failed':
      return themeIcon('error', 'testing.iconFailed');
    case 'cancelled':
      return themeIcon('circle-slash', 'descriptionForeground');
    case 'interrupted':
      return themeIcon('warning', 'list.warningForeground');
  }
}

function themeIcon(id: string, colour: string): vscode.ThemeIcon {
  return new vscode.ThemeIcon(id, new vscode.ThemeColor(colour));
}

/** What a job's line says of it under the pointer. */
export function jobTooltip(record: JobRecord): string {
  const { request, createdAt, error, receipt } = record;
  const { settings } = request;
  const kept = keptText(record);
  const arm = receipt?.settings ?? settings;
  return [
    ...(request.replay === undefined ? [request.url, request.output] : [request.replay.workload]),
    `${stateText(record)} · ${new Date(createdAt).toLocaleString()}`,
    vscode.l10n.t('write: {0} · concurrency: {1} · HTTP: {2}', arm.write ?? '', arm.concurrency ?? '', arm.http ?? ''),
    ...(receipt?.bottleneck === undefined ? [] : [limitSentence(receipt.bottleneck)]),
    ...(error === undefined ? [] : [`${error.code}: ${translated(error.message)}`]),
    ...(kept === '' ? [] : [kept]),
  ].join('\n');
}
