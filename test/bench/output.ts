import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/** Bytes of a file; undefined where there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path, { bigint: false }).catch(ignoreAbsent))?.size;
}

function ignoreAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

/** SHA-256 of a file, 64 hexadecimal digits. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Packets of the first video stream, counted by ffprobe: the same before and after a remux that lost nothing. Throws where the file cannot be read as media. */
export function countPackets(path: string): number {
  const { status, stdout, stderr } = spawnSync(
    'ffprobe',
    [
      '-v',
      'error',
      '-select_streams',
      'v:0',
      '-count_packets',
      '-show_entries',
      'stream=nb_read_packets',
      '-of',
      'csv=p=0',
      path,
    ],
    { encoding: 'utf8' },
  );
  const packets = Number.parseInt(stdout, 10);
  if (status !== 0 || !(packets > 0)) throw new Error(`ffprobe reads no packets of ${path}: ${stderr.trim()}`);
  return packets;
}
