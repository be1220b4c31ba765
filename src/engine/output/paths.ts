import path from 'node:path';
import type { Stream } from '../source.ts';

/** Longest name of a part taken from a playlist, in characters. */
const maxPartLength = 32;
/** Longest file name on the usual file systems, in bytes. */
const maxNameBytes = 255;

/**
 * Where each stream goes: the first to `output`, a rendition beside it as `<name>.<language>.<extension>`. Names from a
 * playlist are reduced to letters, digits, `-` and `_`, so they cannot lead out of the folder; `<name>` is shortened
 * where the whole would be too long for the disk.
 */
export function outputPaths(output: string, streams: readonly Stream[]): string[] {
  const { dir, name, ext } = path.parse(output);
  const taken = new Set<string>();
  // On the usual file systems of Windows and macOS `a.EN.ts` and `a.en.ts` are one file.
  const isTaken = (part: string): boolean => taken.has(part.toLowerCase());
  return streams.map(({ rendition }) => {
    if (!rendition) return output;
    const language = safePart(rendition.language ?? rendition.name);
    const part = isTaken(language) ? `${language}.${safePart(rendition.name)}` : language;
    let unique = part;
    for (let count = 2; isTaken(unique); count++) unique = `${part}-${count}`;
    taken.add(unique.toLowerCase());
    const tail = `.${unique}${ext}`;
    return path.join(dir, cut(name, maxNameBytes - Buffer.byteLength(tail)) + tail);
  });
}

function safePart(text: string): string {
  const safe = text.replace(/[^\p{L}\p{N}_-]+/gu, '-').slice(0, maxPartLength);
  return safe === '' ? 'audio' : safe;
}

/** The beginning of a text, of so many bytes at most in UTF-8, never half a character. */
function cut(text: string, bytes: number): string {
  let end = text.length;
  while (Buffer.byteLength(text.slice(0, end)) > bytes) end--;
  return text
    .slice(0, end)
    .toWellFormed()
    .replace(/\uFFFD$/, '');
}
