import assert from 'node:assert/strict';
import { mediaTimeProblem } from '../../../../src/engine/fragment/mediaTime/tolerance.ts';
import { structureCheckFor } from '../../../../src/engine/fragment/structure.ts';
import { all } from '../../../origin/content/content.ts';
import { STREAM_NAMES, streamOf } from '../../../origin/streams/catalogue.ts';
import { FRAGMENT_S, type Part } from '../../../origin/streams/stream.ts';

/** Its fragments hold tables and padding, no media. */
const withoutMedia = 'huge';
/** One of its variants holds a picture for each fragment, and no more. */
const pictures = 'iframes';

describe('media time of the streams of the lab', () => {
  for (const name of STREAM_NAMES) {
    const { best, variants, audio } = streamOf(name, { fragments: 6 });
    if (best === undefined || name === pictures) continue;
    it(name, () => {
      for (const track of [best, ...Object.values(variants), ...Object.values(audio)]) {
        for (const part of track.parts) assertPart(part, name);
      }
    });
  }
});

function assertPart({ media, init, durationS = FRAGMENT_S }: Part, name: string): void {
  const [head] = [...media.slice(0, 189)];
  const initBytes = init && Buffer.concat([...all(init)]);
  const check = structureCheckFor(head!, { measure: true, init: initBytes })!;
  for (const piece of all(media)) check.update(piece);
  assert.equal(check.problem(), undefined);
  const seconds = check.durationS(durationS);
  if (name === withoutMedia) assert.equal(seconds, 0);
  else {
    assert.notEqual(seconds, undefined);
    assert.equal(mediaTimeProblem(seconds, durationS), undefined);
  }
}
