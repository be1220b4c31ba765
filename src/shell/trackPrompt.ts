import * as vscode from 'vscode';
import type { InspectedRendition, InspectedVariant } from '../engine/inspect.ts';
import type { JobWishes } from '../jobs/record.ts';
import { languageName } from './languageName.ts';
import { readTrackSettings } from './settings.ts';
import { offeredAudio, offeredSubtitles, preselect, remember, toWish, type RememberedTracks } from './trackChoices.ts';

const MEMORY_KEY = 'hotframe.tracks';

/** What a person wants beside the picture; what was not asked is absent. */
export type ChosenTracks = Pick<JobWishes, 'audio' | 'subtitles'>;

interface TrackItem extends vscode.QuickPickItem {
  track?: InspectedRendition;
}

/**
 * Asks which audio and subtitles to take, in one question, and none at all where there is nothing to choose. The next
 * time, the same languages are proposed.
 * @param isLeft which of the two are still to be asked.
 * @returns nothing when the person leaves.
 */
export async function askTracks(
  variant: InspectedVariant,
  renditions: readonly InspectedRendition[],
  isLeft: { audio: boolean; subtitles: boolean },
  memory: vscode.Memento,
): Promise<ChosenTracks | undefined> {
  const nothing = { tracks: [], byDefault: undefined };
  const audio = isLeft.audio ? offeredAudio(variant, renditions) : nothing;
  const subtitles = isLeft.subtitles ? offeredSubtitles(variant, renditions) : nothing;
  if (audio.tracks.length === 0 && subtitles.tracks.length === 0) return {};
  const remembered = memory.get<RememberedTracks>(MEMORY_KEY, {});
  const settings = readTrackSettings();
  const proposed = [
    ...preselect(audio, remembered.audio, settings.audio),
    ...preselect(subtitles, remembered.subtitles, settings.subtitles),
  ];
  const items = [
    ...section(vscode.l10n.t('Audio'), audio.tracks, proposed),
    ...section(vscode.l10n.t('Subtitles'), subtitles.tracks, proposed),
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Download Playlist'),
    placeHolder: placeHolder(audio.tracks.length > 0, subtitles.tracks.length > 0),
    canPickMany: true,
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  if (picked === undefined) return undefined;
  const isPicked = (track: InspectedRendition): boolean => picked.some((item) => item.track === track);
  const [chosenAudio, chosenSubtitles] = [audio.tracks.filter(isPicked), subtitles.tracks.filter(isPicked)];
  const [hadAudio, hadSubtitles] = [audio.tracks.length > 0, subtitles.tracks.length > 0];
  await memory.update(MEMORY_KEY, {
    ...remembered,
    ...(hadAudio ? { audio: chosenAudio.map(remember) } : {}),
    ...(hadSubtitles ? { subtitles: chosenSubtitles.map(remember) } : {}),
  } satisfies RememberedTracks);
  return {
    ...(hadAudio ? { audio: toWish(chosenAudio, renditions) } : {}),
    ...(hadSubtitles ? { subtitles: toWish(chosenSubtitles, renditions) } : {}),
  };
}

function placeHolder(hasAudio: boolean, hasSubtitles: boolean): string {
  if (hasAudio && hasSubtitles) return vscode.l10n.t('Choose audio and subtitles');
  return hasAudio ? vscode.l10n.t('Choose audio') : vscode.l10n.t('Choose subtitles');
}

function section(
  label: string,
  tracks: readonly InspectedRendition[],
  proposed: readonly InspectedRendition[],
): TrackItem[] {
  if (tracks.length === 0) return [];
  return [
    { label, kind: vscode.QuickPickItemKind.Separator },
    ...tracks.map((track) => ({ ...trackItem(track), picked: proposed.includes(track), track })),
  ];
}

function trackItem({ name, language, channels, forced, characteristics }: InspectedRendition): vscode.QuickPickItem {
  const spoken = language === undefined ? undefined : languageName(language);
  const count = Number.parseInt(channels ?? '', 10);
  const details = [
    ...(spoken === undefined || spoken.toLowerCase() === name.toLowerCase() ? [] : [spoken]),
    ...(count > 0 ? [count === 1 ? vscode.l10n.t('1 channel') : vscode.l10n.t('{0} channels', count)] : []),
    ...(forced ? [vscode.l10n.t('forced')] : []),
    ...(characteristics?.includes('describes-video') ? [vscode.l10n.t('describes the picture')] : []),
    ...(characteristics?.includes('describes-music-and-sound') ? [vscode.l10n.t('describes sounds')] : []),
  ];
  return { label: name, description: details.join(' · ') };
}
