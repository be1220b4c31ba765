import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { DownloadEvent } from '../../src/engine/events.ts';
import type { Receipt } from '../../src/engine/receipt.ts';
import type { DownloadRequest } from '../../src/engine/request.ts';
import { recordDownload } from '../../src/recordedDownload.ts';
import { startLab, type Lab, type StreamName, type UrlOptions } from '../origin/lab.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const muxScript = new URL('../../src/muxWorker.ts', import.meta.url);

/** Tracks as `ffprobe` sees them: `video 288`, `audio 2160`. Undefined where it is not there. */
function probe(file: string): string[] | undefined {
  const entries = ['-show_entries', 'stream=codec_type,nb_read_packets', '-of', 'csv=p=0'];
  try {
    const text = execFileSync('ffprobe', ['-v', 'error', '-count_packets', ...entries, file], { encoding: 'utf8' });
    return [...new Set(text.trim().split('\n'))].filter((line) => line !== '').map((line) => line.replace(',', ' '));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

describe('finished files', () => {
  let lab: Lab;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  before(async () => (lab = await startLab()));
  after(() => lab.close());
  beforeEach(async () => (folder = await temporaryFolder()));
  afterEach(() => folder[Symbol.asyncDispose]());

  async function bring(
    stream: StreamName,
    name: string,
    options: UrlOptions = {},
    settings: Partial<DownloadRequest> = {},
    signal = new AbortController().signal,
    onEvent: (event: DownloadEvent) => void = () => undefined,
  ): Promise<Receipt> {
    const request = { url: lab.url(stream, options), output: path.join(folder.path, name), sha256: true, ...settings };
    return (await recordDownload(request, undefined, { signal, onEvent }, muxScript)).receipt;
  }

  const muxed: [StreamName, string, string[]][] = [
    ['small', 'out.mp4', ['video 288', 'audio 2160']],
    ['multivariant', 'out.mp4', ['video 288', 'audio 2160']],
    ['multivariant', 'out.mkv', ['video 288', 'audio 2160']],
    ['multivariant', 'out.ts', ['video 288', 'audio 2160']],
    ['aes-iv', 'out.mp4', ['video 288', 'audio 2160']],
    ['gap', 'out.mp4', ['video 228', 'audio 1710']],
  ];
  for (const [stream, name, tracks] of muxed) {
    it(`${name} of ${stream} holds every packet`, async function () {
      const receipt = await bring(stream, name);
      assert.match(receipt.state, /^complete/, JSON.stringify(receipt.error));
      assert.deepEqual(await readdir(folder.path), [name]);
      const found = probe(path.join(folder.path, name));
      if (!found) return this.skip();
      assert.deepEqual(found, tracks);
    });
  }

  for (const [stream, name] of [
    ['fmp4', 'out.mp4'],
    ['fmp4-aes', 'out.mp4'],
    ['small', 'out.ts'],
    ['small', 'out'],
  ] as const) {
    it(`${name} of ${stream} is the fragments one behind the other`, async () => {
      assert.equal((await bring(stream, name)).output?.sha256, (await lab.digest(stream)).sha256);
    });
  }

  it('is one file for each stream where that is asked for', async () => {
    await bring('multivariant', 'out.mp4', {}, { mux: 'none' });
    assert.deepEqual((await readdir(folder.path)).sort(), ['out.en.mp4', 'out.mp4']);
  });

  for (const format of ['vtt', 'srt'] as const) {
    it(`has the subtitles beside it as ${format}, every cue once and in time`, async () => {
      const receipt = await bring('subtitles', 'out.ts', {}, { subtitles: 'all', subtitleFormat: format });
      assert.equal(receipt.state, 'complete', JSON.stringify(receipt.error));
      assert.deepEqual((await readdir(folder.path)).sort(), [`out.de.${format}`, `out.en.${format}`, 'out.ts']);
      const { outputs } = await lab.digest('subtitles');
      for (const [language, cues] of Object.entries(outputs?.cues ?? {})) {
        const text = await readFile(path.join(folder.path, `out.${language}.${format}`), 'utf8');
        const starts = [...text.matchAll(/^(?:\d+:)?(\d+):(\d+)[.,](\d+) -->/gm)].map(
          ([, minutes, seconds, ms]) => (Number(minutes) * 60 + Number(seconds)) * 1000 + Number(ms),
        );
        assert.deepEqual(
          starts,
          cues.map(({ startS }) => Math.round(startS * 1000)).sort((a, b) => a - b),
        );
      }
      assert.deepEqual(receipt.renditions?.map(({ type, language }) => [type, language]).sort(), [
        ['SUBTITLES', 'de'],
        ['SUBTITLES', 'en'],
      ]);
    });
  }

  it('has subtitles of the chosen language in it', async () => {
    const receipt = await bring('multivariant', 'out.mp4', {}, { subtitles: 'de', audio: 'de' });
    assert.equal(receipt.state, 'complete', JSON.stringify(receipt.error));
    assert.deepEqual(await readdir(folder.path), ['out.mp4']);
    const bytes = await readFile(path.join(folder.path, 'out.mp4'));
    assert.ok(bytes.includes('wvtt') && bytes.includes('Fragment Nummer 3'));
  });

  it('has several languages in it where they are asked for', async () => {
    const receipt = await bring('multivariant', 'out.mp4', {}, { subtitles: ['de', 'en'], audio: ['de', 'en'] });
    assert.equal(receipt.state, 'complete', JSON.stringify(receipt.error));
    assert.deepEqual(await readdir(folder.path), ['out.mp4']);
    const bytes = await readFile(path.join(folder.path, 'out.mp4'));
    for (const text of ['Fragment Nummer 3', 'Fragment number 3']) assert.ok(bytes.includes(text), text);
    assert.equal(bytes.toString('latin1').split('trak').length - 1, 5, 'a picture, and two tracks of sound and text');
  });

  it('names the subtitles that there are when others are asked for', async () => {
    const { error } = await bring('multivariant', 'out.ts', {}, { subtitles: 'fr' });
    assert.equal(error?.code, 'HLS_PLAYLIST_VARIANT');
    assert.match(error.message, /no subtitles “fr”; it has en /);
  });

  it('keeps what was downloaded when it cannot be made, and makes it another way', async () => {
    const { PATH } = process.env;
    process.env['PATH'] = '';
    let failed: Receipt;
    try {
      failed = await bring('small', 'out.mp4', {}, { mux: 'ffmpeg' });
    } finally {
      process.env['PATH'] = PATH;
    }
    assert.equal(failed.error?.code, 'HLS_MUX');
    assert.match(failed.error.message, /ffmpeg .* What was downloaded is kept\.$/);
    assert.equal(failed.kept?.fragments, 24);
    const again = await bring('small', 'out.mp4');
    assert.equal(again.state, 'complete', JSON.stringify(again.error));
    assert.deepEqual([again.fragments.resumed, again.fragments.fetched], [24, 0]);
    assert.deepEqual(await readdir(folder.path), ['out.mp4']);
  });

  it('of a recording that was stopped plays from its beginning', async function () {
    const live = { blocking: true, fragmentMs: 20, targetS: 1 };
    const receipt = await bring('live-window', 'out.mp4', { fragments: 12, live }, { from: 'start', deadAfterS: 5 });
    assert.equal(receipt.state, 'complete', JSON.stringify(receipt.error));
    const found = probe(path.join(folder.path, 'out.mp4'));
    if (!found) return this.skip();
    assert.deepEqual(found, ['video 144', 'audio 1080']);
  });

  it('leaves nothing when it is cancelled meanwhile', async () => {
    const cancelling = new AbortController();
    const onEvent = ({ type }: DownloadEvent) => {
      if (type === 'finishing') cancelling.abort();
    };
    const receipt = await bring('small', 'out.mp4', {}, {}, cancelling.signal, onEvent);
    assert.equal(receipt.state, 'cancelled');
    assert.deepEqual(await readdir(folder.path), []);
  });
});
