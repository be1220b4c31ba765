import { createCipheriv } from 'node:crypto';

const BLOCK_BYTES = 16;

/** Size of so many bytes once they are encrypted: padded to whole blocks, by one at least (PKCS #7). */
export function encryptedBytes(bytes: number): number {
  return (Math.floor(bytes / BLOCK_BYTES) + 1) * BLOCK_BYTES;
}

/** AES-128-CBC, as METHOD=AES-128 has it (RFC 8216bis §4.4.4.4). */
export function encrypt(clear: readonly Buffer[], key: Buffer, iv: Buffer): Buffer[] {
  const cipher = createCipheriv('aes-128-cbc', key, iv);
  return [...clear.map((piece) => cipher.update(piece)), cipher.final()];
}

/** The IV of a fragment whose playlist gives none: its media sequence number (RFC 8216bis §4.4.4.4). */
export function sequenceIv(sequence: number): Buffer {
  const iv = Buffer.alloc(BLOCK_BYTES);
  iv.writeBigUInt64BE(BigInt(sequence), 8);
  return iv;
}
