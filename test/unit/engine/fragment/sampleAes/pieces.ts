import { startSampleDecryption } from '../../../../../src/engine/fragment/sampleAes/sampleDecryption.ts';

export const key = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
export const iv = Buffer.from('f0e0d0c0b0a090807060504030201000', 'hex');

/** Decrypts bytes that come in pieces, each overwritten when its call is over. `watch` hears how many came and went. */
export function decryptInPieces(
  bytes: Buffer,
  pieceBytes: readonly number[],
  init?: Buffer,
  secret = { key, iv },
  watch?: (taken: number, given: number) => void,
): Buffer {
  const decryption = startSampleDecryption(secret.key, secret.iv, init);
  const clear: Buffer[] = [];
  let place = 0;
  for (let at = 0; at < bytes.length;) {
    const end = at + (pieceBytes[place++ % pieceBytes.length] ?? bytes.length);
    const piece = Buffer.from(bytes.subarray(at, end));
    const given = Buffer.from(decryption.update(piece));
    clear.push(given);
    watch?.(piece.length, given.length);
    piece.fill(0x47);
    at = end;
  }
  clear.push(Buffer.from(decryption.end()));
  return Buffer.concat(clear);
}
