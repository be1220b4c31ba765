import type { InspectedRendition, InspectedVariant } from '../engine/inspect.ts';
import type { JobWishes } from '../jobs/record.ts';

/** Tracks of one kind beside a variant, each of which can be taken or left. */
export interface OfferedTracks {
  tracks: readonly InspectedRendition[];
  /** The one that the stream itself wants to be taken. */
  byDefault: InspectedRendition | undefined;
}

/** A track as it is remembered: the next stream has others of the same language. */
export interface RememberedTrack {
  language?: string;
  name: string;
}

/** What was chosen the last time that there was something to choose. */
export interface RememberedTracks {
  audio?: readonly RememberedTrack[];
  subtitles?: readonly RememberedTrack[];
}

/**
 * The audio that there is to choose beside a variant; none where there is only one. What the variant carries itself is
 * in the file in any case, so it is not offered.
 */
export function offeredAudio(variant: InspectedVariant, renditions: readonly InspectedRendition[]): OfferedTracks {
  const group = renditions.filter(({ type, groupId }) => type === 'AUDIO' && groupId === variant.audio);
  const separate = group.filter(
    ({ url }, index) => url !== undefined && group.findIndex((other) => other.url === url) === index,
  );
  const byDefault = preferred(group);
  const isCarried = group.some(({ url }) => url === undefined);
  const tracks = separate.length > 1 || isCarried ? separate : [];
  return { tracks, byDefault: tracks.find((track) => track === byDefault) };
}

/** The subtitles that there are beside a variant. */
export function offeredSubtitles(variant: InspectedVariant, renditions: readonly InspectedRendition[]): OfferedTracks {
  const tracks = renditions.filter(
    ({ type, groupId, url }) => type === 'SUBTITLES' && groupId === variant.subtitles && url !== undefined,
  );
  return { tracks, byDefault: tracks.find((track) => track.default) };
}

/**
 * The tracks that are taken unless a person says otherwise: those of the languages that were chosen the last time, else
 * what the setting says.
 */
export function preselect(
  { tracks, byDefault }: OfferedTracks,
  remembered: readonly RememberedTrack[] | undefined,
  setting: 'default' | 'all' | 'none',
): readonly InspectedRendition[] {
  // Nothing was chosen, and that is a choice, too.
  if (remembered?.length === 0) return [];
  const known = (remembered ?? []).map((track) => alike(tracks, track)).filter((track) => track !== undefined);
  if (known.length > 0) return [...new Set(known)];
  if (setting === 'all') return tracks;
  return setting === 'none' || byDefault === undefined ? [] : [byDefault];
}

/**
 * What the engine is asked for, so that it takes exactly the chosen tracks, which are of one kind.
 * @param renditions all of the playlist.
 */
export function toWish(
  chosen: readonly InspectedRendition[],
  renditions: readonly InspectedRendition[],
): NonNullable<JobWishes['audio']> {
  const [first, ...others] = chosen.map((track) => nameOf(track, renditions));
  if (first === undefined) return 'none';
  return others.length === 0 ? first : [first, ...others];
}

/** The track as it is remembered. */
export function remember({ language, name }: InspectedRendition): RememberedTrack {
  return language === undefined ? { name } : { language, name };
}

/** A language tells a track where it is the only one of it in its group, else its name does (RFC 8216bis §4.4.6.1.1). */
function nameOf({ type, groupId, language, name }: InspectedRendition, all: readonly InspectedRendition[]): string {
  const group = all.filter((other) => other.type === type && other.groupId === groupId);
  const same = group.filter((other) => other.language?.toLowerCase() === language?.toLowerCase());
  return language !== undefined && same.length === 1 ? language : name;
}

function alike(tracks: readonly InspectedRendition[], remembered: RememberedTrack): InspectedRendition | undefined {
  const language = remembered.language?.toLowerCase();
  const ofLanguage = tracks.filter((track) => track.language?.toLowerCase() === language);
  const named = ofLanguage.find(({ name }) => name === remembered.name);
  return named ?? (language === undefined ? undefined : preferred(ofLanguage));
}

/** Of the engine's own choice: the default, else the first that a player may choose, else the first. */
function preferred(tracks: readonly InspectedRendition[]): InspectedRendition | undefined {
  return tracks.find((track) => track.default) ?? tracks.find(({ autoselect }) => autoselect) ?? tracks[0];
}
