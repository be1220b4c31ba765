import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Connection } from '../../../src/cli/connection.ts';
import { runInspect } from '../../../src/cli/inspect.ts';
import { TransferError } from '../../../src/engine/errors.ts';
import { Text } from './text.ts';

const MEDIA = '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\na.ts?token=secret\n#EXT-X-ENDLIST\n';
const MULTIVARIANT = [
  '#EXTM3U',
  '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="English",LANGUAGE="en",DEFAULT=YES,URI="en.m3u8"',
  '#EXT-X-STREAM-INF:BANDWIDTH=43200000,RESOLUTION=3840x2160,AUDIO="aac"',
  '2160p.m3u8',
  '#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=640x360,CODECS="evil\u001b[2J",AUDIO="aac"',
  '360p.m3u8',
].join('\n');

const certificates = '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n';

/** Fetches over loopback with Node's own client; the headers and certificates that it was asked to use are kept. */
async function load(url: string, options: Connection, asked: Connection[]): Promise<{ text: Uint8Array; url: string }> {
  asked.push(options);
  const response = await fetch(url, { headers: options.headers });
  if (!response.ok) {
    const details = { hint: 'Check the URL.', url, status: response.status };
    throw new TransferError('playlist', 'STATUS', `The origin answered ${response.status}.`, details);
  }
  return { text: new Uint8Array(await response.arrayBuffer()), url: response.url };
}

describe('hotframe inspect', () => {
  let folder: string;
  let origin: string;
  let seenHeader: string | string[] | undefined;
  const server = createServer((request, response) => {
    seenHeader = request.headers['x-token'];
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/old/list.m3u8') response.writeHead(302, { location: '/new/list.m3u8' }).end();
    else if (pathname === '/new/list.m3u8') response.end(MEDIA);
    else if (pathname === '/page') response.end('<!doctype html><title>Log in</title>');
    else response.writeHead(404).end();
  });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inspect-'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await writeFile(join(folder, 'media.m3u8'), MEDIA);
    await writeFile(join(folder, 'multivariant.m3u8'), MULTIVARIANT);
    await writeFile(join(folder, 'page.m3u8'), '<html>');
    await writeFile(join(folder, 'ca.pem'), certificates);
  });

  after(async () => {
    await new Promise((resolve) => server.close(resolve).closeAllConnections());
    await rm(folder, { recursive: true });
  });

  let env: NodeJS.ProcessEnv = {};

  async function run(...args: string[]) {
    const [stdout, stderr, asked] = [new Text(), new Text(), [] as Connection[]];
    const io = { stdout, stderr, env, load: (url: string, options: Connection) => load(url, options, asked) };
    const exitCode = await runInspect(args, io);
    return { exitCode, stdout: stdout.text, stderr: stderr.text, asked };
  }

  /** The `--json` of a run, which must be one object on standard output and nothing elsewhere. */
  async function runJson(...args: string[]) {
    const { exitCode, stdout, stderr } = await run(...args, '--json');
    assert.equal(stderr, '');
    return { exitCode, json: JSON.parse(stdout) as Record<string, unknown> };
  }

  const firstUrl = (json: Record<string, unknown>) => (json['fragments'] as { url: string }[])[0]?.url;

  it('reads a URL and resolves against where it was redirected to', async () => {
    const { exitCode, json } = await runJson(`${origin}/old/list.m3u8`, '--show-urls');
    assert.equal(exitCode, 0);
    assert.equal(json['schema'], 1);
    assert.equal(json['kind'], 'media');
    assert.equal(firstUrl(json), `${origin}/new/a.ts?token=secret`);
  });

  it('hides query values unless asked', async () => {
    const { stdout } = await run(`${origin}/new/list.m3u8`, '--json');
    assert.doesNotMatch(stdout, /secret/);
    assert.match(stdout, /a\.ts\?token=…/);
    assert.doesNotMatch((await run(`${origin}/new/list.m3u8`)).stdout, /secret/);
  });

  it('sends headers and hands on certificates', async () => {
    const args = ['--header', 'X-Token: a: b', '--header=Accept:x', '--ca', join(folder, 'ca.pem')];
    const { exitCode, asked } = await run(`${origin}/new/list.m3u8`, ...args);
    assert.equal(exitCode, 0);
    assert.equal(seenHeader, 'a: b');
    const headers = { 'x-token': 'a: b', accept: 'x' };
    assert.deepEqual(asked, [{ headers, ca: certificates, allowPrivateAddresses: false }]);
  });

  it('takes headers from a file and from the environment, and hands on what may be led to', async () => {
    const file = join(folder, 'headers.txt');
    await writeFile(file, '# comment\nX-Token: from the file\r\n\n');
    env = { HOTFRAME_HEADERS: 'X-Token: from the environment\nAccept: y' };
    try {
      const { asked } = await run(`${origin}/new/list.m3u8`, '--headers-file', file, '--allow-private-addresses');
      assert.deepEqual(asked, [{ headers: { 'x-token': 'from the file', accept: 'y' }, allowPrivateAddresses: true }]);
      assert.equal(seenHeader, 'from the file');
    } finally {
      env = {};
    }
  });

  it('reads a file, by path and by URL, against --base or a base that leads nowhere', async () => {
    const file = join(folder, 'media.m3u8');
    const shown = async (...args: string[]) => firstUrl((await runJson(...args, '--show-urls')).json);
    assert.equal(await shown(file), 'https://playlist.invalid/a.ts?token=secret');
    assert.equal(await shown(pathToFileURL(file).href), 'https://playlist.invalid/a.ts?token=secret');
    assert.equal(await shown(file, '--base', 'http://h.example/x/y.m3u8'), 'http://h.example/x/a.ts?token=secret');
  });

  it('summarises a media playlist for people', async () => {
    const { exitCode, stdout, stderr } = await run(join(folder, 'media.m3u8'));
    assert.equal(exitCode, 0);
    assert.equal(stderr, '');
    assert.equal(
      stdout,
      [
        'Media playlist, whole',
        '  Fragments        1',
        '  Duration         0:00:04 (4 s)',
        '  Target duration  4 s',
        '  Media sequence   0',
        '  Encryption       none',
        '  Init segments    0',
        '  First fragment   https://playlist.invalid/a.ts?token=…',
        'No findings',
        '',
      ].join('\n'),
    );
  });

  it('counts gaps, discontinuities, ranges, init segments and keys for people', async () => {
    const file = join(folder, 'rich.m3u8');
    const lines = [
      ...['#EXTM3U', '#EXT-X-TARGETDURATION:4', '#EXT-X-MAP:URI="i"', '#EXTINF:3600,', '#EXT-X-BYTERANGE:1@0', 'a'],
      ...['#EXT-X-DISCONTINUITY', '#EXT-X-KEY:METHOD=AES-128,URI="k"', '#EXT-X-GAP', '#EXTINF:61.5,', 'b'],
      ...['#EXT-X-KEY:METHOD=SAMPLE-AES,KEYFORMAT="com.widevine"', '#EXTINF:1,', 'c'],
    ];
    await writeFile(file, lines.join('\n'));
    const { stdout } = await run(file);
    assert.match(stdout, /^Media playlist, live$/m);
    assert.match(stdout, /^ {2}Fragments +3, 1 gap, 1 discontinuity, 1 byte range$/m);
    assert.match(stdout, /^ {2}Duration +1:01:03 \(3662\.5 s\)$/m);
    assert.match(stdout, /^ {2}Init segments +1$/m);
    assert.match(stdout, /^ {2}Encryption +none for 1, AES-128 for 1, AES-128 \+ SAMPLE-AES \(com\.widevine\) for 1$/m);
    assert.match(stdout, /^8 findings$/m);
    assert.match(stdout, /^ {2}4:9 +warning +The fragment lasts 3600 s.* duration-above-target$/m);
  });

  it('lists variants and renditions for people, without what controls a terminal', async () => {
    const { stdout } = await run(join(folder, 'multivariant.m3u8'), '--base', 'https://h.example/');
    assert.equal(
      stdout,
      [
        'Multivariant playlist, 2 variants, 1 rendition',
        '  2160p · 43.2 Mbit/s           audio aac  https://h.example/2160p.m3u8',
        '  360p · 800 kbit/s · evil�[2J  audio aac  https://h.example/360p.m3u8',
        'Renditions',
        '  audio  aac  en  English  default  https://h.example/en.m3u8',
        '1 finding',
        '  3:1  info  #EXT-X-STREAM-INF has no CODECS: players have to try what they cannot know.  missing-codecs',
        '',
      ].join('\n'),
    );
  });

  it('tells what a live playlist says of itself in few lines', async () => {
    const file = join(folder, 'live.m3u8');
    const range = (n: number) => `#EXT-X-DATERANGE:ID="r${n}",START-DATE="2026-01-01T00:00:00Z",DURATION=30`;
    const lines = [
      ...['#EXTM3U', '#EXT-X-VERSION:9', '#EXT-X-TARGETDURATION:4', '#EXT-X-PART-INF:PART-TARGET=1'],
      '#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=24,HOLD-BACK=12,PART-HOLD-BACK=2',
      ...[
        '#EXT-X-SKIP:SKIPPED-SEGMENTS=3',
        '#EXT-X-START:TIME-OFFSET=-5',
        '#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z',
      ],
      ...['#EXTINF:4,', 'a.ts', '#EXT-X-PART:DURATION=1,URI="p"', '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="q?s=secret"'],
      '#EXT-X-RENDITION-REPORT:URI="../r",LAST-MSN=9,LAST-PART=2',
      '#EXT-X-DATERANGE:ID="i",CLASS="com.apple.hls.interstitial",START-DATE="2026-01-01T00:00:00Z",X-ASSET-URI="ad"',
      ...Array.from({ length: 22 }, (_, n) => range(n)),
    ];
    await writeFile(file, lines.join('\n'));
    const { stdout } = await run(file, '--base', 'https://h.example/a/');
    const told = stdout.split('\n').slice(8);
    assert.deepEqual(
      [...told.slice(0, 9), ...told.slice(27)].map((line) => line.replaceAll(/ {3,}/g, '  ')),
      [
        '  Delta update  3 fragments are left out',
        '  Start  5 s before the end',
        '  Parts  1 of at most 1 s, 1 behind the last fragment',
        '  Server  blocking reload, delta updates up to 24 s, 12 s behind the end, 2 s with parts',
        '  Next part  https://h.example/a/q?s=…',
        '  Rendition report  https://h.example/r, fragment 9, part 2',
        'Date ranges',
        '  i  com.apple.hls.interstitial  2026-01-01T00:00:00.000Z  ad',
        '  r0  2026-01-01T00:00:00.000Z  30 s',
        '  and 3 more',
        'No findings',
        '',
      ],
    );
  });

  it('tells what a multivariant playlist says of the whole in few lines', async () => {
    const file = join(folder, 'session.m3u8');
    const lines = [
      ...['#EXTM3U', '#EXT-X-VERSION:5', '#EXT-X-CONTENT-STEERING:SERVER-URI="/s?t=secret",PATHWAY-ID="A"'],
      '#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI="skd://x",KEYFORMAT="com.apple.streamingkeydelivery"',
      ...[
        '#EXT-X-SESSION-KEY:METHOD=AES-128,URI="k"',
        '#EXT-X-SESSION-DATA:DATA-ID="title",VALUE="Film",LANGUAGE="de"',
      ],
      ...['#EXT-X-START:TIME-OFFSET=2', '#EXT-X-STREAM-INF:BANDWIDTH=1000,CODECS="avc1",PATHWAY-ID="A"', 'v'],
    ];
    await writeFile(file, lines.join('\n'));
    const { stdout } = await run(file, '--base', 'https://h.example/a/');
    assert.deepEqual(stdout.split('\n').slice(2), [
      '  Steering      https://h.example/s?t=…, pathway A first',
      '  Session key   SAMPLE-AES of FairPlay',
      '  Session key   AES-128 https://h.example/a/k',
      '  Session data  title (de): Film',
      '  Start         at 2 s',
      '1 finding',
      '  4:62  warning  The key belongs to FairPlay.  drm-key-format',
      '',
    ]);
  });

  it('explains itself', async () => {
    const { exitCode, stdout } = await run('--help');
    assert.equal(exitCode, 0);
    for (const option of ['--json', '--base', '--show-urls', '--headers-file', '--ca <pem>'])
      assert.ok(stdout.includes(option));
  });

  describe('fails with a code and a hint', () => {
    const file = () => join(folder, 'media.m3u8');
    const cases: [string, () => string[], number, string][] = [
      ['without a playlist', () => [], 2, 'HLS_OPTION'],
      ['with two', () => [file(), file()], 2, 'HLS_OPTION'],
      ['with an unknown option', () => [file(), '--nonsense'], 2, 'HLS_OPTION'],
      ['with an option that lacks its value', () => [file(), '--base'], 2, 'HLS_OPTION'],
      ['with a header that is none', () => [file(), '--header', 'secret'], 2, 'HLS_OPTION'],
      ['with a header of two lines', () => [file(), '--header', 'A: b\r\nsecret: c'], 2, 'HLS_OPTION'],
      ['with a base that is no URL', () => [file(), '--base', 'media'], 2, 'HLS_URL'],
      ['with a base of another scheme', () => [file(), '--base', 'file:///x/'], 2, 'HLS_URL'],
      ['with a base for a URL', () => [`${origin}/new/list.m3u8`, '--base', 'http://h.example/'], 2, 'HLS_OPTION'],
      ['with a URL of another scheme', () => ['ftp://h/a.m3u8'], 2, 'HLS_URL'],
      ['with a URL that is none', () => ['http://['], 2, 'HLS_URL'],
      ['with a file URL that is none', () => ['file://%00/'], 2, 'HLS_URL'],
      ['with a file that is not there', () => [join(folder, 'none.m3u8')], 2, 'HLS_OPTION'],
      ['with a folder', () => [folder], 2, 'HLS_OPTION'],
      [
        'with headers that are not there',
        () => [`${origin}/new/list.m3u8`, '--headers-file', join(folder, 'x')],
        2,
        'HLS_OPTION',
      ],
      [
        'with certificates that are not there',
        () => [`${origin}/new/list.m3u8`, '--ca', join(folder, 'x')],
        2,
        'HLS_OPTION',
      ],
      ['with a file that is no playlist', () => [join(folder, 'page.m3u8')], 4, 'HLS_PLAYLIST_NOT_HLS'],
      ['with a page that is no playlist', () => [`${origin}/page?token=secret`], 4, 'HLS_PLAYLIST_NOT_HLS'],
      ['when the origin refuses', () => [`${origin}/gone?token=secret`], 3, 'HLS_PLAYLIST_STATUS'],
    ];
    for (const [name, args, exitCode, code] of cases) {
      it(name, async () => {
        const plain = await run(...args());
        assert.equal(plain.exitCode, exitCode);
        assert.equal(plain.stdout, '');
        assert.match(plain.stderr, new RegExp(`^hotframe: .+ \\(${code}\\)\\n.+\\n$`));
        assert.doesNotMatch(plain.stderr, /secret/);
        const { exitCode: jsonExitCode, json } = await runJson(...args());
        assert.equal(jsonExitCode, exitCode);
        assert.deepEqual(Object.keys(json), ['schema', 'error']);
        const error = json['error'] as Record<string, string>;
        assert.equal(error['code'], code);
        assert.ok(error['message'] && error['hint']);
        assert.doesNotMatch(JSON.stringify(json), /secret/);
      });
    }

    it('as a defect of ours when it is none of these', async () => {
      const [stdout, stderr] = [new Text(), new Text()];
      const io = { stdout, stderr, env, load: () => Promise.reject(new TypeError('oops')) };
      assert.equal(await runInspect(['http://h.example/a'], io), 3);
      assert.match(stderr.text, /oops \(HLS_INTERNAL\)/);
    });

    it('silently when cancelled', async () => {
      const [stdout, stderr] = [new Text(), new Text()];
      const io = { stdout, stderr, env, load: () => Promise.reject(new DOMException('stop', 'AbortError')) };
      assert.equal(await runInspect(['http://h.example/a'], io), 130);
      assert.equal(stdout.text + stderr.text, '');
    });
  });
});
