import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import type { Fault, Lab, StreamName } from '../../origin/lab.ts';
import { startLab } from '../../origin/lab.ts';
import { get, getHttp2, openHttp2 } from './client.ts';

describe('playlists that change or lead elsewhere', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  function url(stream: StreamName, fault: Fault): string {
    return lab.url(stream, { fragments: 4, faults: [{ path: '/index.m3u8', ...fault }] });
  }

  /** Its lines without queries. */
  async function lines(address: string): Promise<string[]> {
    return plain((await get(address)).body.toString());
  }

  const plain = (text: string): string[] =>
    text
      .replaceAll(/\?[^"\n]*/g, '')
      .split('\n')
      .slice(0, -1);
  const entries = (all: readonly string[]): string[] => all.filter((line) => !line.startsWith('#'));

  it('playlist-moves: further at each reading, with what is in force', async () => {
    const address = url('fmp4-aes-clear-map', { kind: 'playlist-moves', after: 1 });
    const [first, second, third] = [await lines(address), await lines(address), await lines(address)];
    assert.equal(entries(first).length, 4);
    assert.ok(second.includes('#EXT-X-MEDIA-SEQUENCE:1'));
    assert.ok(third.includes('#EXT-X-MEDIA-SEQUENCE:2'));
    assert.deepEqual(entries(third), ['f000002.m4s', 'f000003.m4s']);
    assert.deepEqual(
      third.filter((line) => /KEY|MAP/.test(line)),
      first.filter((line) => /KEY|MAP/.test(line)),
    );
    const by3 = await lines(url('small', { kind: 'playlist-moves', delta: 3 }));
    assert.deepEqual(entries(by3), ['f000003.ts']);
    assert.equal(by3.at(-1), '#EXT-X-ENDLIST');
  });

  it('playlist-reorder: variants and fragments in the opposite order', async () => {
    const address = url('multivariant', { kind: 'playlist-reorder', after: 1 });
    const [first, second] = [await lines(address), await lines(address)];
    assert.deepEqual(entries(second), entries(first).toReversed());
    const pair = (all: string[]): unknown => all[all.indexOf('2160p/index.m3u8') - 1];
    assert.equal(pair(second), pair(first));
    assert.equal(entries(await lines(url('small', { kind: 'playlist-reorder' })))[0], 'f000003.ts');
  });

  it('playlist-durations, playlist-drops, playlist-inserts: another list', async () => {
    const longer = await lines(url('small', { kind: 'playlist-durations' }));
    assert.ok(longer.includes('#EXT-X-TARGETDURATION:4'));
    assert.equal(longer.filter((line) => line === '#EXTINF:3.84,').length, 4);
    const fewer = await lines(url('aes-iv', { kind: 'playlist-drops', at: 0 }));
    assert.deepEqual(entries(fewer), ['f000001.ts', 'f000002.ts', 'f000003.ts']);
    assert.ok(fewer.findIndex((line) => line.startsWith('#EXT-X-KEY')) < fewer.indexOf('f000001.ts'));
    const more = await lines(url('small', { kind: 'playlist-inserts' }));
    assert.deepEqual(entries(more), ['f000000.ts', 'f000001.ts', 'f000003.ts', 'f000002.ts', 'f000003.ts']);
    assert.equal(more.filter((line) => line.startsWith('#EXTINF')).length, 5);
  });

  it('uri: of a fragment, a key, a map, a variant, a rendition', async () => {
    const fragments = await lines(url('small', { kind: 'uri', to: 'file', at: 2 }));
    assert.deepEqual(entries(fragments), ['f000000.ts', 'f000001.ts', 'file:///small/f000002.ts', 'f000003.ts']);
    const found = async (stream: StreamName, of: NonNullable<Fault['of']>, to: NonNullable<Fault['to']>) =>
      (await lines(url(stream, { kind: 'uri', of, to }))).join('\n');
    assert.match(await found('aes-iv', 'key', 'ftp'), /KEY:.*URI="ftp:\/\/127\.0\.0\.1\/aes-iv\/key-0\.bin"/);
    assert.match(await found('fmp4', 'map', 'data'), /MAP:URI="data:video\/mp2t;base64,Rx/);
    const variants = entries(plain(await found('multivariant', 'variant', 'cross-origin')));
    assert.ok(variants.every((uri) => uri.startsWith(`${lab.httpOther}/multivariant/`)));
    const renditions = await found('multivariant', 'rendition', 'nowhere');
    assert.equal(renditions.match(/URI=""/g)?.length, 4);
    assert.doesNotMatch(renditions, /^http|\n\n/m);
  });

  it('uri: strikes the playlists that have such URIs', async () => {
    const address = lab.url('multivariant', {
      fragments: 2,
      faults: [{ kind: 'uri', resource: 'playlist', to: 'ftp' }],
    });
    assert.ok(entries(await lines(address)).includes('360p/index.m3u8'));
    const variant = await lines(address.replace('index.m3u8', '360p/index.m3u8'));
    assert.match(entries(variant)[0] ?? '', /^ftp:/);
  });

  it('uri: keeps the query where it leads to the lab, and leads from TLS down to plain', async () => {
    const session = await openHttp2(lab.https, readFileSync(lab.caPath));
    const address = url('small', { kind: 'uri', to: 'downgrade', at: 0 });
    const { body } = await getHttp2(session, address.slice(lab.http.length));
    session.destroy();
    const [uri = ''] = entries(body.toString().split('\n'));
    assert.ok(uri.startsWith(`${lab.http}/small/f000000.ts?fragments=4&`), uri);
    assert.equal((await get(uri)).status, 200);
  });

  it('rendition-name: whatever it is', async () => {
    for (const text of ['../../x', 'CON', 'x'.repeat(300)]) {
      const all = await lines(url('multivariant', { kind: 'rendition-name', text }));
      const media = all.filter((line) => line.startsWith('#EXT-X-MEDIA:'));
      assert.equal(media.length, 4);
      for (const line of media) assert.ok(line.includes(`NAME="${text}",LANGUAGE="${text}"`), line);
    }
  });
});

describe('a lab on every address', () => {
  it('answers there', async () => {
    await using lab = await startLab({ host: '0.0.0.0' });
    const url = lab.url('small', { fragments: 1 });
    assert.match(url, /^http:\/\/127\.0\.0\.1:/);
    assert.equal((await get(url.replace('127.0.0.1', '127.0.0.2'))).status, 200);
  });
});

describe('right answers of an unusual kind', () => {
  it('mistyped: the right bytes under another type', async () => {
    await using lab = await startLab();
    const { headers, body } = await get(lab.url('small', { faults: [{ kind: 'mistyped', resource: 'playlist' }] }));
    assert.equal(headers['content-type'], 'text/html; charset=utf-8');
    assert.match(body.toString(), /^#EXTM3U\n/);
  });
});
