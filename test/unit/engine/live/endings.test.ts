import assert from 'node:assert/strict';
import { DiskError } from '../../../../src/engine/errors.ts';
import { follow, type FollowOptions } from '../../../../src/engine/live/follow.ts';
import type { FollowEvent } from '../../../../src/engine/live/followEvent.ts';
import type { MediaPlaylist } from '../../../../src/engine/playlist/model.ts';
import { playlist } from './playlists.ts';
import { FastClock } from './scriptedOrigin.ts';

/** Options of a recording whose playlist is read again by `reload`. */
function options(reload: FollowOptions['reload'], more: Partial<FollowOptions> = {}): FollowOptions {
  const clock = new FastClock();
  const never = new AbortController().signal;
  const first = playlist({ from: 1, to: 3 });
  return { first, reload, from: 'start', signal: never, stop: never, now: clock.now, wait: clock.wait, ...more };
}

async function collect(options: FollowOptions): Promise<FollowEvent['type'][]> {
  const types: FollowEvent['type'][] = [];
  for await (const { type } of follow(options)) types.push(type);
  return types;
}

/** A reading that never comes and does not heed its signal; tells once it has been asked for. */
function hanging(onAsked: () => void): FollowOptions['reload'] {
  return () => {
    setImmediate(onAsked);
    return Promise.withResolvers<MediaPlaylist>().promise;
  };
}

describe('the end of following', () => {
  it('comes at once when a person stops it in the middle of a reading', async () => {
    const stop = new AbortController();
    const types = await collect(
      options(
        hanging(() => stop.abort()),
        { stop: stop.signal },
      ),
    );
    assert.deepEqual(types, ['fragments', 'ended']);
  });

  it('is the reason of the signal in the middle of a reading', async () => {
    const cancel = new AbortController();
    const reason = new Error('enough');
    await assert.rejects(
      collect(
        options(
          hanging(() => cancel.abort(reason)),
          { signal: cancel.signal },
        ),
      ),
      reason,
    );
  });

  it('comes at once in the middle of a real wait', async () => {
    const stop = new AbortController();
    const unread = () => Promise.reject(new Error('read too early'));
    const real = options(unread, { stop: stop.signal });
    delete real.now;
    delete real.wait;
    setImmediate(() => stop.abort());
    assert.deepEqual(await collect(real), ['fragments', 'ended']);
  });

  it('gives what the first reading has when it was stopped before', async () => {
    const types = await collect(
      options(
        hanging(() => undefined),
        { stop: AbortSignal.abort() },
      ),
    );
    assert.deepEqual(types, ['fragments', 'ended']);
  });

  it('is nothing but the reason when it was cancelled before', async () => {
    const reason = new Error('enough');
    await assert.rejects(
      collect(
        options(
          hanging(() => undefined),
          { signal: AbortSignal.abort(reason) },
        ),
      ),
      reason,
    );
  });

  it('aborts the reading under way when nobody listens any more', async () => {
    let given: AbortSignal | undefined;
    const reload: FollowOptions['reload'] = (_query, _timeoutMs, signal) => {
      given = signal;
      return Promise.resolve(playlist({ from: 1, to: 4 }));
    };
    let count = 0;
    for await (const { type } of follow(options(reload))) {
      assert.equal(type, 'fragments');
      if (++count === 2) break;
    }
    assert.equal(given?.aborted, true);
  });

  it('is any other error than one of the origin', async () => {
    const full = new DiskError('HLS_DISK_FULL', 'The disk is full.', { hint: 'Make room.' });
    for (const error of [full, new TypeError('a defect')]) {
      await assert.rejects(collect(options(() => Promise.reject(error))), error);
    }
  });

  it('waits for the first fragment of a list that has none yet', async () => {
    const readings = [playlist({ from: 0, to: -1 }), playlist({ from: 0, to: 2, hasEnd: true })];
    const reload = () => Promise.resolve(readings.shift() ?? playlist({ from: 0, to: -1 }));
    assert.deepEqual(await collect(options(reload, { first: playlist({ from: 0, to: -1 }) })), ['fragments', 'ended']);
  });

  it('is dead where the list stays empty', async () => {
    const empty = playlist({ from: 0, to: -1 });
    const events: FollowEvent[] = [];
    for await (const event of follow(options(() => Promise.resolve(empty), { first: empty }))) events.push(event);
    assert.deepEqual(events, [{ type: 'ended', why: 'dead' }]);
  });
});

describe('a stale copy', () => {
  it('does not set the pace', async () => {
    const clock = new FastClock();
    const readings = [
      playlist({ from: 1, to: 2, targetDurationS: 60 }),
      playlist({ from: 2, to: 4 }),
      playlist({ from: 3, to: 5, hasEnd: true }),
    ];
    const reload = () => Promise.resolve(readings.shift()!);
    await collect(options(reload, { now: clock.now, wait: clock.wait }));
    assert.equal(clock.nowMs, 2000 + 1000 + 2000);
  });
});
