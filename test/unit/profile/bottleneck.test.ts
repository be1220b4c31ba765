import assert from 'node:assert/strict';
import { bottleneckOf, causesOf, timesBetween, type Stretch, type Times } from '../../../src/profile/bottleneck.ts';
import { slotOf } from './timelines.ts';

const noStages = { connecting: 0, firstByte: 0, body: 0, order: 0, rate: 0, backOff: 0 };

/** 100 ms in which the thread was idle and nothing was waited for. */
const idle: Stretch = {
  lengthMs: 100,
  activeMs: 0,
  blockedMs: 0,
  decryptMs: 0,
  writeMs: 0,
  stageMs: noStages,
  isWidthBinding: false,
  isFlowControlled: false,
  isLive: false,
};

describe('profile/bottleneck', () => {
  const cases: [what: string, stretch: Partial<Stretch>, times: Times][] = [
    ['work', { activeMs: 100 }, { cpu: 100 }],
    ['a cipher within work', { activeMs: 100, decryptMs: 70 }, { decrypt: 70, cpu: 30 }],
    ['writes that take the processor', { activeMs: 100, writeMs: 80 }, { cpu: 100 }],
    ['writes that wait for the disk', { activeMs: 100, writeMs: 80, blockedMs: 60 }, { disk: 60, cpu: 40 }],
    ['waits that are none of writes', { activeMs: 100, writeMs: 10, blockedMs: 60 }, { disk: 10, cpu: 90 }],
    ['more work than time', { activeMs: 130, decryptMs: 120 }, { decrypt: 100 }],
    ['the playlist', { stageMs: undefined as never }, { origin: 100 }],
    ['an answer', { stageMs: { ...noStages, connecting: 20, firstByte: 60 } }, { origin: 100 }],
    [
      'an answer where more at once are not allowed',
      { isWidthBinding: true, stageMs: { ...noStages, firstByte: 100 } },
      { connections: 100 },
    ],
    [
      'bodies, whether more at once are allowed or not',
      { isWidthBinding: true, stageMs: { ...noStages, body: 50 } },
      { bandwidth: 100 },
    ],
    ['windows', { isFlowControlled: true, stageMs: { ...noStages, body: 100 } }, { flowControl: 100 }],
    [
      'several things, each request alike',
      { activeMs: 20, stageMs: { ...noStages, body: 100, order: 200, rate: 50, backOff: 50 } },
      { cpu: 20, bandwidth: 20, order: 40, rate: 10, backOff: 10 },
    ],
    ['nothing', {}, { finishing: 100 }],
    ['a broadcast', { isLive: true }, { live: 100 }],
  ];
  for (const [what, part, times] of cases) {
    it(`tells time that went to ${what}`, () => {
      const stretch = { ...idle, ...part };
      if (part.stageMs === undefined && 'stageMs' in part) delete stretch.stageMs;
      assert.deepEqual(causesOf(stretch), times);
      assert.equal(
        Object.values(causesOf(stretch)).reduce((sum, ms) => sum + ms, 0),
        idle.lengthMs,
      );
    });
  }

  it('takes a write for the disk’s where the thread’s own time is not known', () => {
    const unknown: Stretch = { ...idle, activeMs: 100, writeMs: 80 };
    delete unknown.blockedMs;
    assert.deepEqual(causesOf(unknown), { disk: 80, cpu: 20 });
  });

  it('names the largest, with its share', () => {
    assert.deepEqual(bottleneckOf({ cpu: 10, order: 70, origin: 20 }), { kind: 'order', share: 0.7 });
    assert.equal(bottleneckOf({}), undefined);
  });

  it('adds up a stretch of a timeline, parts of slots too', () => {
    const slots = [slotOf(100, { cpu: 100 }), slotOf(200, { origin: 80, cpu: 20 }), slotOf(300, { disk: 100 })];
    assert.deepEqual(timesBetween(slots), { cpu: 120, origin: 80, disk: 100 });
    assert.deepEqual(timesBetween(slots, 150, 225), { origin: 40, cpu: 10, disk: 25 });
    assert.deepEqual(timesBetween(slots, 400, 500), {});
  });
});
