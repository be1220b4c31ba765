import { readFileSync } from 'node:fs';

import type { BoxClip } from '../content/boxes.ts';
import { readBoxClip } from '../content/boxes.ts';
import type { TransportClip } from '../content/transport.ts';
import { PACKET_BYTES, readTransportClip } from '../content/transport.ts';
import { FRAGMENT_S } from './stream.ts';

const TICKS_PER_S = 90_000;

const transportClips = new Map<string, TransportClip>();
const boxClips = new Map<string, BoxClip>();

const TABLE_PACKETS = 3;

/** The clip `clip/<name>.mpegts`, read once; `head` is only the tables that one begins with. */
export function transportClip(name: string): TransportClip {
  const known = transportClips.get(name);
  if (known !== undefined) return known;
  const bytes =
    name === 'head' ? read('360p-av.mpegts').subarray(0, TABLE_PACKETS * PACKET_BYTES) : read(`${name}.mpegts`);
  const clip = readTransportClip(bytes, FRAGMENT_S * TICKS_PER_S);
  transportClips.set(name, clip);
  return clip;
}

/** The clip `clip/<name>.mp4`, read once. */
export function boxClip(name: string): BoxClip {
  const known = boxClips.get(name);
  if (known !== undefined) return known;
  const clip = readBoxClip(read(`${name}.mp4`), FRAGMENT_S);
  boxClips.set(name, clip);
  return clip;
}

function read(file: string): Buffer {
  return readFileSync(new URL(`../clip/${file}`, import.meta.url));
}
