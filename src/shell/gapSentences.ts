import { l10n } from 'vscode';
import type { GapPlace } from '../engine/receipt.ts';
import { formatClock } from './figures.ts';
import { fragmentsText } from './recordingSentences.ts';

/** So many places are told in a sentence; the receipt has all. */
const TOLD_PLACES = 3;

/** What sums of durations may be off. */
const ROUNDING_S = 0.001;

/** Where a gap is in the file, as a player counts: `0:38–0:46`, and of which stream if it is not the main one. */
export function placeText({ stream, startS, durationS }: GapPlace): string {
  const from = formatClock(Math.floor(startS + ROUNDING_S));
  const to = formatClock(Math.ceil(startS + durationS - ROUNDING_S));
  // How long the rest of a fragment is, nobody has said.
  const times = durationS === 0 ? from : `${from}–${to}`;
  return stream === 'main' ? times : `${times} (${stream})`;
}

/** The first places: `0:38–0:46, 1:20–1:22 and 3 more`; empty without any. */
export function placesText(places: readonly GapPlace[] = []): string {
  const told = places.slice(0, TOLD_PLACES).map(placeText).join(', ');
  const left = places.length - TOLD_PLACES;
  return left > 0 ? l10n.t('{0} and {1} more', told, left) : told;
}

/** `Missing: 0:38–0:46, 1:20–1:22.`; empty without any. */
export function missingText(places?: readonly GapPlace[]): string {
  const text = placesText(places);
  return text === '' ? '' : l10n.t('Missing: {0}.', text);
}

/** A line for each place, with how much is missing there and why: `0:38–0:46: 4 fragments, could not be had`. */
export function placeLines(places: readonly GapPlace[] = []): string[] {
  return places.map((place) => `${placeText(place)}: ${fragmentsText(place.fragments)}, ${reasonText(place)}`);
}

function reasonText({ reason, durationS }: GapPlace): string {
  switch (reason) {
    case 'declared':
      return l10n.t('marked in the playlist as a gap');
    case 'missing':
      return durationS === 0 ? l10n.t('only its first parts could be had') : l10n.t('could not be had');
    case 'unseen':
      return l10n.t('left the playlist unseen');
  }
}
