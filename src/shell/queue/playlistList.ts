import { basename } from 'node:path';
import { suggestStem } from '../outputName.ts';
import { checkPlaylistUrl, findPlaylistLinks, type UrlFault } from '../playlistLinks.ts';

/** A text with one playlist URL a line, as it was understood. Lines count from 1. */
export interface PlaylistList {
  /** Each once, in the order of the text. */
  urls: readonly string[];
  repeated: readonly { line: number; first: number }[];
  faults: readonly { line: number; fault: UrlFault }[];
}

/** Most URLs of a list: each becomes a job with locks of its own. */
export const LIST_MAX = 500;

/** Reads a list: one URL a line; blank lines and those that begin with `#` do not count. */
export function parseList(text: string): PlaylistList {
  const firsts = new Map<string, number>();
  const repeated: { line: number; first: number }[] = [];
  const faults: { line: number; fault: UrlFault }[] = [];
  for (const [index, each] of text.split(/\r\n|\r|\n/).entries()) {
    const url = each.replace(/^\uFEFF/, '').trim();
    const line = index + 1;
    if (url === '' || url.startsWith('#')) continue;
    const fault = checkPlaylistUrl(url);
    const first = firsts.get(url);
    if (fault !== undefined) faults.push({ line, fault });
    else if (first !== undefined) repeated.push({ line, first });
    else firsts.set(url, line);
  }
  return { urls: [...firsts.keys()], repeated, faults };
}

/** The playlist URLs in any text, each once: lines that are a URL, and what looks like one of a playlist elsewhere. */
export function findUrls(text: string): string[] {
  const found = text.split(/\r\n|\r|\n/).flatMap((each) => {
    const line = each.trim();
    return checkPlaylistUrl(line) === undefined ? [line] : findPlaylistLinks(line).map(({ url }) => url);
  });
  return [...new Set(found)];
}

/**
 * File names for the URLs of a list, none like another or like one that is taken, on no file system.
 * @param extension without its dot.
 * @param taken names of files, or paths, that are in use.
 */
export function nameOutputs(urls: readonly string[], extension: string, taken: Iterable<string>): string[] {
  const used = new Set([...taken].map((path) => fold(basename(path))));
  return urls.map((url) => {
    const stem = suggestStem(url);
    for (let number = 1; ; number += 1) {
      const name = `${stem}${number === 1 ? '' : `-${number}`}.${extension}`;
      if (used.has(fold(name))) continue;
      used.add(fold(name));
      return name;
    }
  });
}

function fold(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
