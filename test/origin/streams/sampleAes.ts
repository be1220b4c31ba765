import { boxFragment, readBoxClip } from '../content/boxes.ts';
import { secret } from '../content/cipher.ts';
import { all, held } from '../content/content.ts';
import { protectFragment, protectInit } from '../content/protectedBoxes.ts';
import { protectTransport } from '../content/protectedTransport.ts';
import { readTransportClip, transportFragment } from '../content/transport.ts';
import { boxClip, transportClip } from './clips.ts';
import { keyResource } from './encrypted.ts';
import { boxTrack, mapResource, tagged } from './mp4.ts';
import { SMALL, transportTrack } from './plain.ts';
import type { Part, Shape, Stream } from './stream.ts';
import { fileName, FRAGMENT_S, head, single, times, variedBytes } from './stream.ts';

const KEY = secret('key 0');

function keyTag(iv: Buffer): string {
  return `#EXT-X-KEY:METHOD=SAMPLE-AES,URI="key-0.bin",IV=0x${iv.toString('hex')}`;
}

/** H.264 and AAC in MPEG-TS, their samples encrypted; in the clear they have the stream types of clear streams. */
export function sampleAesTs(shape: Shape): Stream {
  const { fragments, fragmentBytes } = { ...SMALL, ...shape };
  const iv = secret('iv sample-aes-ts');
  const clear = transportClip('360p-av');
  const clip = readTransportClip(protectTransport(clear.bytes, KEY, iv), clear.durationTicks);
  const parts = times(fragments, (index): Part => {
    const marker = `hotframe lab sample-aes-ts fragment ${index}`;
    const common = { turn: index, marker, sizeBytes: variedBytes(fragmentBytes, index) };
    const media = transportFragment({ clip: clear, ...common });
    return { index, path: fileName(index, 'ts'), tags: [], media, sent: transportFragment({ clip, ...common }) };
  });
  const others = new Map([['key-0.bin', keyResource(held(KEY))]]);
  return single(transportTrack(tagged(parts, 0, [keyTag(iv)]), { head: head(5), others }));
}

/** fMP4 in `cbcs`; in the clear its `senc` is a `free` box, and its init segment the clear one. */
export function sampleAesFmp4(shape: Shape): Stream {
  const { fragments, fragmentBytes } = { ...SMALL, ...shape };
  const iv = secret('iv sample-aes-fmp4');
  const plain = boxClip('360p-av');
  const init = Buffer.concat([...all(plain.init)]);
  const { clear, encrypted } = protectFragment(plain.fragment, KEY, iv);
  const [clearClip, clip] = [clear, encrypted].map((bytes) => readBoxClip(Buffer.concat([init, bytes]), FRAGMENT_S));
  const parts = times(fragments, (index): Part => {
    const marker = `hotframe lab sample-aes-fmp4 fragment ${index}`;
    const common = { turn: index, sequence: index + 1, marker, sizeBytes: variedBytes(fragmentBytes, index) };
    const media = boxFragment({ clip: clearClip!, ...common });
    const sent = boxFragment({ clip: clip!, ...common });
    return { index, path: fileName(index, 'm4s'), tags: [], media, sent, init: plain.init };
  });
  const others = new Map([
    ['key-0.bin', keyResource(held(KEY))],
    ['init.mp4', mapResource(held(protectInit(init, iv)))],
  ]);
  return single(boxTrack(tagged(parts, 0, ['#EXT-X-MAP:URI="init.mp4"', keyTag(iv)]), others));
}
