import assert from 'node:assert/strict';
import { createGunzip, gunzipSync } from 'node:zlib';

import type { Fault, Lab } from '../../origin/lab.ts';
import { startLab } from '../../origin/lab.ts';
import { get } from './client.ts';

describe('compressed answers', () => {
  let lab: Lab;
  let right: Buffer;
  before(async () => {
    lab = await startLab();
    right = (await get(lab.url('small', { session: 'all', query: { fault: 'status@playlist*0' } }))).body;
  });
  after(() => lab.close());

  async function playlist(fault: Omit<Fault, 'resource'>): Promise<{ encoding: string | undefined; body: Buffer }> {
    const url = lab.url('small', { session: 'all', faults: [{ resource: 'playlist', ...fault }] });
    const { headers, body } = await get(url);
    assert.equal(Number(headers['content-length']), body.length);
    return { encoding: headers['content-encoding'], body };
  }

  /** Without the query, which differs. */
  const plain = (text: Buffer): string => text.toString().replaceAll(/\?.*/g, '');

  it('gzip: the right bytes', async () => {
    const { encoding, body } = await playlist({ kind: 'gzip' });
    assert.equal(encoding, 'gzip');
    assert.equal(plain(gunzipSync(body)), plain(right));
  });

  it('gzip: a fragment too', async () => {
    const url = lab.url('small', { faults: [{ kind: 'gzip', index: 1 }] }).replace('index.m3u8', 'f000001.ts');
    const { body } = await get(url);
    assert.ok(gunzipSync(body).equals((await get(`${lab.http}/small/f000001.ts`)).body));
  });

  it('gzip-broken, gzip-cut: what does not expand; gzip-lie, encoding-unknown: what is not what it says', async () => {
    for (const kind of ['gzip-broken', 'gzip-cut'] as const) {
      const { encoding, body } = await playlist({ kind });
      assert.equal(encoding, 'gzip');
      assert.deepEqual([...body.subarray(0, 2)], [0x1f, 0x8b]);
      assert.throws(() => gunzipSync(body), { code: kind === 'gzip-cut' ? 'Z_BUF_ERROR' : /^Z_/ });
    }
    const lie = await playlist({ kind: 'gzip-lie' });
    assert.deepEqual([lie.encoding, plain(lie.body)], ['gzip', plain(right)]);
    const unknown = await playlist({ kind: 'encoding-unknown' });
    assert.deepEqual([unknown.encoding, plain(unknown.body)], ['rot13', plain(right)]);
  });

  it('gzip-bomb: half a gigabyte in half a megabyte', async () => {
    const { body } = await playlist({ kind: 'gzip-bomb' });
    assert.ok(body.length < 1_000_000, String(body.length));
    const gunzip = createGunzip();
    gunzip.end(body);
    let bytes = 0;
    for await (const chunk of gunzip) bytes += (chunk as Buffer).length;
    assert.ok(bytes > 2 ** 29, String(bytes));
    const small = gunzipSync((await playlist({ kind: 'gzip-bomb', bytes: 1 })).body);
    assert.ok(plain(small).startsWith(plain(right)));
  });
});
