import assert from 'node:assert/strict';
import { readClip, transportClips } from '../samples.ts';
import { encryptTransport } from './encryptTransport.ts';
import { decryptInPieces, iv, key } from './pieces.ts';
import { readPes, tablesAndClocks } from './transport.ts';

describe('SAMPLE-AES in transport streams', () => {
  for (const name of transportClips) {
    const clear = readClip(`${name}.mpegts`);
    const encrypted = encryptTransport(clear, key, iv);

    it(`gives ${name} back: elementary streams, tables, clocks`, () => {
      const pes = readPes(clear);
      assert.notDeepEqual(readPes(encrypted), pes);
      const decrypted = decryptInPieces(encrypted, [encrypted.length]);
      assert.deepEqual(readPes(decrypted), pes);
      assert.deepEqual(tablesAndClocks(decrypted), tablesAndClocks(clear));
      assert.equal(decrypted.length, encrypted.length);
    });

    it(`gives the same for ${name} in pieces of any size`, () => {
      const whole = decryptInPieces(encrypted, [encrypted.length]);
      for (const sizes of [[1], [187], [188], [1316, 7], [4096], [65_536]]) {
        assert.ok(decryptInPieces(encrypted, sizes).equals(whole), `pieces of ${sizes.join()} bytes`);
      }
    });
  }
});
