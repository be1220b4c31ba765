import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { decryptInit } from '../../../../../src/engine/fragment/sampleAes/sampleDecryption.ts';
import { readBoxClip } from '../samples.ts';
import { encryptSegment, protectInit } from './encryptMovie.ts';
import { encryptions, videoTrack } from './encryptions.ts';
import { ffmpegMissing, framesOf, inFolder } from './ffmpeg.ts';
import { decryptInPieces, key } from './pieces.ts';

/** What ffmpeg decrypts as well: it wants `senc` and an IV in the file. */
const common = ['cbcs', 'cbcs, five of ten blocks', 'cbcs, an IV for each sample', 'cbc1', 'cenc', 'cens'];

describe('encrypted movies as ffmpeg sees them', function () {
  this.timeout(120_000);
  before(function () {
    if (ffmpegMissing === undefined) return;
    console.log(`      left out: ${ffmpegMissing}`);
    this.skip();
  });

  const { init, fragment } = readBoxClip('360p-av');
  for (const [what, encryption] of encryptions.filter(([name]) => common.includes(name))) {
    it(`${what}: both decrypt to the frames of the clear movie`, async () => {
      const encryptedInit = protectInit(init, encryption);
      const encrypted = encryptSegment(fragment, videoTrack, encryption);
      await inFolder(async (file) => {
        writeFileSync(file('clear.mp4'), Buffer.concat([init, fragment]));
        writeFileSync(file('encrypted.mp4'), Buffer.concat([encryptedInit, encrypted]));
        const decrypted = decryptInPieces(encrypted, [4096], encryptedInit);
        writeFileSync(file('decrypted.mp4'), Buffer.concat([decryptInit(encryptedInit).clear, decrypted]));
        const frames = await framesOf(file('clear.mp4'));
        assert.notEqual(frames.length, 0);
        assert.deepEqual(await framesOf(file('decrypted.mp4')), frames);
        const options = ['-decryption_key', key.toString('hex')];
        assert.deepEqual(await framesOf(file('encrypted.mp4'), ...options), frames);
      });
    });
  }
});
