import { crc32 } from 'node:zlib';
import type { KeptFragment } from './journal.ts';
import type { PartFile } from './partFile.ts';

/** Whether the file holds a fragment, its init segment included, byte for byte as the journal says. */
export function hasBytes(part: PartFile, { start, initBytes, initCrc32, bytes, crc32 }: KeptFragment): boolean {
  return checksum(part, start, initBytes) === initCrc32 && checksum(part, start + initBytes, bytes) === crc32;
}

function checksum(part: PartFile, position: number, length: number): number {
  let sum = 0;
  let read = 0;
  for (const block of part.read(position, length)) {
    sum = crc32(block, sum);
    read += block.length;
  }
  return read === length ? sum : -1;
}
