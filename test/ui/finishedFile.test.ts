import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { mux } from '../../src/mux/mux.ts';
import type { Discontinuity, MuxInput } from '../../src/mux/request.ts';
import { launchBrowser } from '../host/browser.ts';
import { Ending } from '../host/ending.ts';
import { type Lab, startLab } from '../origin/lab.ts';
import { inBrowser } from './flamegraphPage.ts';

const WIDTH = 160;
const HEIGHT = 90;
const FRAGMENTS = 6;
/** Pictures of a fragment of the lab, and how long each is shown, in seconds. */
const PICTURES = 12;
const PICTURE_S = 0.16;
/** Pictures that are looked at: in the first, a middle and the last fragment; never one after another. */
const SOUGHT = [40, 3, 66];

describe('finished files', () => {
  const ending = new Ending();
  let lab: Lab;
  let folder: string;
  let page: Page;
  let origin: string;
  const file = (name: string): string => path.join(folder, name);

  before(async function () {
    if (spawnSync('ffmpeg', ['-version']).error !== undefined) {
      console.log('      skipped: ffmpeg is not installed');
      this.skip();
    }
    folder = await mkdtemp(path.join(tmpdir(), 'hotframe-finished-'));
    ending.add(() => rm(folder, { recursive: true, force: true }));
    lab = await startLab();
    ending.add(() => lab.close());
    const server = createServer((request, response) => serve(folder, request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ending.add(() => server.close());
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    page = await (await launchBrowser(ending)).newPage();
  });

  after(() => ending.finish());

  /** What it is, by how much its pictures are late in seconds, and what it is made of, the video first. */
  const playing: [string, (picture: number) => number, () => Promise<Fetched[]>][] = [
    ['a stream of fragmented MP4', () => 0.32, async () => [await fetched('fmp4', file)]],
    [
      'a stream whose clock starts again, with a larger picture',
      () => 0.02,
      async () => [await fetched('discontinuity', file)],
    ],
    // The sound of a fragment of this stream is longer than its picture, and the next section waits for it.
    [
      'a stream whose second map has a larger picture',
      (picture) => (picture < 36 ? 0.32 : 0.64),
      async () => [await fetched('fmp4-maps', file)],
    ],
    [
      'a stream whose sound comes apart',
      () => 0.02,
      async () => [
        await fetched('multivariant', file, '360p/'),
        await fetched('multivariant', file, 'audio-de/', { language: 'de', name: 'Deutsch' }),
      ],
    ],
    ['a 4K stream', () => 0.02, async () => [await fetched('4k', file)]],
  ];

  /** Fetches a stream of the lab into a file, fragment behind fragment. */
  async function fetched(
    stream: Parameters<Lab['url']>[0],
    place: (name: string) => string,
    below = '',
    labels: Partial<MuxInput> = {},
  ): Promise<Fetched> {
    const base = new URL(lab.url(stream, { fragments: FRAGMENTS }));
    const playlist = new URL(`${below}index.m3u8${base.search}`, base);
    const lines = (await (await fetch(playlist)).text()).split('\n');
    const parts: Buffer[] = [];
    const discontinuities: Discontinuity[] = [];
    const fragments: string[] = [];
    let offset = 0;
    let init = Buffer.alloc(0);
    const add = async (uri: string): Promise<Buffer> => {
      const part = Buffer.from(await (await fetch(new URL(uri, playlist))).arrayBuffer());
      parts.push(part);
      offset += part.length;
      return part;
    };
    const target = place(`${stream}-${below.replace('/', '')}.source`);
    for (const line of lines) {
      const map = /^#EXT-X-MAP:URI="([^"]+)"/.exec(line)?.[1];
      if (map !== undefined) init = Buffer.from(await add(map));
      if (line === '#EXT-X-DISCONTINUITY')
        discontinuities.push({ offset, timeS: fragments.length * PICTURES * PICTURE_S });
      if (line === '' || line.startsWith('#')) continue;
      const fragment = `${target}-${fragments.length}`;
      await writeFile(fragment, Buffer.concat([init, await add(line)]));
      fragments.push(fragment);
    }
    await writeFile(target, Buffer.concat(parts));
    return { input: { path: target, kind: 'media', discontinuities, ...labels }, fragments };
  }

  for (const [name, lateS, inputsOf] of playing) {
    it(`plays ${name}, and shows the right picture wherever one seeks`, async () => {
      const fetchedInputs = await inputsOf();
      const inputs = fetchedInputs.map(({ input }) => input);
      const script = new URL('../../src/muxWorker.ts', import.meta.url);
      const output = file('finished.mp4');
      const { durationS } = await mux({ inputs, output, container: 'mp4', muxer: 'mediabunny' }, script);
      await page.goto(origin);
      const openedS = await page.evaluate(OPEN, '/finished.mp4');
      assert.ok(Math.abs(openedS - durationS) < 0.2, `${openedS} s, not ${durationS} s`);
      for (const picture of SOUGHT) {
        const references = await picturesOf(fetchedInputs[0]?.fragments[Math.floor(picture / PICTURES)] ?? '');
        assert.equal(references.length, PICTURES);
        // In the middle of the time that the picture is shown.
        const pixels = await page.evaluate(SEEK, {
          timeS: lateS(picture) + (picture + 0.6) * PICTURE_S,
          WIDTH,
          HEIGHT,
        });
        const distances = references.map((reference) => distance(reference, pixels));
        const nearest = distances.indexOf(Math.min(...distances));
        assert.equal(
          nearest,
          picture % PICTURES,
          `picture ${picture}: ${distances.map((one) => one.toFixed(1)).join(' ')}`,
        );
        // Players and ffmpeg take the colours of unmarked streams for those of different standards.
        assert.ok((distances[nearest] ?? Infinity) < 20, distances.join(' '));
      }
      assert.equal(await page.evaluate(PLAY, lateS(0) + 1.7), '');
    });
  }
});

/** A stream of the lab as a download has it, and the files of its fragments, each playable by itself. */
interface Fetched {
  input: MuxInput;
  fragments: string[];
}

/** The pictures of a fragment as ffmpeg decodes them, in grey. */
async function picturesOf(source: string): Promise<Buffer[]> {
  const args = ['-nostdin', '-v', 'error', '-i', source, '-map', '0:v', '-fps_mode', 'passthrough'];
  const form = ['-vf', `scale=${WIDTH}:${HEIGHT}`, '-pix_fmt', 'gray', '-f', 'rawvideo', '-'];
  const bytes = await new Promise<Buffer>((resolve, reject) => {
    execFile('ffmpeg', [...args, ...form], { encoding: 'buffer', maxBuffer: 2 ** 26 }, (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(new Error('ffmpeg cannot decode the reference', { cause: error }));
    });
  });
  const size = WIDTH * HEIGHT;
  return Array.from({ length: bytes.length / size }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

/** Mean difference of two pictures, 0 to 255. */
function distance(one: Uint8Array, other: readonly number[]): number {
  return one.reduce((sum, value, index) => sum + Math.abs(value - (other[index] ?? 0)), 0) / one.length;
}

/** Serves the page and, by ranges as players ask for them, the files. */
function serve(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const name = path.basename(request.url ?? '/');
  if (name === '') {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><video muted></video>');
    return;
  }
  const target = path.join(folder, name);
  stat(target).then(
    ({ size }) => {
      const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? [];
      const [start, end] = [Number(from), to === '' ? size - 1 : Math.min(Number(to), size - 1)];
      response.writeHead(206, {
        'content-type': 'video/mp4',
        'accept-ranges': 'bytes',
        'cache-control': 'no-store',
        'content-length': end - start + 1,
        'content-range': `bytes ${start}-${end}/${size}`,
      });
      createReadStream(target, { start, end }).pipe(response);
    },
    () => response.writeHead(404).end(),
  );
}

// What runs in the browser is text here: this folder is checked without the DOM's types.

/** Opens a file; how long it is, in seconds, once its first picture is there. */
const OPEN = inBrowser<string, Promise<number>>(`
  const video = document.querySelector('video');
  return new Promise((resolve, reject) => {
    video.onerror = () => reject(new Error(video.error.message));
    video.requestVideoFrameCallback(() => resolve(video.duration));
    video.src = argument;
  });
`);

/** Seeks, and reads the picture that is then shown, in grey. */
const SEEK = inBrowser<{ timeS: number; WIDTH: number; HEIGHT: number }, Promise<number[]>>(`
  const { timeS, WIDTH, HEIGHT } = argument;
  const video = document.querySelector('video');
  return new Promise((resolve, reject) => {
    video.onerror = () => reject(new Error(video.error.message));
    video.requestVideoFrameCallback(() => {
      const canvas = new OffscreenCanvas(WIDTH, HEIGHT).getContext('2d');
      canvas.drawImage(video, 0, 0, WIDTH, HEIGHT);
      const { data } = canvas.getImageData(0, 0, WIDTH, HEIGHT);
      const grey = [];
      for (let at = 0; at < data.length; at += 4) {
        grey.push(Math.round(0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2]));
      }
      resolve(grey);
    });
    video.currentTime = timeS;
  });
`);

/** Plays across the end of a fragment, sound and all; what went wrong. */
const PLAY = inBrowser<number, Promise<string>>(`
  const video = document.querySelector('video');
  return new Promise((resolve, reject) => {
    video.onerror = () => resolve(video.error.message);
    video.currentTime = argument;
    const end = argument + 0.8;
    video.ontimeupdate = () => {
      if (video.currentTime < end) return;
      video.pause();
      video.ontimeupdate = null;
      resolve(video.webkitAudioDecodedByteCount > 0 ? '' : 'no sound was decoded');
    };
    video.play().catch(reject);
  });
`);
