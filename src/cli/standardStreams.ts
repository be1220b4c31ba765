import { DiskError } from '../engine/errors.ts';

/**
 * Writes `text` and waits until it is handed over: an exit right after would cut what waits for a pipe. A reader that
 * has gone (`| head`) has what it wanted. Rejects with a DiskError when the text is lost otherwise.
 */
export async function write(stream: NodeJS.WritableStream, text: string): Promise<void> {
  const error = await new Promise<Error | null | undefined>((resolve) => {
    stream.write(text, resolve);
  });
  if (!error || isGone(error)) return;
  throw new DiskError('HLS_DISK_IO', `The output cannot be written (${codeOf(error) || error.message}).`, {
    hint: 'Check where standard output goes.',
    cause: error,
  });
}

/**
 * Keeps a closed pipe, a full disk or a terminal that is gone from ending the process in the middle of its work: what is
 * written to standard output is checked by `write`, what is written to standard error is only words.
 */
export function survive(...streams: NodeJS.WritableStream[]): void {
  for (const stream of streams) stream.on('error', () => undefined);
}

function isGone(error: Error): boolean {
  return ['EPIPE', 'ERR_STREAM_DESTROYED', 'ECONNRESET'].includes(codeOf(error));
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : '';
}
