import { checkAddress } from './transport/originPolicy.ts';
import { EngineError, isAbortError } from './errors.ts';
import { fetchKey } from './fragment/key.ts';
import { IDENTITY } from './playlist/keys.ts';
import type { MultivariantPlaylist } from './playlist/model.ts';
import type { Client } from './transport/client.ts';
import type { Subject } from './transport/faults.ts';

/** So many are fetched ahead at most; the others when a fragment needs them. */
const mostKeys = 16;

/** The keys that a multivariant playlist announces (EXT-X-SESSION-KEY, RFC 8216bis §4.4.6.5), fetched while the media playlists are read. */
export class SessionKeys {
  readonly #client: Client;
  readonly #keys = new Map<string, Promise<Buffer | undefined>>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Begins to fetch them, those of the format `identity`; each URL once however often a playlist is read. */
  fetch({ url: playlistUrl, sessionKeys = [] }: MultivariantPlaylist): void {
    for (const { url, keyFormat } of sessionKeys) {
      if (keyFormat !== IDENTITY || url === undefined || this.#keys.has(url) || this.#keys.size >= mostKeys) continue;
      this.#keys.set(url, this.#fetchAhead(url, playlistUrl));
    }
  }

  /** The key of a URL, as soon as it is there; nothing where it is none of these, or could not be had. */
  async take(url: string): Promise<Buffer | undefined> {
    return this.#keys.get(url);
  }

  /** One try: whoever needs the key asks for it with all of his own. */
  async #fetchAhead(url: string, playlistUrl: string): Promise<Buffer | undefined> {
    const subject: Subject = { resource: 'key', url, label: 'The session key' };
    try {
      checkAddress(url, playlistUrl, subject);
      return await fetchKey(this.#client, { ...subject, limits: { tries: 1 } });
    } catch (error) {
      if (error instanceof EngineError || isAbortError(error)) return undefined;
      throw error;
    }
  }
}
