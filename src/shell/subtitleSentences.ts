import { l10n } from 'vscode';
import type { Receipt } from '../engine/receipt.ts';
import { formatDuration } from './figures.ts';
import { languageName } from './languageName.ts';
import { translated } from './translated.ts';

type RecordedSubtitles = NonNullable<NonNullable<Receipt['recording']>['subtitles']>[number];

/** How the recording of live subtitles went: a line for each, with what is missing of them. */
export function subtitleLines(recorded: readonly RecordedSubtitles[] = []): string[] {
  return recorded.map((subtitles) =>
    [joinedText(subtitles), missingText(subtitles), endText(subtitles)].filter((text) => text !== '').join(' '),
  );
}

/** Which subtitles of a live stream are not whole, in a sentence; empty when all are. */
export function lackingText({ recording }: Pick<Receipt, 'recording'>): string {
  const lacking = (recording?.subtitles ?? []).filter(({ holes, error }) => holes > 0 || error !== undefined);
  return lacking.length === 0 ? '' : l10n.t('Subtitles are not whole: {0}.', lacking.map(labelOf).join(', '));
}

function labelOf({ name, language }: RecordedSubtitles): string {
  return language === undefined ? name : languageName(language);
}

function joinedText(subtitles: RecordedSubtitles): string {
  const { segments } = subtitles;
  const label = labelOf(subtitles);
  return segments === 1
    ? l10n.t('Subtitles ({0}): 1 segment.', label)
    : l10n.t('Subtitles ({0}): {1} segments.', label, segments);
}

function missingText({ holes, holeS }: RecordedSubtitles): string {
  if (holes === 0) return '';
  const length = formatDuration(holeS * 1000);
  return holes === 1
    ? l10n.t('1 segment ({0}) is missing.', length)
    : l10n.t('{0} segments ({1}) are missing.', holes, length);
}

function endText({ ended, error }: RecordedSubtitles): string {
  if (error !== undefined) return l10n.t('They end early: {0}', translated(error.message));
  return ended === 'dead' ? l10n.t('They end early: nothing came any more.') : '';
}
