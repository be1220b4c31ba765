import assert from 'node:assert/strict';
import { checkFloors, type Floor, type Row } from '../../bench/floors.ts';

const summary = (median: number, max = median) => ({ median, min: median, max });

function row(changes: Partial<Row>): Row {
  return {
    name: 'hotframe',
    title: 'hotframe',
    kind: 'self',
    version: '1',
    runs: 3,
    correct: 3,
    output: 'exact',
    wallS: summary(1),
    cpuS: summary(1),
    maxRssBytes: summary(100 * 2 ** 20),
    ...changes,
  };
}

const slowPeer = row({ name: 'yt-dlp', title: 'yt-dlp', kind: 'hls', wallS: summary(2) });
const fastCurl = row({ name: 'curl', title: 'curl', kind: 'transfer', wallS: summary(0.5) });

function missed(floors: readonly Floor[], rows: readonly Row[]): string[] {
  return checkFloors(floors, rows)
    .filter(({ result }) => result === 'fail')
    .map(({ text, found }) => `${text}: ${found}`);
}

describe('bench floors', () => {
  it('asks to be ahead of HLS downloaders, not of bare transfers', () => {
    assert.deepEqual(missed([{ type: 'aheadOfHls' }], [row({}), slowPeer, fastCurl]), []);
    assert.deepEqual(missed([{ type: 'aheadOfHls' }], [row({ wallS: summary(2.5) }), slowPeer, fastCurl]), [
      'ahead of yt-dlp in wall time: 0.80 × as fast',
    ]);
  });

  it('does not take a tie for a lead', () => {
    assert.equal(missed([{ type: 'aheadOfHls' }], [row({ wallS: summary(2) }), slowPeer]).length, 1);
  });

  it('leaves it open where a remux left most of the bytes out', () => {
    const ffmpeg = row({ title: 'ffmpeg', kind: 'hls', wallS: summary(0.5), outputRatio: 0.01 });
    assert.deepEqual(checkFloors([{ type: 'aheadOfHls' }], [row({}), ffmpeg]).at(-1), {
      text: 'ahead of ffmpeg in wall time',
      found: '0.50 × as fast, but it keeps 1 % of the bytes',
      result: 'open',
    });
    assert.equal(missed([{ type: 'aheadOfHls' }], [row({}), { ...ffmpeg, outputRatio: 0.9 }]).length, 1);
  });

  it('compares with one program, in wall or CPU time, where it ran', () => {
    const undici = row({ name: 'undici', title: 'bare undici', kind: 'transfer', wallS: summary(2), cpuS: summary(4) });
    const floors: Floor[] = [
      { type: 'against', program: 'undici', of: 'wall', ratio: 0.5 },
      { type: 'against', program: 'undici', of: 'cpu', ratio: 0.2 },
    ];
    assert.deepEqual(missed(floors, [row({}), undici]), ['CPU time at most 0.20 × that of bare undici: 0.25 ×']);
    assert.deepEqual(missed(floors, [row({}), fastCurl]), []);
    const broken = row({ name: 'undici', title: 'bare undici', kind: 'transfer' });
    delete broken.wallS;
    assert.equal(missed(floors.slice(0, 1), [row({}), broken]).length, 1);
  });

  it('limits the median wall time and the largest peak of memory', () => {
    const floors: Floor[] = [
      { type: 'wall', atMostS: 6 },
      { type: 'memory', atMostMiB: 230 },
    ];
    assert.deepEqual(missed(floors, [row({ wallS: summary(6, 9), maxRssBytes: summary(230 * 2 ** 20) })]), []);
    assert.deepEqual(missed(floors, [row({ wallS: summary(6.01), maxRssBytes: summary(1, 231 * 2 ** 20) })]), [
      'wall time at most 6 s: 6.01 s',
      'peak RSS at most 230 MiB: 231 MiB',
    ]);
  });

  it('misses every floor where our own runs have no figures', () => {
    const broken = row({ correct: 0, output: 'exit 3: reset' });
    delete broken.wallS;
    delete broken.maxRssBytes;
    const floors: Floor[] = [{ type: 'aheadOfHls' }, { type: 'wall', atMostS: 6 }, { type: 'memory', atMostMiB: 230 }];
    assert.deepEqual(missed(floors, [broken, slowPeer]), [
      'hotframe: every output is right: 0 of 3 (exit 3: reset)',
      'ahead of yt-dlp in wall time: no figures',
      'wall time at most 6 s: no figures',
      'peak RSS at most 230 MiB: no figures',
    ]);
  });

  it('asks for a right output of ours in every round', () => {
    assert.deepEqual(missed([], [row({ correct: 2, output: 'WRONG' })]), [
      'hotframe: every output is right: 2 of 3 (WRONG)',
    ]);
  });

  it('takes a peer that never works for a failure, whether or not we run', () => {
    const broken = row({ title: 'aria2c', kind: 'transfer', correct: 0, output: 'exit 1: no' });
    assert.deepEqual(missed([], [broken]), ['aria2c: at least one right output to compare with: exit 1: no']);
    assert.deepEqual(missed([], [row({}), broken]).length, 1);
  });

  it('has nothing to hold against peers alone', () => {
    assert.deepEqual(checkFloors([{ type: 'wall', atMostS: 1 }], [slowPeer]), []);
  });

  it('holds what is chosen by itself to the best of the fixed numbers', () => {
    const at = (width: number, median: number) =>
      row({ name: `at ${width}`, title: `${width} at once`, kind: 'fixed', wallS: summary(median) });
    const floor: Floor = { type: 'nearBest', ratio: 1.05 };
    const fixed = [at(4, 3), at(8, 2), at(16, 2.5)];
    assert.deepEqual(missed([floor], [row({ wallS: summary(2.1) }), ...fixed, fastCurl]), []);
    assert.deepEqual(missed([floor], [row({ wallS: summary(2.2) }), ...fixed, fastCurl]), [
      'wall time at most 1.05 × that of the best fixed number at once: 1.10 × 8 at once',
    ]);
    assert.deepEqual(checkFloors([floor], [row({}), fastCurl]).length, 1);
    const failed = { ...at(32, 1), correct: 0 };
    delete failed.wallS;
    assert.deepEqual(missed([floor], [row({ wallS: summary(2.1) }), ...fixed, failed]), []);
  });
});
