import { EngineError } from '../errors.ts';
import { fetchPlaylist } from '../fetchPlaylist.ts';
import type { MultivariantPlaylist } from '../playlist/model.ts';
import type { Client } from '../transport/client.ts';
import { DEFAULT_TTL_S, readSteeringManifest, type SteeringManifest } from './manifest.ts';
import { applyClones, orderPathways } from './pathways.ts';
import { steeringUrl } from './reload.ts';

/** A manifest is short, and nothing waits long for it: without it a client goes on with what it knows (§7.4). */
const maxBytes = 1024 * 1024;
const limits = { tries: 2, firstByteMs: 5_000, noProgressMs: 8_000 };

/** A playlist as content steering leaves it. */
export interface Steered {
  /** With the pathways that the manifest adds. */
  playlist: MultivariantPlaylist;
  /** Pathways from most to least wanted; absent where nothing is steered. */
  pathways?: readonly string[];
}

/** Asks the content steering server of a playlist which pathway to take (RFC 8216bis §7). */
export class Steering {
  readonly #client: Client;
  #manifest: SteeringManifest | undefined;
  /** When the manifest is to be read again, `performance.now()`. */
  #dueMs = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Applies the manifest, read again when it is old. Rejects with the signal's reason only. */
  async apply(playlist: MultivariantPlaylist): Promise<Steered> {
    if (playlist.steering === undefined) return { playlist };
    if (performance.now() >= this.#dueMs) await this.#read(playlist, playlist.steering.serverUrl);
    const steered = applyClones(playlist, this.#manifest?.clones ?? []);
    return { playlist: steered, pathways: orderPathways(steered, this.#manifest) };
  }

  async #read(playlist: MultivariantPlaylist, serverUrl: string): Promise<void> {
    const [pathway = '.'] = orderPathways(playlist, this.#manifest);
    const url = steeringUrl(this.#manifest?.reloadUrl ?? serverUrl, { pathway });
    try {
      const label = 'The steering manifest';
      const { text, url: finalUrl } = await fetchPlaylist(this.#client, { url, label, maxBytes, limits });
      this.#manifest = readSteeringManifest(text.toString('utf8'), finalUrl);
    } catch (error) {
      // The pathways of the playlist itself are good without it.
      if (!(error instanceof EngineError)) throw error;
    }
    this.#dueMs = performance.now() + (this.#manifest?.ttlS ?? DEFAULT_TTL_S) * 1000;
  }
}
