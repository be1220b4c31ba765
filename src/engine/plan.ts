import { PlaylistError } from './errors.ts';
import { nameKeySystem } from './playlist/drm.ts';
import { IDENTITY } from './playlist/keys.ts';
import type { Finding, Fragment, InitSegment, Key, MediaPlaylist } from './playlist/model.ts';

/** What is going to be downloaded. */
export interface Plan {
  /**
   * Every fragment of the playlist, gaps included. `keys`, theirs and their init segment's, hold at most one key:
   * one that we can decrypt with, with URL and IV; gaps have none. Fragments that share an init segment share the object.
   */
  fragments: readonly Fragment[];
  /** Sum of the durations of what will be in the file: gaps don't count. */
  durationS: number;
  /** Fragments that the origin does not have (EXT-X-GAP). */
  gaps: number;
}

/**
 * Checks that a playlist that is over can be downloaded, and settles each fragment's key; `durationS`: only its
 * beginning, to the end of the fragment that makes it so long. Pure. Throws PlaylistError: `HLS_PLAYLIST_SYNTAX`,
 * `HLS_PLAYLIST_EMPTY`, `HLS_PLAYLIST_DRM`, `HLS_PLAYLIST_ENCRYPTION`.
 */
export function planDownload(playlist: MediaPlaylist, durationS = Infinity): Plan {
  if (playlist.skipped) throw deltaError(playlist);
  checkNothingLost(playlist);
  const wanted = beginning(playlist.fragments, durationS);
  const present = wanted.filter((fragment) => !fragment.gap);
  if (present.length === 0) throw emptyError(playlist);
  const keys = new KeyChoice(playlist.url);
  return {
    fragments: wanted.map((fragment) => keys.settle(fragment)),
    durationS: present.reduce((sum, fragment) => sum + fragment.durationS, 0),
    gaps: wanted.length - present.length,
  };
}

/** Settles the keys of a live stream's fragments as they come. */
export interface LivePlan {
  /** Throws PlaylistError: `HLS_PLAYLIST_DRM`, `HLS_PLAYLIST_ENCRYPTION`. */
  settle(fragments: readonly Fragment[]): Fragment[];
}

/** Begins the plan of a playlist that goes on. Pure; throws as `planDownload` does. */
export function planLive(playlist: MediaPlaylist): LivePlan {
  if (playlist.skipped) throw deltaError(playlist);
  checkNothingLost(playlist);
  const keys = new KeyChoice(playlist.url);
  return { settle: (fragments) => fragments.map((fragment) => keys.settle(fragment)) };
}

/** Throws PlaylistError `HLS_PLAYLIST_SYNTAX` for a playlist that lost the address of a fragment. */
export function checkNothingLost(playlist: MediaPlaylist): void {
  const lost = playlist.findings.find(({ code }) => code === 'fragment-without-uri');
  if (lost) throw lostError(playlist, lost);
}

function beginning(fragments: readonly Fragment[], durationS: number): readonly Fragment[] {
  let lengthS = 0;
  const end = fragments.findIndex((fragment) => (lengthS += fragment.gap ? 0 : fragment.durationS) >= durationS);
  return end === -1 ? fragments : fragments.slice(0, end + 1);
}

/** The ways of encrypting that we can undo, the simplest first. */
const methods = ['AES-128', 'SAMPLE-AES', 'SAMPLE-AES-CTR'];

/** Picks the keys that we can decrypt with; the same list gives the same result object. */
class KeyChoice {
  readonly #playlistUrl: string;
  readonly #inits = new WeakMap<InitSegment, InitSegment>();

  constructor(playlistUrl: string) {
    this.#playlistUrl = playlistUrl;
  }

  settle(fragment: Fragment): Fragment {
    const { map, ...rest } = fragment;
    // A gap is never fetched: its keys need not be usable.
    if (fragment.gap) return { ...rest, keys: [] };
    return {
      ...rest,
      keys: this.#choose(fragment.keys, fragment.index),
      ...(map === undefined ? {} : { map: this.#settleInit(map, fragment.index) }),
    };
  }

  #settleInit(init: InitSegment, index: number): InitSegment {
    let settled = this.#inits.get(init);
    if (settled === undefined) {
      settled = { ...init, keys: this.#choose(init.keys, index) };
      this.#inits.set(init, settled);
    }
    return settled;
  }

  /** Keys of several formats open the same bytes (RFC 8216bis §4.4.4.4): one that we know is enough. */
  #choose(keys: readonly Key[], fragment: number): readonly Key[] {
    if (keys.length === 0) return keys;
    const own = keys.filter((key) => key.keyFormat === IDENTITY);
    const usable = methods.map((method) => own.find((key) => key.method === method)).find((key) => key !== undefined);
    if (usable !== undefined) return keys.length === 1 ? keys : [usable];
    throw this.#refuse(keys, fragment);
  }

  #refuse(keys: readonly Key[], fragment: number): PlaylistError {
    const url = this.#playlistUrl;
    const systems = [
      ...new Set(keys.filter((key) => key.keyFormat !== IDENTITY).map((key) => nameKeySystem(key.keyFormat))),
    ];
    if (systems.length > 0) {
      return new PlaylistError('HLS_PLAYLIST_DRM', `The stream is protected by ${systems.join(', ')}.`, {
        hint: 'Protected streams are not downloaded; watch it in a player that has a licence for it.',
        url,
        fragment,
      });
    }
    const names = [...new Set(keys.map((key) => key.method.slice(0, 40)))].join(', ');
    return new PlaylistError(
      'HLS_PLAYLIST_ENCRYPTION',
      `The stream is encrypted with ${names}, which is not supported.`,
      {
        hint: 'Only AES-128 and SAMPLE-AES can be decrypted; look for another variant or source of the stream.',
        url,
        fragment,
      },
    );
  }
}

function deltaError({ url }: MediaPlaylist): PlaylistError {
  return new PlaylistError(
    'HLS_PLAYLIST_SYNTAX',
    'The playlist is a delta update (#EXT-X-SKIP), which lacks its beginning.',
    {
      hint: 'Ask for the whole playlist: without _HLS_skip in its address.',
      url,
    },
  );
}

function lostError({ url }: MediaPlaylist, { line }: Finding): PlaylistError {
  return new PlaylistError(
    'HLS_PLAYLIST_SYNTAX',
    `A fragment has no address: no URI follows #EXTINF in line ${line}.`,
    {
      hint: 'The playlist may have been cut off; fetch it again, or ask its origin.',
      url,
    },
  );
}

function emptyError(playlist: MediaPlaylist): PlaylistError {
  const what =
    playlist.fragments.length === 0 ? 'The playlist has no fragments.' : 'All fragments of the playlist are gaps.';
  return new PlaylistError('HLS_PLAYLIST_EMPTY', what, {
    hint: 'The stream may have been removed, or this variant of it failed: try another variant or check the URL.',
    url: playlist.url,
  });
}
