import { basename } from 'node:path';
import { l10n } from 'vscode';
import type { JobProfile, JobProgress, JobRecord, JobState } from '../jobs/record.ts';
import { formatBytes, formatClock, formatDuration, formatShare, formatSpeed, shareOf } from './figures.ts';

/** What a person calls a job: its name and, where it is known, the height of its picture. */
export function jobLabel({ title, variant }: Pick<JobRecord, 'title' | 'variant'>): string {
  const height = variant?.height;
  return height === undefined || title.includes(String(height)) ? title : `${title} ${height}p`;
}

/** The state in words, for labels read aloud. */
export function stateName(state: JobState): string {
  switch (state) {
    case 'running':
      return l10n.t('running');
    case 'complete':
      return l10n.t('complete');
    case 'completeWithGaps':
      return l10n.t('complete with gaps');
    case 'failed':
      return l10n.t('failed');
    case 'cancelled':
      return l10n.t('cancelled');
    case 'interrupted':
      return l10n.t('interrupted');
  }
}

/** `43 % · 260 of 600 fragments · 812 MB/s · 0:03 left` */
export function progressText(progress: JobProgress): string {
  const { fragments, fragmentsTotal, bytesPerSecond, remainingS } = progress;
  const parts = [
    formatShare(shareOf(fragments, fragmentsTotal)),
    l10n.t('{0} of {1} fragments', fragments, fragmentsTotal),
    formatSpeed(bytesPerSecond),
  ];
  if (remainingS !== undefined) parts.push(l10n.t('{0} left', formatClock(remainingS)));
  return parts.join(' · ');
}

/** What stands beside a job in the tree. */
export function jobDescription(record: JobRecord): string {
  const { state, progress, error } = record;
  switch (state) {
    case 'running':
      return progress === undefined ? l10n.t('starting') : runningText(progress);
    case 'complete':
      return factsText(record);
    case 'completeWithGaps':
      return [l10n.t('{0} gaps', record.receipt?.fragments.gaps ?? 0), factsText(record)].join(' · ');
    case 'failed':
      return error === undefined ? stateName(state) : l10n.t('failed: {0}', error.message);
    case 'cancelled':
    case 'interrupted':
      return stoppedText(state, progress);
  }
}

function runningText({ fragments, fragmentsTotal, bytesPerSecond, remainingS }: JobProgress): string {
  const parts = [formatShare(shareOf(fragments, fragmentsTotal)), formatSpeed(bytesPerSecond)];
  if (remainingS !== undefined) parts.push(l10n.t('{0} left', formatClock(remainingS)));
  return parts.join(' · ');
}

function factsText({ receipt }: JobRecord): string {
  if (receipt === undefined) return '';
  const { payload } = receipt.bytes;
  const speed = receipt.wallMs > 0 ? [formatSpeed((payload / receipt.wallMs) * 1000)] : [];
  return [formatBytes(payload), formatDuration(receipt.wallMs), ...speed].join(' · ');
}

function stoppedText(state: 'cancelled' | 'interrupted', progress: JobProgress | undefined): string {
  if (progress === undefined || progress.fragments === 0) return stateName(state);
  const share = formatShare(shareOf(progress.fragments, progress.fragmentsTotal));
  return state === 'cancelled' ? l10n.t('cancelled at {0}', share) : l10n.t('interrupted at {0}', share);
}

/** `600 fragments · 3 retried` */
export function receiptText({ receipt }: JobRecord): string {
  if (receipt === undefined) return '';
  const { total, retries, gaps } = receipt.fragments;
  const parts = [total === 1 ? l10n.t('1 fragment') : l10n.t('{0} fragments', total)];
  if (retries > 0) parts.push(l10n.t('{0} retried', retries));
  if (gaps > 0) parts.push(l10n.t('{0} gaps', gaps));
  if (receipt.bottleneck !== undefined) parts.push(l10n.t('limit: {0}', receipt.bottleneck.kind));
  return parts.join(' · ');
}

/** `3.9 s · top: writeBuffer 18 % · gate: syscall` */
export function profileText(profile: JobProfile): string {
  const { kind, topFrame, gate } = profile;
  const suspects = [...new Set([...gate.literal, ...gate.owned])].sort();
  return [
    ...(kind === 'attached' ? [l10n.t('attached')] : []),
    profileLength(profile),
    ...(topFrame === undefined ? [] : [l10n.t('top: {0} {1}', topFrame.name, formatShare(topFrame.share))]),
    suspects.length === 0 ? l10n.t('gate: no suspect') : l10n.t('gate: {0}', suspects.join(', ')),
  ].join(' · ');
}

function profileLength({ total, unit }: JobProfile): string {
  if (unit === 'microseconds') return formatDuration(total / 1000);
  if (unit === 'bytes') return formatBytes(total);
  return unit === 'samples' ? l10n.t('{0} samples', total) : String(total);
}

/** `sintel.ts is whole: 600 fragments, 3.2 GB in 3.9 s.` */
export function completionText(record: JobRecord): string {
  const name = basename(record.request.output);
  const { receipt } = record;
  if (receipt === undefined) return l10n.t('{0} is whole.', name);
  const size = formatBytes(receipt.bytes.payload);
  const duration = formatDuration(receipt.wallMs);
  const { total, gaps } = receipt.fragments;
  return gaps > 0
    ? l10n.t('{0} is whole but for {1} gaps: {2} fragments, {3} in {4}.', name, gaps, total, size, duration)
    : l10n.t('{0} is whole: {1} fragments, {2} in {3}.', name, total, size, duration);
}

/** `sintel stopped at fragment 261 of 600: the origin answered 403. The token may have expired.` */
export function failureText(record: JobRecord): string {
  const { error } = record;
  const label = jobLabel(record);
  if (error === undefined) return l10n.t('{0} stopped.', label);
  const reason = [asSentence(error.message), asSentence(error.hint)].filter((text) => text !== '').join(' ');
  // The engine's own words begin with the fragment, which counts in its stream.
  if (!/^Fragment \d/.test(reason)) return l10n.t('{0} failed: {1}', label, reason);
  return l10n.t('{0} stopped at {1}', label, `${reason.charAt(0).toLowerCase()}${reason.slice(1)}`);
}

/** A text with its full stop, so that two can stand side by side. */
export function asSentence(text: string): string {
  return text === '' || /[.!?…]$/.test(text) ? text : `${text}.`;
}
