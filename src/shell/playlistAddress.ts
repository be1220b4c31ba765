import { redactUrl } from '../engine/redact.ts';

/** Scheme of documents that show a playlist from the network. */
export const REMOTE_SCHEME = 'hotframe';

/** The parts of such a document's URI; tabs, history and logs show them, so they hold no secret. */
export interface PlaylistAddress {
  /** The origin's host and port. */
  authority: string;
  /** The URL's path, made to end in `.m3u8` where it does not. */
  path: string;
  /** The URL's scheme, and the id of what else there is to know. */
  query: string;
}

/** What an address says: the whole URL, or where the whole URL is to be looked up. */
export type AddressedPlaylist = { url: string } | { id: string };

/** Whether an address can say a URL by itself: it has no secret and the name of a playlist. */
export function isPlainUrl(url: string): boolean {
  return redactUrl(url) === new URL(url).href && hasName(new URL(url).pathname);
}

/**
 * The address of an absolute http(s) URL.
 * @param id needed unless `isPlainUrl`.
 */
export function toAddress(url: string, id?: string): PlaylistAddress {
  const { host, pathname, protocol } = new URL(url);
  const named = pathname.endsWith('/') ? `${pathname}index.m3u8` : `${pathname}.m3u8`;
  const scheme = protocol.slice(0, -1);
  return {
    authority: host,
    path: hasName(pathname) ? pathname : named,
    query: id === undefined ? scheme : `${scheme}&${id}`,
  };
}

/** Reads an address; nothing when it is none of ours. */
export function readAddress({ authority, path, query }: PlaylistAddress): AddressedPlaylist | undefined {
  const [scheme, id] = query.split('&', 2);
  if (scheme !== 'http' && scheme !== 'https') return undefined;
  if (id !== undefined) return { id };
  const url = `${scheme}://${authority}${path}`;
  return URL.canParse(url) ? { url } : undefined;
}

function hasName(path: string): boolean {
  return /[^/]\.m3u8?$/i.test(path);
}
