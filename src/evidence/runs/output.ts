import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** What a run has to write: the fragments one behind the other, decrypted, with their init segments. */
export interface RightOutput {
  bytes: number;
  /** Hexadecimal digits. */
  sha256: string;
}

/** SHA-256 of a file, in hexadecimal digits. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 2 ** 20 }), hash);
  return hash.digest('hex');
}

/** What is wrong with an output, in words; undefined where nothing is. */
export async function outputProblem(path: string, right: RightOutput): Promise<string | undefined> {
  const size = await sizeOf(path);
  if (size === undefined) return 'it wrote no file';
  if (size !== right.bytes) return `its file has ${size} bytes instead of ${right.bytes}`;
  return (await sha256OfFile(path)) === right.sha256 ? undefined : 'its file has the right size and other bytes';
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
