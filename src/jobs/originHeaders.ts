import type { SecretVault } from './secrets.ts';

/** A vault that can say what it holds, as VS Code's SecretStorage can. */
export interface ListedVault extends SecretVault {
  keys: () => PromiseLike<string[]>;
}

/** A request header that a person has set, without its value. */
export interface OriginHeader {
  /** Scheme, host and port: `https://media.example`. */
  origin: string;
  name: string;
}

const PREFIX = 'hotframe.headers.';

/**
 * Request headers by origin, in the vault alone: one secret for each origin. They are for downloads whose URL is of that
 * origin; the engine sends such headers nowhere else, wherever playlists and redirects lead.
 */
export class OriginHeaders {
  readonly #vault: ListedVault;

  constructor(vault: ListedVault) {
    this.#vault = vault;
  }

  /** All headers, by origin, then by name. */
  async list(): Promise<OriginHeader[]> {
    const keys = await this.#vault.keys();
    const origins = keys.filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
    const lists = origins.sort().map(async (origin) => {
      const names = Object.keys(await this.#read(origin)).sort();
      return names.map((name) => ({ origin, name }));
    });
    return (await Promise.all(lists)).flat();
  }

  /** The headers for a URL, with their values; none for what is no URL. */
  async of(url: string): Promise<Record<string, string>> {
    return URL.canParse(url) ? this.#read(new URL(url).origin) : {};
  }

  /** Sets a header, in the place of one with that name in whatever case. */
  async set({ origin, name }: OriginHeader, value: string): Promise<void> {
    await this.#write(origin, { ...without(await this.#read(origin), name), [name]: value });
  }

  async remove({ origin, name }: OriginHeader): Promise<void> {
    await this.#write(origin, without(await this.#read(origin), name));
  }

  async #read(origin: string): Promise<Record<string, string>> {
    const text = await this.#vault.get(PREFIX + origin);
    return text === undefined ? {} : parse(text);
  }

  async #write(origin: string, headers: Record<string, string>): Promise<void> {
    const key = PREFIX + origin;
    if (Object.keys(headers).length === 0) await this.#vault.delete(key);
    else await this.#vault.store(key, JSON.stringify(headers));
  }
}

/** `given` before what is set; names are the same in whatever case (RFC 9110 §5.1). */
export function mergeHeaders(
  set: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>> = {},
): Record<string, string> {
  let rest = { ...set };
  for (const name of Object.keys(given)) rest = without(rest, name);
  return { ...rest, ...given };
}

function without(headers: Readonly<Record<string, string>>, name: string): Record<string, string> {
  const others = Object.entries(headers).filter(([other]) => other.toLowerCase() !== name.toLowerCase());
  return Object.fromEntries(others);
}

/** What something else wrote counts as nothing. */
function parse(text: string): Record<string, string> {
  try {
    const value: unknown = JSON.parse(text);
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    return {};
  }
}
