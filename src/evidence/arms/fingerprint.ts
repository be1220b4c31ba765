import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, posix, resolve, win32 } from 'node:path';

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
  return inOrder(names.filter((name) => name.endsWith('.ts'))).map((name) => join(folder, name));
}

/** Names of files in the same order on every platform, whatever separates their folders there. */
export function inOrder(names: readonly string[]): string[] {
  const keyOf = (name: string): string => name.replaceAll('\\', '/');
  return names.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** Where a program is that is started in a folder: undefined where it is not found. */
export async function findProgram(name: string, folder: string): Promise<string | undefined> {
  for (const candidate of programPlaces(name, folder)) if (await isFile(candidate)) return candidate;
  return undefined;
}

/** Where a program can be that is started in a folder, the first choice first. On Windows a name may leave out its extension. */
export function programPlaces(
  name: string,
  folder: string,
  environment: NodeJS.ProcessEnv = process.env,
  isWindows = process.platform === 'win32',
): string[] {
  const paths = isWindows ? win32 : posix;
  const isPath = name.includes('/') || (isWindows && /[\\:]/.test(name));
  const folders = (environment['PATH'] ?? '').split(paths.delimiter).filter((part) => part !== '');
  const extensions = isWindows ? (environment['PATHEXT'] ?? '.COM;.EXE;.BAT;.CMD').split(';') : [];
  const places = isPath ? [paths.resolve(folder, name)] : folders.map((part) => paths.join(part, name));
  return places.flatMap((place) => [place, ...extensions.map((extension) => `${place}${extension}`)]);
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
