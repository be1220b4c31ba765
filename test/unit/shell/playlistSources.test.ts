import assert from 'node:assert/strict';
import { PlaylistSources } from '../../../src/shell/playlistSources.ts';

/** A vault in memory: what a window's SecretStorage is to it. */
function vault() {
  const values = new Map<string, string>();
  return {
    get: (key: string) => Promise.resolve(values.get(key)),
    store: (key: string, value: string) => Promise.resolve(void values.set(key, value)),
    delete: (key: string) => Promise.resolve(void values.delete(key)),
  };
}

describe('PlaylistSources', () => {
  it('finds what it remembered, from another window too', async () => {
    const shared = vault();
    const source = { url: 'https://example.com/a.m3u8?t=1', headers: { a: '1', b: '2' } };
    const id = await new PlaylistSources(shared).remember(source);
    assert.deepEqual(await new PlaylistSources(shared).find(id), source);
    assert.equal(await new PlaylistSources(shared).find('other'), undefined);
  });

  it('gives the same source the same id, and another one another', async () => {
    const sources = new PlaylistSources(vault());
    const url = 'https://example.com/a.m3u8?t=1';
    const first = await sources.remember({ url, headers: { a: '1', b: '2' } });
    assert.equal(await sources.remember({ url, headers: { b: '2', a: '1' } }), first);
    assert.notEqual(await sources.remember({ url, headers: { a: '1' } }), first);
    assert.notEqual(await sources.remember({ url: `${url}2` }), first);
  });

  it('loses none of those that come at once, and keeps the newest fifty', async () => {
    const sources = new PlaylistSources(vault());
    const urls = Array.from({ length: 60 }, (_, index) => `https://example.com/${index}.m3u8?t`);
    const ids = await Promise.all(urls.map((url) => sources.remember({ url })));
    assert.equal(new Set(ids).size, 60);
    const found = await Promise.all(ids.map((id) => sources.find(id)));
    assert.deepEqual(
      found.map((source) => source?.url),
      urls.map((url, index) => (index < 10 ? undefined : url)),
    );
  });

  it('tells of a vault that fails, and goes on afterwards', async () => {
    const working = vault();
    let isBroken = true;
    const sources = new PlaylistSources({
      ...working,
      store: (key, value) => (isBroken ? Promise.reject(new Error('locked')) : working.store(key, value)),
    });
    await assert.rejects(sources.remember({ url: 'https://example.com/a' }), /locked/);
    isBroken = false;
    const id = await sources.remember({ url: 'https://example.com/b' });
    assert.equal((await sources.find(id))?.url, 'https://example.com/b');
  });
});
