import { toFileName } from '../jobs/fileName.ts';

/** Names that say nothing about the stream; the folder above says more. */
const GENERIC =
  /^(master|main|index|playlist|manifest|chunklist|prog_index|media|stream|video|hls|live|vod|out|output|default|variant|\d{1,4}p?)$/i;

/**
 * A file name without its extension for what a playlist URL leads to: the last part of the path that says something,
 * made safe for every file system. Query values never get into it.
 */
export function suggestStem(url: string): string {
  if (!URL.canParse(url)) return 'stream';
  const { pathname, hostname } = new URL(url);
  const parts = pathname
    .split('/')
    .map((part) => stripExtension(toFileName(decode(part), 80)))
    .filter((part) => part !== '');
  const telling = parts.findLast((part) => !GENERIC.test(part));
  return telling ?? parts.at(-1) ?? (toFileName(hostname, 80) || 'stream');
}

/** The suggested name with its extension: `.mp4` for fragmented MP4, else `.ts`. */
export function suggestFileName(url: string, isFragmentedMp4: boolean): string {
  return `${suggestStem(url)}${isFragmentedMp4 ? '.mp4' : '.ts'}`;
}

function stripExtension(name: string): string {
  return name.replace(/\.(m3u8?|ism|isml|smil|mp4|csmil|urlset)$/i, '');
}

/** Percent escapes resolved; a broken escape stays as it is. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
