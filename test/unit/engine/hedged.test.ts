import assert from 'node:assert/strict';
import { startLab, type Lab } from '../../origin/lab.ts';
import { downloadTo } from './downloadTo.ts';

/** Each connection sends a fragment in a fifth of a second, one in sixteen in two. */
const shape = { fragments: 48, fragmentBytes: 400_000 };
const settings = { ...shape, bytesPerSecond: 2_000_000, slowOneIn: 16, latencyMs: 5 };

describe('a download with a connection that is ten times slower than the others', () => {
  let lab: Lab;

  before(async () => {
    lab = await startLab();
  });
  after(() => lab.close());

  for (const [how, etag] of [
    ['by their rest', true],
    ['as a whole', false],
  ] as const) {
    it(`gets its fragments from others, ${how}`, async () => {
      const session = `hedged ${how}`;
      const url = lab.url('4k', { ...settings, etag, session });
      const { receipt } = await downloadTo(url, { concurrency: 16 });
      assert.equal(receipt.state, 'complete', receipt.error?.message);
      assert.equal(receipt.output?.sha256, (await lab.digest('4k', shape)).sha256);
      const { hedged, retries } = receipt.fragments;
      assert.ok(hedged >= 1);
      assert.equal(retries, 0);
      assert.equal(receipt.perFragment.filter(({ hedges }) => hedges !== undefined).length, hedged);
      const asked = (await lab.requests(session)).filter(({ index }) => index !== undefined);
      assert.ok(asked.length > shape.fragments);
      assert.equal(
        asked.some(({ range }) => range !== undefined),
        etag,
      );
      const sent = asked.reduce((sum, { bodyBytes = 0 }) => sum + bodyBytes, 0);
      const share = sent / receipt.bytes.payload - 1;
      assert.ok(share <= 0.02, `${(share * 100).toFixed(2)} % more than needed`);
    });
  }
});
