import { statfs } from 'node:fs/promises';
import { formatBytes } from '../../src/shell/figures.ts';

/** Kept free besides what is written: a full disk harms more than this download. */
const reserveBytes = 200e6;

/** Says what a download needs and rejects when `folder`, which exists, has less free. */
export async function checkDisk(folder: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  console.log(`The stream needs ${formatBytes(neededBytes)} in ${folder}; ${formatBytes(freeBytes)} are free.`);
  if (freeBytes < neededBytes + reserveBytes) {
    throw new Error('That is too little. Free some space, or ask for less of the stream: npm start -- --fragments 60');
  }
}
