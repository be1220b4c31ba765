import assert from 'node:assert/strict';

import type { Lab, StreamName, UrlOptions } from '../../origin/lab.ts';
import { startLab } from '../../origin/lab.ts';
import { get } from './client.ts';

describe('tokens that expire', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  /** The URLs in a playlist: of entries, keys, maps and renditions. */
  async function read(url: string): Promise<string[]> {
    const { status, body } = await get(url);
    assert.equal(status, 200);
    const uris = body.toString().matchAll(/^(?!#)(?<entry>.+)|URI="(?<attribute>[^"]*)"/gm);
    return [...uris].map(({ groups }) => new URL(groups?.['entry'] ?? groups?.['attribute'] ?? '', url).href);
  }

  async function first(stream: StreamName, options: UrlOptions): Promise<{ url: string; urls: string[] }> {
    const url = lab.url(stream, { fragments: 4, ...options });
    return { url, urls: await read(url) };
  }

  const statusOf = async (url: string): Promise<number> => (await get(url)).status;

  for (const stream of ['small', 'fmp4-aes'] as const) {
    it(`${stream}: fresh: each reading gives out a token for everything, good for so many uses`, async () => {
      const { url, urls } = await first(stream, { tokens: 'fresh', tokenUses: 2, session: `fresh ${stream}` });
      const statuses = [];
      for (const place of [0, 1, 2]) statuses.push(await statusOf(urls[place]!));
      assert.deepEqual(statuses, [200, 200, 403]);
      const again = await read(url);
      assert.ok(again.every((fresh, place) => fresh !== urls[place]));
      assert.equal(await statusOf(again[2]!), 200);
      assert.equal(await statusOf(urls[2]!), 403);
      assert.equal(await statusOf(again[2]!.replaceAll(/&?pass=[^&]*/g, '')), 403);
      const requests = await lab.requests(`fresh ${stream}`);
      assert.equal(requests.filter(({ path }) => path.endsWith('index.m3u8')).length, 2);
      assert.deepEqual(
        requests.filter(({ fault }) => fault === 'token').map(({ status }) => status),
        [403, 403, 403],
      );
    });
  }

  it('multivariant: fresh: only the first playlist gives out tokens, the variants carry them on', async () => {
    const { url, urls } = await first('multivariant', { tokens: 'fresh', tokenUses: 1, tokenStatus: 401 });
    const variant = urls.find((one) => one.includes('/360p/'))!;
    const fragments = await read(variant);
    assert.deepEqual([await statusOf(fragments[0]!), await statusOf(fragments[1]!)], [200, 401]);
    assert.equal(await statusOf(variant), 401);
    const again = (await read(url)).find((one) => one.includes('/360p/'))!;
    assert.equal(await statusOf((await read(again))[1]!), 200);
  });

  it('server: the URLs stay the same, and reading the playlist makes them good again', async () => {
    const { url, urls } = await first('small', { tokens: 'server', tokenUses: 1 });
    assert.deepEqual([await statusOf(urls[0]!), await statusOf(urls[1]!)], [200, 403]);
    assert.deepEqual(await read(url), urls);
    assert.deepEqual([await statusOf(urls[1]!), await statusOf(urls[2]!)], [200, 403]);
  });

  it('keeps sessions apart, and begins with nothing', async () => {
    const { urls } = await first('small', { tokens: 'server', tokenUses: 9 });
    assert.equal(await statusOf(urls[0]!), 200);
    assert.equal(await statusOf(urls[0]!.replace(/session=[^&]*/, 'session=elsewhere')), 403);
  });

  it('expires by time', async () => {
    const { url, urls } = await first('small', { tokens: 'fresh', tokenMs: 0 });
    assert.equal(await statusOf(urls[0]!), 403);
    assert.equal(await statusOf((await read(url.replace('tokenMs=0', 'tokenMs=600000')))[0]!), 200);
  });

  it('a playlist that is refused when it is read again, beside tokens', async () => {
    const { url, urls } = await first('small', {
      tokens: 'fresh',
      tokenUses: 0,
      faults: [{ kind: 'status', status: 403, path: '/index.m3u8', after: 1 }],
    });
    assert.deepEqual([await statusOf(urls[0]!), await statusOf(url)], [403, 403]);
  });

  it('a live window that has moved on when it is read again, beside tokens', async () => {
    const { url, urls } = await first('small', {
      tokens: 'fresh',
      faults: [{ kind: 'playlist-moves', path: '/index.m3u8', after: 1 }],
    });
    const again = await read(url);
    assert.deepEqual([urls.length, again.length], [4, 3]);
    assert.equal(await statusOf(again[0]!), 200);
  });
});
