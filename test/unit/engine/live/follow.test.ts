import assert from 'node:assert/strict';
import type { FollowEvent } from '../../../../src/engine/live/followEvent.ts';
import { record, type Recording } from './recording.ts';

/** The stream as it was told, a word per event; fragments by sequence. */
function story({ events }: Recording): string {
  return events.map(word).join(' ');
}

function word(event: FollowEvent): string {
  switch (event.type) {
    case 'fragments':
      return event.fragments
        .map(({ sequence, discontinuity }) => (discontinuity ? '|' : '') + String(sequence))
        .join(' ');
    case 'parts':
      return `${event.tip?.fragment.sequence ?? ''}+${event.tip?.parts.length ?? 0}`;
    case 'cut':
      return event.type;
    case 'hole':
      return `hole(${event.fromSequence}+${event.count})`;
    case 'reset':
      return `reset(${event.expectedSequence}→${event.sequence})`;
    case 'outage':
    case 'recovered':
      return event.type;
    case 'ended':
      return event.why;
  }
}

function range(from: number, to: number): string {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at).join(' ');
}

const askedAt = ({ origin }: Recording) => origin.asked.map(({ atMs }) => atMs);
const asks = ({ origin }: Recording, name: string) => origin.asked.filter(({ query }) => query.has(name)).length;

describe('follow', () => {
  it('records a sliding window to its end, each fragment once, no reading too early', async () => {
    const recording = await record({ total: 30 });
    assert.equal(story(recording), `${range(0, 29)} endlist`);
    const times = askedAt(recording);
    const gaps = times.slice(2).map((atMs, at) => atMs - times[at + 1]!);
    assert.ok(
      gaps.every((ms) => ms >= 1000),
      `waited ${Math.min(...gaps)} ms`,
    );
    assert.equal(times.length, 1 + 24);
  });

  it('records an event, whose list only grows', async () => {
    assert.equal(story(await record({ total: 60, window: Infinity })), `${range(0, 59)} endlist`);
  });

  it('joins at the live edge', async () => {
    assert.equal(story(await record({ total: 12 }, { from: 'edge' })), `${range(3, 11)} endlist`);
  });

  it('stops after so much media', async () => {
    assert.equal(story(await record({}, { durationS: 21 })), `${range(0, 10)} duration`);
    assert.equal(story(await record({}, { durationS: 4 })), `${range(0, 1)} duration`);
  });

  it('stops when a person says so', async () => {
    const stop = new AbortController();
    const onEvent = (_: FollowEvent, nowMs: number) => nowMs >= 20_000 && stop.abort();
    assert.equal(story(await record({}, { stop: stop.signal, onEvent })), `${range(0, 15)} stopped`);
  });

  it('is cancelled with the reason of the signal', async () => {
    const cancel = new AbortController();
    const reason = new Error('enough');
    const onEvent = (_: FollowEvent, nowMs: number) => nowMs >= 20_000 && cancel.abort(reason);
    await assert.rejects(record({}, { signal: cancel.signal, onEvent }), reason);
  });

  describe('survives', () => {
    for (const kind of [503, 404, 'reset', 'garbage', 'hang'] as const) {
      it(`an outage shorter than the window (${kind}), without a hole`, async () => {
        const recording = await record({ total: 40, window: 20, troubles: [{ fromMs: 10_000, toMs: 25_000, kind }] });
        assert.match(story(recording), /^[\d ]+outage recovered [\d ]+endlist$/);
        assert.equal(story(recording).replace('outage recovered ', ''), `${range(0, 39)} endlist`);
      });

      it(`an outage longer than the window (${kind}), with a hole`, async () => {
        const recording = await record({ total: 60, troubles: [{ fromMs: 10_500, toMs: 45_000, kind }] });
        const [, from, count] = /hole\((\d+)\+(\d+)\)/.exec(story(recording)) ?? [];
        const missed = Number(from) + Number(count);
        assert.equal(
          story(recording),
          `${range(0, Number(from) - 1)} outage recovered hole(${from}+${count}) ${range(missed, 59)} endlist`,
        );
        // Of what was not listed any more when the origin came back, nothing else is missing.
        assert.ok(Number(from) === 11 && missed >= 22 && missed <= 26, `${from}+${count}`);
      });
    }

    it('an outage until it is over, and calls the stream dead then, with the error', async () => {
      const recording = await record({ troubles: [{ fromMs: 10_500, toMs: Infinity, kind: 404 }] });
      assert.equal(story(recording), `${range(0, 10)} outage dead`);
      const last = recording.events.at(-1);
      assert.equal(last?.type === 'ended' && last.error?.code, 'HLS_PLAYLIST_STATUS');
      assert.equal(recording.clock.nowMs, 70_000);
    });

    it('a list that never changes for as long, and calls it dead too', async () => {
      const troubles = [{ fromMs: 10_500, toMs: Infinity, kind: { asOfMs: 10_500 } }];
      const recording = await record({ troubles }, { deadAfterS: 30 });
      assert.equal(story(recording), `${range(0, 10)} dead`);
      assert.deepEqual(recording.events.at(-1), { type: 'ended', why: 'dead' });
      assert.equal(recording.clock.nowMs, 40_000);
    });

    it('stale copies, without repeating a fragment', async () => {
      const troubles = [8, 15, 22, 23, 24].map((s) => ({
        fromMs: s * 1000,
        toMs: s * 1000 + 900,
        kind: { staleMs: 5000 },
      }));
      assert.equal(story(await record({ total: 40, troubles })), `${range(0, 39)} endlist`);
    });

    it('a token that changes', async () => {
      const token = (nowMs: number) => String(Math.floor(nowMs / 7000));
      assert.equal(story(await record({ total: 40, token })), `${range(0, 39)} endlist`);
    });

    it('a target duration that changes', async () => {
      const targetS = (nowMs: number) => (nowMs < 20_000 ? 2 : nowMs < 60_000 ? 4 : 3);
      assert.equal(story(await record({ total: 60, targetS })), `${range(0, 59)} endlist`);
    });

    it('discontinuities, counted on', async () => {
      const recording = await record({ total: 40, breakEvery: 7 });
      const fragments = recording.events.flatMap((event) => (event.type === 'fragments' ? event.fragments : []));
      assert.deepEqual(
        fragments.map(({ discontinuitySequence, discontinuity }) => [discontinuitySequence, discontinuity]),
        Array.from({ length: 40 }, (_, at) => [Math.floor(at / 7), at > 0 && at % 7 === 0]),
      );
    });
  });

  describe('after a reset of the numbers', () => {
    it('goes on at once where dates tell, with all that the new list has', async () => {
      const recording = await record({ total: 40, resetsAt: [20], isDated: true });
      assert.equal(story(recording), `${range(0, 19)} reset(20→0) |${range(0, 19)} endlist`);
    });

    it('goes on once the new list grows where nothing tells', async () => {
      for (const reusesAddresses of [false, true]) {
        const recording = await record({ total: 440, resetsAt: [400], reusesAddresses });
        assert.equal(story(recording), `${range(0, 399)} reset(400→0) |${range(0, 39)} endlist`);
      }
    });

    it('goes on where the same addresses are given out again to numbers that are remembered', async () => {
      const recording = await record({ total: 80, window: 3, head: 3, resetsAt: [40], reusesAddresses: true });
      assert.equal(story(recording), `${range(0, 39)} reset(40→0) |${range(0, 39)} endlist`);
    });

    it('tells what is missing where it fell into an outage', async () => {
      const troubles = [{ fromMs: 20_500, toMs: 60_500, kind: 503 }];
      const recording = await record({ total: 60, resetsAt: [20], isDated: true, troubles });
      const [, count, first] = /hole\(16\+(\d+)\) \|(\d+)/.exec(story(recording)) ?? [];
      assert.equal(Number(count), 4 + Number(first));
      assert.equal(
        story(recording),
        `${range(0, 15)} outage recovered reset(16→${first}) hole(16+${count}) |${range(Number(first), 39)} endlist`,
      );
    });
  });

  describe('with blocking reload', () => {
    it('asks for each fragment ahead and gets it as soon as it is there', async () => {
      const late: number[] = [];
      const onEvent = (event: FollowEvent, nowMs: number) => {
        if (event.type === 'fragments') late.push(nowMs - (event.fragments.at(-1)!.sequence - 5) * 2000);
      };
      const recording = await record({ total: 40, blocking: 'honest' }, { onEvent });
      assert.equal(story(recording), `${range(0, 39)} endlist`);
      assert.equal(Math.max(...late), 0);
      assert.equal(asks(recording, '_HLS_msn'), recording.origin.asked.length - 1);
      assert.equal(recording.origin.asked.length, 1 + 34);
    });

    it('polls an origin that does not hold its answers, or refuses', async () => {
      for (const blocking of ['idle', 'refused'] as const) {
        const recording = await record({ total: 40, blocking });
        assert.equal(
          story(recording).replace('outage recovered ', '').replace('outage recovered ', ''),
          `${range(0, 39)} endlist`,
        );
        const times = askedAt(recording);
        assert.equal(asks(recording, '_HLS_msn') <= 4, true, `${asks(recording, '_HLS_msn')} times`);
        assert.ok(times.length < 60, `${times.length} readings`);
      }
    });

    it('survives outages', async () => {
      const troubles = [{ fromMs: 10_500, toMs: 45_000, kind: 'hang' as const }];
      const recording = await record({ total: 60, window: 30, blocking: 'honest', troubles });
      assert.equal(story(recording).replace('outage recovered ', ''), `${range(0, 59)} endlist`);
    });
  });

  describe('with delta updates', () => {
    it('reads what changes only, and records the same', async () => {
      const recording = await record({ total: 90, window: 30, head: 30, delta: 'honest', hasMap: true, breakEvery: 9 });
      const whole = await record({ total: 90, window: 30, head: 30, hasMap: true, breakEvery: 9 });
      const skipping = recording.origin.asked.filter(({ skipped }) => skipped > 0).length;
      assert.equal(skipping, recording.origin.asked.length - 1);
      const port = /:\d+\//g;
      assert.equal(
        JSON.stringify(recording.events).replace(port, '/'),
        JSON.stringify(whole.events).replace(port, '/'),
      );
    });

    it('reads whole what does not fit, and asks no more after the second time', async () => {
      const recording = await record({ total: 60, window: 30, delta: 'broken' });
      assert.equal(story(recording), `${range(0, 59)} endlist`);
      assert.equal(asks(recording, '_HLS_skip'), 2);
    });

    it('goes with blocking reload', async () => {
      const recording = await record({ total: 90, window: 30, head: 30, delta: 'honest', blocking: 'honest' });
      assert.equal(story(recording), `${range(0, 89)} endlist`);
      assert.equal(recording.origin.asked.length, 1 + 60);
    });
  });
});
