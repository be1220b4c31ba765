import { createHash, randomBytes } from 'node:crypto';
import type { LabWorkload } from '../claim.ts';
import { encrypt, encryptedBytes, sequenceIv } from './encryption.ts';
import { held, PLAYLIST_PATH, PLAYLIST_TYPE, type Resource, type Resources } from './resource.ts';

const PACKET_BYTES = 188;
const DURATION_S = 6;

/** Bytes of a fragment: whole transport packets, as close to the wish as can be. */
export function labFragmentBytes({ fragmentBytes }: Pick<LabWorkload, 'fragmentBytes'>): number {
  return Math.max(1, Math.round(fragmentBytes / PACKET_BYTES)) * PACKET_BYTES;
}

/** What a whole download of such a stream is. */
export function labOutput(workload: Pick<LabWorkload, 'fragments' | 'fragmentBytes'>): {
  bytes: number;
  sha256: string;
} {
  const bytes = labFragmentBytes(workload);
  const hash = createHash('sha256');
  for (let index = 0; index < workload.fragments; index++) {
    for (const piece of piecesOf(index, bytes)) hash.update(piece);
  }
  return { bytes: workload.fragments * bytes, sha256: hash.digest('hex') };
}

/** A generated stream: null packets of MPEG-TS, the first of each fragment with its number. */
export function labStream(workload: Pick<LabWorkload, 'fragments' | 'fragmentBytes' | 'encryption'>): Resources {
  const bytes = labFragmentBytes(workload);
  const key = workload.encryption === 'aes-128' ? randomBytes(16) : undefined;
  const resources = new Map<string, Resource>();
  const lines = ['#EXTM3U', '#EXT-X-VERSION:3', `#EXT-X-TARGETDURATION:${DURATION_S}`, '#EXT-X-PLAYLIST-TYPE:VOD'];
  if (key !== undefined) {
    resources.set('/key', held('application/octet-stream', key));
    lines.push('#EXT-X-KEY:METHOD=AES-128,URI="key"');
  }
  for (let index = 0; index < workload.fragments; index++) {
    lines.push(`#EXTINF:${DURATION_S},`, `${index}.ts`);
    resources.set(
      `/${index}.ts`,
      key === undefined ? clearFragment(index, bytes) : encryptedFragment(index, bytes, key),
    );
  }
  resources.set(PLAYLIST_PATH, held(PLAYLIST_TYPE, Buffer.from(`${lines.join('\n')}\n#EXT-X-ENDLIST\n`)));
  return resources;
}

function clearFragment(index: number, bytes: number): Resource {
  const read = (start: number, end: number) => Promise.resolve(cut(piecesOf(index, bytes), start, end));
  return { contentType: 'video/mp2t', bytes, read };
}

function encryptedFragment(index: number, bytes: number, key: Buffer): Resource {
  return {
    contentType: 'video/mp2t',
    bytes: encryptedBytes(bytes),
    read: (start, end) => Promise.resolve(cut(encrypt(piecesOf(index, bytes), key, sequenceIv(index)), start, end)),
  };
}

/** A null packet (PID 0x1FFF, ISO/IEC 13818-1 §2.4.3.3) that holds a text. */
function nullPacket(text: string): Buffer {
  const packet = Buffer.alloc(PACKET_BYTES, 0xff);
  packet.set([0x47, 0x1f, 0xff, 0x10]);
  packet.write(text, 4);
  return packet;
}

// One buffer for all fragments, small enough to stay in the processor's cache while it is sent again and again.
const padding = Buffer.concat(Array.from({ length: 2048 }, () => nullPacket('')));

function piecesOf(index: number, bytes: number): Buffer[] {
  const pieces = [nullPacket(`fragment ${index}`)];
  for (let rest = bytes - PACKET_BYTES; rest > 0; rest -= padding.length) pieces.push(padding.subarray(0, rest));
  return pieces;
}

function cut(pieces: readonly Buffer[], start: number, end: number): Buffer[] {
  const found: Buffer[] = [];
  let offset = 0;
  for (const piece of pieces) {
    const [from, to] = [Math.max(start - offset, 0), Math.min(end - offset, piece.length)];
    if (from < to) found.push(piece.subarray(from, to));
    offset += piece.length;
  }
  return found;
}
