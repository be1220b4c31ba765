/** A playlist's URL inside a text; offsets in UTF-16 units. */
export interface PlaylistLink {
  start: number;
  end: number;
  url: string;
}

const LINK = /https?:\/\/[^\s<>"'`\\^{}|]+/gi;

/** Finds http(s) URLs whose path ends in `.m3u8`. Closing brackets and punctuation around a URL are not part of it. */
export function findPlaylistLinks(text: string): PlaylistLink[] {
  const links: PlaylistLink[] = [];
  for (const match of text.matchAll(LINK)) {
    const url = trimLink(match[0]);
    if (isPlaylistUrl(url)) links.push({ start: match.index, end: match.index + url.length, url });
  }
  return links;
}

/** The link that holds the offset, ends included. */
export function findLinkAt(text: string, offset: number): PlaylistLink | undefined {
  return findPlaylistLinks(text).find((link) => link.start <= offset && offset <= link.end);
}

/** Cuts what belongs to the sentence around a URL, but keeps brackets that the URL itself opened. */
function trimLink(text: string): string {
  let url = text;
  for (;;) {
    const last = url.at(-1) ?? '';
    const isUnopened = (last === ')' && !url.includes('(')) || (last === ']' && !url.includes('['));
    if (!isUnopened && !/[.,;:!?*]/.test(last)) return url;
    url = url.slice(0, -1);
  }
}

function isPlaylistUrl(text: string): boolean {
  return URL.canParse(text) && /\.m3u8$/i.test(new URL(text).pathname);
}

/** What is wrong with a text as a playlist URL; nothing when it is an http(s) URL with a host. */
export type UrlFault = 'empty' | 'noUrl' | 'scheme';

/** Judges what a person typed as a playlist URL. Blanks around it do not count. */
export function checkPlaylistUrl(text: string): UrlFault | undefined {
  const url = text.trim();
  if (url === '') return 'empty';
  if (/\s/.test(url) || !URL.canParse(url)) return 'noUrl';
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return 'scheme';
  // `https:example` parses, but nobody means it.
  return hostname === '' || !/^https?:\/\//i.test(url) ? 'noUrl' : undefined;
}
