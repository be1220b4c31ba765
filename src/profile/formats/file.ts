import { open, readFile, stat, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ProfileError } from '../errors.ts';
import type { Profile } from '../model.ts';
import { damagedGzip, isGzip, SIZE_MAX_BYTES, tooLarge } from './content.ts';
import { readProfile } from './index.ts';
import { looksLikePerfScript, PerfScriptReader } from './perfScript.ts';

/** How much of a file tells whether it can be read as a stream; smaller ones are read whole. */
const START_BYTES = 2 ** 18;
const PIECE_BYTES = 2 ** 18;

/** A limit for time, not for memory. */
const STREAM_MAX_BYTES = 8 * 2 ** 30;

/**
 * Reads a profile of any known format from a file. Text of `perf script`, packed with gzip or not, is read as a stream, in memory for its merged
 * stacks alone; all other formats are read whole.
 *
 * @param name what messages call the file
 * @throws {ProfileError} PROFILE_UNREADABLE, and all that `readProfile` throws
 */
export async function readProfileFile(path: string, name: string = basename(path)): Promise<Profile> {
  try {
    const info = await stat(path);
    if (info.isFile() && info.size > START_BYTES) {
      const profile = await readLarge(path, name);
      if (profile !== undefined) return profile;
    }
    if (info.size > SIZE_MAX_BYTES) throw tooLarge(name, info.size);
    return readProfile(await readFile(path), name);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new ProfileError('PROFILE_UNREADABLE', `${path} cannot be read: ${reasonOf(error)}`, {
      hint: 'Check the path and that you may read the file.',
      cause: error,
    });
  }
}

/** Reads the file as a stream when its start shows a format that can be; undefined when it does not. */
async function readLarge(path: string, name: string): Promise<Profile | undefined> {
  const file = await open(path);
  try {
    return await readStream(await textStream(file), name);
  } catch (error) {
    if (isGzipError(error)) throw damagedGzip(name, error);
    throw error;
  } finally {
    await file.close();
  }
}

async function readStream(pieces: Readable, name: string): Promise<Profile | undefined> {
  const decoder = new TextDecoder('utf-8');
  let start = '';
  let reader: PerfScriptReader | undefined;
  let sizeBytes = 0;
  for await (const piece of pieces) {
    const bytes = piece as Uint8Array;
    sizeBytes += bytes.length;
    if (sizeBytes > STREAM_MAX_BYTES) throw tooLarge(name, undefined, STREAM_MAX_BYTES);
    const text = decoder.decode(bytes, { stream: true });
    if (reader !== undefined) {
      reader.push(text);
      continue;
    }
    start += text;
    if (sizeBytes < START_BYTES) continue;
    if (!looksLikePerfScript(start)) return undefined;
    reader = new PerfScriptReader();
    reader.push(start);
  }
  reader?.push(decoder.decode());
  return reader?.end();
}

async function textStream(file: FileHandle): Promise<Readable> {
  const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
  const bytes = file.createReadStream({ start: 0, highWaterMark: PIECE_BYTES, autoClose: false });
  if (!isGzip(buffer)) return bytes;
  // A failure of either reaches the one who reads the unpacked bytes.
  return pipeline(bytes, createGunzip({ chunkSize: PIECE_BYTES }), () => undefined);
}

function isGzipError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(?:Z_|ERR_ZLIB)/.test(String(error.code));
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES' || code === 'EPERM') return 'you may not read it';
  return message;
}
