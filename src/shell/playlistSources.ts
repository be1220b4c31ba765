import { randomUUID } from 'node:crypto';
import type { JobSecrets, SecretVault } from '../jobs/secrets.ts';

/** Where a playlist comes from, with its secrets. */
export type PlaylistSource = JobSecrets;

interface Known {
  id: string;
  source: PlaylistSource;
}

const KEY = 'hotframe.playlists';

/** Sources that are remembered; of older ones the document says that it has to be opened again. */
const MAX_SOURCES = 50;

/** Remembers whence opened playlists came, so that a window shows them again after it was reloaded. */
export class PlaylistSources {
  readonly #vault: SecretVault;
  /** One change at a time: each reads the list and writes all of it. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(vault: SecretVault) {
    this.#vault = vault;
  }

  /** The id of a source; the same one for the same source. */
  async remember(source: PlaylistSource): Promise<string> {
    const change = this.#last.then(async () => {
      const known = await this.#read();
      const same = known.find((each) => isDeepEqual(each.source, source));
      const entry = same ?? { id: randomUUID().slice(0, 8), source };
      const rest = known.filter((each) => each !== same).slice(0, MAX_SOURCES - 1);
      await this.#vault.store(KEY, JSON.stringify([entry, ...rest]));
      return entry.id;
    });
    // Who waits for that one is told of its failure; the next one is not its business.
    this.#last = change.catch(() => undefined);
    return change;
  }

  /** The source with that id; nothing when it is forgotten, or was never known on this machine. */
  async find(id: string): Promise<PlaylistSource | undefined> {
    return (await this.#read()).find((each) => each.id === id)?.source;
  }

  async #read(): Promise<Known[]> {
    const text = await this.#vault.get(KEY);
    return text === undefined ? [] : (JSON.parse(text) as Known[]);
  }
}

function isDeepEqual(a: PlaylistSource, b: PlaylistSource): boolean {
  const sorted = (source: PlaylistSource): string =>
    JSON.stringify([source.url, Object.entries(source.headers ?? {}).toSorted(), source.ca]);
  return sorted(a) === sorted(b);
}
