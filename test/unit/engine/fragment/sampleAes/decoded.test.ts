import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { readClip } from '../samples.ts';
import { encryptTransport } from './encryptTransport.ts';
import { ffmpeg, ffmpegMissing, framesOf, inFolder, storedFramesOf } from './ffmpeg.ts';
import { decryptInPieces, iv, key } from './pieces.ts';
import { readPes } from './transport.ts';

const hls = ['-protocol_whitelist', 'file,crypto', '-allowed_extensions', 'ALL'];

describe('protected samples as ffmpeg sees them', function () {
  this.timeout(120_000);
  before(function () {
    if (ffmpegMissing === undefined) return;
    console.log(`      left out: ${ffmpegMissing}`);
    this.skip();
  });

  const clips: [name: string, make: (file: string) => Promise<void>][] = [
    ...(['2160p-av', '360p-av', 'audio-en'] as const).map((name): [string, (file: string) => Promise<void>] => [
      name,
      (file) => writeFile(file, readClip(`${name}.mpegts`)),
    ]),
    ['noise of high quality', (file) => makeNoise(file)],
    ['AC-3', (file) => makeSound(file, 'ac3', '192k')],
    ['E-AC-3', (file) => makeSound(file, 'eac3', '192k')],
  ];
  for (const [name, make] of clips) {
    it(`${name}: the encrypted stream is one to it, the decrypted one decodes like the clear one`, async () => {
      await inFolder(async (file) => {
        await make(file('clear.ts'));
        const clear = readFileSync(file('clear.ts'));
        const encrypted = encryptTransport(clear, key, iv);
        const decrypted = decryptInPieces(encrypted, [16_384]);
        writeFileSync(file('decrypted.ts'), decrypted);
        writeFileSync(file('encrypted.ts'), encrypted);
        writeFileSync(file('key'), key);
        writeFileSync(file('encrypted.m3u8'), playlist(file('key'), 'encrypted.ts'));
        writeFileSync(file('clear.m3u8'), playlist(undefined, 'clear.ts'));
        assert.notDeepEqual(readPes(encrypted), readPes(clear));
        assert.deepEqual(readPes(decrypted), readPes(clear));
        assert.deepEqual(await framesOf(file('decrypted.ts')), await framesOf(file('clear.ts')));
        assert.deepEqual(await firstSegment(file('encrypted.m3u8')), await firstSegment(file('clear.m3u8')));
      });
    });
  }
});

/** The frames of the first of two segments. ffmpeg leaves what it reads at the very end of a playlist encrypted. */
async function firstSegment(file: string): Promise<string[][]> {
  const lines = await storedFramesOf(file, ...hls);
  assert.notEqual(lines.length, 0);
  return [0, 1].map((stream) => {
    const own = lines.filter((line) => line.startsWith(`${stream},`));
    return own.slice(0, own.length / 2);
  });
}

function playlist(keyFile: string | undefined, media: string): string {
  const method = keyFile === undefined ? 'NONE' : `SAMPLE-AES,URI="${keyFile}",IV=0x${iv.toString('hex')}`;
  const head = '#EXTM3U\n#EXT-X-VERSION:5\n#EXT-X-TARGETDURATION:4\n#EXT-X-PLAYLIST-TYPE:VOD\n';
  return `${head}#EXT-X-KEY:METHOD=${method}\n#EXTINF:2,\n${media}\n#EXT-X-DISCONTINUITY\n#EXTINF:2,\n${media}\n#EXT-X-ENDLIST\n`;
}

const exact = ['-fflags', '+bitexact', '-flags', '+bitexact', '-map_metadata', '-1'];

/** Several slices in each picture, most of them with many bytes that only prevent start codes. */
async function makeNoise(file: string): Promise<void> {
  const source = ['-f', 'lavfi', '-i', 'nullsrc=size=320x180:rate=25:duration=0.6,geq=random(1)*16:128:128'];
  const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-qp', '1', '-slices', '4'];
  await ffmpeg(...source, ...x264, ...exact, '-f', 'mpegts', file);
}

async function makeSound(file: string, codec: string, rate: string): Promise<void> {
  const source = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000:duration=1.5'];
  await ffmpeg(...source, '-c:a', codec, '-b:a', rate, '-ac', '2', ...exact, '-f', 'mpegts', file);
}
