import { checkPlaylistUrl, type UrlFault } from './playlistLinks.ts';

/** The only thing that a `vscode://hotframe.hotframe/…` link can ask for. */
const DOWNLOAD_PATH = '/download';

/** A link as the workbench gives it: percent-escapes of path and query are undone once. */
export interface Link {
  path: string;
  query: string;
}

/** What a link asks for, or why that is not done. */
export type DownloadLink =
  | { url: string }
  /** `name` is that of the parameter that there must not be. */
  | { fault: 'action' | 'noParameter' | 'parameter' | UrlFault; name?: string };

/**
 * Reads `/download?url=<playlist URL, percent-encoded>`. The workbench undoes the encoding before anybody sees the query, so that what follows
 * the first `?` of the URL is the URL's own query, to the end; an `&` before it begins another parameter, and there is none.
 */
export function readDownloadLink({ path, query }: Link): DownloadLink {
  if (path !== DOWNLOAD_PATH) return { fault: 'action' };
  const match = /^url=(.*)$/s.exec(query);
  if (match?.[1] === undefined) return query === '' ? { fault: 'noParameter' } : refuseParameter(query);
  const url = match[1];
  const [beforeQuery = ''] = url.split('?', 1);
  const ampersand = beforeQuery.indexOf('&');
  if (ampersand !== -1) return refuseParameter(url.slice(ampersand + 1));
  const fault = checkPlaylistUrl(url);
  return fault === undefined ? { url: url.trim() } : { fault };
}

function refuseParameter(text: string): DownloadLink {
  return { fault: 'parameter', name: /^[^=&]*/.exec(text)?.[0] ?? '' };
}

/** Longest path that is shown; a longer one would push what it says off the screen. */
const SHOWN_PATH_LENGTH = 160;

/** An http(s) URL for a question: its origin, and its path, cut in the middle where it is long; nothing else of it. */
export function placeOf(url: string): { origin: string; path: string } {
  const { origin, pathname } = new URL(url);
  const half = SHOWN_PATH_LENGTH / 2;
  const path = pathname.length <= SHOWN_PATH_LENGTH ? pathname : `${pathname.slice(0, half)}…${pathname.slice(-half)}`;
  return { origin, path };
}
