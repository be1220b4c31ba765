import assert from 'node:assert/strict';
import { SubtitleJoiner } from '../../../../src/engine/subtitles/joiner.ts';
import { all } from '../../../origin/content/content.ts';
import { multivariant } from '../../../origin/streams/multivariant.ts';
import { FIRST_TICKS, FRAGMENT_S, type Track } from '../../../origin/streams/stream.ts';
import { subtitles } from '../../../origin/streams/subtitles.ts';

function joinTrack({ parts }: Track, options: { firstPtsTicks?: number }): SubtitleJoiner {
  const joiner = new SubtitleJoiner(options);
  for (const { index, media } of parts) {
    const where = { startS: index * FRAGMENT_S, durationS: FRAGMENT_S, isDiscontinuity: false };
    assert.equal(joiner.add(Buffer.concat([...all(media)]), where), undefined);
  }
  return joiner;
}

function rows(joiner: SubtitleJoiner): string[][] {
  return [...joiner.cues()].map(({ startMs, endMs, id, settings, text }) => [
    `${startMs}-${endMs}`,
    id,
    settings,
    text,
  ]);
}

describe('subtitles of the lab', () => {
  // Without the time of the video, the first file's mapping says the same.
  for (const options of [{ firstPtsTicks: FIRST_TICKS }, {}]) {
    const known = options.firstPtsTicks === undefined ? 'unknown' : 'known';

    it(`joins those of the multivariant stream to one cue for each fragment, the first PTS ${known}`, () => {
      const stream = multivariant({});
      for (const [language, word] of [
        ['en', 'Fragment number'],
        ['de', 'Fragment Nummer'],
      ] as const) {
        const track = stream.subtitles[language]!;
        const expected = track.parts.map(({ index }) => {
          return [`${index * 1920}-${index * 1920 + 1500}`, `${index}`, '', `${word} ${index}`];
        });
        assert.equal(expected.length, 24);
        assert.deepEqual(rows(joinTrack(track, options)), expected);
      }
    });

    it(`joins those that cross the borders of files to the cues that the lab says, the first PTS ${known}`, () => {
      const stream = subtitles({ fragments: 300 });
      for (const language of ['en', 'de'] as const) {
        const expected = stream.cues![language]!.map(({ id = '', startS, endS, settings = '', text }) => {
          return [`${Math.round(startS * 1000)}-${Math.round(endS * 1000)}`, id, settings, text];
        });
        assert.ok(expected.length > 300);
        const joiner = joinTrack(stream.subtitles[language]!, options);
        assert.deepEqual(rows(joiner), expected);
        assert.ok(joiner.toVtt().startsWith('WEBVTT\n\nSTYLE\n::cue { color: white }\n\n'));
      }
    });
  }
});
