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
