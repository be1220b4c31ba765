import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Why the checks by another implementation are left out; `undefined` where ffmpeg is there. */
export const ffmpegMissing: string | undefined =
  spawnSync('ffmpeg', ['-version']).status === 0 ? undefined : 'ffmpeg is not on PATH';

/** Runs ffmpeg and returns what it prints. Throws when it fails or says that something is wrong. */
export async function ffmpeg(...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run('ffmpeg', ['-hide_banner', '-nostdin', '-loglevel', 'error', '-y', ...args]);
  if (stderr.trim() !== '') throw new Error(`ffmpeg says: ${stderr}`);
  return stdout;
}

/** A line for each frame of a file, decoded: its stream, time, length and hash. `options` stand before the input. */
export function framesOf(file: string, ...options: readonly string[]): Promise<string[]> {
  return linesOf([...options, '-i', file]);
}

/** The same for frames as they are stored. */
export function storedFramesOf(file: string, ...options: readonly string[]): Promise<string[]> {
  return linesOf([...options, '-i', file, '-c', 'copy']);
}

async function linesOf(args: readonly string[]): Promise<string[]> {
  const printed = await ffmpeg(...args, '-map', '0', '-fflags', '+bitexact', '-f', 'framemd5', '-');
  return printed.split('\n').filter((line) => /^\d/.test(line));
}

/** A folder for the time of one call. */
export async function inFolder<T>(use: (file: (name: string) => string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'hotframe-samples-'));
  try {
    return await use((name) => path.join(folder, name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
