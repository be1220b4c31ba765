import assert from 'node:assert/strict';
import { decryptInit } from '../../../../../src/engine/fragment/sampleAes/sampleDecryption.ts';
import { findBoxes, readBoxes } from '../../../../origin/content/boxes.ts';
import { boxClips, readBoxClip } from '../samples.ts';
import { encryptSegment, protectInit, splitRuns, type Encryption } from './encryptMovie.ts';
import { encryptions, videoTrack } from './encryptions.ts';
import { decryptInPieces, iv, key } from './pieces.ts';

const otherIv = Buffer.alloc(16, 0x77);

describe('Common Encryption in fMP4', () => {
  for (const clip of boxClips) {
    const { init: clearInit, fragment } = readBoxClip(clip);
    const cases = [...encryptions, ...encryptions.map(([what, way]) => [`${what}, two runs`, way] as const)];
    for (const [index, [what, encryption]] of cases.entries()) {
      it(`gives ${clip} back from ${what}`, () => {
        const clear = { init: clearInit, fragment: index < encryptions.length ? fragment : splitRuns(fragment) };
        const init = protectInit(clear.init, encryption);
        const encrypted = encryptSegment(clear.fragment, videoTrack, encryption);
        assert.notDeepEqual(dataOf(encrypted), dataOf(clear.fragment));
        assert.deepEqual(decryptInit(init).clear, clear.init);
        const with_ = { key, iv: encryption.hasIvInFile ? otherIv : iv };
        const decrypted = decryptInPieces(encrypted, [4096, 1], init, with_);
        assert.equal(decrypted.length, encrypted.length);
        assertClear(decrypted, clear.fragment, encryption);
      });
    }
  }

  it('leaves clear movies as they are', () => {
    for (const clip of boxClips) {
      const { init, fragment } = readBoxClip(clip);
      assert.deepEqual(decryptInit(init).clear, init);
      assert.deepEqual(decryptInPieces(fragment, [1000], init), fragment);
    }
  });
});

/** The same samples at the places that the runs tell, and nothing about encryption but free space. */
function assertClear(decrypted: Buffer, clear: Buffer, { place }: Encryption): void {
  const information = dataOf(decrypted).length - dataOf(clear).length;
  assert.ok(place === 'mdat' ? information > 0 : information === 0);
  assert.deepEqual(dataOf(decrypted).subarray(information), dataOf(clear));
  const growth = decrypted.length - clear.length;
  const [was, is] = [findBoxes(clear, 'moof/traf'), findBoxes(decrypted, 'moof/traf')];
  assert.equal(is.length, was.length);
  is.forEach((traf, index) => {
    const boxes = readBoxes(decrypted, traf.body, traf.end).filter(({ type }) => type !== 'free' && type !== 'skip');
    const expected = readBoxes(clear, was[index]!.body, was[index]!.end);
    assert.deepEqual(
      boxes.map(({ type }) => type),
      expected.map(({ type }) => type),
    );
    boxes.forEach(({ type, start, end }, place_) => {
      const bytes = Buffer.from(decrypted.subarray(start, end));
      if (type === 'trun') bytes.writeInt32BE(bytes.readInt32BE(16) - growth, 16);
      assert.deepEqual(bytes, clear.subarray(expected[place_]!.start, expected[place_]!.end));
    });
  });
}

function dataOf(bytes: Buffer): Buffer {
  const [data] = findBoxes(bytes, 'mdat');
  return bytes.subarray(data!.body, data!.end);
}
