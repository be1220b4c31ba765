import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

import type { Lab, StreamName } from '../../origin/lab.ts';
import { startLab } from '../../origin/lab.ts';
import { downloadNaively, get } from './client.ts';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('keys, maps and variables of the lab', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  const folder = (stream: StreamName, path: string): string =>
    lab.url(stream, { fragments: 6 }).replace('index.m3u8', path);
  const lines = async (url: string): Promise<string[]> =>
    (await get(url)).body
      .toString()
      .replaceAll(/\?[^"\n]*/g, '')
      .split('\n');

  it('keys-many: a key of another format behind the one that is ours, which changes and ends', async () => {
    const keys = (await lines(folder('keys-many', 'index.m3u8'))).filter((line) => line.startsWith('#EXT-X-KEY'));
    const found = keys.map((line) => [/METHOD=([^,]*)/.exec(line)?.[1], /KEYFORMAT="([^"]*)"/.exec(line)?.[1]]);
    assert.deepEqual(found, [
      ['AES-128', 'identity'],
      ['AES-128', 'com.apple.streamingkeydelivery'],
      ['AES-128', 'identity'],
      ['NONE', undefined],
    ]);
    assert.match(keys[1]!, /URI="skd:\/\/lab\.example\/keys-many"/);
  });

  it('maps-many: another map and back, the media running on', async () => {
    const text = await lines(folder('maps-many', 'index.m3u8'));
    const maps = text.filter((line) => line.startsWith('#EXT-X-MAP'));
    assert.deepEqual(
      maps.map((line) => line.at(-6)),
      ['0', '1', '0'],
    );
    assert.ok(!text.includes('#EXT-X-DISCONTINUITY'));
    const [one, other] = [await get(folder('maps-many', 'init-0.mp4')), await get(folder('maps-many', 'init-1.mp4'))];
    assert.ok(other.body.subarray(0, one.body.length).equals(one.body) && other.body.length > one.body.length);
  });

  it('session-key: in the multivariant playlist as in the others', async () => {
    const key = (await lines(folder('session-key', 'index.m3u8'))).find((line) => line.includes('SESSION-KEY'));
    assert.equal(key, '#EXT-X-SESSION-KEY:METHOD=AES-128,URI="360p/key-0.bin"');
    assert.equal((await get(folder('session-key', '360p/key-0.bin'))).body.length, 16);
  });

  for (const [stream, systems, clear] of [
    ['drm-fairplay', ['com.apple.streamingkeydelivery'], 0],
    ['drm-widevine', ['urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed'], 0],
    ['drm-playready', ['com.microsoft.playready'], 0],
    ['drm-clearkey-mixed', ['org.w3.clearkey', 'urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed'], 3],
  ] as const) {
    it(`${stream}: under ${systems.join(' and ')}`, async () => {
      const text = (await get(folder(stream, 'index.m3u8'))).body.toString();
      const keys = text.split('\n').filter((line) => line.startsWith('#EXT-X-KEY'));
      assert.deepEqual(
        keys.map((line) => /KEYFORMAT="([^"]*)"/.exec(line)?.[1]),
        systems,
      );
      // The query is not carried into what is no address of the lab.
      assert.ok(keys.every((line) => !line.includes('fragments=')));
      assert.equal(text.slice(0, text.indexOf('#EXT-X-KEY')).match(/#EXTINF/g)?.length ?? 0, clear);
    });
  }

  it('define: nothing can be had before the variables stand in it, everything after', async () => {
    const variables: Record<string, string> = { edition: 'night' };
    const substitute = (playlist: string): string => {
      const resolve = (text: string): string => text.replaceAll(/\{\$(\w+)\}/g, (_, name: string) => variables[name]!);
      return playlist
        .split('\n')
        .map((line) => {
          const [, name, value] = /^#EXT-X-DEFINE:NAME="(\w+)",VALUE="([^"]*)"/.exec(line) ?? [];
          if (name !== undefined) variables[name] = resolve(value!);
          return resolve(line);
        })
        .join('\n');
    };
    const first = lab.url('define', { fragments: 6 });
    const text = (await get(first)).body.toString();
    assert.match(text, /^#EXT-X-DEFINE:QUERYPARAM="edition"$/m);
    const uri = substitute(text).split('\n').at(-2)!;
    assert.match(uri, /^night-360p\/index\.m3u8\?edition=night&fragments=6$/);
    const media = new URL(uri, first).href;
    assert.match((await get(media)).body.toString(), /^#EXT-X-DEFINE:IMPORT="edition"$/m);
    const bytes = await downloadNaively(media, substitute);
    const digest = await lab.digest('define', { fragments: 6 });
    assert.deepEqual([sha256(bytes), digest.fragments], [digest.sha256, 6]);
    await assert.rejects(downloadNaively(media));
    assert.match(lab.url('define', { query: { edition: 'day' } }), /\?edition=day$/);
  });
});
