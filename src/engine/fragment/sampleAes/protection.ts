import { FieldReader, type Box } from '../mediaTime/boxes.ts';
import { readBoxes, type PlacedBox } from './boxTree.ts';
import { damaged, unsupported } from './error.ts';

const schemes = ['cbcs', 'cenc', 'cens', 'cbc1'] as const;
/** Protection schemes of ISO/IEC 23001-7 §10. `SAMPLE-AES` is `cbcs`, `SAMPLE-AES-CTR` is `cenc` (RFC 8216bis §4.4.4.4). */
export type Scheme = (typeof schemes)[number];

/** How samples are encrypted (`tenc`, or a `seig` sample group; ISO/IEC 23001-7 §6, §8.2). */
export interface Protection {
  scheme: Scheme;
  isProtected: boolean;
  /** Bytes of the IV that each sample brings; 0 where there is a constant one. */
  sampleIvBytes: number;
  constantIv: Buffer | undefined;
  /** Of so many blocks in turn the first are encrypted and the rest clear; 0 and 0 where all are encrypted. */
  encryptedBlocks: number;
  clearBlocks: number;
}

/** The protection that a `sinf` describes; `undefined` for a scheme that is not one of Common Encryption. */
export function readProtectionScheme(bytes: Buffer, sinf: Box): Protection | undefined {
  const children = readBoxes(bytes, sinf.body, sinf.end);
  const type = children.find(({ type }) => type === 'schm');
  if (!type) throw damaged('a protected track does not name its scheme');
  const name = bytes.toString('latin1', type.body + 4, Math.min(type.body + 8, type.end));
  const scheme = schemes.find((known) => known === name);
  if (scheme === undefined) return undefined;
  const information = children.find(({ type }) => type === 'schi');
  const boxes = information ? readBoxes(bytes, information.body, information.end) : [];
  const track = boxes.find(({ type }) => type === 'tenc');
  if (!track) throw damaged('a protected track does not say how it is encrypted');
  return readTrackEncryption(bytes, track, scheme);
}

function readTrackEncryption(bytes: Buffer, tenc: PlacedBox, scheme: Scheme): Protection {
  const fields = new FieldReader(bytes, tenc);
  const version = fields.u32() >>> 24;
  return readFields(bytes, { body: tenc.body + 4, end: tenc.end }, scheme, version > 0);
}

/** A `CencSampleEncryptionInformationGroupEntry`, which has the fields of a `tenc` without its version. */
export function readGroupEntry(bytes: Buffer, entry: Pick<Box, 'body' | 'end'>, scheme: Scheme): Protection {
  return readFields(bytes, entry, scheme, true);
}

const fixedBytes = 20;

function readFields(
  bytes: Buffer,
  { body, end }: Pick<Box, 'body' | 'end'>,
  scheme: Scheme,
  hasPattern: boolean,
): Protection {
  if (end - body < fixedBytes) throw damaged('the description of an encryption is cut');
  const pattern = hasPattern ? bytes.readUInt8(body + 1) : 0;
  const isProtected = bytes.readUInt8(body + 2) !== 0;
  const sampleIvBytes = bytes.readUInt8(body + 3);
  if (![0, 8, 16].includes(sampleIvBytes)) throw unsupported(`it has IVs of ${sampleIvBytes} bytes`);
  const ivBytes =
    isProtected && sampleIvBytes === 0 && end - body > fixedBytes ? bytes.readUInt8(body + fixedBytes) : 0;
  const iv = body + fixedBytes + 1;
  if (![0, 8, 16].includes(ivBytes)) throw unsupported(`it has an IV of ${ivBytes} bytes`);
  if (iv + ivBytes > end && ivBytes > 0) throw damaged('the description of an encryption is cut');
  const constantIv = ivBytes > 0 ? Buffer.from(bytes.subarray(iv, iv + ivBytes)) : undefined;
  const [encryptedBlocks, clearBlocks] = [pattern >> 4, pattern & 0xf];
  return { scheme, isProtected, sampleIvBytes, constantIv, encryptedBlocks, clearBlocks };
}
