import assert from 'node:assert/strict';
import { startLab, type Fault, type Lab } from '../../../origin/lab.ts';
import { downloadTo } from '../downloadTo.ts';
import { shortLimits } from './limits.ts';

const faults: Record<string, Fault> = {
  'a status': { kind: 'status', status: 404, index: 3 },
  'a redirect to nowhere': { kind: 'redirect', to: 'ftp', index: 3 },
  'a redirect in circles': { kind: 'redirect', to: 'loop', index: 3 },
  'a refused address': { kind: 'uri', of: 'fragment', to: 'file', at: 3, resource: 'playlist' },
  'a playlist that is gone': { kind: 'status', status: 410, resource: 'playlist' },
  'a page': { kind: 'html', index: 3 },
};

describe('engine: secrets', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  for (const [what, fault] of Object.entries(faults)) {
    it(`are not told by what is said of ${what}`, async () => {
      const url = lab.url('small', { query: { token: 'hidden' }, faults: [fault] });
      const { receipt, events } = await downloadTo(url, { headers: { 'x-secret': 'hidden' }, limits: shortLimits });
      assert.equal(receipt.state, 'failed');
      assert.doesNotMatch(JSON.stringify([receipt, events]), /hidden/);
    });
  }
});
