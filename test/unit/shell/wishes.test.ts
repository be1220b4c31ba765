import assert from 'node:assert/strict';
import { pickWishes, readWishes, toJobWishes } from '../../../src/shell/wishes.ts';

const refuse = (property: string, message: string): Error => new TypeError(`"${property}" ${message}`);

describe('what is wanted of a stream', () => {
  it('is read from what a script gives, and nothing else is', () => {
    const given = { url: 'https://a.example/x.m3u8', write: 'buffered', audio: 'de', sha256: undefined };
    assert.deepEqual(readWishes(given, refuse), { audio: 'de' });
    assert.deepEqual(readWishes({ audio: ['de', 'English'] }, refuse), { audio: ['de', 'English'] });
  });

  it('is refused with the name of the property and what it has to be', () => {
    const cases: [object, RegExp][] = [
      [{ duration: 0 }, /^TypeError: "duration" is not a number of seconds above 0$/],
      [{ duration: Infinity }, /"duration"/],
      [{ deadAfter: 0 }, /"deadAfter" is not a number of seconds from 1 to 86400/],
      [{ from: 'end' }, /"from" is not one of edge, start/],
      [{ mux: 'mp4box' }, /"mux" is not one of mediabunny, ffmpeg, none/],
      [{ subtitleFormat: '../x' }, /"subtitleFormat" is not one of vtt, srt/],
      [{ subtitles: ' ' }, /"subtitles" is not a text or a list of texts/],
      [{ audio: [] }, /"audio"/],
    ];
    for (const [given, message] of cases) assert.throws(() => readWishes(given, refuse), message);
  });

  it("reaches the engine in the engine's words", () => {
    const given = { duration: 8, deadAfter: 30, from: 'edge', mux: 'none', subtitles: 'all' } as const;
    const wishes = { durationS: 8, deadAfterS: 30, from: 'edge', mux: 'none', subtitles: 'all' };
    assert.deepEqual(toJobWishes(given), wishes);
    assert.deepEqual(toJobWishes({}), {});
  });

  it('is kept for a job that goes on, whatever else stands beside it', () => {
    const wishes = {
      ...{ variant: '720p', audio: ['de'], subtitles: 'all', subtitleFormat: 'srt', mux: 'ffmpeg' },
      ...{ durationS: 8, from: 'start', deadAfterS: 30, sha256: true, allowGaps: false },
    } as const;
    assert.deepEqual(pickWishes({ ...wishes, url: 'https://a.example/', settings: {} } as object), wishes);
    assert.deepEqual(pickWishes({}), {});
  });
});
