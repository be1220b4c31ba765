import { basename } from 'node:path';
import { l10n } from 'vscode';
import type { Receipt } from '../engine/receipt.ts';
import type { JobRecord } from '../jobs/record.ts';
import type { SalvagedFile } from './download.ts';
import { formatBytes, formatClock, formatDuration, formatSpeed } from './figures.ts';
import { outageSinceMs, type RecordingState } from './recordingState.ts';

/** `1 fragment`, `21 fragments`. */
export function fragmentsText(count: number): string {
  return count === 1 ? l10n.t('1 fragment') : l10n.t('{0} fragments', count);
}

/** What a running recording is at: `recording 0:42 · 21 fragments · 5.0 MB/s`. */
export function recordingText({ startedAt, createdAt, progress }: JobRecord): string {
  const elapsedS = (Date.now() - Date.parse(startedAt ?? createdAt)) / 1000;
  const recording = l10n.t('recording {0}', formatClock(Math.floor(elapsedS)));
  const figures =
    progress === undefined ? [] : [fragmentsText(progress.fragments), formatSpeed(progress.bytesPerSecond)];
  return [recording, ...figures].join(' · ');
}

/** What there is to say of a running recording instead of its figures. */
export function unusualRecordingText(recording: RecordingState): string | undefined {
  if (recording.isStopping) return l10n.t('stopping, what is on its way still comes in');
  const sinceMs = outageSinceMs(recording);
  if (sinceMs === undefined) return undefined;
  return l10n.t('waiting for the playlist since {0}', formatClock(Math.floor((Date.now() - sinceMs) / 1000)));
}

/** Told when what an interrupted recording left has become a file of its own. */
export function salvagedText({ request }: JobRecord, { path, bytes }: SalvagedFile): string {
  return l10n.t(
    '{0} is recorded anew. What was recorded before it was interrupted is saved as {1} ({2}).',
    basename(request.output),
    basename(path),
    formatBytes(bytes),
  );
}

/** Why the end of a stream may be missing, in a sentence; empty when it is there. */
export function missingEndText({ recording, isEndMissing }: Pick<Receipt, 'recording' | 'isEndMissing'>): string {
  if (recording?.ended === 'dead') return silentText();
  return isEndMissing ? l10n.t('The playlist does not say that it is over, so the end may be missing.') : '';
}

function silentText(): string {
  return l10n.t('The stream fell silent and never said that it was over, so its end may be missing.');
}

/** How a recording went, a line for each thing that there is to say. */
export function recordingLines(recording: NonNullable<Receipt['recording']>): string[] {
  const { ended, holes, holeS, outages, resets, parts } = recording;
  return [
    endText(ended),
    ...(holes === 0 ? [] : [holesText(holes, formatDuration(holeS * 1000))]),
    ...(outages === 0 ? [] : [outagesText(outages)]),
    ...(resets === 0 ? [] : [resetsText(resets)]),
    ...(parts === undefined || parts.fragments === 0 ? [] : [partsText(parts)]),
  ];
}

function endText(ended: NonNullable<Receipt['recording']>['ended']): string {
  switch (ended) {
    case 'endlist':
      return l10n.t('Recorded until the stream was over.');
    case 'duration':
      return l10n.t('Recorded for as long as was asked for.');
    case 'stopped':
      return l10n.t('Recorded until it was stopped.');
    case 'dead':
      return silentText();
  }
}

function holesText(holes: number, length: string): string {
  return holes === 1
    ? l10n.t('1 fragment ({0}) left the playlist before it was seen.', length)
    : l10n.t('{0} fragments ({1}) left the playlist before they were seen.', holes, length);
}

function outagesText(outages: number): string {
  return outages === 1
    ? l10n.t('Once the playlist could not be read for a while.')
    : l10n.t('{0} times the playlist could not be read for a while.', outages);
}

function resetsText(resets: number): string {
  return resets === 1
    ? l10n.t('Once the numbers of the playlist began anew.')
    : l10n.t('{0} times the numbers of the playlist began anew.', resets);
}

function partsText({ fragments, parts, refetched }: NonNullable<NonNullable<Receipt['recording']>['parts']>): string {
  const text = l10n.t('{0} came part by part, while they were made ({1} parts).', fragmentsText(fragments), parts);
  const again = l10n.t('{0} had to be fetched as a whole after all.', fragmentsText(refetched));
  return refetched === 0 ? text : `${text} ${again}`;
}
