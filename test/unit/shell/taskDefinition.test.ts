import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { parseTask, TaskDefinitionError } from '../../../src/shell/taskDefinition.ts';

const FOLDER = resolve('/workspace');
const GOOD = { type: 'hotframe', url: 'https://a.example/x.m3u8', output: 'out/x.ts' };

describe('task definition', () => {
  it('resolves relative paths against the workspace folder', () => {
    const task = parseTask({ ...GOOD, headersFile: 'secrets/headers.txt' }, FOLDER);
    assert.equal(task.output, resolve(FOLDER, 'out/x.ts'));
    assert.equal(task.headersFile, resolve(FOLDER, 'secrets/headers.txt'));
  });

  it('keeps absolute paths, and needs no folder then', () => {
    const output = resolve('/media/x.ts');
    assert.equal(parseTask({ ...GOOD, output }, undefined).output, output);
    assert.throws(() => parseTask(GOOD, undefined), { property: 'output' });
  });

  it('takes every option of the schema', () => {
    const options = { variant: '1080p', audio: 'en', profile: 'none', write: 'buffered', concurrency: 4, http: '2' };
    const flags = { sha256: true, allowGaps: false, duration: 0.5, from: 'start', deadAfter: 90 };
    const files = { subtitles: ['de', 'en'], subtitleFormat: 'srt', mux: 'ffmpeg' };
    const task = parseTask({ ...GOOD, ...options, ...flags, ...files }, FOLDER);
    assert.deepEqual(task, { url: GOOD.url, output: resolve(FOLDER, 'out/x.ts'), ...options, ...flags, ...files });
  });

  it('leaves out what is not given, so that settings decide', () => {
    assert.deepEqual(Object.keys(parseTask(GOOD, FOLDER)), ['url', 'output']);
  });

  const wrong: [string, object][] = [
    ['url', { url: undefined }],
    ['url', { url: 'ftp://a.example/x.m3u8' }],
    ['url', { url: 7 }],
    ['output', { output: ' ' }],
    ['profile', { profile: 'gpu' }],
    ['write', { write: 'fast' }],
    ['http', { http: 2 }],
    ['concurrency', { concurrency: 0 }],
    ['concurrency', { concurrency: 'many' }],
    ['headersFile', { headersFile: {} }],
    ['duration', { duration: 0 }],
    ['duration', { duration: '30' }],
    ['from', { from: 'beginning' }],
    ['allowGaps', { allowGaps: 'yes' }],
    ['sha256', { sha256: 1 }],
    ['variant', { variant: 1080 }],
    ['audio', { audio: [] }],
    ['subtitles', { subtitles: ['de', 7] }],
    ['subtitleFormat', { subtitleFormat: 'ass' }],
    ['mux', { mux: true }],
    ['deadAfter', { deadAfter: 0.5 }],
    ['deadAfter', { deadAfter: 1e9 }],
  ];
  for (const [property, change] of wrong) {
    it(`refuses ${JSON.stringify(change)}`, () => {
      assert.throws(
        () => parseTask({ ...GOOD, ...change }, FOLDER),
        (error) => error instanceof TaskDefinitionError && error.property === property,
      );
    });
  }
});
