import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { MuxError } from '../../../src/mux/errors.ts';
import { remux } from '../../../src/mux/mediabunny/remux.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { clip, media } from './media.ts';

const RUNS = process.env['HOTFRAME_LONG'] === '1' ? 2000 : 60;

/** A share of the file; fast-check's own preference is the first bytes. */
const share = fc.noBias(fc.nat(1_000_000)).map((millionths) => millionths / 1_000_000);

/** What happens to a file on its way: bytes that change, an end that is missing, a piece that is. */
const damage = fc.record({
  changed: fc.array(fc.tuple(share, fc.nat(255)), { maxLength: 8 }),
  cutAt: share,
  lost: fc.constantFrom(0, 0, 0, 1, 188, 400),
  isCut: fc.constantFrom(false, false, true),
});

function damaged(
  whole: Buffer,
  { changed, cutAt, lost, isCut }: typeof damage extends fc.Arbitrary<infer T> ? T : never,
) {
  const bytes = Buffer.from(whole);
  for (const [place, value] of changed) bytes[Math.floor(place * (bytes.length - 1))] = value;
  const cut = Math.floor(cutAt * bytes.length);
  return isCut ? bytes.subarray(0, cut) : Buffer.concat([bytes.subarray(0, cut), bytes.subarray(cut + lost)]);
}

describe('mux of broken media', () => {
  for (const name of ['360p-av.mpegts', '360p-av.mp4']) {
    it(`makes a file or says what is wrong, of ${name}`, async function () {
      this.timeout(RUNS * 1000);
      await using folder = await temporaryFolder();
      const [source, output] = [path.join(folder.path, 'source'), path.join(folder.path, 'output')];
      const whole = await readFile(clip(name));
      let made = 0;
      const check = async (wrong: Parameters<typeof damaged>[1], container: 'mp4' | 'mkv' | 'ts'): Promise<void> => {
        await writeFile(source, damaged(whole, wrong));
        try {
          const request = { inputs: [media(source)], output, container, muxer: 'mediabunny' } as const;
          await remux(request, () => undefined);
          made += 1;
        } catch (error) {
          assert.ok(error instanceof MuxError && error.code !== 'MUX_INTERNAL', String(error));
        }
      };
      const containers = fc.constantFrom('mp4' as const, 'mkv' as const, 'ts' as const);
      await fc.assert(fc.asyncProperty(damage, containers, check), { numRuns: RUNS });
      assert.ok(made > 0 && made < RUNS, `${made} of ${RUNS} were muxed`);
    });
  }
});
