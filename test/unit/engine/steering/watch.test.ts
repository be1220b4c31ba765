import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { startLab, type Fault, type Lab, type RequestRecord } from '../../../origin/lab.ts';
import type { FragmentReceipt } from '../../../../src/engine/receipt.ts';
import { downloadTo, type Downloaded } from '../downloadTo.ts';

const next = 'steering-next.json';

/** Asked one after the other, so that the second manifest, due after a second, comes in the middle. */
const slow = { fragments: 14, fragmentBytes: 20_000, latencyMs: 100 };

interface Steered extends Downloaded {
  requests: RequestRecord[];
  /** Where each fragment came from, in order. */
  from: string[];
  /** What the steering server was asked with. */
  asked: RequestRecord[];
}

/** What was measured after the first fragment, the second, …: in bits per second. */
function ratesOf(fragments: readonly FragmentReceipt[]): number[] {
  let [bits, ms] = [0, 0];
  return fragments.map(({ received, firstByteMs, bodyMs }) => {
    bits += received * 8;
    ms += firstByteMs + bodyMs;
    return Math.round((bits * 1000) / ms);
  });
}

describe('engine: content steering while a download runs', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  async function download(steer: string, faults: readonly Fault[] = [], more: object = {}): Promise<Steered> {
    const session = randomUUID();
    const url = lab.url('steering', { ...slow, session, faults, query: { steer, ttl: '1' }, ...more });
    const downloaded = await downloadTo(url, { resume: false, concurrency: 1, perFragment: true });
    const { receipt } = downloaded;
    assert.equal(receipt.state, 'complete', JSON.stringify(receipt.error));
    const { fragments, fragmentBytes } = { ...slow, ...more };
    assert.equal(receipt.output?.sha256, (await lab.digest('steering', { fragments, fragmentBytes })).sha256);
    const requests = await lab.requests(session);
    const all = requests.filter(({ path }) => path.endsWith('.ts'));
    // A second request for one that has fallen behind goes to the same place.
    const fragmentsAsked = all.filter(
      ({ path, origin }, at) => all[at - 1]?.path !== path || all[at - 1]?.origin !== origin,
    );
    assert.equal(all.length - fragmentsAsked.length, receipt.fragments.hedged);
    assert.deepEqual(
      fragmentsAsked.map(({ index }) => index),
      Array.from({ length: fragments }, (_, index) => index),
      'each fragment is fetched once',
    );
    const asked = requests.filter(({ path }) => path.endsWith('.json'));
    return { ...downloaded, requests, from: fragmentsAsked.map(({ origin }) => origin), asked };
  }

  const places = () => ({
    A: lab.http,
    B: lab.httpOther,
    C: lab.http.replace('127.0.0.1', 'localhost'),
    D: lab.httpOther,
  });

  for (const [steer, before, after] of [
    ['A.B,B.A', 'A', 'B'],
    ['A.B,C.A', 'A', 'C'],
    ['B.A,D.B', 'B', 'D'],
  ] as const) {
    it(`moves what has not begun to the pathway that is wanted by now: ${steer}`, async () => {
      const { from, receipt, events, asked, requests } = await download(steer);
      const origins = places();
      const at = Math.max(1, from.indexOf(origins[after]));
      const expected = from.map((_, index) => origins[index < at ? before : after]);
      assert.deepEqual(from, expected);
      assert.ok(steer === 'B.A,D.B' || (at > 1 && at < from.length), `moved at ${at}`);
      const pathways = receipt.pathways?.map(({ pathway, why }) => [pathway, why]);
      assert.deepEqual(pathways, [
        [before, undefined],
        [after, 'steering'],
      ]);
      assert.ok((receipt.pathways?.[1]?.atMs ?? 0) >= 1000);
      assert.deepEqual(
        events.filter(({ type }) => type === 'moved'),
        [{ type: 'moved', pathway: after, why: 'steering' }],
      );
      assert.equal(events.filter(({ type }) => type === 'renewed').length, 0);
      const [first, second] = asked;
      assert.deepEqual(first?.directives, { pathway: 'A' });
      assert.equal(second?.path.endsWith(next), true, 'RELOAD-URI');
      assert.equal(second.directives?.['pathway'], before);
      const told = Number(second.directives['throughput']);
      const rates = ratesOf(receipt.perFragment);
      assert.ok(
        rates.some((rate) => Math.abs(told / rate - 1) < 0.01),
        `${told} bit/s is none of ${rates.join()}`,
      );
      assert.equal(requests.filter(({ path }) => path === '/steering/index.m3u8').length, 1);
      assert.equal(requests.filter(({ path }) => path.endsWith('2160p/index.m3u8')).length, 2);
      const files = receipt.perFragment.map(({ url }) => new URL(url).origin);
      assert.deepEqual(files, from);
    });
  }

  it('goes back and forth, and reads no manifest more often than its TTL allows', async () => {
    const { from, receipt, asked } = await download('A.B,B.A,A.B', [], { fragments: 28 });
    const { A, B } = places();
    const moves = from.filter((origin, index) => index > 0 && origin !== from[index - 1]);
    assert.deepEqual(moves, [B, A]);
    assert.deepEqual(
      receipt.pathways?.map(({ pathway }) => pathway),
      ['A', 'B', 'A'],
    );
    for (const [index, { atMs }] of asked.entries()) {
      if (index > 0) assert.ok(atMs - (asked[index - 1]?.atMs ?? 0) >= 1000);
    }
  });

  const strangers: Record<string, Fault> = {
    'is short of a fragment': { kind: 'playlist-drops', path: '2160p/index.m3u8', origin: 'other' },
    'has other durations': { kind: 'playlist-durations', path: '2160p/index.m3u8', origin: 'other' },
    'has another order': { kind: 'playlist-reorder', path: '2160p/index.m3u8', origin: 'other' },
    'cannot be read': { kind: 'status', status: 404, path: '2160p/index.m3u8', origin: 'other' },
  };
  it(`stays where the playlist of the other pathway ${Object.keys(strangers).join(', ')}`, async () => {
    const stay = async ([what, fault]: [string, Fault]) => {
      const { from, receipt, requests } = await download('A.B,B.A', [fault]);
      assert.ok(
        requests.some((request) => request.fault === fault.kind),
        what,
      );
      assert.deepEqual(new Set(from), new Set([places().A]), what);
      assert.deepEqual(receipt.pathways, [{ pathway: 'A', atMs: 0 }], what);
    };
    await Promise.all(Object.entries(strangers).map(stay));
  });

  it('takes the next one in the order where the first is no place to go to', async () => {
    const { from } = await download('A.B,B.C.A', [strangers['is short of a fragment'] as Fault]);
    assert.equal(from.at(-1), places().C);
  });

  it('does not go back to a pathway that has failed', async () => {
    const session = randomUUID();
    const faults: Fault[] = [{ kind: 'status', status: 404, index: 2, origin: 'first' }];
    const url = lab.url('steering', { ...slow, session, faults, query: { steer: 'A.B', ttl: '1' } });
    const { receipt } = await downloadTo(url, { resume: false, concurrency: 1 });
    assert.equal(receipt.state, 'complete', JSON.stringify(receipt.error));
    assert.deepEqual(
      receipt.pathways?.map(({ pathway, why }) => [pathway, why]),
      [
        ['A', undefined],
        ['B', 'failure'],
      ],
    );
    const asked = (await lab.requests(session)).filter(({ path }) => path.endsWith(next));
    assert.ok(asked.length > 0);
    assert.equal(asked[0]?.directives?.['pathway'], 'B');
  });

  describe('when the server', () => {
    it('is gone (410), asks it no more', async () => {
      const { asked, from } = await download('A.B,B.A', [{ kind: 'status', status: 410, path: next }], {
        fragments: 24,
      });
      assert.deepEqual(
        asked.map(({ status }) => status),
        [200, 410],
      );
      assert.deepEqual(new Set(from), new Set([places().A]));
    });

    it('has too many requests (429), waits as long as it asks', async () => {
      const faults: Fault[] = [{ kind: 'status', status: 429, retryAfter: '2', path: next, times: 1 }];
      const { asked, from, requests } = await download('A.B,B.A', faults, { fragments: 36 });
      const [, refused, again] = asked;
      assert.deepEqual([refused?.status, again?.status], [429, 200]);
      const waitedMs = (again?.atMs ?? 0) - (refused?.atMs ?? 0);
      assert.ok(waitedMs >= 2000, `${waitedMs} ms`);
      assert.equal(from.at(-1), places().B);
      const refusedAt = requests.indexOf(refused as RequestRecord);
      const after = requests.slice(refusedAt + 1).find(({ path }) => path.endsWith('.ts'));
      assert.ok((after?.atMs ?? Infinity) - (refused?.atMs ?? 0) < 1500, 'the fragments do not wait');
    });

    const failures: Record<string, Fault> = {
      'does not find it (404)': { kind: 'status', status: 404, path: next, times: 1 },
      'sends garbage': { kind: 'html', path: next, times: 1 },
      'sends nothing': { kind: 'empty', path: next, times: 1 },
      'hangs up': { kind: 'reset-before', path: next, times: 1 },
    };
    it(`${Object.keys(failures).join(', ')}: goes on with what is known and asks again after the TTL`, async () => {
      const goOn = async ([what, fault]: [string, Fault]) => {
        const { asked, from } = await download('A.B,B.A', [fault], { fragments: 28 });
        const [, failed, again] = asked;
        assert.equal(failed?.fault, fault.kind, what);
        assert.ok((again?.atMs ?? 0) - failed.atMs >= 1000, what);
        assert.equal(from.at(-1), places().B, what);
      };
      await Promise.all(Object.entries(failures).map(goOn));
    });

    it('never answers, ends with the last fragment all the same', async () => {
      const { asked, events } = await download('A.B,B.A', [{ kind: 'no-headers', path: next }]);
      assert.equal(asked.length, 2);
      assert.ok(events.some(({ type }) => type === 'finishing'));
    });
  });

  it('asks once where the manifest outlives the download', async () => {
    const { asked } = await download('A.B,B.A', [], { query: { steer: 'A.B,B.A', ttl: '300' } });
    assert.equal(asked.length, 1);
  });
});
