import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { startLab, type Fault, type Lab, type LiveSettings, type RequestRecord } from '../../../origin/lab.ts';
import { downloadTo, type Downloaded } from '../downloadTo.ts';

/** Three seconds: the second manifest is due after one. */
const fragments = 50;
const usual: LiveSettings = { pathways: true, blocking: true, fragmentMs: 60, targetS: 1 };
const steered = { steer: 'A.B,B.A', ttl: '1' };

describe('engine: content steering of a live stream', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  interface Recorded extends Downloaded {
    requests: RequestRecord[];
    /** Where each fragment came from. */
    from: string[];
  }

  async function record(live: LiveSettings, faults: readonly Fault[] = [], query = steered): Promise<Recorded> {
    const session = randomUUID();
    const settings = { ...usual, ...live };
    const url = lab.url('live-window', { session, fragments, live: settings, faults, query });
    const recorded = await downloadTo(url, { from: 'start', deadAfterS: 5, perFragment: true });
    const { receipt } = recorded;
    assert.equal(receipt.state, 'complete', JSON.stringify([receipt.error, receipt.recording]));
    assert.equal(receipt.fragments.total, fragments);
    assert.equal(receipt.recording?.resets, 0);
    assert.equal(receipt.output?.sha256, (await lab.digest('live-window', { fragments, live: settings })).sha256);
    const requests = await lab.requests(session);
    const asked = requests.filter(({ index }) => index !== undefined);
    const again = asked.length - new Set(asked.map(({ path }) => path)).size;
    assert.equal(again, receipt.fragments.hedged, 'nothing is fetched twice for the move');
    return { ...recorded, requests, from: receipt.perFragment.map(({ url: from }) => new URL(from).origin) };
  }

  const kinds: Record<string, LiveSettings> = {
    'MPEG-TS': {},
    'fMP4, its init segment once in the file': { mp4: true },
    'fMP4 by delta updates': { mp4: true, skip: true, window: 30, startAt: 10 },
    'encrypted, its key fetched once': { aes: true },
    'with dates, polled': { dates: true, blocking: false, window: 40, startAt: 10 },
  };
  for (const [what, live] of Object.entries(kinds)) {
    it(`goes on at the pathway that is wanted by now: ${what}`, async () => {
      const { from, receipt, requests } = await record(live);
      const at = from.indexOf(lab.httpOther);
      assert.ok(at > 1, `moved at ${at}`);
      assert.deepEqual(
        from,
        from.map((_, index) => (index < at ? lab.http : lab.httpOther)),
      );
      assert.deepEqual(
        receipt.pathways?.map(({ pathway, why }) => [pathway, why]),
        [
          ['A', undefined],
          ['B', 'steering'],
        ],
      );
      const playlists = requests.filter(({ path }) => path.endsWith('video/index.m3u8'));
      const firstThere = playlists.findIndex(({ origin }) => origin === lab.httpOther);
      assert.ok(playlists.slice(firstThere).length > 2);
      const stray = playlists.slice(firstThere).filter(({ origin }) => origin === lab.http);
      // One may have begun while the other pathway was looked at.
      assert.ok(stray.length <= 1, 'readings go to the new pathway');
      for (const name of ['init.mp4', 'key-0.bin']) {
        const count = requests.filter(({ path }) => path.endsWith(name)).length;
        assert.equal(count, requests.some(({ path }) => path.endsWith(name)) ? 1 : 0, name);
      }
      if (live.skip === true) {
        const deltas = playlists.slice(firstThere).filter(({ directives }) => directives?.['skip'] !== undefined);
        assert.ok(deltas.length > 2, 'delta updates go on');
      }
    });
  }

  it('goes on to a clone', async () => {
    const { receipt } = await record({ mp4: true }, [], { steer: 'A.B,B.A,C.A', ttl: '1' });
    assert.deepEqual(
      receipt.pathways?.map(({ pathway }) => pathway),
      ['A', 'B', 'C'],
    );
  });

  const strangers: Record<string, Fault> = {
    'lists other fragments': { kind: 'playlist-durations', path: 'video/index.m3u8', origin: 'other' },
    'cannot be read': { kind: 'status', status: 404, path: 'video/index.m3u8', origin: 'other' },
  };
  for (const [what, fault] of Object.entries(strangers)) {
    it(`stays where the other pathway ${what}`, async () => {
      const { from, receipt } = await record({}, [fault]);
      assert.deepEqual(new Set(from), new Set([lab.http]));
      assert.equal(receipt.pathways?.length, 1);
    });
  }
});
