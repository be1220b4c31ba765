import assert from 'node:assert/strict';

import { boxFragment, findBoxes, readBoxes, readTimescales } from '../../origin/content/boxes.ts';
import { all } from '../../origin/content/content.ts';
import { boxClip } from '../../origin/streams/clips.ts';

const clip = boxClip('720p-av');
const init = Buffer.concat([...all(clip.init)]);

function fragmentOf(turn: number, sizeBytes: number): Buffer {
  const content = boxFragment({ clip, turn, sequence: turn + 1, marker: `marker ${turn}`, sizeBytes });
  const bytes = Buffer.concat([...all(content)]);
  assert.equal(bytes.length, content.size);
  return bytes;
}

describe('fMP4 fragments of the lab', () => {
  it('splits the clip into an init segment and a fragment', () => {
    assert.deepEqual(
      readBoxes(init).map((box) => box.type),
      ['ftyp', 'moov'],
    );
    assert.deepEqual(
      readBoxes(fragmentOf(0, 0)).map((box) => box.type),
      ['moof', 'mdat', 'free'],
    );
  });

  it('moves the decode time of each track by its own timescale', () => {
    const timescales = readTimescales(init);
    assert.equal(timescales.size, 2);
    for (const turn of [0, 1, 5000]) {
      const bytes = fragmentOf(turn, 0);
      const tracks = findBoxes(bytes, 'moof/traf/tfhd').map((box) => bytes.readUInt32BE(box.body + 4));
      const times = findBoxes(bytes, 'moof/traf/tfdt').map((box) => bytes.readBigUInt64BE(box.body + 4));
      assert.deepEqual(
        times,
        tracks.map((track) => BigInt(Math.round(1.92 * turn * timescales.get(track)!))),
      );
    }
  });

  it('numbers the fragments', () => {
    const bytes = fragmentOf(41, 0);
    const [mfhd] = findBoxes(bytes, 'moof/mfhd');
    assert.equal(bytes.readUInt32BE(mfhd!.body + 4), 42);
  });

  it('has the size that was asked for, filled up with a free box that holds the marker', () => {
    const bytes = fragmentOf(3, 1_000_000);
    assert.equal(bytes.length, 1_000_000);
    const [free] = findBoxes(bytes, 'free');
    assert.equal(free!.end, bytes.length);
    assert.equal(bytes.toString('latin1', free!.body, free!.body + 8), 'marker 3');
  });

  it('refuses boxes that do not fit', () => {
    const broken = Buffer.from(init);
    broken.writeUInt32BE(init.length + 1);
    assert.throws(() => readBoxes(broken), /box at byte 0/);
  });
});
