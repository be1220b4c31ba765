import { PlaylistError } from './errors.ts';
import { fetchPlaylist } from './fetchPlaylist.ts';
import type { MediaPlaylist, Playlist } from './playlist/model.ts';
import { readPlaylist } from './playlist/read.ts';
import type { Client, Transfer } from './transport/client.ts';
import { transferError } from './transport/faults.ts';

/** Where a stream's playlist is, in today's multivariant playlist. */
export interface Address {
  url: string;
  label: string;
  imports?: Readonly<Record<string, string>> | undefined;
  /** As in `ReadOptions`. */
  mayBeEmpty?: boolean;
}

/** How often a recording's playlist without an end tag is read in the hope for one. */
const readingsForTheEnd = 3;
const newline = 0x0a;

/** Fetches and reads playlists of one download. What it rejects with is an EngineError, or the signal's reason. */
export class PlaylistReader {
  readonly #client: Client;
  readonly #maxBytes: number;
  /** The origin ends its lists without a line end, as it seems: time and again. */
  #hasOpenLines = false;

  constructor(client: Client, maxBytes: number) {
    this.#client = client;
    this.#maxBytes = maxBytes;
  }

  /** As `read`; what comes has to be a media playlist. */
  async readMedia(address: Address, rest: Pick<Transfer, 'limits' | 'signal'> = {}): Promise<MediaPlaylist> {
    return asMedia(await this.read(address, rest), address);
  }

  /** Fetches and reads one playlist; its URIs are relative to where redirects led. */
  async read(
    { url, label, imports, mayBeEmpty }: Address,
    rest: Pick<Transfer, 'limits' | 'signal'> = {},
  ): Promise<Playlist> {
    let playlist: Playlist | undefined;
    let readings = 0;
    const accept = (text: Buffer, finalUrl: string) => {
      playlist = readPlaylist(text, finalUrl, { imports, mayBeEmpty });
      if (playlist.kind !== 'media' || playlist.hasEnd) return;
      // Whatever HTTP says: a copy that was cut off in a cache is whole to it.
      const isOpen = text.at(-1) !== newline && !this.#hasOpenLines;
      if (!isOpen && playlist.isLive) return;
      if (++readings >= readingsForTheEnd && (playlist.isLive || !isOpen)) {
        this.#hasOpenLines ||= isOpen;
        return;
      }
      const what = playlist.isLive
        ? 'its last line has no end, so the address in it may be cut off'
        : 'it says that it is whole (VOD), but #EXT-X-ENDLIST is missing, and more with it perhaps';
      throw transferError({ resource: 'playlist', url, label }, 'TRUNCATED', what);
    };
    await fetchPlaylist(this.#client, { url, label, accept, maxBytes: this.#maxBytes, ...rest });
    return playlist as Playlist;
  }
}

function asMedia(playlist: Playlist, { label }: Pick<Address, 'label'>): MediaPlaylist {
  if (playlist.kind === 'media') return playlist;
  throw new PlaylistError('HLS_PLAYLIST_SYNTAX', `${label} is a multivariant playlist again.`, {
    hint: 'RFC 8216bis allows one level; pass the URL of a media playlist.',
    url: playlist.url,
  });
}
