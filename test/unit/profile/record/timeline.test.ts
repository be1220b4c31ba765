import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { bottleneckOf, timesBetween } from '../../../../src/profile/bottleneck.ts';
import { startTimeline, type EngineReading } from '../../../../src/profile/record/timeline.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

const stageMs = { connecting: 0, firstByte: 0, body: 0, order: 0, rate: 0, backOff: 0 };
const nothing: EngineReading = {
  ...{ queued: 0, unplaced: 0, expectedBytes: 0, heldBytes: 0, receivedBytes: 0, decryptMs: 0, writeMs: 0 },
  ...{ stageMs, isWidthBinding: false, isFlowControlled: false, isLive: false },
};

function workForMs(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs) Math.sqrt(endMs);
}

describe('recording a timeline', () => {
  it('tells when the thread worked and when it waited, and adds up to the time that passed', async () => {
    const recording = startTimeline();
    await wait(60);
    workForMs(150);
    await wait(200);
    const lengthMs = performance.now() - recording.startMs;
    const { slots } = recording.stop();
    const times = timesBetween(slots);
    assert.ok((times.cpu ?? 0) >= 140, JSON.stringify(times));
    assert.ok((times.origin ?? 0) >= 150, 'before there is an engine, its playlist is waited for');
    const sum = Object.values(times).reduce((total, ms) => total + ms, 0);
    assert.ok(Math.abs(sum - lengthMs) < 5, `${sum} of ${lengthMs} ms`);
    assert.ok(slots.some(({ peaks }) => peaks.loopDelayMs > 50));
    assert.ok(slots.every(({ peaks }) => peaks.rssBytes > peaks.heapUsedBytes));
    assert.deepEqual(recording.stop().slots, slots);
  });

  it('sees memory outside V8’s heap, and what collecting takes', async () => {
    const recording = startTimeline();
    await wait(60);
    const kept = Array.from({ length: 40 }, () => Buffer.allocUnsafeSlow(2 ** 20).fill(1));
    await wait(60);
    const texts: string[] = [];
    for (let at = 0; at < 400_000; at++) texts.push(`${at} of many`);
    await wait(60);
    const { slots } = recording.stop();
    assert.ok(kept.length === 40 && texts.length > 0);
    // Earlier buffers may be given back meanwhile.
    const seen = slots.map(({ peaks }) => peaks.arrayBuffersBytes);
    assert.ok(
      seen.some((bytes, at) => bytes - (seen[at - 1] ?? bytes) >= 39 * 2 ** 20),
      seen.join(', '),
    );
    assert.ok(slots.reduce((sum, { sums }) => sum + sums.gcMs, 0) > 0);
  });

  it('takes what the engine tells as differences', async () => {
    let receivedBytes = 500;
    let bodyMs = 1000;
    const recording = startTimeline();
    recording.follow(() => ({ ...nothing, receivedBytes, stageMs: { ...stageMs, body: bodyMs }, queued: 7 }));
    await wait(120);
    receivedBytes += 1000;
    bodyMs += 400;
    await wait(120);
    const { slots } = recording.stop();
    assert.equal(
      slots.reduce((sum, { sums }) => sum + sums.receivedBytes, 0),
      1500,
    );
    assert.equal(slots.at(-1)?.peaks.queued, 7);
    assert.ok((timesBetween(slots).bandwidth ?? 0) > 20);
  });

  it('tells a disk that is waited for from work', async function () {
    if (process.platform !== 'linux') this.skip();
    await using folder = await temporaryFolder();
    const fifo = join(folder.path, 'sink');
    execFileSync('mkfifo', [fifo]);
    // A sink that takes 64 KiB each 20 ms: whoever writes to it waits inside the call.
    const script = `const fs = require('node:fs'); const fd = fs.openSync(process.argv[1]); const block = Buffer.alloc(65536);
      const pause = new Int32Array(new SharedArrayBuffer(4));
      while (fs.readSync(fd, block) > 0) Atomics.wait(pause, 0, 0, 20);`;
    const sink = spawn(process.execPath, ['-e', script, fifo], { stdio: ['ignore', 'ignore', 'inherit'] });
    const file = openSync(fifo, 'w');
    let writeMs = 0;
    const recording = startTimeline();
    recording.follow(() => ({ ...nothing, writeMs }));
    const block = Buffer.alloc(65536);
    for (let count = 0; count < 20; count++) {
      const startMs = performance.now();
      writeSync(file, block);
      writeMs += performance.now() - startMs;
      await new Promise(setImmediate);
    }
    const { slots } = recording.stop();
    closeSync(file);
    await once(sink, 'exit');
    const times = timesBetween(slots);
    assert.equal(bottleneckOf(times)?.kind, 'disk', JSON.stringify(times));
    assert.ok((times.disk ?? 0) > 200, JSON.stringify(times));
  });
});
