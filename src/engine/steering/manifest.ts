import { PlaylistError } from '../errors.ts';

/** One entry of PATHWAY-CLONES: a pathway made from another one by replacing its URIs (RFC 8216bis §7.3). */
export interface PathwayClone {
  baseId: string;
  id: string;
  /** In place of the URI's own host; with a port, in place of that too. */
  host?: string;
  /** Query parameters that are set in every URI. */
  params: Readonly<Record<string, string>>;
  /** URLs by STABLE-VARIANT-ID that stand in place of the variant's own. */
  perVariant: Readonly<Record<string, string>>;
  /** URLs by STABLE-RENDITION-ID. */
  perRendition: Readonly<Record<string, string>>;
}

/** A steering manifest (RFC 8216bis §7.2), its URLs absolute. */
export interface SteeringManifest {
  /** Load it again after so many seconds. */
  ttlS: number;
  /** Where to load it from the next time. */
  reloadUrl: string;
  /** Pathways from most to least wanted; never empty. */
  priority: readonly string[];
  clones: readonly PathwayClone[];
}

/** What TTL is when a manifest has none or could not be read (RFC 8216bis §7.4). */
export const DEFAULT_TTL_S = 300;

/** Steering manifests are short: more is not one, and would only fill our memory. */
const MAX_LENGTH = 1024 * 1024;
const MAX_ENTRIES = 1000;

/**
 * Reads a steering manifest; `url` is where it came from after redirects. Throws PlaylistError `HLS_PLAYLIST_SYNTAX` that
 * names the key for what the RFC does not allow; a client goes on with what it knew (§7.4). Unknown keys are ignored.
 */
export function readSteeringManifest(text: string, url: string): SteeringManifest {
  const root = new Reader(url, parseJson(text, url), '');
  const version = root.get('VERSION');
  if (version !== 1) throw root.error('VERSION is not 1, the only one that is known');
  return {
    ttlS: readTtl(root),
    reloadUrl: root.optional('RELOAD-URI', (value, name) => root.url(value, name)) ?? url,
    priority: readPriority(root),
    clones:
      root.optional('PATHWAY-CLONES', (value, name) => root.list(value, name).map((clone) => readClone(clone, root))) ??
      [],
  };
}

function parseJson(text: string, url: string): unknown {
  if (text.length > MAX_LENGTH) throw manifestError(url, 'it is longer than a megabyte');
  try {
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch {
    // The parser's own message quotes the text, which may hold secrets.
    throw manifestError(url, 'it is no JSON');
  }
}

function readTtl(root: Reader): number {
  const ttl = root.get('TTL');
  if (ttl === undefined) return DEFAULT_TTL_S;
  if (typeof ttl !== 'number' || !(ttl > 0)) throw root.error('TTL is not a positive number of seconds');
  return ttl;
}

function readPriority(root: Reader): string[] {
  const names = root
    .list(root.get('PATHWAY-PRIORITY'), 'PATHWAY-PRIORITY')
    .map((name) => root.pathway(name, 'PATHWAY-PRIORITY'));
  if (names.length === 0) throw root.error('PATHWAY-PRIORITY is empty');
  return [...new Set(names)];
}

function readClone(value: unknown, root: Reader): PathwayClone {
  const clone = root.object(value, 'PATHWAY-CLONES');
  const replacement = clone.object(clone.get('URI-REPLACEMENT'), 'URI-REPLACEMENT');
  const host = replacement.optional('HOST', (text, name) => replacement.host(text, name));
  const urls = (key: string) =>
    replacement.optional(key, (map, name) => replacement.record(map, name, (text) => replacement.url(text, name))) ??
    {};
  return {
    baseId: clone.pathway(clone.get('BASE-ID'), 'BASE-ID'),
    id: clone.pathway(clone.get('ID'), 'ID'),
    ...(host === undefined ? {} : { host }),
    params:
      replacement.optional('PARAMS', (map, name) =>
        replacement.record(map, name, (text) => replacement.text(text, name)),
      ) ?? {},
    perVariant: urls('PER-VARIANT-URIS'),
    perRendition: urls('PER-RENDITION-URIS'),
  };
}

/** Reads one object of the manifest with errors that name the key. */
class Reader {
  readonly #url: string;
  readonly #path: string;
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(url: string, value: unknown, path: string) {
    this.#url = url;
    this.#path = path;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.error('it is no object');
    this.#values = new Map(Object.entries(value));
  }

  get(key: string): unknown {
    return this.#values.get(key);
  }

  optional<T>(key: string, read: (value: unknown, name: string) => T): T | undefined {
    const value = this.get(key);
    return value === undefined ? undefined : read(value, key);
  }

  object(value: unknown, name: string): Reader {
    return new Reader(this.#url, value, `${this.#path}${name}: `);
  }

  list(value: unknown, name: string): readonly unknown[] {
    if (!Array.isArray(value)) throw this.error(`${name} is no list`);
    if (value.length > MAX_ENTRIES) throw this.error(`${name} has more than ${MAX_ENTRIES} entries`);
    return value;
  }

  record(value: unknown, name: string, read: (value: unknown) => string): Record<string, string> {
    const entries = [...this.object(value, name).#values];
    if (entries.length > MAX_ENTRIES) throw this.error(`${name} has more than ${MAX_ENTRIES} entries`);
    return Object.fromEntries(entries.map(([key, text]) => [key, read(text)]));
  }

  text(value: unknown, name: string): string {
    if (typeof value !== 'string') throw this.error(`${name} is no text`);
    return value;
  }

  pathway(value: unknown, name: string): string {
    const text = this.text(value, name);
    if (!/^[\w.-]+$/.test(text))
      throw this.error(`${name} has other characters than letters, digits, “.”, “-” and “_”`);
    return text;
  }

  host(value: unknown, name: string): string {
    const text = this.text(value, name);
    const url = URL.parse(`https://${text}/`);
    if (url === null || /[/?#@\\]/.test(text) || url.host === '') throw this.error(`${name} is no host name`);
    return text;
  }

  /** Absolute; only http and https, so that a manifest leads nowhere that a playlist may not. */
  url(value: unknown, name: string): string {
    const url = URL.parse(this.text(value, name), this.#url);
    if (url?.protocol !== 'https:' && url?.protocol !== 'http:') throw this.error(`${name} is no http or https URL`);
    url.hash = '';
    return url.href;
  }

  error(what: string): PlaylistError {
    return manifestError(this.#url, this.#path + what);
  }
}

function manifestError(url: string, what: string): PlaylistError {
  return new PlaylistError('HLS_PLAYLIST_SYNTAX', `The steering manifest cannot be used: ${what}.`, {
    hint: 'The order of the pathways stays as it was; tell the publisher of the stream.',
    url,
  });
}
