import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get as httpsGet } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

import type { Lab, StreamName, UrlOptions } from '../../origin/lab.ts';
import { startLab } from '../../origin/lab.ts';
import { STREAM_NAMES } from '../../origin/streams/catalogue.ts';
import { downloadNaively, get, getHttp2, openHttp2 } from './client.ts';

const run = promisify(execFile);

/** Streams of which no correct download exists. */
const NOTHING: StreamName[] = [
  'html',
  'no-extm3u',
  'blank',
  'empty',
  'drm-fairplay',
  'drm-widevine',
  'drm-playready',
  'drm-clearkey-mixed',
];
/** Streams whose sessions each have a course of their own: live.test.ts. */
const LIVE: StreamName[] = ['live-window', 'live-event'];
const MULTIVARIANT: StreamName[] = [
  'multivariant',
  'hostile-titles',
  'alternates',
  'subtitles',
  'redundant',
  'steering',
  'session-key',
  'iframes',
];
/** Streams that a plain download does not understand: keys.test.ts, sampleAes.test.ts. */
const DEMANDING: StreamName[] = ['define', 'sample-aes-ts', 'sample-aes-fmp4'];

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe('lab', () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab();
  });
  after(() => lab.close());

  const folder = (stream: StreamName, options: UrlOptions, path: string): string =>
    lab.url(stream, options).replace('index.m3u8', path);

  const elsewhere = [...NOTHING, ...LIVE, ...DEMANDING, ...MULTIVARIANT];
  for (const stream of STREAM_NAMES.filter((name) => !elsewhere.includes(name))) {
    for (const fragments of [1, 7]) {
      it(`${stream}: a plain download of ${fragments} equals the digest`, async () => {
        const bytes = await downloadNaively(lab.url(stream, { fragments }));
        const digest = await lab.digest(stream, { fragments });
        assert.deepEqual([sha256(bytes), bytes.length], [digest.sha256, digest.bytes]);
        assert.equal(digest.fragments, stream === 'gap' && fragments === 7 ? 6 : fragments);
      });
    }
  }

  for (const stream of MULTIVARIANT) {
    it(`${stream}: a plain download of each playlist equals its digest`, async () => {
      const digest = await lab.digest(stream, { fragments: 3 });
      const { variants, audio, subtitles } = digest.outputs!;
      const tracks = [
        ...Object.entries(variants).map(([name, of]) => [`${name}/index.m3u8`, of] as const),
        ...Object.entries(audio).map(([language, of]) => [`audio-${language}/index.m3u8`, of] as const),
        ...Object.entries(subtitles).map(([language, of]) => [`subtitles-${language}/index.m3u8`, of] as const),
      ];
      const master = (await get(lab.url(stream, { fragments: 3 }))).body.toString();
      for (const [path, of] of tracks) {
        assert.ok(master.includes(`${path}?fragments=3`), path);
        const bytes = await downloadNaively(folder(stream, { fragments: 3 }, path));
        assert.deepEqual([sha256(bytes), bytes.length, 3], [of.sha256, of.bytes, of.fragments], path);
      }
      assert.equal(new Set(tracks.map(([, of]) => of.sha256)).size, tracks.length);
      assert.equal(digest.sha256, (variants['2160p'] ?? variants['360p'])!.sha256);
    });
  }

  it('digests the variant that is asked for', async () => {
    const all = await lab.digest('multivariant', { fragments: 2 });
    const low = await lab.digest('multivariant', { fragments: 2, variant: '360p' });
    assert.equal(low.sha256, all.outputs!.variants['360p']!.sha256);
    await assert.rejects(lab.digest('multivariant', { fragments: 2, variant: '4320p' }), /Nothing of/);
  });

  for (const stream of NOTHING) {
    it(`${stream}: has no digest`, () => assert.rejects(lab.digest(stream), /Nothing of/));
  }

  it('names what trips readers', async () => {
    const text = async (stream: StreamName, path = 'index.m3u8'): Promise<string> =>
      (await get(folder(stream, {}, path))).body.toString();
    assert.ok((await text('hostile-bom-crlf')).startsWith('\uFEFF#EXTM3U\r\n'));
    assert.ok((await text('hostile-titles')).includes(`NAME="Director's cut"`));
    assert.match(await text('hostile-titles', '360p/index.m3u8'), /#EXTINF:1\.92,第二章/);
    assert.match(await text('html'), /^<!DOCTYPE html>/);
    assert.ok(!(await text('no-extm3u')).includes('#EXTM3U'));
    assert.ok(!(await text('empty')).includes('#EXTINF'));
    assert.ok(!(await text('live')).includes('#EXT-X-ENDLIST'));
    const huge = await text('huge');
    assert.equal(huge.match(/#EXTINF/g)?.length, 20_000);
    assert.ok(huge.length > 2_900_000);
  });

  it('answers 404 for a gap', async () => {
    assert.equal((await get(folder('gap', {}, 'f000003.ts'))).status, 404);
    assert.equal((await get(folder('gap', {}, 'f000004.ts'))).status, 200);
  });

  it('lists 600 fragments of 4K of unequal sizes around 5.4 MB', async () => {
    const { bytes, fragments } = await lab.digest('4k');
    assert.equal(fragments, 600);
    assert.ok(Math.abs(bytes / fragments - 5_400_000) < 10_000);
    const sizes = await Promise.all(
      ['f000000.ts', 'f000001.ts', 'f000599.ts'].map(async (path) => (await get(folder('4k', {}, path))).body.length),
    );
    assert.equal(new Set(sizes).size, 3);
  });

  it('makes every fragment distinguishable', async () => {
    const paths = Array.from({ length: 24 }, (_, index) => `f${String(index).padStart(6, '0')}.ts`);
    const bodies = await Promise.all(paths.map((path) => get(folder('small', {}, path))));
    assert.equal(new Set(bodies.map(({ body }) => sha256(body))).size, 24);
    assert.ok(bodies[23]!.body.includes('hotframe lab small fragment 23'));
  });

  it('serves HTTP/2 under a certificate that its authority signed', async () => {
    const ca = readFileSync(lab.caPath);
    for (const host of ['127.0.0.1', 'localhost']) {
      const session = await openHttp2(lab.https.replace('127.0.0.1', host), ca);
      assert.equal(session.alpnProtocol, 'h2');
      const { status, body } = await getHttp2(session, '/small/f000002.ts?session=h2');
      assert.deepEqual([status, sha256(body)], [200, sha256((await get(folder('small', {}, 'f000002.ts'))).body)]);
      session.destroy();
    }
    const records = await lab.requests('h2');
    assert.deepEqual(
      records.map(({ protocol, secure }) => [protocol, secure]),
      Array(2).fill(['h2', true]),
    );
  });

  it('serves many large fragments at once in one session', async () => {
    const session = await openHttp2(lab.https, readFileSync(lab.caPath));
    const paths = Array.from({ length: 32 }, (_, index) => `/4k/f${String(index).padStart(6, '0')}.ts`);
    const got = await Promise.all(paths.map((path) => getHttp2(session, path)));
    const bytes = got.reduce((sum, { body }) => sum + body.length, 0);
    assert.equal(bytes, (await lab.digest('4k', { fragments: 32 })).bytes);
    session.destroy();
  });

  it('serves HTTP/1.1 over TLS, and is not trusted without the authority', async () => {
    const url = folder('small', { secure: true, session: 'tls' }, 'f000000.ts');
    const request = httpsGet(url, { ca: readFileSync(lab.caPath), agent: false });
    const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream & { statusCode: number }];
    response.resume();
    await once(response, 'end');
    assert.equal(response.statusCode, 200);
    assert.deepEqual(
      (await lab.requests('tls')).map(({ protocol, secure }) => [protocol, secure]),
      [['http/1.1', true]],
    );
    const [error] = (await once(httpsGet(url, { agent: false }), 'error')) as [NodeJS.ErrnoException];
    assert.match(String(error.code), /UNABLE_TO_VERIFY|SELF_SIGNED|UNABLE_TO_GET_ISSUER/);
  });

  it('logs requests of a session: names of headers, never their values', async () => {
    const url = folder('byterange', { session: 'log', query: { token: 'secret' } }, 'a.ts');
    await get(url, { range: 'bytes=188-199', authorization: 'Bearer secret' });
    const [record] = await lab.requests('log');
    assert.ok(record !== undefined);
    const { method, path, range, status, headerNames } = record;
    assert.deepEqual([method, path, range, status], ['GET', '/byterange/a.ts', 'bytes=188-199', 206]);
    assert.ok(headerNames.includes('authorization'));
    assert.ok(!JSON.stringify(record).includes('secret'));
  });

  it('waits as long as it is told to', async () => {
    const timed = async (options: UrlOptions, path: string): Promise<number> => {
      const start = performance.now();
      await get(folder('small', options, path));
      return performance.now() - start;
    };
    assert.ok((await timed({ latencyMs: 120 }, 'index.m3u8')) >= 119);
    assert.ok((await timed({ slowFirstMs: 120 }, 'f000000.ts')) >= 119);
    // Where the wait would be longer than mocha's, the answer's coming is the test.
    await timed({ slowFirstMs: 500_000 }, 'f000001.ts');
    // 250 kB at 1 MB/s.
    assert.ok((await timed({ bytesPerSecond: 1_000_000 }, 'f000001.ts')) >= 200);
  });

  it('leaves the length out and puts an ETag in', async () => {
    const chunked = await get(folder('small', { chunked: true }, 'f000001.ts'));
    assert.equal(chunked.headers['content-length'], undefined);
    assert.equal(chunked.headers['transfer-encoding'], 'chunked');
    assert.equal(chunked.body.length, (await get(folder('small', {}, 'f000001.ts'))).body.length);
    const url = folder('small', { etag: true }, 'f000001.ts');
    const { etag = '' } = (await get(url)).headers;
    assert.match(etag, /^"\w+"$/);
    assert.equal((await get(url, { range: 'bytes=0-9', 'if-range': etag })).status, 206);
    assert.equal((await get(url, { range: 'bytes=0-9', 'if-range': '"other"' })).status, 200);
  });

  it('says no to options that make no sense and to paths that are none', async () => {
    assert.equal((await get(`${lab.http}/small/index.m3u8?fragments=none`)).status, 400);
    assert.equal((await get(`${lab.http}/small/f000099.ts`)).status, 404);
    assert.equal((await get(`${lab.http}/nonsense/index.m3u8`)).status, 404);
    assert.match((await get(`${lab.http}/`)).body.toString(), /\/4k\/index\.m3u8/);
  });

  it('ends with its parent, however that ends', async () => {
    const code = `import { startLab } from ${JSON.stringify(new URL('../../origin/lab.ts', import.meta.url).href)};
      const lab = await startLab();
      console.log(lab.http);
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [origin] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    assert.equal((await get(`${origin}/`)).status, 200);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    for (;;) {
      const isUp = await get(`${origin}/`).then(
        () => true,
        (error: unknown) => (error as NodeJS.ErrnoException).code !== 'ECONNREFUSED',
      );
      if (!isUp) break;
    }
  });

  it('decodes', async function () {
    this.timeout(60_000);
    const hasTools = await run('ffprobe', ['-version']).then(
      () => true,
      () => false,
    );
    if (!hasTools) return this.skip();
    const directory = await mkdtemp(join(tmpdir(), 'lab-'));
    try {
      for (const [stream, width] of [
        ['4k', 3840],
        ['fmp4', 640],
        ['aes-rotation', 640],
      ] as const) {
        const file = join(directory, stream);
        await writeFile(file, await downloadNaively(lab.url(stream, { fragments: 3, fragmentBytes: 100_000 })));
        const { stderr } = await run('ffmpeg', ['-v', 'warning', '-xerror', '-i', file, '-f', 'null', '-']);
        assert.equal(stderr, '', stream);
        const entries = 'stream=codec_name,width,nb_read_packets';
        const args = ['-v', 'error', '-count_packets', '-show_entries', entries, '-of', 'json', file];
        const { streams } = JSON.parse((await run('ffprobe', args)).stdout) as { streams: Record<string, unknown>[] };
        const found = streams.map((one) => [one['codec_name'], one['width'], one['nb_read_packets']]);
        assert.deepEqual(found, [
          ['h264', width, '36'],
          ['aac', undefined, '270'],
        ]);
      }
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
