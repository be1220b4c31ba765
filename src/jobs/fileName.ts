import { appendFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { makeFolder } from './folder.ts';

/** Device names that Windows refuses whatever their extension; blanks before that do not count there. */
const RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)/i;

/**
 * Makes of any text a file name that every platform accepts, in the one folder it is put into: no separators or
 * control characters, no leading dot, no trailing dot or space, no reserved device name, at most `maxBytes` bytes
 * of UTF-8 (file systems count bytes; the extension is kept).
 * @returns an empty string when nothing of the text is left.
 */
export function toFileName(text: string, maxBytes = 120): string {
  const clean = text
    .normalize('NFC')
    .toWellFormed()
    // eslint-disable-next-line no-control-regex -- control characters are what is removed
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufffd]/g, '')
    .replaceAll(/[<>:"/\\|?*]/g, '_')
    .replace(/^[\s.]+/, '')
    .replace(/[\s.]+$/, '');
  return shorten(RESERVED.test(clean) ? `_${clean}` : clean, maxBytes);
}

function shorten(name: string, maxBytes: number): string {
  if (Buffer.byteLength(name) <= maxBytes) return name;
  const extension = /\.[\p{L}\p{N}]{1,12}$/u.exec(name)?.[0] ?? '';
  let stem = '';
  let room = maxBytes - Buffer.byteLength(extension);
  for (const character of name.slice(0, name.length - extension.length)) {
    room -= Buffer.byteLength(character);
    if (room < 0) break;
    stem += character;
  }
  return `${stem.replace(/[\s.]+$/, '')}${extension}`;
}

/** A name that is safe in `folder` and not taken, near the wished one; an empty file holds it. The folder is made. */
export async function reserveName(folder: string, wished: string): Promise<string> {
  await makeFolder(folder);
  const safe = toFileName(basename(wished)) || 'profile';
  const dot = safe.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [safe.slice(0, dot), safe.slice(dot)] : [safe, ''];
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? safe : `${stem}-${number}${extension}`;
    try {
      await appendFile(join(folder, name), '', { flag: 'ax' });
      return name;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
