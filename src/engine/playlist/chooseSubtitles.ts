import { PlaylistError } from '../errors.ts';
import type { MultivariantPlaylist, Rendition, Variant } from './model.ts';

/**
 * Picks the subtitles that are fetched beside a variant, of its group and with a URL. `wanted`: `none`; `all`;
 * `default`: the group's default, if it has one; else a language (`de`, also for `de-AT`) or a name, in any case; or a
 * list of these.
 * Throws PlaylistError `HLS_PLAYLIST_VARIANT` when there are none of that language or name.
 */
export function chooseSubtitles(
  playlist: MultivariantPlaylist,
  variant: Variant,
  wanted: string | readonly string[],
): Rendition[] {
  if (typeof wanted !== 'string') {
    return [...new Set(wanted.flatMap((each) => chooseSubtitles(playlist, variant, each)))];
  }
  const group = groupOf(playlist, variant);
  if (wanted === 'none') return [];
  if (wanted === 'all') return group;
  if (wanted === 'default') return group.filter(({ isDefault }) => isDefault).slice(0, 1);
  const text = wanted.toLowerCase();
  const found =
    group.find(({ language }) => language?.toLowerCase() === text) ??
    group.find(({ name }) => name.toLowerCase() === text) ??
    group.find(({ language }) => language?.toLowerCase().startsWith(`${text}-`));
  if (found) return [found];
  const offer = group.map(({ language, name }) => [language, name].filter(Boolean).join(' ')).join('; ');
  throw new PlaylistError(
    'HLS_PLAYLIST_VARIANT',
    `The variant has no subtitles “${wanted}”; it has ${offer === '' ? 'none' : offer}.`,
    { hint: 'Choose one of these by language or name, or take `default`, `all` or `none`.', url: playlist.url },
  );
}

/**
 * The subtitles that there are, by language or name, where the `default` ones were wanted, nothing was picked, and so
 * somebody may miss them; else none.
 */
export function overlookedSubtitles(
  playlist: MultivariantPlaylist,
  variant: Variant,
  wanted: string | readonly string[],
): string[] {
  const wantsDefault = [wanted].flat().includes('default');
  if (!wantsDefault || chooseSubtitles(playlist, variant, wanted).length > 0) return [];
  return [...new Set(groupOf(playlist, variant).map(({ language, name }) => language ?? name))];
}

function groupOf({ renditions }: MultivariantPlaylist, { subtitles }: Variant): Rendition[] {
  return renditions.filter(
    ({ type, groupId, url }) => type === 'SUBTITLES' && groupId === subtitles && url !== undefined,
  );
}
