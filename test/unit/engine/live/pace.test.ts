import assert from 'node:assert/strict';
import { TransferError } from '../../../../src/engine/errors.ts';
import {
  adapt,
  deadAfterS,
  judgeBlocking,
  mayAskForDelta,
  nextReading,
  paceOf,
  type Pace,
  type ReadingResult,
} from '../../../../src/engine/live/pace.ts';
import { playlist } from './playlists.ts';

const control = { canBlockReload: true, canSkipUntilS: 24, canSkipDateRanges: false };
const polled = playlist({ from: 1, to: 10, targetDurationS: 4 });
const held = playlist({ from: 1, to: 10, targetDurationS: 4, serverControl: control });
const blockingQuery = { _HLS_msn: '11' };

function read(state: 'news' | 'unchanged' | 'stale', query = {}): ReadingResult {
  return { state, playlist: polled, query };
}

function failed(failures: number, details: { status?: number; retryAfterMs?: number } = {}, query = {}): ReadingResult {
  const error = new TransferError('playlist', 'STATUS', 'no', { hint: '', ...details });
  return { state: 'failed', error, failures, query };
}

describe('nextReading', () => {
  const rows: [
    name: string,
    pace: Pace,
    last: ReadingResult,
    startedMs: number,
    nowMs: number,
    atMs: number,
    query: object,
  ][] = [
    ['a target duration after news, from the start of the reading', paceOf(polled), read('news'), 1000, 1300, 5000, {}],
    ['half of one without news', paceOf(polled), read('unchanged'), 1000, 1300, 3000, {}],
    ['half of one after a stale copy', paceOf(polled), read('stale'), 1000, 1300, 3000, {}],
    ['half of one, of now, after a failure', paceOf(polled), failed(1), 1000, 9000, 11_000, {}],
    ['later after more failures', paceOf(polled), failed(3), 1000, 9000, 12_000, {}],
    ['at most a target duration after many', paceOf(polled), failed(300), 1000, 9000, 13_000, {}],
    ['when the origin asks for it', paceOf(polled), failed(1, { retryAfterMs: 7000 }), 1000, 9000, 16_000, {}],
    [
      'while the window lasts, whatever the origin asks for',
      paceOf(polled),
      failed(1, { retryAfterMs: 1e9 }),
      1000,
      9000,
      19_000,
      {},
    ],
    [
      'at once after news where the origin holds its answer',
      paceOf(held),
      read('news'),
      1000,
      1300,
      1300,
      blockingQuery,
    ],
    ['not at once without news', paceOf(held), read('unchanged', blockingQuery), 1000, 1300, 3000, blockingQuery],
    ['plainly after a failure', paceOf(held), failed(1), 1000, 9000, 11_000, {}],
    [
      'as usual where the origin has not held its answers',
      { ...paceOf(held), blockingStrikes: 2 },
      read('news'),
      1000,
      1300,
      5000,
      {},
    ],
    [
      'earlier where the whole window is shorter than two target durations',
      paceOf(playlist({ from: 1, to: 3, targetDurationS: 10 })),
      read('news'),
      0,
      0,
      5000,
      {},
    ],
  ];
  for (const [name, pace, last, startedMs, nowMs, atMs, query] of rows) {
    it(`reads ${name}`, () => {
      const next = nextReading(pace, last, startedMs, nowMs, { sequence: 11 });
      assert.deepEqual({ atMs: next.atMs, query: next.query }, { atMs, query });
    });
  }

  it('gives a held answer three target durations, and any answer five seconds', () => {
    assert.equal(nextReading(paceOf(held), read('news'), 0, 0, { sequence: 11 }).timeoutMs, 12_000);
    assert.equal(nextReading(paceOf(polled), read('news'), 0, 0, { sequence: 11 }).timeoutMs, 8000);
    assert.equal(
      nextReading(paceOf(playlist({ from: 1, to: 3, targetDurationS: 1 })), read('news'), 0, 0, { sequence: 4 })
        .timeoutMs,
      5000,
    );
  });

  it('does not block before there is a fragment to count from', () => {
    assert.deepEqual(nextReading(paceOf(held), read('unchanged'), 0, 0, undefined).query, {});
  });

  it('waits for the part that comes next where it is asked to', () => {
    const { query } = nextReading(paceOf(held), read('news'), 0, 0, { sequence: 11, part: 2 });
    assert.deepEqual(query, { _HLS_msn: '11', _HLS_part: '2' });
    assert.deepEqual(nextReading(paceOf(polled), read('news'), 0, 0, { sequence: 11, part: 2 }).query, {});
  });

  it('follows a target duration that changes', () => {
    const pace = adapt(paceOf(polled), playlist({ from: 1, to: 10, targetDurationS: 6 }));
    assert.equal(nextReading(pace, read('news'), 0, 0, { sequence: 11 }).atMs, 6000);
  });
});

describe('judgeBlocking', () => {
  const strikes = (result: ReadingResult, tookMs: number) =>
    judgeBlocking({ ...paceOf(held), blockingStrikes: 1 }, result, tookMs).blockingStrikes;

  it('counts answers that come at once without news, and refusals', () => {
    assert.equal(strikes(read('unchanged', blockingQuery), 100), 2);
    assert.equal(strikes(read('stale', blockingQuery), 100), 2);
    assert.equal(strikes(failed(1, { status: 400 }, blockingQuery), 100), 2);
  });

  it('forgives after news, and blames nobody for a stream that stalls or an origin that is down', () => {
    assert.equal(strikes(read('news', blockingQuery), 100), 0);
    assert.equal(strikes(read('unchanged', blockingQuery), 12_000), 1);
    assert.equal(strikes(failed(1, { status: 503 }, blockingQuery), 100), 1);
    assert.equal(strikes(read('unchanged'), 100), 1);
  });
});

describe('mayAskForDelta', () => {
  it('is so for a reading younger than half the skip boundary, where delta updates are offered and fit', () => {
    assert.equal(mayAskForDelta(paceOf(held), 11_999), true);
    assert.equal(mayAskForDelta(paceOf(held), 12_000), false);
    assert.equal(mayAskForDelta(paceOf(polled), 0), false);
    assert.equal(mayAskForDelta({ ...paceOf(held), deltaStrikes: 2 }, 0), false);
  });
});

describe('deadAfterS', () => {
  it('is three windows, but at least a minute and six target durations, and at most an hour', () => {
    assert.equal(deadAfterS(paceOf(playlist({ from: 1, to: 100 }))), 600);
    assert.equal(deadAfterS(paceOf(playlist({ from: 1, to: 3 }))), 60);
    assert.equal(deadAfterS(paceOf(playlist({ from: 1, to: 3, targetDurationS: 30 }))), 180);
    assert.equal(deadAfterS(paceOf(playlist({ from: 1, to: 5000 }))), 3600);
  });
});
