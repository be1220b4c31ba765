import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { MuxContainer, MuxRequest } from '../../../src/mux/request.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { ffmpeg, media, requireFfmpeg } from './media.ts';

const execute = promisify(execFile);
const script = fileURLToPath(new URL('muxOnce.ts', import.meta.url));

const isLong = process.env['HOTFRAME_LONG'] === '1';
/** Repetitions of a clip of 24 MB. */
const REPETITIONS = isLong ? 40 : 6;
const CONTAINERS: MuxContainer[] = isLong ? ['mp4', 'mkv', 'ts'] : ['mp4'];
/** What one that kept a stream's pictures would pass by far. */
const GROWTH_MIB = 60;

describe('memory of mux', function () {
  this.timeout(180_000);
  let folder: Awaited<ReturnType<typeof temporaryFolder>> | undefined;
  const file = (name: string): string => path.join(folder?.path ?? '', name);

  before(async function () {
    requireFfmpeg(this);
    folder = await temporaryFolder();
    // Noise: nothing else makes so many bytes of so few pictures.
    await ffmpeg(
      ...['-f', 'lavfi', '-i', 'testsrc2=size=1280x720:rate=30:duration=4,noise=alls=60:allf=t'],
      ...['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000:duration=4'],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '30', '-b:v', '40M', '-c:a', 'aac', '-f', 'mpegts'],
      file('short.mpegts'),
    );
    const wholeHead = ['-probesize', '60M', '-analyzeduration', '60M'];
    const loop = ['-stream_loop', String(REPETITIONS - 1), '-i', file('short.mpegts'), '-map', '0', '-c', 'copy'];
    await ffmpeg(...wholeHead, ...loop, '-f', 'mpegts', file('long.mpegts'));
  });

  after(() => folder?.[Symbol.asyncDispose]());

  const peakMiB = async (name: string, container: MuxContainer): Promise<number> => {
    const request: MuxRequest = {
      inputs: [media(file(`${name}.mpegts`))],
      output: file(`${name}.out`),
      container,
      muxer: 'mediabunny',
    };
    const { stdout } = await execute(process.execPath, [script, JSON.stringify(request)]);
    return (JSON.parse(stdout) as { maxRssMiB: number }).maxRssMiB;
  };

  for (const container of CONTAINERS) {
    it(`does not grow with the file, to .${container}`, async () => {
      const [short, long] = [await peakMiB('short', container), await peakMiB('long', container)];
      const { size } = await stat(file('long.mpegts'));
      console.log(`      ${short.toFixed(0)} MiB for a part, ${long.toFixed(0)} MiB for ${(size / 1e6).toFixed(0)} MB`);
      assert.ok(long - short < GROWTH_MIB, `${short} MiB, then ${long} MiB`);
    });
  }
});
