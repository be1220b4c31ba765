import assert from 'node:assert/strict';
import { TransferError } from '../../../../src/engine/errors.ts';
import { follow, type FollowOptions } from '../../../../src/engine/live/follow.ts';
import type { FollowEvent } from '../../../../src/engine/live/followEvent.ts';
import { readPlaylist } from '../../../../src/engine/playlist/read.ts';
import { startLab, type Lab, type LiveSettings } from '../../../origin/lab.ts';

const total = 24;
const never = new AbortController().signal;

describe('follow, on a real clock, what the lab broadcasts', () => {
  let lab: Lab;
  before(async () => (lab = await startLab()));
  after(() => lab.close());

  /** Records a broadcast of 24 fragments in about two seconds, whose window never slides past one of them. */
  async function record(session: string, live: LiveSettings): Promise<{ events: FollowEvent[]; deltas: number }> {
    const settings = { fragmentMs: 100, targetS: 1, window: total, startAt: 2, ...live };
    const url = lab.url('live-window', { fragments: total, fragmentBytes: 3000, session, live: settings });
    let deltas = 0;
    const reload: FollowOptions['reload'] = async (query, _timeoutMs, signal) => {
      const address = new URL(url);
      for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
      const answer = await fetch(address, { signal });
      const { status } = answer;
      if (status !== 200) throw new TransferError('playlist', 'STATUS', `status ${status}`, { hint: '', status });
      const playlist = readPlaylist(await answer.text(), url);
      assert.equal(playlist.kind, 'media');
      if (playlist.skipped !== undefined) deltas++;
      return playlist;
    };
    const events: FollowEvent[] = [];
    const first = await reload({}, 0, never);
    for await (const event of follow({ first, reload, from: 'start', signal: never, stop: never })) events.push(event);
    return { events, deltas };
  }

  function sequences(events: readonly FollowEvent[]): number[] {
    return events.flatMap((event) =>
      event.type === 'fragments' ? event.fragments.map(({ sequence }) => sequence) : [],
    );
  }

  const all = Array.from({ length: total }, (_, at) => at);

  it('by polling, past stale copies and an outage', async () => {
    const { events } = await record('polling', { stale: 3, outage: [[10, 14]] });
    assert.deepEqual(sequences(events), all);
    assert.deepEqual(events.at(-1), { type: 'ended', why: 'endlist' });
    assert.deepEqual(
      events.filter(({ type }) => type === 'hole' || type === 'reset'),
      [],
    );
  });

  it('by blocking reloads and delta updates', async () => {
    const { events, deltas } = await record('blocking', { blocking: true, skip: true, startAt: 12, mp4: true });
    assert.deepEqual(sequences(events), all);
    assert.deepEqual(events.at(-1), { type: 'ended', why: 'endlist' });
    assert.ok(deltas > 0, 'no delta update came');
    const maps = events.flatMap((event) => (event.type === 'fragments' ? event.fragments.map(({ map }) => map) : []));
    assert.equal(new Set(maps).size, 1);
    assert.notEqual(maps[0], undefined);
  });

  it('over a reset of the numbers', async () => {
    const { events } = await record('reset', { reset: [14], dates: true, blocking: true });
    const resetAt = events.findIndex(({ type }) => type === 'reset');
    const before = sequences(events.slice(0, resetAt));
    const missed = events.reduce((sum, event) => sum + (event.type === 'hole' ? event.count : 0), 0);
    assert.deepEqual(before, all.slice(0, before.length));
    assert.equal(before.length + missed, 14);
    assert.deepEqual(sequences(events.slice(resetAt)), all.slice(0, 10));
  });
});
