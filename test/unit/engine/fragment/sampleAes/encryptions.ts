import type { Encryption } from './encryptMovie.ts';
import { iv, key } from './pieces.ts';

const cbcs: Encryption = {
  scheme: 'cbcs',
  key,
  iv,
  ivBytes: 0,
  hasIvInFile: true,
  pattern: [1, 9],
  place: 'senc',
  clearSamples: 0,
};

/** Ways to encrypt a movie, by what is special about them. */
export const encryptions: readonly [what: string, encryption: Encryption][] = [
  ['cbcs', cbcs],
  ['cbcs, the IV in the playlist', { ...cbcs, hasIvInFile: false }],
  ['cbcs, all blocks', { ...cbcs, pattern: [0, 0] }],
  ['cbcs, five of ten blocks', { ...cbcs, pattern: [5, 5] }],
  ['cbcs, an IV for each sample', { ...cbcs, ivBytes: 16 }],
  ['cbcs, an IV of 8 bytes', { ...cbcs, iv: iv.subarray(0, 8) }],
  ['cbcs, without senc', { ...cbcs, place: 'saio' }],
  ['cbcs, information in the media data', { ...cbcs, place: 'mdat', ivBytes: 16 }],
  ['cbcs, clear samples first', { ...cbcs, clearSamples: 3 }],
  ['cbc1', { ...cbcs, scheme: 'cbc1', ivBytes: 16 }],
  ['cenc', { ...cbcs, scheme: 'cenc', ivBytes: 8 }],
  ['cenc, IVs of 16 bytes', { ...cbcs, scheme: 'cenc', ivBytes: 16, place: 'saio' }],
  ['cens', { ...cbcs, scheme: 'cens', ivBytes: 8 }],
];

/** In the lab's clips. */
export const videoTrack = 1;
