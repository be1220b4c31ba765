import { l10n } from 'vscode';
import type { Receipt } from '../engine/receipt.ts';
import { formatDuration } from './figures.ts';

type Pathway = NonNullable<Receipt['pathways']>[number];

/** So many moves are listed; a recording of days may have thousands. */
const LISTED_MOVES = 10;

/** Where a download was fetched from, if it went from one place to another: a line for each. */
export function pathwayLines([first, ...moves]: readonly Pathway[] = []): string[] {
  if (first === undefined || moves.length === 0) return [];
  const left = moves.length - LISTED_MOVES;
  return [
    l10n.t('Fetched from the pathway {0} at first.', first.pathway),
    ...moves.slice(0, LISTED_MOVES).map(moveText),
    ...(left > 0 ? [l10n.t('The pathway changed {0} more times.', left)] : []),
  ];
}

function moveText({ pathway, atMs, why }: Pathway): string {
  const time = formatDuration(atMs);
  return why === 'steering'
    ? l10n.t('After {0} from {1}, as the steering server wanted.', time, pathway)
    : l10n.t('After {0} from {1}, because the one before failed.', time, pathway);
}
