import { basename } from 'node:path';
import { l10n } from 'vscode';
import type { ErrorReport } from '../engine/errors.ts';
import type { Receipt } from '../engine/receipt.ts';
import { keptOf } from '../jobs/kept.ts';
import type { JobProfile, JobProgress, JobRecord } from '../jobs/record.ts';
import type { LiveState } from './download.ts';
import { limitText } from './bottleneckSentences.ts';
import { formatBytes, formatClock, formatDuration, formatShare, formatSpeed, shareOf } from './figures.ts';
import { missingText } from './gapSentences.ts';
import { lackingText } from './subtitleSentences.ts';
import { fragmentsText, missingEndText, recordingText, unusualRecordingText } from './recordingSentences.ts';
import { translated } from './translated.ts';

/** Sizes that differ by no more need not be told apart. */
const ALIKE_SHARE = 0.02;

/** What a person calls a job: its name and, where it is known, the height of its picture. */
export function jobLabel({ title, variant }: Pick<JobRecord, 'title' | 'variant'>): string {
  const height = variant?.height;
  return height === undefined || title.includes(String(height)) ? title : `${title} ${height}p`;
}

/** The state in words: `interrupted`, `complete with 3 gaps, 2 of them marked in the playlist`. */
export function stateText({ state, receipt, isLive }: Pick<JobRecord, 'state' | 'receipt' | 'isLive'>): string {
  switch (state) {
    case 'queued':
      return l10n.t('queued');
    case 'running':
      return isLive ? l10n.t('recording') : l10n.t('running');
    case 'paused':
      return l10n.t('paused');
    case 'complete':
      return l10n.t('complete');
    case 'completeWithGaps':
      if (receipt === undefined) return l10n.t('complete with gaps');
      return incompleteText(receipt);
    case 'failed':
      return l10n.t('failed');
    case 'cancelled':
      return l10n.t('cancelled');
    case 'interrupted':
      return l10n.t('interrupted');
  }
}

function incompleteText(receipt: NonNullable<JobRecord['receipt']>): string {
  if (receipt.fragments.gaps > 0) return gapsText(receipt.fragments);
  // Nothing of picture and sound is known to be missing.
  const isEndDoubtful = missingEndText(receipt) !== '' || lackingText(receipt) === '';
  return isEndDoubtful ? l10n.t('complete, perhaps without its end') : l10n.t('complete but for subtitles');
}

function gapsText({ gaps, declaredGaps }: Receipt['fragments']): string {
  // A receipt of an earlier version knows no other gaps than declared ones, and doesn't count them.
  const declared = (declaredGaps as number | undefined) ?? gaps;
  if (gaps === 1) {
    return declared === 1 ? l10n.t('complete with 1 gap, marked in the playlist') : l10n.t('complete with 1 gap');
  }
  if (declared === 0) return l10n.t('complete with {0} gaps', gaps);
  if (declared === gaps) return l10n.t('complete with {0} gaps, all marked in the playlist', gaps);
  return declared === 1
    ? l10n.t('complete with {0} gaps, 1 of them marked in the playlist', gaps)
    : l10n.t('complete with {0} gaps, {1} of them marked in the playlist', gaps, declared);
}

/**
 * What a running download is at: `43 % · 260 of 600 fragments · 812 MB/s · 0:03 left`, `recording 0:42 · 21 fragments ·
 * 5.0 MB/s`, or why it waits.
 */
export function liveText(record: JobRecord, live: LiveState): string {
  return unusualText(live) ?? figuresText(record, progressText);
}

function figuresText(record: JobRecord, describe: (progress: JobProgress) => string): string {
  if (record.isLive) return recordingText(record);
  return record.progress === undefined ? l10n.t('starting') : describe(record.progress);
}

/** What there is to say of a running download instead of its figures. */
function unusualText(live: LiveState): string | undefined {
  const { queueNumber, phase, waitUntilMs, resumedFragments, recording, muxedShare } = live;
  if (queueNumber !== undefined) return l10n.t('queued, number {0}', queueNumber);
  if (muxedShare !== undefined) return l10n.t('making the file, {0}', formatShare(muxedShare));
  if (phase === 'finishing') return l10n.t('checking the file…');
  const waitMs = (waitUntilMs ?? 0) - Date.now();
  if (waitMs > 0) return l10n.t('waiting {0}, as the origin asked', formatClock(Math.ceil(waitMs / 1000)));
  const told = recording === undefined ? undefined : unusualRecordingText(recording);
  if (told !== undefined) return told;
  if (resumedFragments === 1) return l10n.t('going on, 1 fragment is there');
  if (resumedFragments !== undefined) return l10n.t('going on, {0} fragments are there', resumedFragments);
  return phase === 'starting' ? l10n.t('starting') : undefined;
}

function progressText(progress: JobProgress): string {
  const { fragments, fragmentsTotal, bytesPerSecond, remainingS } = progress;
  const parts = [
    formatShare(shareOf(fragments, fragmentsTotal)),
    l10n.t('{0} of {1} fragments', fragments, fragmentsTotal),
    formatSpeed(bytesPerSecond),
  ];
  if (remainingS !== undefined) parts.push(l10n.t('{0} left', formatClock(remainingS)));
  return parts.join(' · ');
}

/** What stands beside a job in the tree. `live`: what its download in this window is at. */
export function jobDescription(record: JobRecord, live?: LiveState): string {
  const { state, error } = record;
  switch (state) {
    case 'queued':
      return (live === undefined ? undefined : unusualText(live)) ?? stateText(record);
    case 'running':
      return (live === undefined ? undefined : unusualText(live)) ?? figuresText(record, runningText);
    case 'complete':
      return factsText(record);
    case 'completeWithGaps':
      return [stateText(record), factsText(record)].filter((text) => text !== '').join(' · ');
    case 'failed':
      return error === undefined ? stateText(record) : translated(error.message);
    case 'cancelled':
    case 'paused':
    case 'interrupted':
      return stoppedText(record);
  }
}

/** A job as a screen reader says it: its name, its state, its figures. */
export function spokenText(record: JobRecord, live?: LiveState): string {
  const description = jobDescription(record, live);
  const state = stateText(record);
  const hasState = description.startsWith(state);
  return [jobLabel(record), ...(hasState ? [] : [state]), description].filter(Boolean).join(', ');
}

function runningText({ fragments, fragmentsTotal, bytesPerSecond, remainingS }: JobProgress): string {
  const parts = [formatShare(shareOf(fragments, fragmentsTotal)), formatSpeed(bytesPerSecond)];
  if (remainingS !== undefined) parts.push(l10n.t('{0} left', formatClock(remainingS)));
  return parts.join(' · ');
}

function factsText({ receipt }: JobRecord): string {
  if (receipt === undefined) return '';
  const { bytes, wallMs, fragments, recording } = receipt;
  const size = sizeOf(receipt);
  // What an earlier run left took no time of this one, and a broadcast has its own pace.
  const hasSpeed = wallMs > 0 && fragments.resumed === 0 && recording === undefined;
  const speed = hasSpeed ? [formatSpeed((bytes.payload / wallMs) * 1000)] : [];
  // The speed is that of the fragments: beside a finished file that is smaller, it would be one of nobody.
  const isAlike = Math.abs(bytes.payload - size) <= size * ALIKE_SHARE;
  const fetched = hasSpeed && !isAlike ? [l10n.t('{0} fetched', formatBytes(bytes.payload))] : [];
  return [formatBytes(size), ...fetched, formatDuration(wallMs), ...speed].join(' · ');
}

/** Size of what a download wrote, in bytes: a finished file is not as large as the fragments that it is made of. */
export function sizeOf({ output, renditions = [], bytes }: Pick<Receipt, 'output' | 'renditions' | 'bytes'>): number {
  if (output === undefined) return bytes.payload;
  return renditions.reduce((sum, rendition) => sum + rendition.output.bytes, output.bytes);
}

function stoppedText(record: JobRecord): string {
  const { state, startedAt, progress, isLive } = record;
  if (startedAt === undefined) return unbegunText(record);
  if (progress === undefined || progress.fragments === 0) return stateText(record);
  if (isLive) {
    const fragments = fragmentsText(progress.fragments);
    return state === 'cancelled'
      ? l10n.t('cancelled after {0}', fragments)
      : l10n.t('interrupted after {0}', fragments);
  }
  const share = formatShare(shareOf(progress.fragments, progress.fragmentsTotal));
  if (state === 'paused') return l10n.t('paused at {0}', share);
  return state === 'cancelled' ? l10n.t('cancelled at {0}', share) : l10n.t('interrupted at {0}', share);
}

/** Stopped while it was in the queue. */
function unbegunText({ state }: JobRecord): string {
  if (state === 'paused') return l10n.t('paused before it began');
  return state === 'cancelled' ? l10n.t('cancelled before it began') : l10n.t('interrupted before it began');
}

/** `600 fragments · 260 from an earlier try · 3 retried · 2 asked for twice · 1 gap` */
export function receiptText({ receipt }: JobRecord): string {
  if (receipt === undefined) return '';
  const { total, resumed, retries, gaps, hedged } = receipt.fragments;
  const parts = [fragmentsText(total)];
  if (resumed > 0) parts.push(l10n.t('{0} from an earlier try', resumed));
  if (retries > 0) parts.push(l10n.t('{0} retried', retries));
  if (hedged > 0) parts.push(l10n.t('{0} asked for twice', hedged));
  if (gaps > 0) parts.push(gaps === 1 ? l10n.t('1 gap') : l10n.t('{0} gaps', gaps));
  if (receipt.bottleneck !== undefined) parts.push(limitText(receipt.bottleneck));
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

/** `sintel.ts is whole: 600 fragments, 3.2 GB in 3.9 s.`, and a word more where something is or may be missing. */
export function completionText(record: JobRecord): string {
  const name = basename(record.request.output);
  const { receipt, state } = record;
  if (receipt === undefined) return l10n.t('{0} is whole.', name);
  const fragments = fragmentsText(receipt.fragments.total);
  const size = formatBytes(sizeOf(receipt));
  const duration = formatDuration(receipt.wallMs);
  const text =
    state === 'completeWithGaps'
      ? l10n.t('{0} is {1}: {2}, {3} in {4}.', name, stateText(record), fragments, size, duration)
      : l10n.t('{0} is whole: {1}, {2} in {3}.', name, fragments, size, duration);
  const more = [missingText(receipt.gapPlaces), lackingText(receipt), missingEndText(receipt)];
  return [text, ...more].filter(Boolean).join(' ');
}

/** `sintel stopped at fragment 261 of 600: the origin answered 403. 1.4 GB are kept. The token may have expired.` */
export function failureText(record: JobRecord): string {
  const { error } = record;
  const label = jobLabel(record);
  const kept = keptText(record);
  if (error === undefined) return [l10n.t('{0} stopped.', label), kept].filter(Boolean).join(' ');
  const reason = [asSentence(translated(error.message)), kept, asSentence(translated(error.hint))]
    .filter(Boolean)
    .join(' ');
  // The engine's words begin with the fragment, which counts in its stream.
  if (!/^Fragment \d/.test(error.message)) return l10n.t('{0} failed: {1}', label, reason);
  const isEnglish = l10n.bundle === undefined;
  return l10n.t('{0} stopped at {1}', label, isEnglish ? reason.replace(/^F/, 'f') : reason);
}

/** Why something could not be done, and what to do about it. */
export function reportText({ message, hint }: Pick<ErrorReport, 'message' | 'hint'>): string {
  return `${asSentence(translated(message))} ${asSentence(translated(hint))}`.trim();
}

/** `1.4 GB are kept.`; empty when nothing is. */
export function keptText(record: JobRecord): string {
  const bytes = keptOf(record)?.bytes ?? 0;
  return bytes === 0 ? '' : l10n.t('{0} are kept.', formatBytes(bytes));
}

/** Told when what was kept for a resume is of no use any more. */
export function restartText(record: JobRecord): string {
  return l10n.t('The playlist of {0} has changed since the earlier try. The download starts over.', jobLabel(record));
}

/** A text with its full stop, so that two can stand side by side. */
export function asSentence(text: string): string {
  return text === '' || /[.!?…。！？]$/.test(text) ? text : l10n.t('{0}.', text);
}
