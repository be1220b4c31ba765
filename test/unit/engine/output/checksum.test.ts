import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { hasBytes, startChecksum } from '../../../../src/engine/output/checksum.ts';
import { PartFile } from '../../../../src/engine/output/partFile.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

const large = 1 << 20;

function sumOf(bytes: Buffer, cuts: readonly number[], expectedBytes: number | undefined): string {
  const sum = startChecksum(expectedBytes);
  let start = 0;
  for (const end of [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    sum.update(bytes.subarray(start, end));
    start = end;
  }
  return sum.text();
}

function gmacOf(bytes: Buffer): string {
  const cipher = createCipheriv('aes-128-gcm', Buffer.alloc(16), Buffer.alloc(12)).setAAD(bytes);
  cipher.final();
  return `gmac:${cipher.getAuthTag().toString('hex')}`;
}

describe('engine/output: checksums', () => {
  it('are CRC-32 of what is small or not known, and GMAC of what is large, however the bytes come', () => {
    const bytes = fc.uint8Array({ maxLength: 5_000 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(), { maxLength: 6 }), (whole, cuts) => {
        const crc = `crc32:${crc32(whole).toString(16).padStart(8, '0')}`;
        assert.equal(sumOf(whole, cuts, undefined), crc);
        assert.equal(sumOf(whole, cuts, 24_000), crc);
        assert.equal(sumOf(whole, cuts, large), gmacOf(whole));
      }),
    );
  });

  it('find a fragment in a file, and any byte of it that is another', async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'x.part');
    const bytes = Buffer.alloc(3000, 'fragment of a file');
    for (const expected of [undefined, large]) {
      const checksum = sumOf(bytes.subarray(100), [], expected);
      const initChecksum = sumOf(bytes.subarray(0, 100), [], undefined);
      const kept = { index: 0, start: 7, initBytes: 100, initChecksum, bytes: 2900, checksum, shape: 0, address: 0 };
      for (const wrongAt of [undefined, 0, 99, 100, 2999]) {
        const copy = Buffer.from(bytes);
        if (wrongAt !== undefined) copy[wrongAt]! ^= 1;
        await writeFile(file, Buffer.concat([Buffer.alloc(7), copy]));
        const part = new PartFile(file, path.join(folder.path, 'x.ts'), 'open');
        assert.equal(hasBytes(part, kept), wrongAt === undefined, `${expected} ${wrongAt}`);
        assert.equal(hasBytes(part, { ...kept, bytes: 2901 }), false);
        part.close();
      }
    }
  });
});
