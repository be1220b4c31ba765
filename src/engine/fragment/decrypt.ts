import { createDecipheriv } from 'node:crypto';
import type { TransferError } from '../errors.ts';
import { transferError, type Subject } from '../transport/faults.ts';

/** Turns encrypted chunks into clear ones, in order. */
export interface Decryption {
  update(chunk: Buffer): Buffer;
  /** The last bytes, padding removed. Throws when the padding is wrong: another key, or missing bytes. */
  end(): Buffer;
}

/**
 * AES-128 in CBC mode with PKCS #7 padding (RFC 8216bis §4.4.4.4), chunk by chunk on the engine's own thread.
 * In pieces of a socket read this is faster than WebCrypto off the thread, which needs the whole fragment, copied:
 * its buffers cost more in page faults than the cipher does.
 */
export function startDecryption(key: Buffer, iv: Buffer): Decryption {
  const decipher = createDecipheriv('aes-128-cbc', key, iv);
  return { update: (chunk) => decipher.update(chunk), end: () => decipher.final() };
}

/** What an exception of the cipher means: bytes that end within a block were cut, others belong to another key. */
export function decryptionError(subject: Subject, cause: unknown): TransferError {
  const isCut = cause instanceof Error && 'code' in cause && /WRONG_FINAL_BLOCK_LENGTH/.test(String(cause.code));
  return isCut
    ? transferError(subject, 'TRUNCATED', 'the body ends within a block of the cipher', { cause })
    : transferError(subject, 'DECRYPT', 'the key of the playlist does not decrypt it', { cause });
}
