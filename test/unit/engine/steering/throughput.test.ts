import assert from 'node:assert/strict';
import { Throughput } from '../../../../src/engine/steering/throughput.ts';

describe('Throughput', () => {
  it('is unknown before anything came, and where it came in no time', () => {
    const throughput = new Throughput();
    assert.equal(throughput.bitsPerSecond, undefined);
    throughput.add({ startMs: 5, endMs: 5, bytes: 100 });
    assert.equal(throughput.bitsPerSecond, undefined);
  });

  it('counts overlapping time once, and leaves pauses out', () => {
    const throughput = new Throughput();
    throughput.add({ startMs: 1500, endMs: 2500, bytes: 500 });
    throughput.add({ startMs: 1000, endMs: 2000, bytes: 500 });
    throughput.add({ startMs: 1600, endMs: 1700, bytes: 500 });
    assert.equal(throughput.bitsPerSecond, 8000);
    throughput.add({ startMs: 60_000, endMs: 60_500, bytes: 2500 });
    assert.equal(throughput.bitsPerSecond, 16_000);
  });

  it('belongs to one pathway: what was asked for before a move does not count', () => {
    const throughput = new Throughput();
    throughput.add({ startMs: 0, endMs: 1000, bytes: 1000 });
    throughput.restart(500);
    assert.equal(throughput.bitsPerSecond, undefined);
    throughput.add({ startMs: 400, endMs: 1400, bytes: 1000 });
    assert.equal(throughput.bitsPerSecond, undefined);
    throughput.add({ startMs: 600, endMs: 1600, bytes: 500 });
    assert.equal(throughput.bitsPerSecond, 4000);
  });

  it('forgets what is old', () => {
    const throughput = new Throughput();
    throughput.add({ startMs: 0, endMs: 1000, bytes: 1_000_000 });
    for (let at = 1; at <= 64; at++) throughput.add({ startMs: at * 1000, endMs: at * 1000 + 1000, bytes: 1000 });
    assert.equal(throughput.bitsPerSecond, 8000);
  });
});
