import assert from 'node:assert/strict';

import type { Fault, Lab, UrlOptions } from '../../origin/lab.ts';
import { startLab } from '../../origin/lab.ts';
import { get, raw } from './client.ts';

const RANGE = { range: 'bytes=1000-1999' };

describe('ranges and validators', () => {
  let lab: Lab;
  let right: Buffer;
  before(async () => {
    lab = await startLab();
    right = (await get(fragment([]))).body;
  });
  after(() => lab.close());

  function fragment(faults: readonly Omit<Fault, 'index'>[], options: UrlOptions = {}): string {
    const placed = faults.map((fault) => ({ index: 1, ...fault }));
    return lab.url('small', { ...options, faults: placed }).replace('index.m3u8', 'f000001.ts');
  }

  it('range-capped: less than was asked for', async () => {
    const { status, headers, body } = await get(fragment([{ kind: 'range-capped' }]), RANGE);
    assert.deepEqual([status, headers['content-range']], [206, `bytes 1000-1499/${right.length}`]);
    assert.ok(body.equals(right.subarray(1000, 1500)));
  });

  it('range-bare: nothing of the range; range-grown: another length of the whole', async () => {
    const bare = await get(fragment([{ kind: 'range-bare' }]), RANGE);
    assert.deepEqual([bare.status, bare.headers['content-range'], bare.body.length], [206, undefined, 1000]);
    const grown = await get(fragment([{ kind: 'range-grown', delta: 7 }]), RANGE);
    assert.equal(grown.headers['content-range'], `bytes 1000-1999/${right.length + 7}`);
    assert.ok(grown.body.equals(right.subarray(1000, 2000)));
  });

  it('range-multipart: the part within parts', async () => {
    const { status, headers, body } = await get(fragment([{ kind: 'range-multipart' }]), RANGE);
    assert.deepEqual([status, headers['content-type']], [206, 'multipart/byteranges; boundary=a-part-of-it']);
    assert.ok(body.includes(`Content-Range: bytes 1000-1999/${right.length}`));
    assert.ok(body.includes(right.subarray(1000, 2000)));
  });

  it('range-refused: 416; range-unasked: half of what was asked for', async () => {
    const refused = await get(fragment([{ kind: 'range-refused' }]), RANGE);
    assert.deepEqual([refused.status, refused.headers['content-range']], [416, `bytes */${right.length}`]);
    const unasked = await get(fragment([{ kind: 'range-unasked' }]));
    assert.equal(unasked.status, 206);
    assert.ok(unasked.body.equals(right.subarray(0, Math.ceil(right.length / 2))));
  });

  it('strikes only requests with a range, or only those without', async () => {
    const url = fragment([
      { kind: 'range-wrong', when: 'range', times: 1 },
      { kind: 'status', when: 'whole', times: 1 },
    ]);
    assert.equal((await get(url)).status, 503);
    assert.match((await get(url, RANGE)).headers['content-range'] ?? '', /^bytes 1001-/);
    assert.match((await get(url, RANGE)).headers['content-range'] ?? '', /^bytes 1000-/);
    assert.equal((await get(url)).status, 200);
  });

  it('knows a resource again by a strong ETag, a weak one, or the time of its last change', async () => {
    const status = async (etag: UrlOptions['etag'], name: 'etag' | 'last-modified') => {
      const url = fragment([], { etag: etag ?? false });
      const { headers } = await get(url);
      const validator = headers[name] ?? '';
      assert.equal((await get(url, { ...RANGE, 'if-range': 'Mon, 01 Jan 1990 00:00:00 GMT' })).status, 200);
      return [validator.replace(/\w+/, 'x'), (await get(url, { ...RANGE, 'if-range': validator })).status];
    };
    assert.deepEqual(await status('strong', 'etag'), ['"x"', 206]);
    assert.deepEqual(await status('weak', 'etag'), [(await status('weak', 'etag'))[0], 200]);
    assert.match(String((await status('weak', 'etag'))[0]), /^x\/"\w+"$/);
    assert.equal((await status('modified', 'last-modified'))[1], 206);
    assert.equal((await get(fragment([], { etag: 'modified' }))).headers.etag, undefined);
  });

  it('outdated: half of other bytes under other validators', async () => {
    const url = fragment([{ kind: 'outdated', times: 1 }], { etag: true });
    const { head, body } = await raw(url);
    assert.match(head, new RegExp(`content-length: ${right.length}\r\n`, 'i'));
    const half = right.subarray(0, Math.floor(right.length / 2));
    assert.equal(body.length, half.length);
    const different = [...body.keys()].filter((at) => body[at] !== half[at]);
    assert.equal(different.length, 1);
    assert.equal(different[0]! % 188, 94);
    const etag = /etag: (.*)\r\n/i.exec(head)?.[1] ?? '';
    const resumed = await get(url, { range: `bytes=${half.length}-`, 'if-range': etag });
    assert.equal(resumed.status, 200);
    assert.notEqual(resumed.headers.etag, etag);
    assert.ok(resumed.body.equals(right));
  });

  it('range-stale: the range whatever If-Range says, under another ETag', async () => {
    const url = fragment([{ kind: 'range-stale', when: 'range' }], { etag: true });
    const { headers } = await get(url);
    const { status, headers: later, body } = await get(url, { ...RANGE, 'if-range': '"of the past"' });
    assert.equal(status, 206);
    assert.notEqual(later.etag, headers.etag);
    assert.ok(body.equals(right.subarray(1000, 2000)));
  });
});
