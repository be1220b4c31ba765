import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { startLab, type Fault, type Lab, type StreamName } from '../../origin/lab.ts';
import { downloadTo } from './downloadTo.ts';
import { startOrigin } from './transport/serving.ts';

const fragments = 200;
const shape = { fragments, fragmentBytes: 9400 };

describe('engine: many small byte ranges', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  async function run(stream: StreamName, faults: Fault[], settings: Parameters<typeof downloadTo>[1] = {}) {
    const session = randomUUID();
    const url = lab.url(stream, { ...shape, faults, session });
    const { receipt } = await downloadTo(url, { concurrency: 4, ...settings });
    const requests = (await lab.requests(session)).filter(({ index }) => index !== undefined);
    return { receipt, requests };
  }

  it('come several in a request, and each with a receipt of its own', async () => {
    const { receipt, requests } = await run('byterange-implicit', []);
    const digest = await lab.digest('byterange-implicit', shape);
    assert.equal(receipt.state, 'complete');
    assert.equal(receipt.output?.sha256, digest.sha256);
    assert.ok(requests.length < 100, `${requests.length} requests`);
    assert.equal(receipt.perFragment.length, fragments);
    for (const { state, status, tries, bytes, received } of receipt.perFragment) {
      assert.deepEqual([state, status, tries, received], ['whole', 206, 1, bytes]);
    }
    assert.equal(receipt.bytes.received, receipt.bytes.payload);
  });

  it('come one by one where they are not adjacent', async () => {
    const { receipt, requests } = await run('byterange', []);
    assert.equal(receipt.state, 'complete');
    assert.equal(requests.length, fragments);
  });

  // The first ones are taken one by one, by each connection.
  const faults: [string, Fault[]][] = [
    ['is reset in the middle', [{ kind: 'reset-midway', index: 3 }]],
    ['is answered in part', [{ kind: 'range-capped', index: 3 }]],
    ['is refused', [{ kind: 'range-refused', index: 3 }]],
    ['is answered with all', [{ kind: 'range-ignored', index: 3 }]],
    ['ends early', [{ kind: 'truncate', index: 3 }]],
    ['is answered with a page', [{ kind: 'html', index: 3 }]],
    ['is told to come later', [{ kind: 'status', status: 503, index: 3 }]],
    ['stalls', [{ kind: 'stall', index: 3 }]],
  ];
  for (const [what, list] of faults) {
    it(`come alone when the request for them ${what}`, async () => {
      const once = list.map((fault): Fault => ({ ...fault, times: 1 }));
      const settings = { reorderMemoryBytes: 0, limits: { stallMs: 500, firstByteMs: 1000 } };
      const { receipt, requests } = await run('byterange-implicit', once, settings);
      const digest = await lab.digest('byterange-implicit', shape);
      assert.equal(receipt.state, 'complete', receipt.error?.message);
      assert.equal(receipt.output?.sha256, digest.sha256);
      const [struck] = requests.filter(({ fault }) => fault !== undefined);
      const [, first = 0, last = 0] = /bytes=(\d+)-(\d+)/.exec(struck?.range ?? '')?.map(Number) ?? [];
      assert.ok(last - first > 100_000, 'it was a request for several');
      const again = receipt.perFragment.filter(({ tries }) => tries > 1).map(({ tries }) => tries);
      assert.deepEqual(again, what === 'is answered with all' ? [] : [2]);
    });
  }

  it('keep to the concurrency when a request for them fails', async () => {
    let [open, most] = [0, 0];
    await using origin = await startOrigin((request, response) => {
      if (request.url === '/i.m3u8') {
        response.end(listOf(60, 1880));
        return;
      }
      most = Math.max(most, ++open);
      response.on('close', () => open--);
      const [, first = 0, last = 0] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '')?.map(Number) ?? [];
      if (last - first >= 1880) {
        response.writeHead(503).end();
        return;
      }
      const body = Buffer.alloc(1880);
      for (let at = 0; at < body.length; at += 188) body[at] = 0x47;
      response.writeHead(206, { 'content-range': `bytes ${first}-${last}/${60 * 1880}` });
      setTimeout(() => response.end(body), 20);
    });
    const { receipt } = await downloadTo(`${origin.url}/i.m3u8`, { concurrency: 2 });
    assert.equal(receipt.state, 'complete', receipt.error?.message);
    // What undici has not taken note of yet counts twice.
    assert.ok(most <= 4, `${most} at once`);
  });

  it('are refused alone when one of them is no media', async () => {
    const packet = Buffer.alloc(188 * 10);
    for (let at = 0; at < packet.length; at += 188) packet[at] = 0x47;
    const right = Buffer.concat(Array.from({ length: 40 }, () => packet));
    const ranges: string[] = [];
    await using origin = await startOrigin((request, response) => {
      if (request.url === '/i.m3u8') {
        response.end(listOf(40, packet.length));
        return;
      }
      const [, first = 0, last = 0] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '')?.map(Number) ?? [];
      const body = Buffer.from(right);
      const isSingle = last - first < packet.length;
      // What is in the middle of the first request is a page.
      if (!isSingle) body.fill('<html>', 2 * packet.length, 3 * packet.length);
      ranges.push(`${first}-${last}`);
      response.writeHead(206, { 'content-range': `bytes ${first}-${last}/${body.length}` });
      response.end(body.subarray(first, last + 1));
    });
    const { receipt } = await downloadTo(`${origin.url}/i.m3u8`, { concurrency: 1 });
    assert.equal(receipt.state, 'complete', receipt.error?.message);
    assert.equal(receipt.output?.bytes, right.length);
    assert.deepEqual(ranges.slice(0, 2), ['0-18799', `${2 * 1880}-${3 * 1880 - 1}`]);
    assert.deepEqual(
      receipt.perFragment.filter(({ tries }) => tries > 1).map(({ index, tries }) => [index, tries]),
      [[2, 2]],
    );
  });
});

/** A media playlist of adjacent ranges of one resource. */
function listOf(count: number, bytes: number): string {
  const fragments = Array.from(
    { length: count },
    (_, index) => `#EXTINF:1,\n#EXT-X-BYTERANGE:${bytes}@${index * bytes}\nall.ts\n`,
  );
  return `#EXTM3U\n#EXT-X-VERSION:4\n#EXT-X-TARGETDURATION:1\n${fragments.join('')}#EXT-X-ENDLIST\n`;
}
