import type { Shape } from '../streams/stream.ts';
import type { Fault } from './faults.ts';
import { parseFault } from './faults.ts';
import type { TokenOptions } from './tokens.ts';
import type { ValidatorKind } from './validators.ts';
import { VALIDATORS } from './validators.ts';

/** How the origin behaves for the URLs of one query. */
export interface Options extends Shape {
  /** Milliseconds before each answer. */
  latencyMs: number;
  /** Body bytes per second on each connection. */
  bytesPerSecond?: number;
  /** Of the connections that a session makes, the last one in so many has a tenth of `bytesPerSecond`. */
  slowOneIn?: number;
  /** Milliseconds before the headers of the first fragment. */
  slowFirstMs: number;
  /** Fragments on their way at once to a session; requests beyond are answered 429. */
  mostAtOnce?: number;
  /** No Content-Length. */
  chunked: boolean;
  /** By what a client can know a resource again; by nothing where absent. */
  etag?: ValidatorKind;
  /** Tokens that guard everything but the first playlist. */
  tokens?: TokenOptions;
  /** Keeps the requests and faults of one test apart from those of others. */
  session?: string;
  faults: readonly Fault[];
}

/** Reads the options of a query; what it doesn't know it leaves alone. Throws a RangeError that names the bad one. */
export function parseOptions(query: URLSearchParams): Options {
  const session = query.get('session');
  return {
    ...optional('fragments', wholeNumber(query, 'fragments', 1, 100_000)),
    ...optional('fragmentBytes', wholeNumber(query, 'fragmentBytes', 1, 2 ** 31)),
    ...optional('bytesPerSecond', wholeNumber(query, 'bytesPerSecond', 1, 2 ** 40)),
    ...optional('slowOneIn', wholeNumber(query, 'slowOneIn', 1, 100_000)),
    ...optional('mostAtOnce', wholeNumber(query, 'mostAtOnce', 1, 10_000)),
    latencyMs: wholeNumber(query, 'latencyMs', 0, 600_000) ?? 0,
    slowFirstMs: wholeNumber(query, 'slowFirstMs', 0, 600_000) ?? 0,
    chunked: flag(query, 'chunked'),
    ...etagOf(query),
    ...tokensOf(query),
    ...(session === null ? {} : { session }),
    faults: query.getAll('fault').map(parseFault),
  };
}

/** The shape alone, for what is made rather than sent. */
export function shapeOf({ fragments, fragmentBytes }: Shape): Shape {
  return { ...optional('fragments', fragments), ...optional('fragmentBytes', fragmentBytes) };
}

/**
 * Puts the query behind every URI of a playlist, so that what holds for the playlist holds for all that it lists. Those
 * of another scheme than the web's stay as they are.
 */
export function carryQuery(playlist: string, search: string): string {
  if (search === '') return playlist;
  const carry = (uri: string): string => {
    if (/^(?!https?:)[a-z][a-z\d+.-]*:/i.test(uri)) return uri;
    return uri + (uri.includes('?') ? `&${search.slice(1)}` : search);
  };
  return playlist
    .replaceAll(/^(?!#|\uFEFF)[^\r\n]+/gm, carry)
    .replaceAll(
      /^(#EXT-X-[^\r\n]*?[:,](?:SERVER-)?URI=")([^"]*)/gm,
      (_, before: string, uri: string) => before + carry(uri),
    );
}

const DIRECTIVE = '_HLS_';

/** The query that is carried on: all but the directives of one request (RFC 8216bis §6.2.5). */
export function carriedSearch({ search, searchParams }: URL): string {
  const names = [...searchParams.keys()].filter((name) => name.startsWith(DIRECTIVE));
  if (names.length === 0) return search;
  const params = new URLSearchParams(searchParams);
  for (const name of names) params.delete(name);
  return params.size === 0 ? '' : `?${params.toString()}`;
}

/** The directives of a query, by their names without `_HLS_`; undefined where there are none. */
export function directivesOf(query: URLSearchParams): Record<string, string> | undefined {
  const found = [...query].filter(([name]) => name.startsWith(DIRECTIVE));
  if (found.length === 0) return undefined;
  return Object.fromEntries(found.map(([name, value]) => [name.slice(DIRECTIVE.length), value]));
}

/** `strong` (also `1`), `weak`, or `modified` for a Last-Modified instead of an ETag. */
function etagOf(query: URLSearchParams): Pick<Options, 'etag'> {
  const etag = VALIDATORS.find((known) => known === query.get('etag'));
  if (etag !== undefined) return { etag };
  return flag(query, 'etag') ? { etag: 'strong' } : {};
}

function tokensOf(query: URLSearchParams): Pick<Options, 'tokens'> {
  const mode = query.get('tokens');
  if (mode === null) return {};
  if (mode !== 'fresh' && mode !== 'server') throw new RangeError(`tokens=${mode} is neither fresh nor server.`);
  const status = wholeNumber(query, 'tokenStatus', 400, 499) ?? 403;
  const uses = optional('uses', wholeNumber(query, 'tokenUses', 0, 2 ** 31));
  return { tokens: { mode, status, ...uses, ...optional('ms', wholeNumber(query, 'tokenMs', 0, 2 ** 31)) } };
}

function optional<K extends string>(name: K, value: number | undefined): Partial<Record<K, number>> {
  return value === undefined ? {} : ({ [name]: value } as Partial<Record<K, number>>);
}

function flag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  if (value === null || value === '0' || value === 'false') return false;
  if (value === '' || value === '1' || value === 'true') return true;
  throw new RangeError(`${name}=${value} is neither 1 nor 0.`);
}

function wholeNumber(query: URLSearchParams, name: string, least: number, most: number): number | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < least || number > most) {
    throw new RangeError(`${name}=${value} is no whole number from ${least} to ${most}.`);
  }
  return number;
}
