import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

import type { Fault, Lab } from '../../origin/lab.ts';
import { startLab } from '../../origin/lab.ts';
import { begin, get, getHttp2, openHttp2, raw, untilError } from './client.ts';

const RANGE = { range: 'bytes=1000-1999' };

describe('faults of the lab', () => {
  let lab: Lab;
  let right: Buffer;
  before(async () => {
    lab = await startLab();
    right = (await get(fragment([]))).body;
  });
  after(() => lab.close());

  /** The URL of fragment 1 with faults in its query. */
  function fragment(faults: readonly Omit<Fault, 'index'>[], query: Record<string, string> = {}): string {
    const placed = faults.map((fault) => ({ index: 1, ...fault }));
    return lab.url('small', { faults: placed, query }).replace('index.m3u8', 'f000001.ts');
  }

  /** The first bytes of an answer whose rest never comes, and how many there were when the client gave up. */
  async function partial(url: string, enough: number): Promise<number> {
    const response = await begin(url);
    let bytes = 0;
    for await (const chunk of response) {
      bytes += (chunk as Buffer).length;
      if (bytes >= enough) break;
    }
    return bytes;
  }

  it('status: so many times, with Retry-After in seconds', async () => {
    const url = fragment([{ kind: 'status', status: 429, retryAfter: '7', times: 2 }]);
    const answers = [await get(url), await get(url), await get(url)];
    assert.deepEqual(
      answers.map(({ status, headers }) => [status, headers['retry-after']]),
      [
        [429, '7'],
        [429, '7'],
        [200, undefined],
      ],
    );
    assert.ok(answers[2]!.body.equals(right));
  });

  it('status: for ever, with Retry-After as a date', async () => {
    const url = fragment([{ kind: 'status', retryAfter: 'date+60' }]);
    const { status, headers } = await get(url);
    assert.equal(status, 503);
    const away = Date.parse(headers['retry-after']!) - Date.now();
    assert.ok(away > 50_000 && away <= 60_000, String(away));
    assert.equal((await get(url)).status, 503);
  });

  it('strikes only its target', async () => {
    const url = fragment([{ kind: 'status' }]);
    assert.equal((await get(url.replace('f000001', 'f000002'))).status, 200);
    assert.equal((await get(url.replace('f000001.ts', 'index.m3u8'))).status, 200);
  });

  it('finds its fragment in a file of many by the range', async () => {
    const playlist = lab.url('byterange', { fragments: 4, faults: [{ kind: 'status', index: 1 }] });
    const url = playlist.replace('index.m3u8', 'a.ts');
    const ranges = [
      .../#EXT-X-BYTERANGE:(\d+)@(\d+)\n.*\n.*\n#EXT-X-BYTERANGE:(\d+)@(\d+)/.exec(
        (await get(playlist)).body.toString(),
      )!,
    ].map(Number);
    assert.equal((await get(url, { range: `bytes=${ranges[2]!}-${ranges[2]! + 9}` })).status, 206);
    assert.equal((await get(url, { range: `bytes=${ranges[4]!}-${ranges[4]! + 9}` })).status, 503);
  });

  it('reset-before: no answer', async () => {
    await assert.rejects(get(fragment([{ kind: 'reset-before' }])), { code: 'ECONNRESET' });
  });

  it('reset-midway: part of the body, then a reset', async () => {
    const { bytes, code } = await untilError(fragment([{ kind: 'reset-midway', afterBytes: 5000 }]));
    assert.equal(code, 'ECONNRESET');
    assert.equal(bytes, 5000);
  });

  it('truncate: announces everything, sends half, closes in an orderly way', async () => {
    const { head, body, code } = await raw(fragment([{ kind: 'truncate' }]));
    assert.match(head, new RegExp(`content-length: ${right.length}\r\n`, 'i'));
    assert.ok(body.equals(right.subarray(0, Math.floor(right.length / 2))));
    assert.equal(code, undefined);
  });

  it('truncate-chunked: half in chunks, and no last chunk', async () => {
    const { head, body, code } = await raw(fragment([{ kind: 'truncate-chunked', afterBytes: 1000 }]));
    assert.match(head, /transfer-encoding: chunked/i);
    assert.ok(body.includes(right.subarray(0, 1000)));
    assert.ok(!body.toString('latin1').endsWith('\r\n0\r\n\r\n'));
    assert.equal(code, undefined);
  });

  it('wrong-length: more or less than it sends', async () => {
    for (const delta of [1000, -1000]) {
      const { head, body } = await raw(fragment([{ kind: 'wrong-length', delta }]));
      assert.match(head, new RegExp(`content-length: ${right.length + delta}\r\n`, 'i'));
      assert.ok(body.equals(right));
    }
  });

  it('no-headers: takes the request and keeps still', async () => {
    const url = fragment([{ kind: 'no-headers' }], { session: 'still' });
    const request = begin(url);
    request.catch(() => undefined);
    let record;
    do [record] = await lab.requests('still');
    while (record?.fault === undefined);
    const other = await get(url.replace('f000001', 'f000000'));
    assert.equal(other.status, 200);
    [record] = await lab.requests('still');
    assert.deepEqual([record?.fault, record?.status, record?.overMs], ['no-headers', undefined, undefined]);
  });

  it('stall: half of the body and nothing more', async () => {
    const url = fragment([{ kind: 'stall', afterBytes: 3000 }], { session: 'stalled' });
    assert.equal(await partial(url, 3000), 3000);
    const [record] = await lab.requests('stalled');
    assert.deepEqual([record?.status, record?.fault], [200, 'stall']);
  });

  it('slow: a byte at a time', async () => {
    const response = await begin(fragment([{ kind: 'slow' }]));
    const [first] = (await once(response, 'data')) as [Buffer];
    assert.equal(first.length, 1);
    response.destroy();
  });

  it('endless: more than there is', async () => {
    assert.ok((await partial(fragment([{ kind: 'endless' }]), right.length * 3)) >= right.length * 3);
  });

  it('html, json, empty: status 200, under the type that is wanted', async () => {
    const html = await get(fragment([{ kind: 'html' }]));
    assert.deepEqual([html.status, html.headers['content-type']], [200, 'text/html; charset=utf-8']);
    assert.match(html.body.toString(), /^<!DOCTYPE html>/);
    const disguised = await get(fragment([{ kind: 'html', contentType: 'media' }]));
    assert.equal(disguised.headers['content-type'], 'video/mp2t');
    const json = await get(fragment([{ kind: 'json' }]));
    assert.ok('error' in (JSON.parse(json.body.toString()) as object));
    const empty = await get(fragment([{ kind: 'empty' }]));
    assert.deepEqual([empty.status, empty.body.length], [200, 0]);
  });

  it('range-ignored: everything with 200; range-wrong: another part with 206', async () => {
    assert.equal((await get(fragment([]), RANGE)).headers['content-range'], `bytes 1000-1999/${right.length}`);
    const ignored = await get(fragment([{ kind: 'range-ignored' }]), RANGE);
    assert.deepEqual([ignored.status, ignored.headers['content-range']], [200, undefined]);
    assert.ok(ignored.body.equals(right));
    const wrong = await get(fragment([{ kind: 'range-wrong', delta: 188 }]), RANGE);
    assert.deepEqual([wrong.status, wrong.headers['content-range']], [206, `bytes 1188-2187/${right.length}`]);
    assert.ok(wrong.body.equals(right.subarray(1188, 2188)));
  });

  it('redirect: relative, across origins, with any status', async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      for (const to of ['relative', 'cross-origin'] as const) {
        const url = fragment([{ kind: 'redirect', status, to }]);
        const moved = await get(url);
        assert.equal(moved.status, status);
        const target = new URL(moved.headers.location!, url);
        assert.equal(target.origin, to === 'relative' ? lab.http : lab.httpOther);
        assert.ok((await get(target.href)).body.equals(right));
      }
    }
  });

  it('redirect: round and round', async () => {
    let url = fragment([{ kind: 'redirect', to: 'loop' }]);
    for (let turn = 0; turn < 3; turn++) {
      const { status, headers } = await get(url);
      assert.equal(status, 302);
      url = new URL(headers.location!, url).href;
    }
  });

  it('etag-changes: another ETag each time, and no range of the past', async () => {
    const url = fragment([{ kind: 'etag-changes' }]);
    const first = await get(url);
    const second = await get(url, { ...RANGE, 'if-range': first.headers.etag! });
    assert.equal(second.status, 200);
    assert.notEqual(second.headers.etag, first.headers.etag);
  });

  it('takes faults from outside the URL and forgets them', async () => {
    const url = lab.url('small', { session: 'booked' });
    await lab.fault({ kind: 'status', status: 404, stream: 'small', session: 'booked', resource: 'playlist' });
    assert.equal((await get(url)).status, 404);
    assert.equal((await get(lab.url('small'))).status, 200);
    await lab.clearFaults();
    assert.equal((await get(url)).status, 200);
    await assert.rejects(lab.fault({ kind: 'nonsense' as 'stall' }), /needs a kind/);
  });

  it('strikes in HTTP/2 too, without harm to the other streams', async () => {
    const session = await openHttp2(lab.https, readFileSync(lab.caPath));
    const path = (fault: Omit<Fault, 'index'>): string => fragment([fault]).slice(lab.http.length);
    for (const kind of ['reset-before', 'reset-midway', 'truncate', 'truncate-chunked'] as const) {
      await assert.rejects(getHttp2(session, path({ kind })), { code: 'ERR_HTTP2_STREAM_ERROR' }, kind);
    }
    const midway = session.request({ ':path': path({ kind: 'reset-midway', afterBytes: 5000 }) });
    let bytes = 0;
    midway.on('data', (chunk: Buffer) => (bytes += chunk.length));
    await assert.rejects(once(midway, 'end'), { code: 'ERR_HTTP2_STREAM_ERROR' });
    assert.equal(bytes, 5000);
    assert.equal((await getHttp2(session, path({ kind: 'status', status: 500 }))).status, 500);
    const { status, body } = await getHttp2(session, '/small/f000001.ts');
    assert.deepEqual([status, body.equals(right)], [200, true]);
    session.destroy();
  });
});
