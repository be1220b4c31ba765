import { createCipheriv, createHash } from 'node:crypto';

import type { Content } from './content.ts';
import { all, made } from './content.ts';

const BLOCK_BYTES = 16;

/** The 16 bytes of the lab's key or IV of that name; the same in every run. */
export function secret(name: string): Buffer {
  return createHash('sha256').update(`hotframe lab ${name}`).digest().subarray(0, BLOCK_BYTES);
}

/** The IV of a fragment whose playlist gives none: its Media Sequence Number (RFC 8216bis §4.4.4.4). */
export function sequenceIv(sequence: number): Buffer {
  const iv = Buffer.alloc(BLOCK_BYTES);
  iv.writeBigUInt64BE(BigInt(sequence), 8);
  return iv;
}

/** `content` in AES-128-CBC with PKCS#7 padding, as METHOD=AES-128 has it. */
export function encrypted(content: Content, key: Buffer, iv: Buffer): Content {
  const size = (Math.floor(content.size / BLOCK_BYTES) + 1) * BLOCK_BYTES;
  return made(size, function* () {
    const cipher = createCipheriv('aes-128-cbc', key, iv);
    for (const piece of all(content)) yield cipher.update(piece);
    yield cipher.final();
  });
}

/** SAMPLE-AES encrypts one block of each so many bytes of a picture. */
export const PATTERN_BYTES = 10 * BLOCK_BYTES;

/** Encrypts blocks in place, each chained to the one before: AES-128-CBC without padding. */
export function encryptBlocks(blocks: readonly Buffer[], key: Buffer, iv: Buffer): void {
  const cipher = createCipheriv('aes-128-cbc', key, iv).setAutoPadding(false);
  for (const block of blocks) cipher.update(block).copy(block);
  cipher.final();
}
