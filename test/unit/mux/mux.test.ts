import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MuxError } from '../../../src/mux/errors.ts';
import type { MuxContainer } from '../../../src/mux/request.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { clip, counts, makeClip, media, muxed, payloads, pictures, probe, requireFfmpeg } from './media.ts';

const CONTAINERS: MuxContainer[] = ['mp4', 'mkv', 'ts'];
const H264 = ['-c:v', 'libx264', '-bf', '3', '-g', '25', '-pix_fmt', 'yuv420p'];
const HEVC = ['-c:v', 'libx265', '-x265-params', 'log-level=none:bframes=3:keyint=25', '-pix_fmt', 'yuv420p'];
const FRAGMENTED = ['-f', 'mp4', '-movflags', '+empty_moov+default_base_moof+frag_keyframe'];

const refused = (code: string, message: RegExp) => (error: unknown) =>
  error instanceof MuxError && error.code === code && message.test(error.message);

describe('mux', function () {
  this.timeout(60_000);
  let folder: Awaited<ReturnType<typeof temporaryFolder>> | undefined;
  let longClip: Buffer;
  const file = (name: string): string => path.join(folder?.path ?? '', name);

  before(async function () {
    requireFfmpeg(this);
    folder = await temporaryFolder();
    longClip = await readFile(clip('2160p-av.mpegts'));
  });

  after(() => folder?.[Symbol.asyncDispose]());

  for (const container of CONTAINERS) {
    it(`copies every packet of a transport stream into .${container} as it is`, async () => {
      const source = clip('2160p-av.mpegts');
      const output = file(`plain.${container}`);
      const result = await muxed({ inputs: [media(source)], output, container });
      const probed = await probe(output);
      assert.deepEqual(counts(probed), ['h264 12', 'aac 90']);
      assert.equal(probed.warnings, '');
      assert.deepEqual(
        result.tracks.map(({ type, codec, packets }) => [type, codec, packets]),
        [
          ['video', 'avc', 12],
          ['audio', 'aac', 90],
        ],
      );
      assert.ok(Math.abs(result.durationS - 1.94) < 0.01, String(result.durationS));
      assert.equal((await readFile(output)).length, result.bytes);
      assert.deepEqual(await payloads(output, 'v', 'h264'), await payloads(source, 'v', 'h264'));
      assert.deepEqual(await payloads(output, 'a', 'aac'), await payloads(source, 'a', 'aac'));
    });

    it(`copies fragmented MP4 into .${container}`, async () => {
      const source = clip('720p-av.mp4');
      const output = file(`fragments.${container}`);
      await muxed({ inputs: [media(source)], output, container });
      const probed = await probe(output);
      assert.deepEqual(counts(probed), ['h264 12', 'aac 90']);
      assert.equal(probed.warnings, '');
      assert.deepEqual(await pictures(output), await pictures(source));
      assert.deepEqual(await payloads(output, 'a', 'aac'), await payloads(source, 'a', 'aac'));
    });
  }

  it('puts the index of an MP4 before its media, and each chunk where the index says', async () => {
    const output = file('fast.mp4');
    await muxed({ inputs: [media(clip('360p-av.mpegts'))], output, container: 'mp4' });
    const bytes = await readFile(output);
    const [index, mediaStart] = [bytes.indexOf('moov'), bytes.indexOf('mdat')];
    assert.ok(index > 0 && index < mediaStart, `moov at ${index}, mdat at ${mediaStart}`);
    assert.deepEqual(await pictures(output), await pictures(clip('360p-av.mpegts')));
  });

  const codecs: [string, string[]][] = [
    ['HEVC and AC-3', [...HEVC, '-c:a', 'ac3', '-f', 'mpegts']],
    ['H.264 and MP3', [...H264, '-c:a', 'libmp3lame', '-f', 'mpegts']],
    ['H.264 and E-AC-3', [...H264, '-c:a', 'eac3', '-f', 'mpegts']],
    ['HEVC in fragments', [...HEVC, '-tag:v', 'hvc1', '-c:a', 'aac', ...FRAGMENTED]],
  ];
  for (const [name, args] of codecs) {
    it(`takes ${name}`, async () => {
      const source = await makeClip(file(''), `${name}.mpegts`, { seconds: 2, codecs: args });
      const [seen, expected] = [await pictures(source), counts(await probe(source))];
      assert.equal(expected.length, 2);
      for (const container of CONTAINERS) {
        const output = file(`codec.${container}`);
        await muxed({ inputs: [media(source)], output, container });
        const probed = await probe(output);
        assert.deepEqual(counts(probed).sort(), expected.sort(), container);
        assert.equal(probed.warnings, '', container);
        assert.deepEqual(await pictures(output), seen, container);
      }
    });
  }

  it('names a codec that it cannot take, and leaves nothing', async () => {
    const source = await makeClip(file(''), 'old.mpegts', {
      seconds: 1,
      codecs: ['-c:v', 'mpeg2video', '-c:a', 'aac', '-f', 'mpegts'],
    });
    const output = file('old.mp4');
    const muxing = muxed({ inputs: [media(source)], output, container: 'mp4' });
    await assert.rejects(muxing, refused('MUX_CODEC', /MPEG-2 video/));
    assert.ok(!(await readdir(file(''))).includes('old.mp4'));
  });

  it('says what is wrong with something else', async () => {
    const source = file('page.html');
    await writeFile(source, '<html>expired</html>'.repeat(100));
    const muxing = muxed({ inputs: [media(source)], output: file('page.mp4'), container: 'mp4' });
    await assert.rejects(muxing, refused('MUX_FORMAT', /neither MPEG-TS nor/));
  });

  it('tells which error of the system stopped it', async () => {
    const muxing = muxed({ inputs: [media(clip('360p.mpegts'))], output: file('no/such.mp4'), container: 'mp4' });
    await assert.rejects(muxing, (error) => error instanceof MuxError && error.systemCode === 'ENOENT');
  });

  it('is cancelled at once, and leaves nothing', async () => {
    const source = file('long.mpegts');
    await writeFile(source, Buffer.concat(Array.from({ length: 400 }, () => longClip)));
    const output = file('cancelled.mp4');
    const cancelling = new AbortController();
    let cancelledMs = 0;
    const muxing = muxed(
      {
        inputs: [media(source, { discontinuities: boundaries(400, longClip.length, 1.92) })],
        output,
        container: 'mp4',
      },
      {
        signal: cancelling.signal,
        onProgress: (share) => {
          if (share < 0.1 || cancelledMs > 0) return;
          cancelledMs = performance.now();
          cancelling.abort();
        },
      },
    );
    await assert.rejects(muxing, { name: 'AbortError' });
    const tookMs = performance.now() - cancelledMs;
    assert.ok(tookMs < 200, `took ${tookMs} ms`);
    assert.ok(!(await readdir(file(''))).includes('cancelled.mp4'));
  });
});

function boundaries(count: number, bytes: number, seconds: number): { offset: number; timeS: number }[] {
  return Array.from({ length: count - 1 }, (_, index) => ({
    offset: (index + 1) * bytes,
    timeS: (index + 1) * seconds,
  }));
}
