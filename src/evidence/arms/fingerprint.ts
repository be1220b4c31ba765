import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, delimiter, join, resolve } from 'node:path';

/** SHA-256 over texts and the contents of files, in hexadecimal digits. */
export async function hashOf(texts: readonly string[], files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text.length}:${text}\n`);
  for (const file of files) await addFile(hash, file);
  return hash.digest('hex');
}

async function addFile(hash: Hash, file: string): Promise<void> {
  hash.update(`${basename(file)}\n`);
  for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 })) hash.update(chunk as Buffer);
}

/** All sources of this program. */
export async function sourceFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => join(folder, name));
}

/** Where a program is that is started in a folder: undefined where it is not found. */
export async function findProgram(name: string, folder: string): Promise<string | undefined> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((part) => part !== '');
  const candidates = name.includes('/') ? [resolve(folder, name)] : folders.map((part) => join(part, name));
  for (const candidate of candidates) if (await isFile(candidate)) return candidate;
  return undefined;
}

/** The arguments of a command that name files. */
export async function argumentFiles(args: readonly string[], folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const argument of args) {
    const path = resolve(folder, argument);
    if (!argument.startsWith('-') && (await isFile(path))) found.push(path);
  }
  return found;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    // Whatever cannot be looked at is no file that could be started.
    return false;
  }
}
