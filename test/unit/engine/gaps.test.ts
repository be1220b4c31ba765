import assert from 'node:assert/strict';
import type { Fault } from '../../origin/lab.ts';
import { startLab, type Lab } from '../../origin/lab.ts';
import { downloadTo } from './downloadTo.ts';

const limits = { tries: 2 };

describe('engine: gaps', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  it('are passed over where they are allowed, and counted', async () => {
    const faults: Fault[] = [
      { kind: 'status', status: 404, index: 3 },
      { kind: 'html', index: 20 },
    ];
    const { receipt, files } = await downloadTo(lab.url('small', { faults }), { allowGaps: true, limits });
    assert.equal(receipt.state, 'completeWithGaps');
    const { total, fetched, gaps, declaredGaps } = receipt.fragments;
    assert.deepEqual([total, fetched, gaps, declaredGaps], [24, 22, 2, 0]);
    const missing = receipt.perFragment.filter(({ state }) => state === 'missing');
    assert.deepEqual(
      missing.map(({ index, error }) => [index, error?.code]),
      [
        [3, 'HLS_FRAGMENT_STATUS'],
        [20, 'HLS_FRAGMENT_CONTENT'],
      ],
    );
    const place = { stream: 'main', fragments: 1, reason: 'missing' } as const;
    const placed = missing.map(({ startS, durationS }) => ({ ...place, startS, durationS }));
    assert.deepEqual(receipt.gapPlaces, placed);
    const whole = await downloadTo(lab.url('small'));
    assert.equal(whole.receipt.gapPlaces, undefined);
    const timeS = (index: number) =>
      whole.receipt.perFragment.slice(0, index).reduce((sum, { durationS = NaN }) => sum + durationS, 0);
    assert.deepEqual(
      missing.map(({ startS = NaN, index }) => Math.abs(startS - timeS(index)) < 0.01),
      [true, true],
    );
    const payload = whole.receipt.perFragment.filter(({ index }) => index !== 3 && index !== 20);
    assert.equal(
      receipt.output?.bytes,
      payload.reduce((sum, { bytes }) => sum + bytes, 0),
    );
    assert.deepEqual(files, ['out.ts']);
  });

  it('count those that the playlist declares apart', async () => {
    const faults: Fault[] = [{ kind: 'status', status: 410, index: 0 }];
    const { receipt } = await downloadTo(lab.url('gap', { faults }), { allowGaps: true, limits });
    const { gaps, declaredGaps } = receipt.fragments;
    assert.equal(receipt.state, 'completeWithGaps');
    assert.ok(declaredGaps > 0);
    assert.equal(gaps, declaredGaps + 1);
  });

  it('keep the init segment of a fragment that is missing', async () => {
    const faults: Fault[] = [{ kind: 'status', status: 404, index: 0 }];
    const { receipt } = await downloadTo(lab.url('fmp4', { faults }), { allowGaps: true, limits });
    const whole = await downloadTo(lab.url('fmp4'));
    const [first] = whole.receipt.perFragment;
    assert.equal(receipt.output?.bytes, (whole.receipt.output?.bytes ?? 0) - (first?.bytes ?? 0));
  });

  it('pass over every fragment whose key or init segment cannot be had', async () => {
    for (const [stream, path] of [
      ['aes-rotation', 'key-0.bin'],
      ['fmp4-maps', 'init-0.mp4'],
    ] as const) {
      const faults: Fault[] = [{ kind: 'status', status: 404, path }];
      const { receipt } = await downloadTo(lab.url(stream, { faults }), { allowGaps: true, limits });
      assert.equal(receipt.state, 'completeWithGaps', `${stream} ${JSON.stringify(receipt.error)}`);
      assert.ok(receipt.fragments.gaps > 1 && receipt.fragments.fetched > 1);
    }
  });

  it('make no file when there is nothing else', async () => {
    const faults: Fault[] = [{ kind: 'status', status: 404, resource: 'fragment' }];
    const { receipt, files } = await downloadTo(lab.url('small', { faults }), { allowGaps: true, limits });
    assert.equal(receipt.error?.code, 'HLS_FRAGMENT_STATUS');
    assert.deepEqual(files, []);
  });

  it('are no way around an origin that is down', async () => {
    const { receipt } = await downloadTo('http://127.0.0.1:1/x.m3u8', { allowGaps: true, limits });
    assert.equal(receipt.error?.code, 'HLS_PLAYLIST_UNREACHABLE');
  });
});
