import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import type { Fault, Lab, StreamName } from '../../origin/lab.ts';
import { startLab } from '../../origin/lab.ts';
import { readBoxes } from '../../origin/content/boxes.ts';
import { get, getHttp2, openHttp2, raw } from './client.ts';

describe('bodies without a length', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  function fragment(stream: StreamName, faults: readonly Omit<Fault, 'index'>[] = []): string {
    const file = stream === 'small' ? 'f000001.ts' : 'f000001.m4s';
    const placed = faults.map((fault) => ({ index: 1, ...fault }));
    return lab.url(stream, { faults: placed }).replace('index.m3u8', file);
  }

  it('no-length: the whole body, and the end of the connection is its end', async () => {
    const right = (await get(fragment('small'))).body;
    const { head, body, code } = await raw(fragment('small', [{ kind: 'no-length' }]));
    assert.doesNotMatch(head, /content-length|transfer-encoding/i);
    assert.match(head, /connection: close/i);
    assert.ok(body.equals(right));
    assert.equal(code, undefined);
    const chunked = await get(fragment('small', [{ kind: 'no-length', framing: 'chunked' }]));
    assert.equal(chunked.headers['transfer-encoding'], 'chunked');
    assert.ok(chunked.body.equals(right));
  });

  it('ends-early: half of the body and a proper end, in chunks or with the connection', async () => {
    const right = (await get(fragment('small'))).body;
    const half = right.subarray(0, Math.floor(right.length / 2));
    const chunked = await get(fragment('small', [{ kind: 'ends-early' }]));
    assert.equal(chunked.headers['transfer-encoding'], 'chunked');
    assert.ok(chunked.body.equals(half));
    const { head, body } = await raw(fragment('small', [{ kind: 'ends-early', framing: 'close' }]));
    assert.doesNotMatch(head, /content-length|transfer-encoding/i);
    assert.ok(body.equals(half));
  });

  it('ends-early: behind a packet, or behind a box', async () => {
    const packets = await get(fragment('small', [{ kind: 'ends-early', align: 'packet', afterBytes: 1000 }]));
    assert.equal(packets.body.length, 5 * 188);
    const sizes = [];
    for (const afterBytes of [1, 15_000, 100_000, 130_000]) {
      const url = fragment('fmp4-chunks', [{ kind: 'ends-early', align: 'box', afterBytes }]);
      sizes.push(readBoxes((await get(url)).body).map(({ type }) => type));
    }
    assert.deepEqual(sizes, [['moof'], ['moof', 'mdat'], ['moof', 'mdat'], ['moof', 'mdat', 'free', 'moof']]);
  });

  it('ends-early: in HTTP/2 a stream without a length', async () => {
    const session = await openHttp2(lab.https, readFileSync(lab.caPath));
    const path = fragment('small', [{ kind: 'ends-early', afterBytes: 5000 }]).slice(lab.http.length);
    const { status, body } = await getHttp2(session, path);
    assert.deepEqual([status, body.length], [200, 5000]);
    session.destroy();
  });

  it('slow: a byte each so many milliseconds', async () => {
    const key = lab.url('aes-iv', { faults: [{ kind: 'slow', resource: 'key', everyMs: 5 }] });
    const startMs = performance.now();
    assert.equal((await get(key.replace('index.m3u8', 'key-0.bin'))).body.length, 16);
    assert.ok(performance.now() - startMs >= 70);
  });
});
