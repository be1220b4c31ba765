import assert from 'node:assert/strict';

import type { Fault, Lab, StreamName } from '../../origin/lab.ts';
import { startLab } from '../../origin/lab.ts';
import { formatFault, parseFault } from '../../origin/serving/faults.ts';
import { get } from './client.ts';

interface Manifest {
  VERSION: number;
  TTL: number;
  'RELOAD-URI': string;
  'PATHWAY-PRIORITY': string[];
  'PATHWAY-CLONES': {
    'BASE-ID': string;
    ID: string;
    'URI-REPLACEMENT': { HOST?: string; PARAMS?: Record<string, string>; 'PER-VARIANT-URIS'?: Record<string, string> };
  }[];
}

describe('two origins of the lab', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  const textOf = async (url: string): Promise<string> => (await get(url)).body.toString();

  async function variants(stream: StreamName, faults: readonly Fault[] = []): Promise<string[]> {
    const url = lab.url(stream, { fragments: 2, faults, query: { mark: 'x' } });
    return (await textOf(url)).split('\n').flatMap((line) => (/^(?!#)./.test(line) ? [new URL(line, url).href] : []));
  }

  for (const stream of ['redundant', 'steering'] as const) {
    it(`${stream}: each variant is the same at both origins`, async () => {
      const urls = await variants(stream);
      for (const name of ['360p', '2160p']) {
        const pair = urls.filter((url) => url.includes(`/${name}/`));
        assert.deepEqual(new Set(pair.map((url) => new URL(url).origin)), new Set([lab.http, lab.httpOther]));
        const texts = await Promise.all(pair.map(textOf));
        assert.equal(texts[0], texts[1]);
        assert.match(texts[0]!, /^f000001\.ts\?mark=x&fragments=2$/m);
      }
      const digest = await lab.digest(stream, { fragments: 2 });
      assert.deepEqual(Object.keys(digest.outputs!.variants), ['360p', '2160p']);
    });
  }

  it('takes one origin down and leaves the other', async () => {
    const urls = await variants('redundant', [{ kind: 'status', origin: 'other' }]);
    for (const url of urls) {
      const isOther = new URL(url).origin === lab.httpOther;
      assert.equal((await get(url)).status, isOther ? 503 : 200, url);
      assert.equal((await get(new URL('f000001.ts', url).href + new URL(url).search)).status, isOther ? 503 : 200);
    }
    const [first] = await variants('redundant', [{ kind: 'status', index: 1, origin: 'first' }]);
    const address = new URL('f000001.ts', first).href + new URL(first!).search;
    assert.deepEqual([(await get(first!)).status, (await get(address)).status], [200, 503]);
    assert.equal((await get(address.replace(lab.http, lab.httpOther))).status, 200);
  });

  it('reads and writes faults of an origin', () => {
    for (const text of ['reset-before@any;origin=other', 'status@1*2;origin=first', 'status@steering;status=410']) {
      assert.equal(formatFault(parseFault(text)), text);
    }
    assert.deepEqual(parseFault('stall@any;origin=first'), { kind: 'stall', origin: 'first' });
    assert.throws(() => parseFault('stall@any;origin=third'), RangeError);
    assert.throws(() => formatFault({ kind: 'stall' }), RangeError);
  });

  async function steer(query: Record<string, string>, session: string, faults: readonly Fault[] = []) {
    const url = lab.url('steering', { fragments: 1, session, query, faults });
    const [, serverUri = ''] = /CONTENT-STEERING:SERVER-URI="([^"]*)",PATHWAY-ID="A"/.exec(await textOf(url))!;
    return new URL(serverUri, url).href;
  }

  it('steers: orders one after the other, the address to reload, the time to live', async () => {
    const first = await steer({ steer: 'A.B,B.A', ttl: '1' }, 'steer 1');
    const read = async (url: string): Promise<Manifest> => {
      const { headers, body } = await get(url);
      assert.equal(headers['content-type'], 'application/json');
      return JSON.parse(body.toString()) as Manifest;
    };
    const manifest = await read(`${first}&_HLS_pathway=A&_HLS_throughput=100`);
    assert.deepEqual([manifest.VERSION, manifest.TTL, manifest['PATHWAY-PRIORITY']], [1, 1, ['A', 'B']]);
    const next = new URL(manifest['RELOAD-URI'], first).href;
    assert.match(next, /steering-next\.json\?/);
    assert.doesNotMatch(next, /_HLS_/);
    for (let turn = 0; turn < 2; turn++) assert.deepEqual((await read(next))['PATHWAY-PRIORITY'], ['B', 'A']);
    const directives = (await lab.requests('steer 1')).map((record) => record.directives);
    assert.deepEqual(directives[1], { pathway: 'A', throughput: '100' });
  });

  it('steers: clones that can be had', async () => {
    const first = await steer({}, 'steer 2');
    const { 'PATHWAY-PRIORITY': order, 'PATHWAY-CLONES': clones } = JSON.parse(await textOf(first)) as Manifest;
    assert.deepEqual(order, ['A', 'B', 'C', 'D']);
    const [c, d] = clones.map((clone) => clone['URI-REPLACEMENT']);
    assert.deepEqual([c!.HOST, c!.PARAMS], ['localhost', { clone: 'C' }]);
    const there = d!['PER-VARIANT-URIS']!['v2160p']!;
    assert.ok(there.startsWith(`${lab.httpOther}/steering/2160p/index.m3u8?`) && there.endsWith('&clone=D'), there);
    assert.match(await textOf(there), /f000000\.ts\?.*clone=D/);
  });

  it('steers: refuses, and can be asked nonsense', async () => {
    const gone = await steer({}, 'steer 3', [{ kind: 'status', resource: 'steering', status: 410 }]);
    assert.equal((await get(gone)).status, 410);
    for (const query of [{ steer: 'a' }, { ttl: '0' }]) {
      assert.equal((await get(await steer(query as Record<string, string>, 'steer 4'))).status, 400);
    }
  });
});
