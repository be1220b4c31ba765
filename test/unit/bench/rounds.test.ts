import assert from 'node:assert/strict';
import { type Peer, peers } from '../../bench/peers.ts';
import { findComplaint, type Run, toRow } from '../../bench/rounds.ts';

const byName = (name: string): Peer => peers.find((peer) => peer.name === name)!;
const right = { bytes: 1000, packets: 720 };
const run = (wallS: number, changes: Partial<Run> = {}): Run => ({
  bytes: 1000,
  usage: { wallS, cpuS: wallS, maxRssBytes: 1e6, writtenBytes: 2000 },
  ...changes,
});

describe('bench rows', () => {
  it('counts only right runs into the figures, and says what was wrong', () => {
    const runs = [run(3), run(0.1, { problem: 'exit 1: reset' }), run(5)];
    const row = toRow(byName('curl'), '7', runs, right);
    assert.deepEqual(row.wallS, { median: 4, min: 3, max: 5 });
    assert.deepEqual([row.runs, row.correct, row.output, row.writtenRatio], [3, 2, 'exit 1: reset', 2]);
  });

  it('has no figures where no run was right', () => {
    const row = toRow(byName('curl'), '7', [run(3, { problem: 'timed out' })], right);
    assert.deepEqual([row.correct, row.wallS, row.writtenRatio], [0, undefined, undefined]);
  });

  it('leaves the written ratio out where the file system counts nothing', () => {
    const unseen = run(1, { usage: { wallS: 1, cpuS: 1, maxRssBytes: 1, writtenBytes: 0 } });
    assert.equal('writtenRatio' in toRow(byName('curl'), '7', [unseen], right), false);
  });

  it('takes a remux with fewer packets for wrong', () => {
    const runs = [run(1, { packets: 720 }), run(1, { packets: 719 })];
    const row = toRow(byName('ffmpeg'), '5', runs, right);
    assert.deepEqual([row.correct, row.output], [1, 'WRONG: 719 of 720 video packets']);
    assert.equal(row.outputRatio, 1);
  });

  it('quotes the line that speaks of an error, else the last', () => {
    assert.equal(findComplaint('at x\n  Error: stream closed\n\nNode.js v24\n'), 'Error: stream closed');
    assert.equal(findComplaint('first\nno such host\n'), 'no such host');
    assert.equal(findComplaint(''), '');
  });
});
