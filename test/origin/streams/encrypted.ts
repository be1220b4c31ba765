import { encrypted, secret, sequenceIv } from '../content/cipher.ts';
import type { Content } from '../content/content.ts';
import { held } from '../content/content.ts';
import { SMALL, transportParts, transportTrack } from './plain.ts';
import type { Part, Resource, Shape, Stream } from './stream.ts';
import { head, single, TYPES } from './stream.ts';

/** How a fragment is encrypted; its Media Sequence Number is the IV where there is none. */
interface Cover {
  key: number;
  iv?: Buffer;
}

/** What covers the fragment at `index` of `count`. */
type Covering = (index: number, count: number) => Cover | undefined;

export function keyTag(key: number, iv?: Buffer): string {
  const attribute = iv === undefined ? '' : `,IV=0x${iv.toString('hex')}`;
  return `#EXT-X-KEY:METHOD=AES-128,URI="key-${key}.bin"${attribute}`;
}

export function keyResource(body: Content): Resource {
  return { kind: 'key', contentType: TYPES.key, body };
}

/** TS fragments in AES-128, the key tags written wherever the cover changes. */
function aes(label: string, firstSequence: number, covering: Covering) {
  return (shape: Shape): Stream => {
    const clear = transportParts(label, '360p-av', SMALL, shape);
    const others = new Map<string, Resource>();
    let tag: string | undefined;
    const parts = clear.map((part): Part => {
      const cover = covering(part.index, clear.length);
      const before = tag;
      tag = cover === undefined ? '#EXT-X-KEY:METHOD=NONE' : keyTag(cover.key, cover.iv);
      const tags = tag === before ? [] : [tag];
      if (cover === undefined) return { ...part, tags };
      const key = secret(`key ${cover.key}`);
      others.set(`key-${cover.key}.bin`, keyResource(held(key)));
      const iv = cover.iv ?? sequenceIv(firstSequence + part.index);
      return { ...part, tags, sent: encrypted(part.media, key, iv) };
    });
    return single(transportTrack(parts, { head: head(3, firstSequence), others }));
  };
}

/** One key; two explicit IVs, one for each half. */
export const aesIv = aes('aes-iv', 0, (index, count) => ({
  key: 0,
  iv: secret(index < count / 2 ? 'iv aes-iv first' : 'iv aes-iv second'),
}));

/** One key, no IV, a playlist that starts at 7794. */
export const aesSequence = aes('aes-sequence', 7794, () => ({ key: 0 }));

/** The key changes in the middle. */
export const aesRotation = aes('aes-rotation', 100, (index, count) => ({ key: index < count / 2 ? 0 : 1 }));

/** The middle third is in the clear. */
export const aesNone = aes('aes-none', 1, (index, count) => {
  const third = Math.floor((index * 3) / count);
  return third === 1 ? undefined : { key: 0 };
});
