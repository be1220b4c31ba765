import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { asMuxError, MuxError } from '../errors.ts';
import type { MuxInput, MuxOptions, MuxRequest, MuxResult } from '../request.ts';
import { ffmpegArguments, sectionList } from './arguments.ts';
import { findFfmpeg } from './find.ts';

/** Lines of its log that an error tells. */
const TOLD_LINES = 5;

/**
 * Has ffmpeg copy the packets; resolves and rejects once its process is gone. Which tracks there are is not told.
 * @throws MuxError with the last lines that ffmpeg wrote.
 */
export async function muxWithFfmpeg(request: MuxRequest, { signal, onProgress }: MuxOptions): Promise<MuxResult> {
  const executable = await findFfmpeg(request.ffmpegPath, process.env);
  const folder = await mkdtemp(path.join(tmpdir(), 'hotframe-mux-'));
  try {
    const args = ffmpegArguments(request, await writeLists(request.inputs, folder));
    const totalBytes = await sizeOf(request.inputs);
    const durationS = await run(executable, args, signal, (bytes) => onProgress?.(Math.min(1, bytes / totalBytes)));
    const { size: bytes } = await stat(request.output);
    return { bytes, durationS, tracks: [] };
  } catch (error) {
    throw asMuxError(error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeLists(inputs: readonly MuxInput[], folder: string): Promise<Map<MuxInput, string>> {
  const lists = new Map<MuxInput, string>();
  for (const [index, input] of inputs.entries()) {
    const list = sectionList(input);
    if (list === undefined) continue;
    const listPath = path.join(folder, `${index}.ffconcat`);
    await writeFile(listPath, list);
    lists.set(input, listPath);
  }
  return lists;
}

async function sizeOf(inputs: readonly MuxInput[]): Promise<number> {
  const sizes = await Promise.all(inputs.map(async (input) => (await stat(input.path)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Runs it to its end; the duration of what it wrote, in seconds. `onBytes` hears how much that is so far. */
async function run(
  executable: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
  onBytes: (bytes: number) => void,
): Promise<number> {
  const child = spawn(executable, args, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
  const exited = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const cancel = (): void => {
    child.kill('SIGKILL');
  };
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    const log: string[] = [];
    const listening = [
      eachLine(child.stderr, (line) => {
        log.push(line);
        if (log.length > TOLD_LINES) log.shift();
      }),
    ];
    let durationS = 0;
    listening.push(
      eachLine(child.stdout, (line) => {
        const [key, value] = line.split('=');
        if (key === 'total_size') onBytes(Number(value) || 0);
        if (key === 'out_time_us') durationS = (Number(value) || 0) / 1e6;
      }),
    );
    const [code, killedBy] = await exited;
    await Promise.all(listening);
    if (code === 0) return durationS;
    throw failed(code === null ? `signal ${String(killedBy)}` : `code ${code}`, log);
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

async function eachLine(stream: Readable, onLine: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream })) onLine(line);
}

function failed(how: string, log: readonly string[]): MuxError {
  return new MuxError('MUX_FFMPEG', `ffmpeg ended with ${how}: ${log.join(' / ') || 'it said nothing'}`, {
    hint: 'A name that ends in .ts keeps the stream as it came.',
  });
}
