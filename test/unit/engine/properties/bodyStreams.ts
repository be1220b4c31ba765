import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { boxFragment } from '../../../origin/content/boxes.ts';
import { all, type Content } from '../../../origin/content/content.ts';
import { PACKET_BYTES, transportFragment } from '../../../origin/content/transport.ts';
import { boxClip, transportClip } from '../../../origin/streams/clips.ts';
import { FRAGMENT_S } from '../../../origin/streams/stream.ts';

export const FORMATS = ['ts', 'ts-aes', 'fmp4', 'fmp4-aes'] as const;
export type Format = (typeof FORMATS)[number];

/** A small stream as an origin has it, and as a downloader should. */
export interface BodyStream {
  format: Format;
  /** By name: `index.m3u8`, `f0`, `f1`, …, `init`, `key`. */
  resources: ReadonlyMap<string, Buffer>;
  /** In the clear. */
  init: Buffer | undefined;
  fragments: readonly Buffer[];
}

const key = createHash('sha256').update('key').digest().subarray(0, 16);
const iv = createHash('sha256').update('iv').digest().subarray(0, 16);

const streams = new Map<string, BodyStream>();

/** The stream of that format with so many fragments, made once. */
export function bodyStream(format: Format, count: number): BodyStream {
  const id = `${format} ${count}`;
  const known = streams.get(id) ?? makeStream(format, count);
  streams.set(id, known);
  return known;
}

function makeStream(format: Format, count: number): BodyStream {
  const isEncrypted = format.endsWith('-aes');
  const isMovie = format.startsWith('fmp4');
  const fragments = Array.from({ length: count }, (_, index) => bytesOf(isMovie ? movie(index) : transport(index)));
  const init = isMovie ? bytesOf(boxClip('360p-av').init) : undefined;
  const lines = [
    ...['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:2'],
    ...(init ? ['#EXT-X-MAP:URI="init"'] : []),
    ...(isEncrypted ? [`#EXT-X-KEY:METHOD=AES-128,URI="key",IV=0x${iv.toString('hex')}`] : []),
    ...fragments.flatMap((_, index) => [`#EXTINF:${FRAGMENT_S},`, `f${index}`]),
    ...['#EXT-X-ENDLIST', ''],
  ];
  const resources = new Map<string, Buffer>([['index.m3u8', Buffer.from(lines.join('\n'))]]);
  for (const [index, clear] of fragments.entries()) resources.set(`f${index}`, isEncrypted ? encrypt(clear) : clear);
  if (init) resources.set('init', init);
  if (isEncrypted) resources.set('key', key);
  return { format, resources, init, fragments };
}

function transport(index: number): Content {
  const marker = `fragment ${index}`;
  return transportFragment({ clip: transportClip('360p'), turn: index, marker, sizeBytes: 0 });
}

function movie(index: number): Content {
  const marker = `fragment ${index}`;
  return boxFragment({ clip: boxClip('360p-av'), turn: index, sequence: index + 1, marker, sizeBytes: 0 });
}

function bytesOf(content: Content): Buffer {
  return Buffer.concat([...all(content)]);
}

function encrypt(clear: Buffer): Buffer {
  const cipher = createCipheriv('aes-128-cbc', key, iv);
  return Buffer.concat([cipher.update(clear), cipher.final()]);
}

function decrypt(bytes: Buffer, withKey: Buffer): Buffer | undefined {
  const decipher = createDecipheriv('aes-128-cbc', withKey, iv);
  try {
    return Buffer.concat([decipher.update(bytes), decipher.final()]);
  } catch {
    return undefined;
  }
}

/**
 * Whether a downloader that gets `body` for the resource `name`, and no sign from HTTP, can know that it is not the right
 * one: it is no playlist that ends, no key of 16 bytes that decrypts, no whole packets or boxes.
 */
export function givesItselfAway(stream: BodyStream, name: string, body: Buffer): boolean {
  switch (name) {
    case 'index.m3u8':
      return !body.includes('\n#EXT-X-ENDLIST');
    case 'init':
      return !isWholeMovie(body) || !body.includes('moov');
    case 'key': {
      if (body.length !== key.length) return true;
      return stream.fragments.every((_, index) => !isWhole(stream, decrypt(stream.resources.get(`f${index}`)!, body)));
    }
    default:
      return !isWhole(stream, stream.resources.has('key') ? decrypt(body, key) : body);
  }
}

function isWhole({ format }: BodyStream, clear: Buffer | undefined): boolean {
  if (clear === undefined || clear.length === 0) return false;
  return format.startsWith('fmp4') ? isWholeMovie(clear) : isWholeTransport(clear);
}

function isWholeTransport(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at += PACKET_BYTES) if (bytes[at] !== 0x47) return false;
  return bytes.length % PACKET_BYTES === 0;
}

function isWholeMovie(bytes: Buffer): boolean {
  let at = 0;
  while (at + 8 <= bytes.length) {
    const short = bytes.readUInt32BE(at);
    if (short === 0) return true;
    if (short === 1 && at + 16 > bytes.length) return false;
    const size = short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short;
    if (size < (short === 1 ? 16 : 8)) return false;
    at += size;
  }
  return at === bytes.length && at > 0;
}

/** The last byte up to `at` where a packet or box ends; of an encrypted resource, where a block of the cipher does too. */
export function boundaryBefore({ format, resources }: BodyStream, name: string, at: number): number {
  const unit = { ts: PACKET_BYTES, 'ts-aes': 4 * PACKET_BYTES, fmp4: 1, 'fmp4-aes': 16 }[format];
  if (format !== 'fmp4') return at - (at % unit);
  const bytes = resources.get(name)!;
  let start = 0;
  for (let next = 0; next <= at && next + 8 <= bytes.length; next += Math.max(8, bytes.readUInt32BE(next)))
    start = next;
  return start;
}

/** Where the structure of a fragment in the clear, or of an init segment, is written: sync bytes, sizes of boxes. */
export function structureOffsets(stream: BodyStream, name: string): number[] {
  const bytes = stream.resources.get(name)!;
  const offsets: number[] = [];
  if (stream.format === 'ts') for (let at = 0; at < bytes.length; at += PACKET_BYTES) offsets.push(at);
  if (!stream.format.startsWith('fmp4')) return offsets.length === 0 ? [0] : offsets;
  for (let at = 0; at + 8 <= bytes.length && offsets.length < 64; at += Math.max(8, bytes.readUInt32BE(at))) {
    offsets.push(at, at + 1, at + 2, at + 3);
  }
  return offsets;
}
