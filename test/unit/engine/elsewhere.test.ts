import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { startLab, type Fault, type Lab } from '../../origin/lab.ts';
import { downloadTo } from './downloadTo.ts';

const limits = { tries: 2 };

describe('engine: streams that are in several places', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  const faults: Record<string, Fault> = {
    'the playlist of one cannot be had': { kind: 'status', status: 503, path: '2160p/index.m3u8', origin: 'first' },
    'a fragment of one is gone': { kind: 'status', status: 404, index: 5, origin: 'first' },
    'fragments of one are something else': { kind: 'html', resource: 'fragment', origin: 'first' },
    'the fragments of one are reset': { kind: 'reset-before', resource: 'fragment', origin: 'first' },
  };
  for (const stream of ['redundant', 'steering'] as const) {
    for (const [what, fault] of Object.entries(faults)) {
      it(`${stream}: go on at another when ${what}`, async () => {
        const session = randomUUID();
        const url = lab.url(stream, { session, faults: [fault] });
        const { receipt, files } = await downloadTo(url, { limits, resume: false });
        assert.equal(receipt.state, 'complete', JSON.stringify(receipt.error));
        assert.equal(receipt.output?.sha256, (await lab.digest(stream)).sha256);
        assert.deepEqual(files, ['out.ts']);
        const origins = new Set((await lab.requests(session)).map(({ origin }) => origin));
        assert.equal(origins.size, 2);
      });
    }
  }

  for (const [order, first, other] of [
    ['A.B', 24, 0],
    ['B.A', 0, 24],
    ['D.A', 0, 24],
    ['C.B', 24, 0],
  ] as const) {
    it(`go to the pathway that steering wants: ${order}`, async () => {
      const session = randomUUID();
      const { receipt } = await downloadTo(lab.url('steering', { session, query: { steer: order } }), {
        resume: false,
      });
      assert.equal(receipt.state, 'complete', JSON.stringify(receipt.error));
      assert.equal(receipt.output?.sha256, (await lab.digest('steering')).sha256);
      const fragments = (await lab.requests(session)).filter(({ path }) => path.endsWith('.ts'));
      const at = (port: string) => fragments.filter(({ origin }) => new URL(origin).port === port).length;
      assert.deepEqual([at(new URL(lab.http).port), at(new URL(lab.httpOther).port)], [first, other]);
    });
  }

  it('begin where the playlist says when the steering manifest cannot be had', async () => {
    const session = randomUUID();
    const faults: Fault[] = [{ kind: 'status', status: 404, resource: 'steering' }];
    const { receipt } = await downloadTo(lab.url('steering', { session, faults }), { limits, resume: false });
    assert.equal(receipt.state, 'complete', JSON.stringify(receipt.error));
    assert.ok((await lab.requests(session)).some(({ fault }) => fault === 'status'));
  });

  it('fail when all of them do, and name the fragment', async () => {
    const url = lab.url('redundant', { faults: [{ kind: 'status', status: 404, index: 5 }] });
    const { receipt } = await downloadTo(url, { limits, resume: false });
    assert.equal(receipt.error?.code, 'HLS_FRAGMENT_STATUS');
    assert.equal(receipt.error.fragment, 5);
  });
});
