import assert from 'node:assert/strict';
import { structureCheckFor, type StructureOptions } from '../../../../src/engine/fragment/structure.ts';
import { box, readBoxClip, readClip, words } from './samples.ts';

function problemOf(bytes: Buffer, options?: StructureOptions): string | undefined {
  const check = structureCheckFor(bytes.subarray(0, 189), options)!;
  check.update(bytes);
  return check.problem();
}

for (const measure of [false, true]) {
  describe(`structure of a fragment, ${measure ? 'measured' : 'not measured'}`, () => {
    const options = { measure };

    it('takes whole packets', () => assert.equal(problemOf(readClip('360p-av.mpegts'), options), undefined));

    it('notices a body that ends within a packet', () => {
      const bytes = readClip('360p-av.mpegts').subarray(0, 1000);
      assert.equal(problemOf(bytes, options), 'the body ends within a packet, after 1000 bytes');
    });

    it('names the first byte at which a packet should start and does not', () => {
      const bytes = Buffer.from(readClip('360p-av.mpegts'));
      for (const packet of [1, 7, 50]) bytes[packet * 188] = 0x46;
      const head = readClip('360p-av.mpegts').subarray(0, 189);
      const check = structureCheckFor(head, options)!;
      check.update(bytes.subarray(0, 188));
      check.update(bytes.subarray(188));
      assert.equal(check.problem(), 'no transport packet starts at byte 188');
    });

    it('notices a packet that is missing a byte', () => {
      const bytes = readClip('360p-av.mpegts');
      const short = Buffer.concat([bytes.subarray(0, 5000), bytes.subarray(5001)]);
      assert.equal(problemOf(short, options), `no transport packet starts at byte ${27 * 188}`);
    });

    it('takes whole boxes, of short, long and open size', () => {
      const { fragment } = readBoxClip('360p-av');
      const long = Buffer.concat([words(1), Buffer.from('free'), words(0, 20, 0)]);
      const open = Buffer.concat([words(0), Buffer.from('free'), Buffer.alloc(33)]);
      assert.equal(problemOf(Buffer.concat([fragment, long, box('free')]), options), undefined);
      assert.equal(problemOf(Buffer.concat([fragment, long, open]), options), undefined);
    });

    it('notices a body that ends within a box', () => {
      const { fragment } = readBoxClip('360p-av');
      for (const bytes of [8, 100, 700, fragment.length - 1]) {
        assert.equal(
          problemOf(fragment.subarray(0, bytes), options),
          `the body ends within a box, after ${bytes} bytes`,
        );
      }
      const header = Buffer.concat([box('styp'), words(16)]);
      assert.equal(problemOf(header, options), 'the body ends within a box, after 12 bytes');
    });

    it('names a box smaller than its own header', () => {
      const bytes = Buffer.concat([box('styp'), words(7), Buffer.from('moof'), Buffer.alloc(100)]);
      assert.equal(problemOf(bytes, options), 'the box at byte 8 has no possible size');
    });

    it('has nothing to check in WebVTT and in what is no media', () => {
      assert.equal(structureCheckFor(Buffer.from('WEBVTT\n\n'), options), undefined);
      assert.equal(structureCheckFor(Buffer.from('<!doctype html>'), options), undefined);
    });
  });
}
