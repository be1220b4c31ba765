import assert from 'node:assert/strict';
import { sentenceOf } from '../../../src/webview/causes.ts';
import { lanesOf, readingOf, slotAt } from '../../../src/webview/lanes.ts';
import { describeSpan, rowsWithin, segmentsOf } from '../../../src/webview/waterfall.ts';
import { slotOf, spanOf } from '../profile/timelines.ts';

const text = (spaced: string) => spaced.replaceAll('\u202f', ' ');

describe('webview: lanes', () => {
  const slots = [slotOf(50, { cpu: 50 }), slotOf(100, { origin: 30, cpu: 20 }), slotOf(200, { order: 100 })];
  Object.assign(slots[1]?.sums ?? {}, { cpuUserMs: 75, bodyMs: 150, firstByteMs: 50, receivedBytes: 5_000_000 });
  Object.assign(slots[2]?.peaks ?? {}, { rssBytes: 90e6, heapUsedBytes: 20e6, externalBytes: 30e6 });
  const model = lanesOf({ schema: 1, slots, fragments: [], omittedFragments: 0 });
  const lane = (label: string) => {
    const found = model.lanes.find((each) => each.label === label);
    assert.ok(found, label);
    return found;
  };

  it('are there for what there is', () => {
    assert.deepEqual(
      model.lanes.map(({ label }) => label),
      ['Time', 'CPU', 'Memory', 'Network', 'Fragments'],
    );
  });

  it('pile up what adds up', () => {
    assert.deepEqual(
      lane('Time').layers.map(({ label, values }) => [label, ...values]),
      [
        ['origin’s first byte', 0, 0.6, 0],
        ['CPU', 1, 0.4, 0],
        ['an earlier fragment', 0, 0, 1],
      ],
    );
    assert.deepEqual(
      lane('Memory').layers.map(({ values }) => values[2]),
      [20e6, 30e6, 40e6],
    );
    assert.equal(lane('Memory').top, 90e6);
    assert.deepEqual(
      lane('Fragments').layers.map(({ values }) => values[1]),
      [1, 3],
    );
  });

  it('tell what is under the pointer, the most first, or how high they come', () => {
    assert.equal(text(readingOf(lane('Time'), 1)), 'origin’s first byte 60 %, CPU 40 %');
    assert.equal(text(readingOf(lane('CPU'), -1)), 'up to 150 %');
    assert.equal(text(readingOf(lane('Network'), 1)), 'bodies 100 MB/s');
    assert.equal(text(readingOf(lane('Network'), 0)), '0 B/s');
  });

  it('find the slot of a time', () => {
    assert.deepEqual(
      [0, 49, 50, 120, 200, 201, -1].map((ms) => slotAt(model, ms)),
      [0, 0, 1, 2, 2, -1, -1],
    );
    assert.equal(slotAt(lanesOf({ schema: 1, slots: [], fragments: [], omittedFragments: 0 }), 0), -1);
  });

  it('have a sentence that says what idle time waited for', () => {
    assert.equal(
      text(sentenceOf({ cpu: 200, origin: 500, order: 295, disk: 5 })),
      'Limited by origin’s first byte · CPU 20.0 % · idle 79.5 %, waiting for origin’s first byte 50.0 %, an earlier fragment 29.5 %',
    );
    assert.equal(sentenceOf({}), '');
  });
});

describe('webview: waterfall', () => {
  it('draws what a fragment waited for one behind the other, and its work within the body', () => {
    const span = spanOf(3, 100, { delayMs: 5, orderMs: 7, decryptMs: 10, writeMs: 4 });
    assert.deepEqual(
      segmentsOf(span).map(({ fromMs, toMs, isWork }) => [fromMs, toMs, isWork]),
      [
        [100, 105, false],
        [105, 115, false],
        [115, 135, false],
        [135, 165, false],
        [165, 172, false],
        [161, 165, true],
        [151, 161, true],
      ],
    );
  });

  it('never draws more work than body', () => {
    const work = segmentsOf(spanOf(0, 0, { writeMs: 500 })).filter(({ isWork }) => isWork);
    assert.deepEqual(
      work.map(({ fromMs, toMs }) => [fromMs, toMs]),
      [[30, 60]],
    );
  });

  it('lists what was under way, those that began first above', () => {
    const spans = [spanOf(0, 100), spanOf(1, 0), spanOf(2, 500)];
    assert.deepEqual(rowsWithin(spans, 0, 1000), [1, 0, 2]);
    assert.deepEqual(rowsWithin(spans, 61, 120), [0]);
    assert.deepEqual(rowsWithin(spans, 160, 500), []);
  });

  it('says a fragment in words', () => {
    assert.equal(
      text(describeSpan(spanOf(11, 1500, { stream: 'audio.en', tries: 2, bytes: 5_400_000, buffers: 320, chunks: 1 }))),
      'Fragment 12 of audio.en · 5.40 MB in 1 chunk, 320 buffers · 2 tries · queued 1.50 s · connecting 10.0 ms · first byte 20.0 ms · body 30.0 ms · write 1.00 ms',
    );
  });
});
