import assert from 'node:assert/strict';
import { mergeHeaders, OriginHeaders, type ListedVault } from '../../../src/jobs/originHeaders.ts';

/** A vault in memory. */
function createVault(): ListedVault & { values: Map<string, string> } {
  const values = new Map<string, string>();
  return {
    values,
    get: (key) => Promise.resolve(values.get(key)),
    store: (key, value) => Promise.resolve(void values.set(key, value)),
    delete: (key) => Promise.resolve(void values.delete(key)),
    keys: () => Promise.resolve([...values.keys()]),
  };
}

describe('headers of origins', () => {
  const [media, other] = ['https://media.example', 'https://media.example:8443'];

  it('are for URLs of exactly that origin', async () => {
    const headers = new OriginHeaders(createVault());
    await headers.set({ origin: media, name: 'Authorization' }, 'Bearer S3CRET');
    assert.deepEqual(await headers.of(`${media}/a/b.m3u8?x=1`), { Authorization: 'Bearer S3CRET' });
    assert.deepEqual(await headers.of('https://MEDIA.example:443/x'), { Authorization: 'Bearer S3CRET' });
    for (const url of [
      'http://media.example/x',
      `${other}/x`,
      'https://a.media.example/x',
      'https://media.example.net/x',
      'x',
    ]) {
      assert.deepEqual(await headers.of(url), {}, url);
    }
  });

  it('are listed without their values, changed in whatever case, and leave nothing when they are removed', async () => {
    const vault = createVault();
    vault.values.set('hotframe.job.20260102-030405-678-00abcd', '{"url":"https://media.example/"}');
    const headers = new OriginHeaders(vault);
    await headers.set({ origin: other, name: 'X-Key' }, '1');
    await headers.set({ origin: media, name: 'Cookie' }, 'a=1');
    await headers.set({ origin: media, name: 'authorization' }, '2');
    await headers.set({ origin: media, name: 'Authorization' }, '3');
    assert.deepEqual(await headers.list(), [
      { origin: media, name: 'Authorization' },
      { origin: media, name: 'Cookie' },
      { origin: other, name: 'X-Key' },
    ]);
    assert.equal((await headers.of(media))['Authorization'], '3');
    for (const header of await headers.list()) await headers.remove(header);
    assert.deepEqual([...vault.values.keys()], ['hotframe.job.20260102-030405-678-00abcd']);
  });

  it('count as absent when something else wrote them', async () => {
    const vault = createVault();
    vault.values.set('hotframe.headers.https://media.example', '{"Authorization": 3, "Cookie": "a"');
    const headers = new OriginHeaders(vault);
    assert.deepEqual(await headers.of(media), {});
    vault.values.set('hotframe.headers.https://media.example', '{"Authorization": 3, "Cookie": "a"}');
    assert.deepEqual(await headers.of(media), { Cookie: 'a' });
  });

  it('give way to those of the download itself', () => {
    assert.deepEqual(mergeHeaders({ Authorization: 'set', Cookie: 'set' }, { authorization: 'given' }), {
      Cookie: 'set',
      authorization: 'given',
    });
    assert.deepEqual(mergeHeaders({ Cookie: 'set' }), { Cookie: 'set' });
  });
});
