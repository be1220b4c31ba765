/**
 * Why protected samples cannot be decrypted:
 * - `damaged`: the bytes contradict their own format; another try may bring better ones.
 * - `key`: what comes out is not what was encrypted.
 * - `unsupported`: a way of encrypting, or of saying what is encrypted, that is not handled here.
 */
export type SampleDecryptionReason = 'damaged' | 'key' | 'unsupported';

/** Protected samples that cannot be decrypted. The message is a clause without a capital: `no transport packet starts at …`. */
export class SampleDecryptionError extends Error {
  readonly reason: SampleDecryptionReason;

  constructor(reason: SampleDecryptionReason, message: string) {
    super(message);
    this.name = 'SampleDecryptionError';
    this.reason = reason;
  }
}

export function damaged(message: string): SampleDecryptionError {
  return new SampleDecryptionError('damaged', message);
}

export function unsupported(message: string): SampleDecryptionError {
  return new SampleDecryptionError('unsupported', message);
}
