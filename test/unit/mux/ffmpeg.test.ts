import assert from 'node:assert/strict';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MuxError } from '../../../src/mux/errors.ts';
import { ffmpegArguments } from '../../../src/mux/ffmpeg/arguments.ts';
import type { MuxContainer, MuxInput } from '../../../src/mux/request.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { clip, counts, media, muxed, payloads, pictures, probe, requireFfmpeg, times } from './media.ts';

const failedWith = (message: RegExp) => (error: unknown) =>
  error instanceof MuxError && error.code === 'MUX_FFMPEG' && message.test(error.message);

describe('mux with ffmpeg', function () {
  this.timeout(60_000);
  let folder: Awaited<ReturnType<typeof temporaryFolder>> | undefined;
  const file = (name: string): string => path.join(folder?.path ?? '', name);

  before(async function () {
    requireFfmpeg(this);
    folder = await temporaryFolder();
  });

  after(() => folder?.[Symbol.asyncDispose]());

  /** A clip several times, a discontinuity between any two. */
  async function repeated(name: string, source: string, count: number): Promise<MuxInput> {
    const content = await readFile(source);
    await writeFile(file(name), Buffer.concat(Array.from({ length: count }, () => content)));
    const discontinuities = Array.from({ length: count - 1 }, (_, index) => ({
      offset: (index + 1) * content.length,
      timeS: (index + 1) * 1.92,
    }));
    return media(file(name), { discontinuities });
  }

  for (const container of ['mp4', 'mkv', 'ts'] satisfies MuxContainer[]) {
    it(`makes what mediabunny makes, in .${container}`, async () => {
      // A name that a shell or a list would take for something else.
      const inputs = [
        await repeated("it's $(v).mpegts", clip('360p.mpegts'), 3),
        { ...(await repeated('a|b.mpegts', clip('audio-de.mpegts'), 3)), language: 'de', name: 'Deutsch' },
      ];
      const [own, foreign] = [file(`own.${container}`), file(`foreign.${container}`)];
      await muxed({ inputs, output: own, container });
      const shares: number[] = [];
      const onProgress = (share: number) => shares.push(share);
      const result = await muxed({ inputs, output: foreign, container, muxer: 'ffmpeg' }, { onProgress });
      const probed = await probe(foreign);
      assert.deepEqual(counts(probed), ['h264 36', 'aac 270']);
      assert.equal(probed.warnings, '');
      assert.equal(probed.streams[1]?.tags?.['language'], 'deu');
      assert.equal(result.bytes, (await readFile(foreign)).length);
      assert.ok(shares.every((share) => share >= 0 && share <= 1));
      assert.deepEqual(await payloads(foreign, 'a', 'aac'), await payloads(own, 'a', 'aac'));
      assert.deepEqual(await pictures(foreign), await pictures(own));
      const [one, other] = [await times(own, 'v'), await times(foreign, 'v')];
      const drift = one.map((time, index) => time - (one[0] ?? 0) - ((other[index] ?? 0) - (other[0] ?? 0)));
      // Where one section ends and the next one starts, the muxers differ by less than a frame of sound.
      assert.ok(Math.max(...drift.map(Math.abs)) < 0.05, String(drift));
    });
  }

  it('takes subtitles', async () => {
    await writeFile(file('en.vtt'), 'WEBVTT\n\n00:00.500 --> 00:01.000\nOne\n');
    const inputs: MuxInput[] = [
      media(clip('360p.mpegts')),
      { path: file('en.vtt'), kind: 'subtitles', language: 'en', isDefault: true },
    ];
    await muxed({ inputs, output: file('captions.mp4'), container: 'mp4', muxer: 'ffmpeg' });
    const { streams } = await probe(file('captions.mp4'));
    assert.deepEqual(
      streams.map(({ codec_type: type, tags }) => [type, tags?.['language']]),
      [
        ['video', 'und'],
        ['subtitle', 'eng'],
      ],
    );
  });

  it('gives ffmpeg nothing to take for an option', () => {
    const inputs = [media('-version.ts'), { ...media('b'), name: '-y', language: 'en' }];
    const args = ffmpegArguments({ inputs, output: '-out', container: 'mp4', muxer: 'ffmpeg' }, new Map());
    assert.ok(args.includes('file:-version.ts') && args.includes('title=-y'));
    assert.equal(args.at(-1), 'file:-out');
  });

  it('tells what ffmpeg complained of, and leaves nothing', async () => {
    await writeFile(file('broken.mpegts'), Buffer.alloc(188 * 50, 0x47));
    const request = { output: file('broken.mp4'), container: 'mp4', muxer: 'ffmpeg' } as const;
    const muxing = muxed({ ...request, inputs: [media(file('broken.mpegts'))] });
    await assert.rejects(muxing, failedWith(/ended with code \d+: .*broken\.mpegts/));
    assert.ok(!(await readdir(file(''))).includes('broken.mp4'));
  });

  it('says that there is no ffmpeg', async () => {
    const request = { output: file('none.mp4'), container: 'mp4', muxer: 'ffmpeg' } as const;
    const muxing = muxed({ ...request, inputs: [media(clip('360p.mpegts'))], ffmpegPath: file('no-ffmpeg') });
    await assert.rejects(muxing, failedWith(/not where it should be/));
  });

  it('ends it at once when cancelled, and leaves nothing', async () => {
    const slow = file('slow-ffmpeg');
    await writeFile(slow, '#!/bin/sh\necho total_size=1\nexec sleep 60\n');
    await chmod(slow, 0o755);
    await writeFile(file('slow.mp4'), 'begun');
    const cancelling = new AbortController();
    let cancelledMs = 0;
    const muxing = muxed(
      {
        inputs: [media(clip('360p.mpegts'))],
        output: file('slow.mp4'),
        container: 'mp4',
        muxer: 'ffmpeg',
        ffmpegPath: slow,
      },
      {
        signal: cancelling.signal,
        onProgress: () => {
          cancelledMs = performance.now();
          cancelling.abort();
        },
      },
    );
    await assert.rejects(muxing, { name: 'AbortError' });
    assert.ok(performance.now() - cancelledMs < 200);
    assert.ok(!(await readdir(file(''))).includes('slow.mp4'));
  });
});
