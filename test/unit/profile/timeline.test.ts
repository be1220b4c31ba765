import assert from 'node:assert/strict';
import { endOf, SlotStore } from '../../../src/profile/timeline.ts';
import { ADDED_KEY, packTimeline, toldLosses, unpackTimeline } from '../../../src/profile/timelineFile.ts';
import { readProfile } from '../../../src/profile/formats/index.ts';
import { slotOf, spanOf, timelineOf } from './timelines.ts';

describe('profile/timeline', () => {
  it('keeps few slots of a long download, and loses nothing of them', () => {
    const store = new SlotStore(8);
    for (let at = 1; at <= 1001; at++) {
      store.add(slotOf(at * 50, at % 2 === 0 ? { cpu: 50 } : { origin: 50 }, 2, at));
      assert.ok(store.list().length <= 8);
    }
    const slots = store.list();
    assert.ok(slots.length >= 4);
    assert.equal(slots.at(-1)?.endMs, 1001 * 50);
    assert.equal(Math.max(...slots.map(({ peaks }) => peaks.rssBytes)), 1001);
    const sum = (of: (slot: (typeof slots)[number]) => number) => slots.reduce((total, slot) => total + of(slot), 0);
    assert.equal(
      sum(({ sums }) => sums.gcMs),
      2002,
    );
    assert.equal(
      sum(({ time }) => time.cpu ?? 0),
      500 * 50,
    );
    assert.equal(
      sum(({ time }) => time.origin ?? 0),
      501 * 50,
    );
  });

  it('knows when a fragment was in the file', () => {
    assert.equal(endOf(spanOf(0, 100)), 160);
    assert.equal(endOf(spanOf(0, 100, { delayMs: 5, rateMs: 6, pausedMs: 7, orderMs: 8, writeMs: 99 })), 186);
  });

  describe('in a profile', () => {
    const timeline = timelineOf(3, { cpu: 30, origin: 20 }, [spanOf(0, 0), spanOf(0, 5, { stream: 'audio.en' })]);
    const node = { id: 1, callFrame: { functionName: 'work', url: 'a.js', lineNumber: 1, columnNumber: 1 } };
    const profile = { nodes: [node], startTime: 0, endTime: 10, samples: [1, 1], timeDeltas: [0, 5] };
    const added = { lost: ['the end'], timeline: packTimeline(timeline) };

    it('is read with it, as what was lost is', () => {
      const text = JSON.stringify({ ...profile, [ADDED_KEY]: added });
      const read = readProfile(Buffer.from(text), 'a.cpuprofile');
      assert.deepEqual(read.timeline, timeline);
      assert.ok(read.lost.includes('the end'));
    });

    it('is read from a comment of folded stacks', () => {
      const text = `# Recorded.\n# ${ADDED_KEY}: ${JSON.stringify(added)}\na;b 2\na;c 3\n`;
      assert.deepEqual(readProfile(Buffer.from(text), 'a.folded').timeline, timeline);
    });

    it('takes a third of what a list of objects does', () => {
      const long = timelineOf(1000, { cpu: 25.5, origin: 24.5 });
      assert.ok(JSON.stringify(packTimeline(long)).length * 3 < JSON.stringify(long).length);
    });

    const slots = packTimeline(timeline).slots;
    const broken: [what: string, added: unknown][] = [
      ['is none', 'x'],
      ['is of another schema', { timeline: { ...added.timeline, schema: 2 } }],
      ['has no slots', { timeline: { ...added.timeline, slots: undefined } }],
      ['has a column that is shorter', { timeline: { ...added.timeline, slots: { ...slots, endMs: [50] } } }],
      ['has a text for a number', { timeline: { ...added.timeline, slots: { ...slots, endMs: [50, 'x', 150] } } }],
      ['goes back in time', { timeline: { ...added.timeline, slots: { ...slots, endMs: [50, 40, 150] } } }],
      ['has fragments without streams', { timeline: { ...added.timeline, fragments: { stream: [0] } } }],
    ];
    for (const [what, given] of broken) {
      it(`is left out where it ${what}, and the profile is read`, () => {
        assert.equal(unpackTimeline(given), undefined);
        const text = JSON.stringify({ ...profile, [ADDED_KEY]: given });
        assert.equal(readProfile(Buffer.from(text), 'a.cpuprofile').timeline, undefined);
      });
    }

    it('takes only words for what was lost', () => {
      assert.deepEqual(toldLosses({ lost: ['a', 1, null, 'b'] }), ['a', 'b']);
      assert.deepEqual(toldLosses({ lost: 'all' }), []);
    });
  });
});
