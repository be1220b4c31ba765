import assert from 'node:assert/strict';
import { readDownloadInput, readHotFramesInput, readListInput, ToolInputError } from '../../../src/shell/toolInputs.ts';

const URL_GIVEN = 'https://a.example/x.m3u8';
const JOB = '20260102-030405-678-00abcd';

describe('inputs of tools', () => {
  it('are read, with paths made absolute and defaults filled in', () => {
    const wishes = { variant: '1080p', audio: 'de', subtitles: 'all', duration: 60 };
    assert.deepEqual(readDownloadInput({ url: ` ${URL_GIVEN} `, output: 'media/x.ts', ...wishes }, '/w'), {
      url: URL_GIVEN,
      output: '/w/media/x.ts',
      ...wishes,
    });
    assert.equal(readDownloadInput({ url: URL_GIVEN, output: '/tmp/x.ts' }, undefined).output, '/tmp/x.ts');
    assert.deepEqual(readListInput({}), { limit: 20 });
    assert.deepEqual(readListInput({ limit: 3, state: 'failed' }), { limit: 3, state: 'failed' });
    assert.deepEqual(readHotFramesInput({ job: JOB }), { job: JOB, top: 10 });
    assert.deepEqual(readHotFramesInput({ job: JOB, profile: 'x', top: 1 }), { job: JOB, profile: 'x', top: 1 });
  });

  const wrong: [string, () => unknown, RegExp][] = [
    ['no object', () => readListInput([]), /"input"/],
    ['nothing', () => readListInput(null), /"input"/],
    ['an unknown property', () => readListInput({ filter: 'x' }), /"filter" is not known/],
    [
      'a header',
      () => readDownloadInput({ url: URL_GIVEN, output: '/x', headers: {} }, '/w'),
      /"headers" is not known/,
    ],
    ['no URL', () => readDownloadInput({ output: '/x' }, '/w'), /"url" is missing/],
    ['a file URL', () => readDownloadInput({ url: 'file:///etc/passwd', output: '/x' }, '/w'), /"url" is not an http/],
    ['a blank output', () => readDownloadInput({ url: URL_GIVEN, output: ' ' }, '/w'), /"output" is missing/],
    [
      'a relative output without a folder',
      () => readDownloadInput({ url: URL_GIVEN, output: 'x.ts' }, undefined),
      /"output" is relative/,
    ],
    [
      'a variant that is no text',
      () => readDownloadInput({ url: URL_GIVEN, output: '/x', variant: 3 }, '/w'),
      /"variant"/,
    ],
    [
      'a duration of nothing',
      () => readDownloadInput({ url: URL_GIVEN, output: '/x', duration: 0 }, '/w'),
      /"duration" is not a number from 1/,
    ],
    ['no number', () => readListInput({ limit: '3' }), /"limit"/],
    ['too many', () => readListInput({ limit: 101 }), /"limit" is not a number from 1 to 100/],
    ['a part of one', () => readHotFramesInput({ job: JOB, top: 1.5 }), /"top" is not a whole number/],
    ['a state that there is not', () => readListInput({ state: 'done' }), /"state" is not one of running/],
    ['a job that is a path', () => readHotFramesInput({ job: '../../etc' }), /"job" is no id/],
  ];
  for (const [name, read, message] of wrong) {
    it(`refuse ${name}`, () => {
      assert.throws(read, (error) => error instanceof ToolInputError && message.test(error.message));
    });
  }
});
