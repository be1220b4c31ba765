import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { originOf, type Origin } from '../../../src/profile/categories.ts';
import { readProfile } from '../../../src/profile/formats/index.ts';
import { hotFrames } from '../../../src/profile/hotFrames.ts';

/**
 * Every sample of downloads of the lab's streams over HTTP and TLS, buffered and streamed, encrypted, of many small fragments and muxed: the ten user frames
 * nearest to the leaf and the kernel's; V8's eight innermost.
 */
const recordings: [file: string, origin: Origin, samples: number, unknownMost: number][] = [
  ['recordedNative.folded.gz', 'native', 3000, 0.005],
  ['recordedV8.folded.gz', 'v8', 3000, 0.02],
];

describe('recordings of downloads', () => {
  for (const [file, origin, samples, unknownMost] of recordings) {
    it(`${file}: at most ${unknownMost * 100} % of the samples are unknown`, () => {
      const profile = readProfile(readFileSync(new URL(`fixtures/${file}`, import.meta.url)), file);
      assert.equal(originOf(profile), origin);
      const { categories, total } = hotFrames(profile);
      assert.ok(total >= samples, String(total));
      const unknown = categories.find(({ category }) => category === 'unknown')?.self ?? 0;
      assert.ok(unknown / total <= unknownMost, `${unknown} of ${total} are unknown`);
    });
  }
});
