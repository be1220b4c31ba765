import { createDecipheriv } from 'node:crypto';
import type { TransferError } from '../errors.ts';
import { transferError, type Subject } from '../transport/faults.ts';
import { SampleDecryptionError } from './sampleAes/error.ts';

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

/** What an exception of the cipher means: bytes that are no whole blocks were never its own, others need another key. */
export function decryptionError(subject: Subject, cause: unknown): TransferError {
  if (cause instanceof Error && 'code' in cause && /WRONG_FINAL_BLOCK_LENGTH/.test(String(cause.code))) {
    const what = 'the answer is no whole blocks of AES-128: it was cut, or is something else';
    return transferError(subject, 'CONTENT', what, { cause });
  }
  if (cause instanceof SampleDecryptionError && cause.reason !== 'key') {
    const what = `its samples cannot be decrypted: ${cause.message}`;
    return transferError(subject, cause.reason === 'damaged' ? 'CONTENT' : 'DECRYPT', what, { cause });
  }
  return transferError(subject, 'DECRYPT', 'the key of the playlist does not decrypt it', { cause });
}
