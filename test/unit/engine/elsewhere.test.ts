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

  it('fail when all of them do, and name the fragment', async () => {
    const url = lab.url('redundant', { faults: [{ kind: 'status', status: 404, index: 5 }] });
    const { receipt } = await downloadTo(url, { limits, resume: false });
    assert.equal(receipt.error?.code, 'HLS_FRAGMENT_STATUS');
    assert.equal(receipt.error.fragment, 5);
  });
});
